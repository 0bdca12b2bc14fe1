"""The words of a text, in the scripts that put spaces between them."""

import re
from collections.abc import Sequence

# Latin, Greek and Cyrillic; Arabic and Devanagari with their marks; Hangul.
_LETTER = r"a-z\u00df-\u024f\u0370-\u052f\u0620-\u065f\u066e-\u06d3\u0900-\u0963\uac00-\ud7a3"
_WORD = re.compile(rf"[{_LETTER}]++(?:['-][{_LETTER}]++)*+")
_ASCII_WORD = re.compile(r"[a-z]++(?:['-][a-z]++)*+")
# Letters of ASCII in lower case, blanks for all else: where nothing joins words, bytes are told apart at once.
_LETTERS = bytes(code if chr(code).isalpha() else ord(" ") for code in bytes(range(128)).lower()).ljust(256)
# Begins with a set of characters, for it is not tried elsewhere then. No word has one of these in it.
_ENDS = ",;:.!?()–—…،؛。"
_CLAUSE = re.compile(rf"[-{_ENDS}](?:(?<!-)[{_ENDS}]*|(?<=\s-)-*\s)")
# The same letters, a line end for each end of a clause; and where hyphens and apostrophes are more than blanks.
_LETTERS_AND_ENDS = bytes(10 if code < 128 and chr(code) in _ENDS else letter for code, letter in enumerate(_LETTERS))
_HYPHENS = re.compile(r"['-](?:(?<=[A-Za-z].)(?=[A-Za-z])|(?<=\s-))")
# French and Italian articles, pronouns and prepositions that lost their vowel are words by themselves.
_ELIDED = "[cdjlmnst] qu jusqu lorsqu puisqu quelqu [aeou]ll [dnsc][aeou]ll un nessun quell quest bell tutt"
# Begins with the apostrophe, and looks back from there: it is not tried anywhere else then.
_BEHIND_ELIDED = "|".join(rf"(?<=\b{word}')" for word in _ELIDED.split())
_ELISION = re.compile(rf"'(?:{_BEHIND_ELIDED})(?=[a-z\u00df-\u024f]{{2}})")

# What people leave out who type no accents; an umlaut makes another word (`schön`, `schon`), and й another letter.
_PLAIN = str.maketrans(
    {"œ": "oe", "ё": "е"} | dict(zip("àáâãåçèéêëìíîïñòóôõùúûýÿ", "aaaaaceeeeiiiinoooouuuyy", strict=True))
)
# Forms of alif, alif maqsura, ta marbuta; vowel signs, the lengthening of a line, the dot and the moon of Devanagari.
_PLAIN_SCRIPT = (
    str.maketrans("أإآٱىةँ", "اااايهं")
    | dict.fromkeys([*range(0x064B, 0x0660), 0x0640, 0x0670, 0x093C, 0x200C, 0x200D])
    | str.maketrans("\u0958\u0959\u095a\u095b\u095c\u095d\u095e\u095f", "कखगजडढफय")
)
_ATTACHED = re.compile(
    r"^(?:[وف]?[بكل]?ال|[وف]?لل)(?:[بلكوف](?=\w{4}))?(?=\w{3})|^[بلكوف](?=\w{4})|(?<=\w{3})(?:ها|هم|نا|ني|ات|ين|ون|ه|ي|ا)$"
)
# Of nouns of Hindi, by number and case: vowel signs and the point of a nasal.
_ENDINGS = "\u093e\u093f\u0940\u0947\u0948\u094b\u0902"
CONTENT_LENGTH, STEM = 4, 7
"""Letters of the shortest word that is about something, and of its stem, in Latin, Greek and Cyrillic."""

_SYLLABLES = 2
"""Of Korean."""

_LETTERS_OF_SCRIPT, _STEM_OF_SCRIPT = 3, 5
"""As the above, of Arabic and Hindi: Arabic writes few vowels, and in Devanagari
they are half of the characters."""

