"""What a sentence is about in general, such as how long answers are, or who is asked first: two sentences may be about
the same without a word in common, as `keep it short` and `go into detail` are.

`themes.txt` has some fifty themes, and for each of them words in twelve languages.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from importlib.resources import files

from compactd.extractive.languages.choice import line_of
from compactd.extractive.memo import Memo
from compactd.extractive.reading.sentence_score import plain_word

_HEADING = re.compile(r"\[([\w ]+)\]")
_BEGINNINGS: Mapping[str, int] = {"en": 5, "ru": 3, "ar": 3, "hi": 3, "ko": 2}
_BEGINNING = 4
"""Letters of the shortest entry that is the beginning of a word; a shorter one is a word."""

_WITHIN: Mapping[str, int] = {"de": 5, "ko": 2}
"""Letters of the shortest entry that is found within a word, too, of a language that joins its words."""

_UNSPACED = frozenset(("zh", "ja"))
_LONGEST = 7
"""Characters of an entry of Chinese or Japanese."""

# Articles, prepositions and conjunctions that Arabic writes together with a word.
_ATTACHED = re.compile(r"(?:[وف]?[بكل]?ال|[وف]?لل|[وفبلك])(?=\w{3})")

Themes = Mapping[str, frozenset[str]]


@lru_cache(maxsize=1024)
def themes_of(text: str) -> Themes:
    """Theme → its entries that stand in a text, by the languages that it may be in."""
    line = line_of(text)
    found: dict[str, set[str]] = {}
    for code in line.codes:
        there = _runs_in(text, code) if code in _UNSPACED else map(_in_words(code).__getitem__, line.words)
        for theme, entry in (one for these in there for one in these):
            found.setdefault(theme, set()).add(entry)
    return {theme: frozenset(its) for theme, its in found.items()}


_Entries = frozenset[tuple[str, str]]
"""(theme, entry)."""


def _runs_in(text: str, code: str) -> Iterator[_Entries]:
    table = entries()[code]
    runs = {text[at : at + length] for length in range(1, _LONGEST + 1) for at in range(len(text) - length + 1)}
    yield from (table[run] for run in runs & table.keys())


@lru_cache(maxsize=16)
def _in_words(code: str) -> Memo[str, _Entries]:
    """Word of a language → what it is an entry of."""
    return Memo(partial(_entries_of, code))


def _entries_of(code: str, word: str) -> _Entries:
    table, least = entries()[code], _BEGINNINGS.get(code, _BEGINNING)
    plain = plain_word(word)
    forms = {plain, *plain.split("-")}
    if code == "ar":
        forms.add(_ATTACHED.sub("", plain, count=1))
    found = {one for form in forms for one in (*table.get(form, ()), *_beginning(form, table, least))}
    within = _WITHIN.get(code)
    if within:
        for at in range(1, len(plain) - within + 1):
            found |= _beginning(plain[at:], table, within)
    return frozenset(found)


def _beginning(word: str, table: Mapping[str, _Entries], least: int) -> set[tuple[str, str]]:
    """What the longest entry that a word begins with is an entry of."""
    for length in range(len(word), least - 1, -1):
        if word[:length] in table:
            return set(table[word[:length]])
    return set()


@lru_cache(maxsize=1)
def entries() -> Mapping[str, Mapping[str, _Entries]]:
    """Code of a language → how an entry is looked up → the themes that have it, and how it is written."""
    text = files("compactd.extractive.importance.rules").joinpath("themes.txt").read_text(encoding="utf-8")
    tables: dict[str, dict[str, set[tuple[str, str]]]] = {}
    theme = ""
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line)
        if heading:
            theme = heading[1]
            continue
        code, _, written = line.partition(": ")
        table = tables.setdefault(code, {})
        for entry in written.split():
            table.setdefault(entry if code in _UNSPACED else plain_word(entry), set()).add((theme, entry))
    return {code: {entry: frozenset(its) for entry, its in table.items()} for code, table in tables.items()}
