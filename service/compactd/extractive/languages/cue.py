"""What the words of a sentence can say about it."""

from enum import IntFlag


class Cue(IntFlag):
    """What the words of a sentence say about it; none for most sentences.

    From SCOPE on they tell a standing instruction from a request: that it holds beyond one thing (SCOPE; QUANTIFIER,
    which alone says little), that it orders (ORDER), forbids (BAN) or obliges (DUTY), under which condition
    (CONDITION), what somebody likes (PREFERENCE), how work is to be done and not which (MANNER); ONCE speaks against
    it, RELEASE takes one back. SHIFT says that something else is wanted from here on.

    From ONE on they tell how an order or a statement is meant: about one thing (ONE) or all of a kind (GENERIC), how to
    go on and not what to do once (LASTING), how things have to be (NORM), what somebody takes to be so or has read
    (GUESS), and without a verb (FRAGMENT). PERMISSION says that something may be done.
    """

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
    SCOPE = 2048
    QUANTIFIER = 4096
    ORDER = 8192
    BAN = 16384
    DUTY = 32768
    CONDITION = 65536
    PREFERENCE = 131072
    MANNER = 262144
    ONCE = 524288
    RELEASE = 1048576
    SHIFT = 2097152
    ONE = 4194304
    GENERIC = 8388608
    LASTING = 16777216
    NORM = 33554432
    GUESS = 67108864
    FRAGMENT = 134217728
    PERMISSION = 268435456
