"""Observed token ratios: how many tokens of a model's own one counted token has stood for. Pure.

Counts are made with a public tokenizer, the nearest one where the model's own is not public. Each answer of a model
says how many tokens it read; held against what was counted for the same request that gives a ratio. Counts are never
multiplied by it: windows are divided.
"""

from collections.abc import Iterable

from compactd.domain.value_class import value

LEAST_RATIO, MOST_RATIO = 0.5, 4.0
"""Bounds of a ratio. Seen in the field: 1.4 to 3 (digits and hexadecimal, scripts of India, Arabic)."""

FEWEST_TOKENS = 256
"""Smaller requests tell nothing: what providers put around messages is a large part of them."""

ONE_WEIGHT = 3_000
"""What an observation weighs at most, in counted tokens, that the service made of a request of its own."""

TOLD_WEIGHT = 1_000
"""What a caller's figure weighs at most: nobody here has seen what was counted."""

TRUSTED_TOKENS = ONE_WEIGHT
"""So many counted tokens have to stand behind a ratio before windows heed it: three figures of callers at least."""

MEMORY_TOKENS = 24_000
"""What stands behind a ratio at most, in counted tokens: older observations fade as new ones come."""

RISE = 3.0
"""A ratio moves so much faster up than down. A request for which it was too low is refused by the provider, one for
which it was too high leaves some room unused: a high average is wanted, not the mean."""

MOST_STEP = 0.05
"""A ratio rises by so much at most for a caller's figure, and by as much more for another observation as it weighs
more: a figure of another text, or a wrong one, moves no window that none had moved before (DEAD_ZONE)."""

AGREEMENT = 1.25
"""Observations agree that differ by this factor at most. What is not trusted yet has to be agreed with to become so."""

DEAD_ZONE = 0.05
"""What stands around messages differs by as much between two requests: a ratio within it moves no window."""

SPREAD = 0.05
"""Texts differ among themselves: so much is added to the ratio of a model whose tokenizer is not public."""

UNSEEN_FACTOR = 1 / 0.9
"""Where the tokenizer is not the model's own and nothing has been seen yet, a tenth of the room is left free."""


@value
class Observation:
    """The tokens of a text as counted here, and as the model's provider counted them; `told` by a caller, where the
    service has not seen it itself."""

    counted: int
    real: int
    told: bool = False

    @property
    def is_of_use(self) -> bool:
        """Whether it can be a count of that text. Far fewer tokens than the least ratio allows are no tokenizer's
        doing, but a provider that leaves out what it had in its cache, or counts nothing."""
        return self.counted >= FEWEST_TOKENS and self.real * 2 >= self.counted * LEAST_RATIO

    @property
    def ratio(self) -> float:
        return min(MOST_RATIO, max(LEAST_RATIO, self.real / self.counted))

    @property
    def weight(self) -> int:
        """How much it counts, in counted tokens."""
        return min(self.counted, TOLD_WEIGHT if self.told else ONE_WEIGHT)


@value
class TokenRatio:
    """An observed ratio, and how many counted tokens stand behind it."""

    ratio: float
    weight: float

    def after(self, seen: Observation) -> "TokenRatio":
        """With one more observation that is of use: nearer to it, the more it weighs. Until it is trusted it begins
        anew with one that is far lower, and one that is far higher stands not behind it: so what is trusted first is
        what several agree on, or the service has seen."""
        gap = seen.ratio - self.ratio
        if not self.is_trusted and self.ratio > seen.ratio * AGREEMENT:
            return TokenRatio(seen.ratio, seen.weight)
        weight = min(MEMORY_TOKENS, self.weight + seen.weight)
        share = seen.weight / weight
        if gap <= 0:
            return TokenRatio(self.ratio + gap * share, weight)
        step = min(gap * min(1.0, share * RISE), MOST_STEP * seen.weight / TOLD_WEIGHT)
        disagrees = not self.is_trusted and seen.ratio > self.ratio * AGREEMENT
        return TokenRatio(self.ratio + step, self.weight if disagrees else weight)

    def beside(self, other: "TokenRatio") -> "TokenRatio":
        """What two ratios of one model say together: the trusted one alone, where the other is not; and two that are
        not trusted are not together either."""
        if self.is_trusted != other.is_trusted:
            return self if self.is_trusted else other
        both = self.weight + other.weight
        ratio = (self.ratio * self.weight + other.ratio * other.weight) / both
        return TokenRatio(ratio, min(MEMORY_TOKENS, both) if self.is_trusted else max(self.weight, other.weight))

    @property
    def is_trusted(self) -> bool:
        return self.weight >= TRUSTED_TOKENS


def after_all(known: TokenRatio | None, seen: Iterable[Observation]) -> TokenRatio | None:
    """What is known after further observations, each of use, in their order; the first one of all is taken as it is."""
    for one in seen:
        known = known.after(one) if known is not None else TokenRatio(one.ratio, one.weight)
    return known


def context_factor(known: TokenRatio | None) -> float:
    """By what a context window is divided, so that a context fits it that is counted here; at least 1. Nothing is left
    free where nothing has been seen: what a context may hold was said by the caller."""
    return known.ratio if known is not None and known.is_trusted and known.ratio > 1 + DEAD_ZONE else 1.0


def request_factor(known: TokenRatio | None, *, exact: bool) -> float:
    """By what the room of a request is divided; at least 1. `exact`: counts are of the model's own tokenizer."""
    if exact:
        return context_factor(known)
    if known is None or not known.is_trusted:
        return UNSEEN_FACTOR
    return max(1.0, known.ratio + SPREAD)
