"""Whose words the words of a message are."""

from enum import IntEnum
from typing import NamedTuple


class Voice(IntEnum):
    """Who says the words of a passage."""

    OWN = 0
    """The author of the message."""
    QUOTED = 1
    """Somebody else, or nobody: the author shows code, a log, a quote, a document."""
    HARNESS = 2
    """The program around the agent, in a user's message: it is nobody's will."""


class Passage(NamedTuple):
    """Words of one voice that stand side by side."""

    voice: Voice
    text: str
