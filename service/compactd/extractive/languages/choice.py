"""Which language a text is in, by its script and by the words that hardly a sentence does without."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.languages.word_table import WordTable
from compactd.extractive.languages.words import words_of

TABLES: Sequence[WordTable] = [WordTable(language) for language in LANGUAGES if language.common]
"""Those whose words stand apart."""

_SCRIPTED = re.compile(r"[\u0620-\u064a\u0900-\u097f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_BY_CODE: Mapping[str, Language] = {language.code: language for language in LANGUAGES}


_BEFORE = 3
"""Lines that what was said before counts as: a single line may be read as one of another language."""

_VOTES = Struct(f"<{len(TABLES)}H")
"""The votes for each table, side by side in one integer: the votes of words are added at once."""


def _by_word(sets: Sequence[frozenset[str]]) -> Mapping[str, int]:
    votes: dict[str, int] = {}
    for place, words in enumerate(sets):
        for word in words:
            votes[word] = votes.get(word, 0) + (1 << 16 * place)
    return votes


_BY_COMMON = _by_word([table.common for table in TABLES])
_BY_OTHER = _by_word([table.words for table in TABLES])
COMMON = frozenset(_BY_COMMON)
"""Words that hardly a sentence does without, of all the languages whose words stand apart."""

_OTHERS = frozenset(_BY_OTHER)


def tables_of(there: set[str]) -> Sequence[WordTable]:
    """The tables of the languages that most of the common words in `there` belong to, of several the one that has most
    of the other words; all of them where no table has any word, since a short line may be in any language."""
    votes = sum(map(_BY_COMMON.__getitem__, COMMON & there))
    ahead = _ahead(votes)
    return ahead if len(ahead) == 1 else _ahead(votes, sum(map(_BY_OTHER.__getitem__, _OTHERS & there)))


@lru_cache(maxsize=4096)
def _ahead(votes: int, others: int = 0) -> Sequence[WordTable]:
    """The tables with most votes, and of those with most of the others."""
    counts = list(zip(_counts(votes), _counts(others), strict=True))
    most = max(counts)
    return tuple(table for table, count in zip(TABLES, counts, strict=True) if count == most)


def _counts(votes: int) -> tuple[int, ...]:
    return _VOTES.unpack(votes.to_bytes(_VOTES.size, "little"))


def script_of(line: str) -> Language | None:
    """The language of a line whose script tells it: by the first letter of such a script, and by kana for Japanese."""
    match = _SCRIPTED.search(line)
    if match is None:
        return None
    letter = match.group()
    if letter < "\u0900":
        return _BY_CODE["ar"]
    if letter < "\u3040":
        return _BY_CODE["hi"]
    if letter >= "\uac00":
        return _BY_CODE["ko"]
    return _BY_CODE["ja" if _KANA.search(line) else "zh"]


def language_of(lines: Iterable[str], before: Language | None = None) -> Language:
    """The language of most of the lines; that of what was said `before` counts as some of them. If nothing tells, or if
    as many are in it, English."""
    votes: Counter[str] = Counter({before.code: _BEFORE} if before is not None else ())
    for line in map(line_of, lines):
        if line.is_told and len(line.codes) == 1:
            votes[line.codes[0]] += 1
    english = LANGUAGES[0].code
    return _BY_CODE[min(votes, key=lambda code: (-votes[code], code != english, code), default=english)]


def languages_in(line: str) -> Sequence[Language]:
    """The languages that a line may be in: one, where its script or its words tell it. Of the text as it was said,
    and not of that in lower case, they are known already as a rule."""
    return [_BY_CODE[code] for code in line_of(line).codes]


class Line(NamedTuple):
    """The words of a line, the codes of the languages that it may be in, and whether its script or any word tells."""

    words: tuple[str, ...]
    codes: tuple[str, ...]
    is_told: bool


@lru_cache(maxsize=2048)
def line_of(text: str) -> Line:
    """The line that a text is: what is drafted asks for the same ones again and again."""
    words = tuple(words_of(text))
    scripted = script_of(text) if not text.isascii() else None
    if scripted is not None:
        return Line(words, (scripted.code,), is_told=True)
    there = set(words)
    codes = tuple(table.language.code for table in tables_of(there))
    return Line(words, codes, is_told=not COMMON.isdisjoint(there))
