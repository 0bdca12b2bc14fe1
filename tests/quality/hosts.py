"""Conversations that something is planted in: recorded ones, several joined; made ones where those are not there."""

import random
import re
from dataclasses import replace
from functools import cache

from compactd.domain.messages import ChatMessage, Role
from tests.builders.conversations import RECORDED
from tests.quality import recorded
from tests.quality.conversations import plant
from tests.quality.languages import Language

_LONG = 10_000
"""Code points from which on no further conversation is joined: about 3,000 tokens."""

_PASTED = 2_000
"""Code points from which on a message is no talk: what somebody pasted."""

_BETWEEN = re.compile(r"(?<=[.!?])\s+")


@cache
def _parts() -> tuple[tuple[ChatMessage, ...], ...]:
    if RECORDED.is_file():
        found = [messages for _, messages in recorded.conversations()]
    else:
        found = [plant(seed, held_out=True, turns=12).messages for seed in range(20)]
    return tuple(tuple(message for message in one if message.role is not Role.SYSTEM) for one in found)


def host(rng: random.Random) -> list[ChatMessage]:
    """Messages without a system message, of at least 10,000 code points, from conversations in a random order."""
    joined: list[ChatMessage] = []
    for part in rng.sample(_parts(), len(_parts())):
        joined += part
        if sum(message.characters for message in joined) >= _LONG:
            break
    return joined


def say_within(rng: random.Random, messages: list[ChatMessage], third: int, sentence: str, spoken: Language) -> None:
    """Has a user say a sentence in the first (0), middle (1) or last (2) third, between others: in one of the messages
    there, with small talk around it; in a message of its own where users are silent."""
    size = len(messages) // 3
    places = range(third * size, (third + 1) * size)
    users = [at for at in places if messages[at].role is Role.USER and len(messages[at].text) < _PASTED]
    around = rng.sample(spoken.user, rng.randint(1, 2))
    if users:
        index = rng.choice(users)
        sentences = [*(text for text in _BETWEEN.split(messages[index].text) if text), *around]
        sentences.insert(rng.randint(0, len(sentences)), sentence)
        messages[index] = replace(messages[index], content=spoken.joint.join(sentences))
    else:
        # Never between a call and its results.
        index = rng.choice([at for at in places if messages[at].role is not Role.TOOL])
        around.insert(rng.randint(0, len(around)), sentence)
        messages.insert(index, ChatMessage(role=Role.USER, content=spoken.joint.join(around)))
