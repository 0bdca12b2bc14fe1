"""What an instruction is about, so that a newer one of the same subject takes the place of an older one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.languages.choice import tables_of
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.cues import without_cues
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.speech import terms_of
from compactd.extractive.reading.words import plain_script, without_accents, words_of

_SAME, _SAME_VALUES, _SAME_CHANGED = 0.75, 0.5, 0.5
"""Share of the terms of the shorter one from which on two instructions are about the same, where nothing else tells,
where they have different values of the same, and where the newer one says that something changes."""

_STEM = 5
"""Letters by which words of one root are known: `deploy` and `deployments`."""

_BAN, _CHANGES = int(Cue.BAN), int(Cue.CORRECTION | Cue.SHIFT)
_DIGITS = re.compile(r"\d+")
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
    Cue.CHATTER,
)
_EMPTY_BITS = sum(map(int, _EMPTY_CUES))
_NUMBER = "number"
_GENERAL = frozenset(("answer", "antwort", "message", "nachricht"))
"""What most instructions are about: two of these are not about the same because of it."""

_KINDS = frozenset((Kind.EMAIL, Kind.PATH, Kind.URL, Kind.DATE, Kind.AMOUNT, Kind.QUANTITY, Kind.VERSION, Kind.NAME))

_OF_ANYTHING = frozenset((_NUMBER, *map(str, _KINDS)))
"""Values that say nothing of what they are values of."""


def _empty_stems() -> frozenset[str]:
    words: set[str] = set()
    told: set[str] = set()
    for language in LANGUAGES:
        texts = [language.common, language.verbs, language.last_verbs, language.leads, language.nones, language.bans]
        texts += [language.nots]
        texts += [language.cues.get(cue, "") for cue in _EMPTY_CUES]
        words |= {word for text in texts for word in words_of(text)}
        told |= set(words_of(language.cues.get(Cue.MANNER, "")))
    return frozenset(stem for word in words - told for stem in terms_of(word, [word]))


def _classes(language: Language) -> Mapping[str, tuple[str, str]]:
    """Word → (what it is a value of, the first of the words for that value)."""
    groups = ((name, value.split("/")) for name, text in language.values.items() for value in text.split("; "))
    return {plain_script(word): (name, words[0]) for name, words in groups for word in words}


def _synonyms() -> Mapping[str, str]:
    """Stem → the first of the words that name the same."""
    same: dict[str, str] = {}
    for language in LANGUAGES:
        for group in filter(None, language.synonyms.split("; ")):
            words = group.split("/")
            for word in words:
                same.update(dict.fromkeys(terms_of(word, [word]), words[0]))
    return same


_SYNONYMS = _synonyms()
_EMPTY = _empty_stems()
_APART = {language.code: _classes(language) for language in LANGUAGES if language.common}
_WITHIN = {word: its for language in LANGUAGES if not language.common for word, its in _classes(language).items()}
_VALUE_PATTERN = re.compile("|".join(sorted(map(re.escape, _WITHIN), key=len, reverse=True)))
_VALUE_STEMS = frozenset(stem for table in _APART.values() for word in table for stem in terms_of(word, [word]))
_ALL = re.compile("|".join(language.everything for language in LANGUAGES if language.everything), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """`terms` are the content words; `values` the values it holds, by what they are values of; whether it `bans`."""

    terms: frozenset[str]
    values: Mapping[str, frozenset[str]]
    bans: bool
    corrects: bool
    is_about_all: bool

    @property
    def is_empty(self) -> bool:
        return not self.terms and not self.values

    def shared_with(self, other: "Subject") -> float:
        """How many terms and values both have; what most instructions are about counts half."""
        values = sum(bool(self.values[name] & other.values.get(name, frozenset())) for name in self.values)
        terms = self.terms & other.terms
        return values + len(terms) - len(terms & _GENERAL) / 2

    def supersedes(self, older: "Subject") -> bool:
        """Whether an older instruction is void, or said again, now that there is this one."""
        both = [name for name in self.values if name in older.values]
        shared = self.terms & older.terms
        if self.values and older.values and not both and not shared - _GENERAL:
            return False
        least = min(len(self.terms), len(older.terms))
        share = len(shared) / least if least else 0.0
        differ = [name for name in both if self.values[name].isdisjoint(older.values[name])]
        if differ:
            # `Make it Spanish.` is about whatever was in French; `update it for 2.4.1` is not about 72 characters.
            tells = self.corrects or any(name not in _OF_ANYTHING for name in differ)
            if share >= _SAME_VALUES or (tells and (not self.terms - _GENERAL or not older.terms)):
                return True
            # `I changed my mind about the seat: the aisle.` has more words than the rule it is about.
            return self.corrects and any(name not in _OF_ANYTHING for name in differ) and bool(shared - _GENERAL)
        if self.corrects and share >= _SAME_CHANGED and shared - _GENERAL:
            return True
        if self.bans is not older.bans:
            return share >= _SAME
        largest = max(len(self.terms), len(older.terms))
        same = all(self.values[name] == older.values[name] for name in both) and len(both) == len(older.values)
        return same and least > 0 and len(shared) / largest >= _SAME


def content_of(sentence: Sentence) -> frozenset[str]:
    """What a sentence names: its terms without those that any sentence has, words that mean the same made one."""
    text = sentence.text
    rest = text if text.isascii() else _VALUE_PATTERN.sub(" ", without_cues(text, _EMPTY_BITS))
    terms = sentence.terms if rest == text else terms_of(rest, words_of(rest))
    return frozenset(
        _SYNONYMS.get(term) or _SYNONYMS.get(singular := _singular(term)) or without_accents(singular[:_STEM])
        for term in terms - _EMPTY - _VALUE_STEMS
    )


def _singular(stem: str) -> str:
    return stem[:-1] if len(stem) > 4 and stem.endswith("s") and not stem.endswith("ss") else stem


def subject_of(sentence: Sentence) -> Subject:
    """What a sentence is about."""
    text = sentence.text
    values: dict[str, set[str]] = {}
    there = set(words_of(text))
    for language in (table.language for table in tables_of(there)):
        classes = _APART[language.code]
        for name, value in (classes[word] for word in classes.keys() & there):
            values.setdefault(name, set()).add(value)
    if not text.isascii():
        for match in _VALUE_PATTERN.finditer(plain_script(text)):
            name, value = _WITHIN[match.group()]
            values.setdefault(name, set()).add(value)
    for number in _DIGITS.findall(text):
        values.setdefault(_NUMBER, set()).add(number)
    for value, kind in sentence.values():
        if kind in _KINDS:
            values.setdefault(str(kind), set()).add(value)
    return Subject(
        content_of(sentence),
        {name: frozenset(found) for name, found in values.items()},
        bool(sentence.cues & _BAN),
        bool(sentence.cues & _CHANGES),
        bool(_ALL.search(text)),
    )
