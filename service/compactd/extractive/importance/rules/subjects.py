"""What an instruction is about: the words that say it, in their order, and the values it holds."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial

import msgspec

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.named_values import PROPER, VALUE_PATTERN, VALUE_STEMS, VALUE_WORDS, values_of
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import line_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.words import root_of, stem_of, words_of
from compactd.extractive.memo import Memo
from compactd.extractive.reading.cues import without_cues
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.speech import terms_of

_SHORT = 3
"""Letters of the shortest Latin word that may be what an instruction is about: `gym`, `tab`, `log`."""

_OTHER_SCRIPTS = "\u0600"
"""From here on a stem is no beginning of a word: Arabic, Devanagari and what is behind."""

_HEADS = 3
"""Words that say what it is about: those that come first."""

GENERAL = frozenset(("answer", "antwort", "message", "nachricht", "user", "nutzer"))
"""What most instructions are about: two of these are not about the same because of it."""

_TOLD = int(Cue.ERROR | Cue.ONCE)
_BAN, _CHANGES = int(Cue.BAN), int(Cue.CORRECTION | Cue.SHIFT)
# What is in an instruction whatever it is about.
_EMPTY_CUES = (
    Cue.SCOPE,
    Cue.QUANTIFIER,
    Cue.ORDER,
    Cue.BAN,
    Cue.DUTY,
    Cue.CONDITION,
    Cue.ONCE,
    Cue.RELEASE,
)
_EMPTY_BITS = sum(map(int, _EMPTY_CUES)) | int(Cue.CHATTER)
_ADDRESSES = frozenset((Kind.EMAIL, Kind.URL))
# A name of one word is told by its capital where the sentence does not begin.
_PROPER = re.compile(r"[A-Z](?:(?<=[a-z0-9,;] [A-Z])|(?<=(?:Mr|Ms|Dr)\. [A-Z])|(?<=Mrs\. [A-Z]))[a-z]{2,}\b")
# `NOTE: …` and `TO DO: …` say what kind of remark follows, and not what it is about.
_HEADING = re.compile(r"(?:[A-ZÀ-Þ]{2,}+[ -]?){1,4}: ")
_NOUNS_ARE_CAPITALIZED = frozenset(("de",))
_NO_NAMES: frozenset[str] = frozenset()


def _empty_words(language: Language) -> frozenset[str]:
    """The words of a language that say nothing of what an instruction is about."""
    texts = [language.common, language.light or language.verbs, language.last_verbs, language.leads]
    texts += [language.nones, language.bans, language.nots]
    said = [phrase for cue in _EMPTY_CUES for phrase in language.cues.get(cue, "").split("; ")]
    # A phrase has nouns, too (`out the window`); where it is known which verbs say nothing, those do.
    texts += [phrase for phrase in said if not language.light or " " not in phrase]
    texts += [word for word in language.cues.get(Cue.CHATTER, "").split("; ") if " " not in word]
    told = {*language.cues.get(Cue.MANNER, "").split("; "), *language.about.split("; ")}
    return frozenset({word for text in texts for word in words_of(text)} - told)


def _synonyms(language: Language) -> Mapping[str, str]:
    """Stem, and root, → the first of the words that name the same."""
    same: dict[str, str] = {}
    for group in filter(None, language.synonyms.split("; ")):
        words = group.split("/")
        for word in words:
            for stem in (*terms_of(word, [word]), root_of(word)):
                same.setdefault(stem, words[0])
    return same


_SYNONYMS = {language.code: _synonyms(language) for language in LANGUAGES}
_EMPTY = {language.code: _empty_words(language) for language in LANGUAGES}
_EMPTY_STEMS = {
    code: frozenset(stem for word in words for stem in terms_of(word, [word])) for code, words in _EMPTY.items()
}
_ALL = re.compile("|".join(language.everything for language in LANGUAGES if language.everything), re.IGNORECASE)


def _patterns_of_shifts(language: Language, flags: re.RegexFlag) -> Sequence[re.Pattern[str]]:
    any_of_it = "|".join(filter(None, (language.anew, language.varies, language.ends)))
    each = (any_of_it, language.anew, language.varies, language.ends, language.reports)
    return tuple(re.compile(one or r"(?!)", flags) for one in each)


_SHIFTS: Mapping[bool, Mapping[str, Sequence[re.Pattern[str]]]] = {
    is_lower: ByLanguage(partial(_patterns_of_shifts, flags=flags))
    for is_lower, flags in ((False, re.IGNORECASE), (True, re.NOFLAG))
}
"""For each language what says any of it, which most texts do not; that something is so anew, may be, and is over; and
what tells of something done. In any case, and in lower case, which takes a third of the time."""


class Subject(msgspec.Struct, frozen=True, gc=False, eq=False):
    """`terms` are the content words, `heads` the first of them in their order, none where words do not stand apart,
    `named` those of the heads that are not general; `text` what was said; `values` the values it holds, by what they
    are values of; `keys` the terms, and values with what they are values of, by which others about the same are found;
    whether it `bans`, `corrects` what was said, says that something is so `anew`, from now on, `varies` what was said,
    or says that it `ends`. It is known by its identity: there is one for all sentences of a text."""

    terms: frozenset[str]
    heads: tuple[str, ...]
    named: tuple[str, ...]
    text: str
    values: Mapping[str, frozenset[str]]
    keys: frozenset[str]
    bans: bool
    corrects: bool
    anew: bool
    varies: bool
    ends: bool

    @property
    def is_empty(self) -> bool:
        return not self.terms and not self.values


def content_of(sentence: Sentence) -> frozenset[str]:
    """What a sentence names: its words without those that any sentence has, words that mean the same made one."""
    return frozenset(_content_of_line(sentence.text))


@lru_cache(maxsize=2048)
def _content_of_line(text: str) -> Sequence[str]:
    """Content words of a text: what it restates is looked for by them, and then what it voids."""
    words, codes, _ = line_of(text)
    return _content(text, words, codes)


def _content(text: str, words: Sequence[str], codes: tuple[str, ...]) -> Sequence[str]:
    """Content words of a text with such `words`, in their order; pairs of Chinese and Japanese characters, which have
    none, behind them."""
    rest = _behind_heading(text)
    if not rest.isascii():
        rest = VALUE_PATTERN.sub(" ", without_cues(rest, _EMPTY_BITS))
    found = [*map(_terms_of(codes).__getitem__, words if rest == text else words_of(rest))]
    if not rest.isascii():
        found += sorted(_named(term, term, codes) for term in terms_of(rest, ()))
    return list(dict.fromkeys(filter(None, found)))


def content_words(text: str) -> tuple[Sequence[tuple[str, str]], Sequence[str]]:
    """The content words of a text with what they name, in their order; and pairs of Chinese and Japanese characters."""
    words, codes, _ = line_of(text)
    rest = _behind_heading(text)
    terms = _terms_of(codes)
    named = [(word, term) for word in (words if rest == text else words_of(rest)) if (term := terms[word])]
    if rest.isascii():
        return named, ()
    return named, sorted(terms_of(VALUE_PATTERN.sub(" ", without_cues(rest, _EMPTY_BITS)), ()))


def _behind_heading(text: str) -> str:
    heading = _HEADING.match(text)
    return text if heading is None else text[heading.end() :]


@lru_cache(maxsize=64)
def _empty_of(codes: tuple[str, ...]) -> frozenset[str]:
    """The words that say nothing in any of the languages that a text may be in."""
    return frozenset().union(*(_EMPTY[code] for code in codes))


@lru_cache(maxsize=64)
def _terms_of(codes: tuple[str, ...]) -> Memo[str, str]:
    """Word of a text that may be in any of the languages → what it names."""
    return Memo(partial(_term_of, codes))


def _term_of(codes: tuple[str, ...], word: str) -> str:
    """What a word of a text names; empty for one that says nothing, and for a value."""
    word = word.removesuffix("'s")
    if "'" in word or word in _empty_of(codes):
        return ""
    if any(word in VALUE_WORDS[code] for code in codes if code in VALUE_WORDS):
        return ""
    return _named(word, stem_of(word), codes)


def _named(word: str, stem: str, codes: Sequence[str]) -> str:
    """The word by which others that mean the same are known; empty for one that says nothing."""
    if not stem:
        return word if len(word) == _SHORT and word.isascii() else ""
    if stem in VALUE_STEMS or any(stem in _EMPTY_STEMS[code] for code in codes):
        return ""
    root = root_of(word) if word < _OTHER_SCRIPTS else stem
    for code in codes:
        same = _SYNONYMS[code]
        if stem in same or root in same:
            return same.get(stem) or same[root]
    return root


@lru_cache(maxsize=1024)
def _shifts(text: str, codes: tuple[str, ...]) -> tuple[bool, bool, bool]:
    """Whether a text says that something is so anew, may say so, and says that something is over."""
    is_lower = text.isascii()
    text = text.lower() if is_lower else text
    shifts = [said for any_of_it, *said in map(_SHIFTS[is_lower].__getitem__, codes) if any_of_it.search(text)]
    return (
        any(anew.search(text) for anew, *_ in shifts),
        any(varies.search(text) for _, varies, *_ in shifts),
        any(ends.search(text) and not reports.search(text) for *_, ends, reports in shifts),
    )


def says_of_others(sentence: Sentence) -> bool:
    """Whether a sentence may say that what somebody wanted is otherwise now, or no more; cheap."""
    if sentence.cues & _TOLD:
        return False
    return any(_shifts(sentence.text, line_of(sentence.text).codes))


def subject_of(sentence: Sentence) -> Subject:
    """What a sentence is about."""
    text = sentence.text
    words, codes, _ = line_of(text)
    values = values_of(sentence, words, codes)
    proper = _proper_names(text, codes)
    terms = _content_of_line(text)
    addresses = [value for value, kind in sentence.identifiers if kind in _ADDRESSES]
    if addresses:
        # Two addresses of one domain have nothing in common by that.
        parts = set(_content(" ".join(addresses), words_of(" ".join(addresses)), codes))
        terms = [term for term in terms if term not in parts]
    if proper:
        named = {root_of(name) for name in proper}
        terms = [term for term in terms if term not in named]
        values[PROPER] = proper
    anew, varies, ends = _shifts(text, codes)
    heads = tuple(terms[:_HEADS]) if words else ()
    return Subject(
        frozenset(terms),
        heads,
        heads if GENERAL.isdisjoint(heads) else tuple(term for term in heads if term not in GENERAL),
        text,
        values,
        frozenset((*terms, *[f"{name}: {value}" for name, found in values.items() for value in found])),
        bool(sentence.cues & _BAN),
        bool(sentence.cues & _CHANGES),
        anew,
        varies,
        ends,
    )


def is_about_all(text: str) -> bool:
    """Whether a text speaks of all instructions that there are."""
    return _ALL.search(text) is not None


def _proper_names(text: str, codes: Sequence[str]) -> frozenset[str]:
    """Words with a capital where none is due, in lower case; no value of a known kind, and nothing with a synonym."""
    names = _PROPER.findall(text)
    if not names or not _NOUNS_ARE_CAPITALIZED.isdisjoint(codes):
        return _NO_NAMES
    known = [its[code] for its in (VALUE_WORDS, _SYNONYMS, _EMPTY) for code in codes if code in its]
    return frozenset(name for name in map(str.lower, names) if not any(name in words for words in known))
