"""The values that a sentence holds, by what they are values of: a tone, a format, a day, a number.

A newer instruction with another value of the same thing takes the place of an older one. Which words are values of what
each language says (`Language.values`); numbers and names are values wherever they stand.
"""

import re
from collections.abc import Mapping, Sequence

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.languages.numerals import NUMERALS
from compactd.extractive.languages.words import plain_script
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.speech import terms_of

NUMBER, PROPER = "number", "proper name"

MEASURES = frozenset((NUMBER, "currency", *map(str, (Kind.DATE, Kind.AMOUNT, Kind.QUANTITY, Kind.NUMBER))))
"""Values of which one may be written as another: an hour as a number, an amount in words."""

_KINDS = frozenset((Kind.EMAIL, Kind.PATH, Kind.URL, Kind.DATE, Kind.AMOUNT, Kind.QUANTITY, Kind.VERSION, Kind.NAME))

_TOLD_KINDS = _KINDS | {Kind.ID}
NAMES = frozenset((PROPER, str(Kind.NAME)))
"""Values by which somebody or something is known."""

ID = str(Kind.ID)
"""What a thing is known by, and no value of it."""

OF_ANYTHING = frozenset((NUMBER, PROPER, ID, *map(str, _KINDS)))
"""Values that say nothing of what they are values of."""

# Begins with a set of characters, for it is not tried elsewhere then.
_DIGITS = re.compile(r"\d(?<![\w-].)\d*+(?:(?![\w-])|(?=-[a-z]))")


def _classes(language: Language) -> Mapping[str, tuple[str, str]]:
    """Word → (what it is a value of, the first of the words for that value)."""
    groups = ((name, value.split("/")) for name, text in language.values.items() for value in text.split("; "))
    return {plain_script(word): (name, words[0]) for name, words in groups for word in words}


def _with_plurals(classes: Mapping[str, tuple[str, str]]) -> Mapping[str, tuple[str, str]]:
    """The same of words that may have the ending of a plural."""
    return {**{f"{word}s": value for word, value in classes.items()}, **classes}


def _phrases(classes: Mapping[str, tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """First word → the values of several words that begin with it, the longest first: `имени и отчеству` is no `по
    имени`."""
    firsts: dict[str, list[str]] = {}
    for phrase in sorted(classes, key=len, reverse=True):
        first, _, rest = phrase.partition(" ")
        if rest:
            firsts.setdefault(first, []).append(phrase)
    return firsts


_SINGULAR = {language.code: _classes(language) for language in LANGUAGES if language.common}
_WITHIN = {word: its for language in LANGUAGES if not language.common for word, its in _classes(language).items()}

VALUE_WORDS = {code: _with_plurals(classes) for code, classes in _SINGULAR.items()}
"""Of languages whose words stand apart: word → (what it is a value of, the first of the words for that value)."""

VALUE_STEMS = frozenset(
    stem for table in _SINGULAR.values() for word in table if " " not in word for stem in terms_of(word, [word])
)

VALUE_PATTERN = re.compile(
    "|".join((*sorted(map(re.escape, _WITHIN), key=len, reverse=True), *map(plain_script, NUMERALS.values())))
)
"""A value in a language of another script."""

_WORDS = {code: frozenset(classes) for code, classes in VALUE_WORDS.items()}
_PHRASES = {code: _phrases(classes) for code, classes in _SINGULAR.items()}


def values_of(sentence: Sentence, words: Sequence[str], codes: Sequence[str]) -> dict[str, frozenset[str]]:
    """The values of a sentence with such words, by what they are values of."""
    text = sentence.text
    found: list[tuple[str, str]] = []
    for code in codes:
        classes = VALUE_WORDS.get(code)
        if classes is not None:
            found += [classes[word] for word in _WORDS[code].intersection(words)]
            found += [classes[phrase] for phrase in _phrases_in(words, _PHRASES[code])]
    if not text.isascii():
        within = VALUE_PATTERN.findall(plain_script(text))
        found += [_WITHIN.get(value) or (NUMBER, value.replace(" ", "")) for value in within]
    found += [(NUMBER, number) for number in _DIGITS.findall(text)]
    found += [(str(Kind.NAME), name) for name in sentence.names]
    found += [(str(kind), value) for value, kind in sentence.identifiers if kind in _TOLD_KINDS]
    if len(found) < 2:
        return {name: frozenset((value,)) for name, value in found}
    values: dict[str, set[str]] = {}
    for name, value in found:
        values.setdefault(name, set()).add(value)
    return {name: frozenset(those) for name, those in values.items()}


def _phrases_in(words: Sequence[str], phrases: Mapping[str, Sequence[str]]) -> list[str]:
    """The values of several words in such words, none of them within another one."""
    found: list[str] = []
    line = ""
    for first in phrases.keys() & words:
        line = line or f" {' '.join(words)} "
        for phrase in phrases[first]:
            if f" {phrase} " in line:
                found.append(phrase)
                line = line.replace(f" {phrase} ", "  ")
    return found
