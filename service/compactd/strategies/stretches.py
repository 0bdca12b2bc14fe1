"""Patterns over long texts: a stretch at a time, with the same result as over the whole.

A pattern holds the interpreter until it is through with what it was given. A message may have eight million characters,
at which no call is to stand still.
"""

import re
from collections.abc import Callable, Iterator

from compactd.strategies.steps import Steps

STRETCH = 32 * 1024
"""Code points of a text that are worked on in one go: 10 ms of CPU for all patterns over ordinary text, 40 for the
worst known, in which each word names a credential (`token "a token "a …`). Twice as long a stretch saves a tenth."""

LOOK_AHEAD = 10_000
"""Code points behind a stretch that a pattern may look at before it decides. No pattern that is given to `substitute`
needs more, but to go on at the end of its match with what it has gone on with, or over blanks."""

_END_OF_MATCH = 128
"""Code points; what may follow such an end is no longer."""

_BLANKS = re.compile(r"\s*+")


def substitute(pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str) -> Steps[str]:
    """What `pattern.sub` gives, in steps of a stretch; the same object if nothing matches."""
    if len(text) <= STRETCH:
        return pattern.sub(replacement, text)
    pieces: list[str] = []
    done = at = 0
    while at < len(text):
        end, seen = _stretch_from(text, at)
        for found in pattern.finditer(text, at, seen):
            if found.start() >= end:
                break
            # What reaches the end of what was seen may go on behind it.
            match = pattern.match(text, found.start()) if found.end() > seen - _END_OF_MATCH else found
            if match is None:
                raise ValueError(f"a pattern that has to see more than {LOOK_AHEAD} code points: {pattern.pattern}")
            pieces += (text[done : match.start()], replacement(match))
            done = match.end()
            if match is not found:
                break
        at = max(end, done)
        yield
    return "".join((*pieces, text[done:])) if pieces else text


def overlapping(text: str, overlap: int) -> Iterator[str]:
    """The stretches of a text, each with so many code points of the next: whatever is no longer than that by one is
    whole in one of them."""
    if len(text) <= STRETCH:
        return iter((text,))
    return (text[at : at + STRETCH + overlap] for at in range(0, len(text), STRETCH))


def _stretch_from(text: str, at: int) -> tuple[int, int]:
    """Before which place matches of the stretch at `at` begin, and up to where the pattern sees the text."""
    end = at + STRETCH
    blanks = _BLANKS.match(text, end + LOOK_AHEAD)
    after = blanks.end() if blanks else len(text)
    # A run of blanks that is longer than what may be looked at belongs to one stretch.
    return max(end, after - LOOK_AHEAD), after + _END_OF_MATCH
