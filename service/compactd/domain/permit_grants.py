"""Which requests to a provider may leave, and when. Pure.

One allowance is shared by all processes. Each limit by the minute is paced: what is granted takes its share of the
time, and the next begins behind it, up to BURST_SECONDS late. So no ten seconds hold more than ten seconds and a burst
give, and one request; a pause of a process for less than a burst loses nothing. A grant reaches AHEAD_SECONDS into the
future, so that one is enough for all that leaves meanwhile.

Calls at once are what each process says it has in hand, for as long as it says so again (LEASE_SECONDS). A place goes
to the process that waits and has fewest, among those to the one that has waited longest for a grant.

Jobs have a second pace of their own, at their share, and leave when no other caller waits in any process.
"""

from collections.abc import Mapping
from itertools import takewhile

from compactd.domain.allowance import LEASE_SECONDS, Allowance, Ask, Grant, Holder, Paces, Report
from compactd.domain.provider_limits import ProviderLimits

BURST_SECONDS = 0.1
"""How much of a limit that was not used is made up for."""

AHEAD_SECONDS = 0.15
"""How far ahead requests are granted their time."""

WAIT_SECONDS = 3.0
"""How long it counts as one that waits."""

MOST_PAUSE = 1.0
"""Seconds after which whoever waits asks again at the latest."""

PLACE_PAUSE = 0.1
"""Seconds after which whoever waits for a place asks again: nobody knows when one is free."""

LONGEST_HOLD = 3_600.0
"""Seconds for which a provider's word that it wants to be left alone is believed: then it is asked once more."""

MINUTE = 60.0


def grant(allowance: Allowance, limits: ProviderLimits, report: Report, now: float) -> tuple[Allowance, Grant]:
    """What is granted to a process, and what is left for others afterwards."""
    allowance = allowance.at(now)
    now = allowance.seen_at
    held_until = max(allowance.held_until, now + min(report.hold_seconds, LONGEST_HOLD))
    others = {
        name: holder
        for name, said in allowance.holders.items()
        if name != report.holder and not (holder := said.at(now)).is_empty
    }
    paces = _Paced(allowance.paces, limits)
    paces.give_back(report, now)
    places = _Places(limits, report, others, before=_standing_before(report.holder, allowance.holders))
    starts: list[float] = []
    granted, after, pause = 0, None, MOST_PAUSE
    for ask in report.asks:
        paced = max(now, held_until, paces.start(ask))
        wait = places.wait(ask)
        if after is None and (wait is not None or paced > now + AHEAD_SECONDS):
            # From here on it is only worked out when the others could begin.
            after = paces.moments
            pause = min(MOST_PAUSE, max(paced - now - AHEAD_SECONDS, 0.0 if wait is None else PLACE_PAUSE))
        start = max(paced, now + (wait or 0.0))
        paces.use(ask, start)
        starts.append(start - now)
        granted += after is None
    left = _Left(report, granted, now)
    holders = left.among(others, allowance.holders)
    changed = Allowance(paces.moments if after is None else after, held_until, now, holders)
    return changed, Grant(starts, granted, pause, held_until - now if held_until > now else 0.0)


class _Pace:
    """One limit by the minute, used up to a `moment`; one that is not set never is."""

    __slots__ = ("_seconds_each", "moment")

    def __init__(self, moment: float, per_minute: int | None, share: float = 1.0) -> None:
        self._seconds_each = 0.0 if per_minute is None else MINUTE / (per_minute * share)
        self.moment = 0.0 if per_minute is None else moment

    def use(self, amount: int, earliest: float) -> None:
        """Takes so much from then on, or what comes later; gives it back where it is negative."""
        if self._seconds_each:
            self.moment = max(self.moment, earliest) + amount * self._seconds_each


