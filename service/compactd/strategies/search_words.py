"""What texts are found by: their search words, the same for every database.

A text is a series of runs, which blanks, quotes, brackets and the like part. A run is a row of units: a unit is what
stands between marks (`ORD-5521` has two), or a single character where a script writes no spaces between words, or
glues particles to them. A text is found by each unit, and by each pair of neighbours: a query for `src/app.py` finds
these three side by side, in `/srv/src/app.py` too, and one for two Chinese characters finds them where they stand
together. Case, width, accents and vowel points do not count, and no blank between such a character and a word of
another script (`订单A-103`) or a number (`3 月`), which writers set as they like.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise
from unicodedata import normalize

import regex

from compactd.domain.messages import ChatMessage, FilePart
from compactd.strategies.secrets import REDACTED
from compactd.strategies.steps import Steps, finished
from compactd.strategies.stretches import STRETCH
from compactd.strategies.transcript import legible_in_steps

VERSION = 2
"""Of the rules here: an index that was made by older ones is made anew by the next search."""

MAX_QUERY = 1_024
"""The most characters of a query."""

MOST_WORDS = 100_000
"""Of a message with more search words the first ones are indexed: its terms, of ten bytes each, have to fit a
`tsvector` of PostgreSQL, which takes 1,048,575 bytes of them."""

# Not one that a query may leave out (_SPACED_NUMBER), told before the text is folded.
_BLANK = regex.compile(r"\s(?!(?<=\p{N}\s)[^\x00-\x7f]|(?<=[^\x00-\x7f]\s)\p{N})")

# Han (with 々〆〇), kana, Bopomofo and Hangul; Thai and Lao, Myanmar, Khmer, and the scripts of their neighbours.
_UNSPACED = (
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003fffd"
    "\u1100-\u11ff\u3131-\u318e\u0e01-\u0edf\u1000-\u109f\ua9e0-\ua9fe\uaa60-\uaadf\u1780-\u17b3\u17d7\u17dc"
    "\u1950-\u19df\u1a20-\u1aad"
)
_UNSPACED_FIRST = re.compile(f"[{_UNSPACED}]")
# What writers leave out as they like: accents (й is found by и, as é by e), points of Hebrew and Arabic, tatweel.
_OPTIONAL = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc]+"
)

_JOINTS = r"_\-./\\:@#'’&+=%~$"
"""Marks that units stand side by side around."""

_LETTER = r"[\p{L}\p{M}\p{N}]"
_ASCII_RUN = re.compile(rf"[a-z0-9]++(?:[{_JOINTS}]{{1,3}}[a-z0-9]++)*+")
_ASCII_UNIT = re.compile(r"[a-z0-9]+")
_RUN = regex.compile(rf"{_LETTER}++(?:[{_JOINTS}]{{1,3}}{_LETTER}++)*+")
_UNIT = regex.compile(rf"[{_UNSPACED}]\p{{M}}*+|(?:(?![{_UNSPACED}]){_LETTER})++")

# A blank that writers set as they like. `订单 103` is found by `订单103`, and by its two words.
_SPACED_NUMBER = re.compile(rf"(?<=[{_UNSPACED}])\s(?=\d)|(?<=\d)\s(?=[{_UNSPACED}])")

# A text within a text: JSON, or what a program prints of it. A path of Windows looks the same: both readings count.
_UNICODE_ESCAPE = re.compile(r"\\+u([0-9a-f]{4})", re.IGNORECASE)
_LINE_ESCAPE = re.compile(r"\\[nrt](?=\w)")


def search_words(text: str) -> set[str]:
    """All that the text is found by: units, and pairs of them with a space between."""
    words: set[str] = set()
    finished(_add_words(words, text))
    return words


def query_words(query: str) -> set[str]:
    """What a text has to have, all of it, to be found by the query; empty if it has no letter and no digit. A unit that
    stands in a pair need not be asked for by itself."""
    asked: set[str] = set()
    for run in _runs(_folded(query)):
        for row in _rows(_units(run)):
            asked.update(_pairs(row) if len(row) > 1 else row)
    return asked


def message_words(message: ChatMessage) -> Steps[set[str]]:
    """What a message is found by, MOST_WORDS at most: its text, names of files, names and arguments of calls.
    Credentials are not, nor what is encoded."""
    words: set[str] = set()
    for text in _texts(message):
        legible = yield from legible_in_steps(text, json=True)
        yield from _add_words(words, legible.replace(REDACTED, " "), MOST_WORDS)
    return words


def _texts(message: ChatMessage) -> Iterator[str]:
    yield message.text
    yield from (part.name for part in message.parts if isinstance(part, FilePart))
    for call in message.tool_calls:
        yield call.name
        yield call.arguments


def _add_words(words: set[str], text: str, at_most: int = sys.maxsize) -> Steps[None]:
    """Adds what the text is found by, as long as there are not more than `at_most`."""
    known: set[str] = set()
    for stretch in _stretches(text):
        if len(words) == at_most:
            return
        runs = set(_texts_within(stretch)) - known
        known |= runs
        found: set[str] = set()
        for run in runs:
            if run.isascii() and run.isalnum():
                found.add(run)
            else:
                units = _units(run)
                found.update(units, *map(_pairs, _rows(units)))
        words.update(islice(found - words, at_most - len(words)))
        yield


def _stretches(text: str) -> Iterator[str]:
    """The text in pieces that end at blanks. Where there are none for as long as a query can be, the next piece begins
    so far back that whatever a query asks for is whole in one of them."""
    at = 0
    while len(text) - at > STRETCH + MAX_QUERY:
        blank = _BLANK.search(text, at + STRETCH, at + STRETCH + MAX_QUERY)
        end = blank.start() if blank else at + STRETCH + MAX_QUERY
        yield text[at:end]
        at = end if blank else at + STRETCH
    yield text[at:]


def _texts_within(stretch: str) -> Iterator[str]:
    """The runs of a stretch, and those behind what may be the escape of a line end or a tab."""
    folded = _folded(stretch)
    if "\\" not in folded:
        return iter(_runs(_closed_up(folded)))
    unescaped = _UNICODE_ESCAPE.sub(_character, folded)
    if unescaped is not folded:
        folded = _folded(unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    readings = map(_closed_up, (folded, _LINE_ESCAPE.sub(" ", folded)))
    return chain.from_iterable(map(_runs, readings))


def _closed_up(folded: str) -> str:
    return folded if folded.isascii() else _SPACED_NUMBER.sub("", folded)


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = normalize("NFKD", normalize("NFKD", text).casefold())
    return normalize("NFC", _OPTIONAL.sub("", decomposed))


def _runs(folded: str) -> Iterable[str]:
    return _ASCII_RUN.findall(folded) if folded.isascii() else _RUN.findall(folded)


def _units(run: str) -> list[str]:
    return _ASCII_UNIT.findall(run) if run.isascii() else _UNIT.findall(run)


def _rows(units: list[str]) -> Iterator[list[str]]:
    """The units of a run in rows, which end where a word of one script meets a character of another."""
    begins = 0
    for at, (first, second) in enumerate(pairwise(units), 1):
        if not (first.isdigit() or second.isdigit()) and _is_unspaced(first) is not _is_unspaced(second):
            yield units[begins:at]
            begins = at
    yield units[begins:]


def _is_unspaced(unit: str) -> bool:
    return _UNSPACED_FIRST.match(unit) is not None


def _pairs(units: list[str]) -> Iterator[str]:
    return (f"{first} {second}" for first, second in pairwise(units))