_ENDINGS_OF_WORDS = ("ing", "ed", "es", "s", "ly")
_VOWELS = frozenset("aeiouy")
# What Cyrillic words of one root end in by case and number.
_SOFT = "аеёиоуыэюяйь"
_ROOT_AT_LEAST, _ROOT = 3, 5
"""Letters of a root, at least and at most: `deploy` and `deployments` are of one root."""

Clause = Sequence[str]
"""Its words in lower case, one at least."""

_PLAIN_FROM = 4
"""Letters of a word that is known without its accents too; those of shorter ones tell one word from another."""


def words_of(text: str) -> list[str]:
    """The words in lower case, typographic apostrophes made plain; `l'ordine` is two."""
    if text.isascii() and "-" not in text and "'" not in text:
        return text.encode().translate(_LETTERS).decode().split()
    folded = _folded(text)
    return (_ASCII_WORD if folded.isascii() else _WORD).findall(folded)


def clauses_of(text: str) -> list[Clause]:
    """The same words, clause by clause; no clause without a word."""
    if text.isascii() and not _HYPHENS.search(text):
        # Bytes are told apart at once, as above.
        clauses = text.encode().translate(_LETTERS_AND_ENDS).decode().split("\n")
        return [words for clause in clauses if (words := clause.split())]
    folded = _folded(text)
    find = (_ASCII_WORD if folded.isascii() else _WORD).findall
    return [words for clause in _CLAUSE.split(folded) if (words := find(clause))]


def _folded(text: str) -> str:
    lowered = text.lower().replace("’", "'")
    return _ELISION.sub(" ", lowered) if "'" in lowered else lowered


def without_accents(text: str) -> str:
    """The text as people write it who type no accents."""
    return text.translate(_PLAIN)


def plain_script(text: str) -> str:
    """The text with letters of Arabic and Devanagari made one that people write for each other, without the marks that
    most leave out."""
    return text if text.isascii() else text.translate(_PLAIN_SCRIPT)


def stem_of(word: str) -> str:
    """What is left of a word without the letters that change with its place in a sentence; empty for one too short to
    be about something. Of Arabic without its article, of Korean the first two syllables: the particle is behind."""
    first = word[:1]
    if first < "\u0600":
        return word[:STEM] if len(word) >= CONTENT_LENGTH else ""
    if first >= "\uac00":
        return word[:_SYLLABLES] if len(word) >= _SYLLABLES else ""
    plain = plain_script(word)
    plain = _ATTACHED.sub("", plain) if first < "\u0900" else plain.rstrip(_ENDINGS)
    return plain[:_STEM_OF_SCRIPT] if len(plain) >= _LETTERS_OF_SCRIPT else ""


def spellings_of(phrase: str) -> set[tuple[str, ...]]:
    """The words of a phrase of a table; the same with those of four letters or more without accents, and without the
    apostrophe of `don't`, as people type them."""
    words = words_of(phrase)
    if phrase.isascii() and "'" not in phrase:
        return {tuple(words)}
    plain = tuple(without_accents(word) if len(word) >= _PLAIN_FROM else word for word in words)
    return {tuple(words), plain, tuple(word.replace("n't", "nt") for word in words)}


def root_of(word: str) -> str:
    """The first letters of a word without its ending: of `tagging`, `tagged` and `tags` the same, and of a Russian
    noun in most cases; of other scripts the stem."""
    first = word[:1]
    if "\u0600" <= first < "\u0964" or "\uac00" <= first <= "\ud7a3":
        return stem_of(word)
    if word.isascii():
        for ending in _ENDINGS_OF_WORDS:
            left = word.removesuffix(ending)
            if left != word and len(left) >= _ROOT_AT_LEAST and not _VOWELS.isdisjoint(left):
                word = left[:-1] if len(left) > _ROOT_AT_LEAST and left[-1] == left[-2] not in "ls" else left
                break
        word = word[:-1] if word[-1:] == "e" and len(word) > _ROOT_AT_LEAST else word
        word = f"{word[:-1]}i" if word[-1:] == "y" else word
    root = without_accents(word)[:_ROOT]
    return root[:_ROOT_AT_LEAST] + root[_ROOT_AT_LEAST:].rstrip(_SOFT) if "\u0370" < first < "\u0600" else root