class _Paced:
    """The limits by the minute, as they are used up."""

    def __init__(self, paces: Paces, limits: ProviderLimits) -> None:
        requests, tokens, share = limits.requests_per_minute, limits.tokens_per_minute, limits.jobs_share
        self._requests = _Pace(paces.requests, requests)
        self._tokens = _Pace(paces.tokens, tokens)
        self._job_requests = _Pace(paces.job_requests, requests, share)
        self._job_tokens = _Pace(paces.job_tokens, tokens, share)

    @property
    def moments(self) -> Paces:
        return Paces(self._requests.moment, self._tokens.moment, self._job_requests.moment, self._job_tokens.moment)

    def start(self, ask: Ask) -> float:
        """When nothing of what was granted before stands in its way."""
        of_all = max(self._requests.moment, self._tokens.moment)
        return max(of_all, self._job_requests.moment, self._job_tokens.moment) if ask.background else of_all

    def use(self, ask: Ask, start: float) -> None:
        self._use(1, ask.tokens, start - BURST_SECONDS, of_jobs=ask.background)

    def give_back(self, report: Report, now: float) -> None:
        """What was not used of earlier grants."""
        for unused, of_jobs in ((report.unused, False), (report.job_unused, True)):
            self._use(-unused.requests, -unused.tokens, now - BURST_SECONDS, of_jobs=of_jobs)

    def _use(self, requests: int, tokens: int, earliest: float, *, of_jobs: bool) -> None:
        self._requests.use(requests, earliest)
        self._tokens.use(tokens, earliest)
        if of_jobs:
            self._job_requests.use(requests, earliest)
            self._job_tokens.use(tokens, earliest)


class _Places:
    """The calls at once, as they are taken."""

    def __init__(
        self, limits: ProviderLimits, report: Report, others: Mapping[str, Holder], before: frozenset[str]
    ) -> None:
        self._others = [(holder, name in before) for name, holder in others.items()]
        self._most = limits.calls_at_once
        self._free = (limits.calls_at_once or 0) - report.in_hand - sum(h.in_hand for h in others.values())
        self._job_free = (
            (limits.job_calls_at_once or 0) - report.job_in_hand - sum(h.job_in_hand for h in others.values())
        )
        self._in_hand, self._job_in_hand = report.in_hand, report.job_in_hand
        self._call_seconds = report.call_seconds
        self._late = 0

    def wait(self, ask: Ask) -> float | None:
        """Takes a place: None. Where there is none, how many seconds it takes at least until there is, as far as is
        known; and whoever comes behind has none either."""
        if ask.background and any(holder.waiting for holder, _ in self._others):
            return self._wait()
        if self._most is None:
            return None
        free = self._free - self._kept_for_others(of_jobs=False)
        if ask.background:
            free = min(self._free, self._job_free) - self._kept_for_others(of_jobs=True)
        if self._late or free < 1:
            return self._wait()
        self._free -= 1
        self._in_hand += 1
        if ask.background:
            self._job_free -= 1
            self._job_in_hand += 1
        return None

    def _kept_for_others(self, *, of_jobs: bool) -> int:
        """How many processes wait that have fewer in hand, or as many and have waited longer."""
        mine = self._job_in_hand if of_jobs else self._in_hand
        return sum(
            (theirs := holder.job_in_hand if of_jobs else holder.in_hand) < mine or (theirs == mine and is_before)
            for holder, is_before in self._others
            if (holder.job_waiting if of_jobs else holder.waiting)
        )

    def _wait(self) -> float:
        """Calls that are at work are half done in the mean."""
        self._late += 1
        return (self._late - 0.5) * self._call_seconds / (self._most or 1) if self._most else 0.0


class _Left:
    """What a process has in hand, and what waits there, once it has got its grant."""

    def __init__(self, report: Report, granted: int, now: float) -> None:
        jobs = sum(ask.background for ask in report.asks)
        job_granted = max(0, granted - (len(report.asks) - jobs))
        self._name = report.holder
        self._has_grant = granted > 0
        self._holder = Holder(
            report.in_hand + granted,
            report.job_in_hand + job_granted,
            now + LEASE_SECONDS,
            len(report.asks) - jobs - (granted - job_granted),
            jobs - job_granted,
            now + WAIT_SECONDS,
        )

    def among(self, others: Mapping[str, Holder], before: Mapping[str, Holder]) -> Mapping[str, Holder]:
        """All that count still. Who has got something stands last, others where they stood."""
        if self._holder.is_empty:
            return others
        mine = {self._name: self._holder}
        if self._has_grant or self._name not in before:
            return {**others, **mine}
        everybody = {**others, **mine}
        return {name: everybody[name] for name in before if name in everybody}


def _standing_before(name: str, holders: Mapping[str, Holder]) -> frozenset[str]:
    """Who has waited longer for a grant: all, for one who has just come."""
    return frozenset(takewhile(lambda other: other != name, holders))
