"""Tags in messages, with their counterparts: `<system-reminder>…</system-reminder>`."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

_TAG = re.compile(r"<(/?)([^\W\d_][\w:.-]{0,80}+)((?:\s[^<>]{0,300}+)?+)>")
_TELLING = re.compile(r"\s(?:type|kind|role|from|source)\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_VALUE = re.compile(r"\S{1,80}|\d[\d :.TZ+-]{0,40}")
_SENTENCE_ENDS = ".!?:。！？：…؟۔।"
_GOES_ON = ",;.:!?)\"'`"
_TAGS_AT_MOST = 2000
"""A text with more of them is a document, and not what a harness wrapped."""

_NEAR = 200
"""Code points around a block that are looked at: a line may be a megabyte long, and hold many."""


class Block(NamedTuple):
    """Two tags of one name: the whole is `text[start:end]`, what is between them `text[first:last]`, which are lines of
    their own if it `has_lines`, one value if it `has_value`. The name is what an attribute says it is, else the tag's.
    """

    name: str
    start: int
    first: int
    last: int
    end: int
    has_lines: bool
    has_value: bool = False


def blocks_of(text: str, passed: Sequence[tuple[int, int]]) -> list[Block]:
    """The blocks of a text by their beginnings, one within another too. Tags within the places of `passed`, such as
    fences of code, are none.

    Linear: a closing tag takes the last open one of its name.
    """
    if "</" not in text:
        return []
    opened: dict[str, list[re.Match[str]]] = {}
    blocks: list[Block] = []
    for number, tag in enumerate(_TAG.finditer(text)):
        if number == _TAGS_AT_MOST:
            return []
        if is_within(tag.start(), passed):
            continue
        if not tag[1]:
            if not tag[3].endswith("/"):
                opened.setdefault(tag[2], []).append(tag)
        elif opened.get(tag[2]):
            opening = opened[tag[2]].pop()
            lines = text.startswith(("\n", "\r\n"), opening.end())
            value = _VALUE.fullmatch(text, opening.end(), tag.start()) is not None
            told = _TELLING.search(opening[3]) if opening[3] else None
            name = told[1] if told else tag[2]
            blocks.append(Block(name, opening.start(), opening.end(), tag.start(), tag.end(), lines, value))
    return sorted(blocks, key=lambda block: block.start)


def is_within(place: int, passed: Sequence[tuple[int, int]]) -> bool:
    """Whether a place lies in one of the stretches of `passed`, which are in order."""
    before = bisect_right(passed, place, key=itemgetter(0)) - 1
    return before >= 0 and place < passed[before][1]


def stands_apart(text: str, block: Block) -> bool:
    """Whether a block is none of the words around it: what is before it on its line ends a sentence, or is a tag, and
    no sentence goes on behind it. `Why does <my-button>Save</my-button> not show?` talks of a tag."""
    before = text[max(0, block.start - _NEAR) : block.start].rpartition("\n")[2].rstrip()
    if before and before[-1] not in _SENTENCE_ENDS + ">" and not block.has_lines:
        return False
    after = text[block.end : block.end + _NEAR].partition("\n")[0].lstrip()
    return not after or after[0] == "<" or not (after[0].islower() or after[0] in _GOES_ON)


def without_tags(text: str) -> str:
    """What stands between the tags of a text, and in their attributes."""
    return _TAG.sub(r" \3 ", text) if "<" in text else text
