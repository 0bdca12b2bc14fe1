"""What a provider's limits leave of one credential at the moment, and what processes say and are told of it. Values:
how one follows from the other is in `permit_grants.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from compactd.domain.value_class import value

LEASE_SECONDS = 15.0
"""How long what a process has in hand counts without a word from it."""

JUMP_SECONDS = 1.0
"""A clock that is so far behind what it has shown was set back."""


@value
class Ask:
    """A request that waits: the tokens that it takes at most, and whether it is a job's."""

    tokens: int
    background: bool = False


@value
class Unused:
    """What was granted and not used after all; below 0 what was used beyond it."""

    requests: int = 0
    tokens: int = 0

    def __add__(self, other: "Unused") -> "Unused":
        return Unused(self.requests + other.requests, self.tokens + other.tokens)


NOTHING = Unused()


@value
class Report:
    """What a process says and asks for. `in_hand` are its requests that are granted and not answered, `job_in_hand`
    those of jobs among them. `asks` are in the order in which they are to be granted, those of jobs last.
    `hold_seconds`: a provider has just said that it wants to be left alone for so long. `call_seconds` is how long its
    requests took lately, 0 where that is not known."""

    holder: str
    in_hand: int
    job_in_hand: int
    asks: Sequence[Ask]
    unused: Unused = NOTHING
    job_unused: Unused = NOTHING
    hold_seconds: float = 0.0
    call_seconds: float = 0.0


@value
class Grant:
    """`starts` are the seconds from now on until each of the asks may begin: of the first `granted` ones that is
    settled, of the others it is what they have to expect at least. `pause` is when to ask again for those, in seconds.
    `held_seconds` is how long the provider is left alone."""

    starts: Sequence[float]
    granted: int
    pause: float
    held_seconds: float = 0.0


@value
class Holder:
    """What a process said last: what it has in hand up to `leased_until`, what waits there up to `waits_until`."""

    in_hand: int = 0
    job_in_hand: int = 0
    leased_until: float = 0.0
    waiting: int = 0
    job_waiting: int = 0
    waits_until: float = 0.0

    def at(self, now: float) -> "Holder":
        """What of it counts still."""
        held = self if self.leased_until > now else replace(self, in_hand=0, job_in_hand=0)
        return held if self.waits_until > now else replace(held, waiting=0, job_waiting=0)

    @property
    def is_empty(self) -> bool:
        return not (self.in_hand or self.waiting or self.job_waiting)

    def shifted(self, seconds: float) -> "Holder":
        return replace(self, leased_until=self.leased_until + seconds, waits_until=self.waits_until + seconds)


@value
class Paces:
    """Up to which moment each limit by the minute is used up."""

    requests: float = 0.0
    tokens: float = 0.0
    job_requests: float = 0.0
    job_tokens: float = 0.0

    def shifted(self, seconds: float) -> "Paces":
        return Paces(
            self.requests + seconds, self.tokens + seconds, self.job_requests + seconds, self.job_tokens + seconds
        )


@value
class Allowance:
    """Moments are in seconds since the epoch, by the clock of the database. `holders` stand in the order of their last
    grants."""

    paces: Paces
    held_until: float
    seen_at: float
    holders: Mapping[str, Holder]

    def at(self, now: float) -> "Allowance":
        """The same now. A clock that was set back takes all moments with it; what is only late changes nothing."""
        if now >= self.seen_at - JUMP_SECONDS:
            return replace(self, seen_at=max(now, self.seen_at))
        seconds = now - self.seen_at
        holders = {name: holder.shifted(seconds) for name, holder in self.holders.items()}
        return Allowance(self.paces.shifted(seconds), self.held_until + seconds, now, holders)


FRESH = Allowance(Paces(), 0.0, 0.0, {})
"""Of a credential that nobody has used yet."""
