"""What the author of a message only shows: fences of code, and quotes behind `>`."""

import re
from collections.abc import Iterator

from compactd.extractive.voices import Passage, Voice

_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}+|~{3,}+)([^`\n]*+)$", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]{0,3}>[^\n]*+(?:\n[ \t]{0,3}>[^\n]*+)*+", re.MULTILINE)
_QUOTE_MARKS = re.compile(r"^[ \t]{0,3}>[> \t]*+", re.MULTILINE)


def fences_of(text: str) -> list[tuple[int, int]]:
    """Where the fences of code of a text begin and end, with their marks; one that is not closed is none."""
    if "```" not in text and "~~~" not in text:
        return []
    fences: list[tuple[int, int]] = []
    opening: re.Match[str] | None = None
    for mark in _FENCE.finditer(text):
        if opening is None:
            opening = mark
        elif mark[1].startswith(opening[1]) and not mark[2].strip():
            fences.append((opening.start(), mark.end()))
            opening = None
    return fences


def by_quotes(text: str) -> Iterator[Passage]:
    """What is said in a text and what is quoted in it, without the marks of the quotes."""
    at = 0
    for start, end in fences_of(text):
        yield from _by_quote_marks(text[at:start])
        yield Passage(Voice.QUOTED, text[start:end].partition("\n")[2].rpartition("\n")[0])
        at = end
    yield from _by_quote_marks(text[at:])


def _by_quote_marks(text: str) -> Iterator[Passage]:
    at = 0
    if ">" in text:
        for quote in _QUOTE.finditer(text):
            yield Passage(Voice.OWN, text[at : quote.start()])
            yield Passage(Voice.QUOTED, _QUOTE_MARKS.sub("", quote.group()))
            at = quote.end()
    yield Passage(Voice.OWN, text[at:])
