"""What the assistant said between messages of users."""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import NamedTuple

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.reading.sentence_traits import Trait

READ = 64
"""Sentences of the assistant, the last before a user speaks again, that are read for what they say of a request."""

_QUESTION = int(Trait.QUESTION)


class Turn(NamedTuple):
    """What the assistant said before a user spoke again: its last message, what it said before that, and whether a user
    had asked something else before."""

    last: Sequence[Sentence]
    before: Sequence[Sentence]
    answers: bool


def turns_between(sentences: Sequence[Sentence], message: int, until: int) -> Iterator[Turn]:
    """What the assistant said before each message of a user that follows `message`, and before `until`; of much of it
    the end."""
    first = bisect_right(sentences, message, key=attrgetter("message"))
    last = bisect_left(sentences, until, key=attrgetter("message"))
    since = (one for one in islice(sentences, first, last) if one.role is not Role.TOOL)
    asked = False
    for role, spoken in groupby(since, key=attrgetter("role")):
        said = deque(spoken, maxlen=READ)
        if role is Role.ASSISTANT:
            at = said[-1].message
            yield Turn([one for one in said if one.message == at], [one for one in said if one.message != at], asked)
        else:
            asked = any(one.traits & _QUESTION for one in said)
