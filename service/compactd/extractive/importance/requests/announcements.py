"""What is only announced, and what announces it: `Use this line:` and the line, `The plan:` and what it counts off."""

import re
from collections.abc import Container, Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.reading.sentence_traits import Trait

_COLONS = (":", "：")
_LIST_MARK = re.compile(r"[-*•·–]\s|\d{1,2}[.)、．]\s?(?!\d)")
_LISTED = 12
"""Sentences before one of a list among which what announces the list is looked for."""

_SHORT = 60
"""Code points of what announces a list, where an item of it is said alone."""

_TABLE_ROW, _NOT_SAID = int(Trait.TABLE_ROW), int(Trait.ANNOUNCEMENT | Trait.QUOTED)


def completed(sentences: Sequence[Sentence], places: list[int]) -> list[int]:
    """`places` with what follows the last of them as long as that only announces it: `Here is the text:`."""
    last = places[-1]
    whole = list(places)
    while sentences[last].text.endswith(_COLONS) and _goes_on(sentences, last) and len(whole) < 4:
        last += 1
        whole.append(last)
    return whole


def with_announcement(sentences: Sequence[Sentence], place: int, left: Container[int]) -> list[int]:
    """A sentence with what follows it as long as that is only announced, and behind what announces it, if that is
    `left`: one line of a user's (`Use this line:`), and what the assistant counts off, which is a plan as often as it
    was done."""
    before = _announcing(sentences, place)
    if before is None or before not in left:
        return completed(sentences, [place])
    return [before, *completed(sentences, [place])]


def _announcing(sentences: Sequence[Sentence], place: int) -> int | None:
    before = place - 1
    if sentences[place].role is Role.USER:
        alone = not any(map(_is_listed, sentences[place : place + 2]))
        return before if alone and _announces(sentences, before, place) else None
    if not sentences[place].text[:1].isdigit() or not _is_listed(sentences[place]):
        return None
    while before > place - _LISTED and are_together(sentences, before, place) and not _is_colon(sentences[before]):
        before -= 1
    is_short = before >= 0 and len(sentences[before].text) <= _SHORT
    return before if is_short and _announces(sentences, before, place) else None


def _announces(sentences: Sequence[Sentence], before: int, place: int) -> bool:
    if not are_together(sentences, before, place) or sentences[before].traits & _NOT_SAID:
        return False
    return _is_colon(sentences[before])


def _is_colon(sentence: Sentence) -> bool:
    return sentence.text.endswith(_COLONS)


def _is_listed(sentence: Sentence) -> bool:
    return _LIST_MARK.match(sentence.text) is not None


def _goes_on(sentences: Sequence[Sentence], last: int) -> bool:
    return are_together(sentences, last, last + 1) and not sentences[last + 1].traits & _TABLE_ROW


def are_together(sentences: Sequence[Sentence], first: int, second: int) -> bool:
    """Whether two places are there and of one message."""
    if first < 0 or second >= len(sentences):
        return False
    one, other = sentences[first], sentences[second]
    return one.message == other.message and one.role is other.role and one.section is other.section
