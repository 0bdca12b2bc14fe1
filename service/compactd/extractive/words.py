"""The words of a text, in the scripts that put spaces between them."""

import re

# Latin, Greek and Cyrillic; Arabic and Devanagari with their marks; Hangul.
_LETTER = r"a-z\u00df-\u024f\u0370-\u052f\u0620-\u065f\u066e-\u06d3\u0900-\u0963\uac00-\ud7a3"
_WORD = re.compile(rf"[{_LETTER}]++(?:['-][{_LETTER}]++)*+")
_ASCII_WORD = re.compile(r"[a-z]++(?:['-][a-z]++)*+")
# French and Italian articles, pronouns and prepositions that lost their vowel are words by themselves.
_ELISION = re.compile(
    r"\b([cdjlmnst]|qu|jusqu|lorsqu|puisqu|quelqu|(?:d|n|s|c)?(?:all|ell|ull|oll)|(?:ness)?un|quell|quest|bell|tutt)'"
    r"(?=[a-z\u00df-\u024f]{2})"
)

# What people leave out who type no accents; an umlaut makes another word (`schön`, `schon`), and й another letter.
_PLAIN = str.maketrans(
    {"œ": "oe", "ё": "е"} | dict(zip("àáâãåçèéêëìíîïñòóôõùúûýÿ", "aaaaaceeeeiiiinoooouuuyy", strict=True))
)
_PLAIN_FROM = 4
"""Letters of a word that is known without its accents too; those of shorter ones tell one word from another."""


def words_of(text: str) -> list[str]:
    """The words in lower case, typographic apostrophes made plain; `l'ordine` is two."""
    lowered = text.lower().replace("’", "'")
    if "'" in lowered:
        lowered = _ELISION.sub(r"\1 ", lowered)
    return (_ASCII_WORD if lowered.isascii() else _WORD).findall(lowered)


def without_accents(text: str) -> str:
    """The text as people write it who type no accents."""
    return text.translate(_PLAIN)


def spellings_of(phrase: str) -> set[tuple[str, ...]]:
    """The words of a phrase of a table, and the same with those of four letters or more without accents."""
    words = words_of(phrase)
    return {tuple(words), tuple(without_accents(word) if len(word) >= _PLAIN_FROM else word for word in words)}
