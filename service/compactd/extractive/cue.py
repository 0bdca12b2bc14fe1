"""What the words of a sentence can say about it."""

from enum import IntFlag


class Cue(IntFlag):
    """What the words of a sentence say about it; none for most sentences."""

    CORRECTION = 1
    DECISION = 2
    CONSTRAINT = 4
    ERROR = 8
    OUTCOME = 16
    REQUEST = 32
    ASIDE = 64
    CHATTER = 128
    NARRATION = 256
    GOAL = 512
    WITHDRAWAL = 1024
