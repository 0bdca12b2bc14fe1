"""Which language a text is in, by its script and by the words that hardly a sentence does without."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from compactd.extractive.languages import LANGUAGES, Language
from compactd.extractive.languages.word_table import WordTable
from compactd.extractive.words import words_of

TABLES: Sequence[WordTable] = [WordTable(language) for language in LANGUAGES if language.common]
"""Those whose words stand apart."""

_SCRIPTED = re.compile(r"[\u0620-\u064a\u0900-\u097f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_BY_CODE: Mapping[str, Language] = {language.code: language for language in LANGUAGES}


def _by_word(sets: Iterable[frozenset[str]]) -> Mapping[str, Sequence[int]]:
    places: dict[str, list[int]] = {}
    for place, words in enumerate(sets):
        for word in words:
            places.setdefault(word, []).append(place)
    return places


_PLACES = _by_word(table.common for table in TABLES)
_PLACES_OF_OTHERS = _by_word(table.words for table in TABLES)
_COMMON, _OTHERS = frozenset(_PLACES), frozenset(_PLACES_OF_OTHERS)


def tables_of(there: set[str]) -> Sequence[WordTable]:
    """The tables of the languages that most of the common words in `there` belong to, of several the one that has most
    of the other words; all of them where no table has any word, since a short line may be in any language."""
    votes = _votes(_PLACES, _COMMON & there)
    most = max(votes, default=0)
    if not most or votes.count(most) > 1:
        others = _votes(_PLACES_OF_OTHERS, _OTHERS & there)
        votes = [(count == most) * (1 + other) for count, other in zip(votes, others, strict=True)]
        most = max(votes)
    return [table for table, count in zip(TABLES, votes, strict=True) if count == most]


def _votes(places: Mapping[str, Sequence[int]], words: Iterable[str]) -> list[int]:
    votes = [0] * len(TABLES)
    for word in words:
        for place in places[word]:
            votes[place] += 1
    return votes


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


def language_of(lines: Iterable[str]) -> Language:
    """The language of most of the lines; English if nothing tells, or if as many are in English."""
    votes: Counter[str] = Counter()
    for line in lines:
        scripted = script_of(line) if not line.isascii() else None
        there = set() if scripted is not None else set(words_of(line))
        if scripted is not None:
            votes[scripted.code] += 1
        elif not _COMMON.isdisjoint(there):
            tables = tables_of(there)
            if len(tables) == 1:
                votes[tables[0].language.code] += 1
    english = LANGUAGES[0].code
    return _BY_CODE[min(votes, key=lambda code: (-votes[code], code != english, code), default=english)]
