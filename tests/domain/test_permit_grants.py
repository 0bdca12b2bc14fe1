"""Which requests may leave, and when: processes that share one allowance, in a time of their own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compactd.domain.allowance import FRESH, LEASE_SECONDS, Allowance, Ask, Grant, Report, Unused
from compactd.domain.permit_grants import AHEAD_SECONDS, BURST_SECONDS, WAIT_SECONDS, grant
from compactd.domain.provider_limits import ProviderLimits

NOW = 1_800_000_000.0
WINDOW = 10.0
STEP = 0.05


@dataclass
class Process:
    """One that has so many requests to make, as many as it may at once, each of which takes `seconds`. Those of jobs
    stand last."""

    name: str
    asks: list[Ask]
    seconds: float = 0.5
    ends: list[tuple[float, Ask]] = field(default_factory=list)
    unused: Unused = field(default_factory=Unused)
    job_unused: Unused = field(default_factory=Unused)
    next_report: float = 0.0
    left: list[tuple[float, Ask]] = field(default_factory=list)
    used_share: float = 1.0
    """What of the tokens that were asked for its requests take."""

    def report(self, now: float) -> Report:
        for _, ask in (ended := [item for item in self.ends if item[0] <= now]):
            saved = Unused(0, ask.tokens - int(ask.tokens * self.used_share))
            if ask.background:
                self.job_unused += saved
            else:
                self.unused += saved
        self.ends = [item for item in self.ends if item not in ended]
        jobs = sum(ask.background for _, ask in self.ends)
        report = Report(self.name, len(self.ends), jobs, self.asks[:40], self.unused, self.job_unused)
        self.unused = self.job_unused = Unused()
        return report

    def take(self, answer: Grant, now: float, asked: Sequence[Ask]) -> None:
        for ask, start in zip(asked[: answer.granted], answer.starts, strict=False):
            self.left.append((now + start, ask))
            self.ends.append((now + start + self.seconds, ask))
        del self.asks[: answer.granted]
        self.next_report = now + max(STEP, answer.pause)


@dataclass
class Shared:
    """One allowance, and the processes that use it."""

    limits: ProviderLimits
    processes: list[Process]
    allowance: Allowance = FRESH
    now: float = NOW

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            for process in self.processes:
                if process.next_report <= self.now or any(at <= self.now for at, _ in process.ends):
                    report = process.report(self.now)
                    self.allowance, answer = grant(self.allowance, self.limits, report, self.now)
                    process.take(answer, self.now, report.asks)
            self.now += STEP

    @property
    def left(self) -> list[tuple[float, Ask]]:
        return sorted((item for process in self.processes for item in process.left), key=lambda item: item[0])

    @property
    def in_hand(self) -> int:
        return sum(len(process.ends) for process in self.processes)


def most_in_any_window(events: Sequence[tuple[float, float]]) -> float:
    """The most that lies in ten seconds, wherever they begin."""
    most = total = first = 0.0
    for last, (at, amount) in enumerate(events):
        total += amount
        while events[int(first)][0] <= at - WINDOW:
            total -= events[int(first)][1]
            first += 1
        most = max(most, total)
        assert last >= first
    return most


def busy(
    name: str,
    count: int = 5_000,
    tokens: int = 100,
    *,
    background: bool = False,
    seconds: float = 0.5,
    used_share: float = 1.0,
) -> Process:
    return Process(name, [Ask(tokens, background)] * count, seconds, used_share=used_share)


rates = st.integers(30, 6_000)


@settings(max_examples=25, deadline=None)
@given(per_minute=rates, processes=st.integers(1, 4))
def test_requests_keep_to_their_limit_in_any_ten_seconds_and_use_it(per_minute: int, processes: int) -> None:
    shared = Shared(ProviderLimits(requests_per_minute=per_minute), [busy(f"{number}") for number in range(processes)])
    shared.run(25)
    of_window = per_minute * WINDOW / 60
    assert most_in_any_window([(at, 1) for at, _ in shared.left]) <= of_window * 1.02 + 1
    assert len(shared.left) >= per_minute * 25 / 60 * 0.97 - 1


@settings(max_examples=25, deadline=None)
@given(per_minute=st.integers(10_000, 2_000_000), tokens=st.integers(50, 1_500), share=st.floats(0.3, 1.0))
def test_tokens_keep_to_their_limit_by_what_requests_took_and_not_by_what_they_might(
    per_minute: int, tokens: int, share: float
) -> None:
    processes = [busy(name, tokens=tokens, used_share=share, seconds=0.2) for name in "ab"]
    shared = Shared(ProviderLimits(tokens_per_minute=per_minute), processes)
    shared.run(25)
    took = [(at, int(ask.tokens * share)) for at, ask in shared.left]
    most = per_minute * WINDOW / 60
    # One request may be granted whose tokens reach beyond the ten seconds; what the last ones save comes a step late.
    assert most_in_any_window(took) <= most * 1.02 + tokens


def test_what_requests_saved_is_there_for_others() -> None:
    processes = [busy("a", tokens=1_000, used_share=0.25, seconds=0.2)]
    shared = Shared(ProviderLimits(tokens_per_minute=60_000), processes)
    shared.run(60)
    assert sum(ask.tokens * 0.25 for _, ask in shared.left) >= 60_000 * 0.9


def test_what_a_request_took_beyond_what_was_asked_for_is_paid_by_those_behind_it() -> None:
    limits = ProviderLimits(tokens_per_minute=6_000)
    allowance, first = grant(FRESH, limits, Report("a", 0, 0, [Ask(100)]), NOW)
    assert first.granted == 1
    allowance, _ = grant(allowance, limits, Report("a", 0, 0, [], Unused(0, -900)), NOW + 0.1)
    _, second = grant(allowance, limits, Report("a", 0, 0, [Ask(100)]), NOW + 5)
    assert second.granted == 0
    assert second.starts[0] == pytest.approx(5.0, abs=0.3)


@settings(max_examples=25, deadline=None)
@given(places=st.integers(1, 12), processes=st.integers(1, 5))
def test_no_more_calls_are_in_hand_than_there_are_places_and_each_process_gets_its_share(
    places: int, processes: int
) -> None:
    names = [f"{number}" for number in range(processes)]
    shared = Shared(ProviderLimits(calls_at_once=places), [busy(name) for name in names])
    most = 0
    for _ in range(600):
        shared.run(STEP)
        most = max(most, shared.in_hand)
    assert most == places
    counts = [len(process.left) for process in shared.processes]
    # Of three places two processes have one and two, and a single one goes round.
    assert min(counts) >= max(counts) * 0.45 - 1
    # A place is taken again within the time in which those who wait look for one.
    assert sum(counts) >= places * 30 / 0.5 * 0.6


def test_the_places_of_a_process_that_has_died_are_free_once_its_lease_has_ended() -> None:
    dead, living = busy("dead", seconds=1_000.0), busy("living", seconds=1_000.0)
    shared = Shared(ProviderLimits(calls_at_once=4), [dead])
    shared.run(1)
    assert len(dead.left) == 4
    shared.processes = [living]
    shared.run(LEASE_SECONDS - 2)
    assert living.left == []
    shared.run(3)
    assert len(living.left) == 4


def test_one_that_waited_and_died_keeps_nobody_waiting_for_long() -> None:
    shared = Shared(ProviderLimits(calls_at_once=1), [busy("a", seconds=0.2), busy("dies", seconds=0.2)])
    shared.run(1)
    del shared.processes[1]
    shared.run(LEASE_SECONDS + WAIT_SECONDS)
    before = len(shared.processes[0].left)
    shared.run(2)
    assert len(shared.processes[0].left) >= before + 5


def test_jobs_get_their_share_of_every_limit_and_no_more() -> None:
    limits = ProviderLimits(requests_per_minute=600, tokens_per_minute=60_000, calls_at_once=10, jobs_share=0.2)
    shared = Shared(limits, [busy("a", background=True, seconds=5.0), busy("b", background=True, seconds=5.0)])
    most = 0
    for _ in range(400):
        shared.run(STEP)
        most = max(most, shared.in_hand)
    assert most == 2
    paced = ProviderLimits(requests_per_minute=600, jobs_share=0.2)
    shared = Shared(paced, [busy("a", background=True), busy("b", background=True)])
    shared.run(20)
    assert most_in_any_window([(at, 1) for at, _ in shared.left]) <= 21
    assert len(shared.left) >= 38
    by_tokens = ProviderLimits(tokens_per_minute=60_000, jobs_share=0.2)
    shared = Shared(by_tokens, [busy("a", background=True), busy("b", background=True)])
    shared.run(20)
    assert most_in_any_window([(at, ask.tokens) for at, ask in shared.left]) <= 2_000 * 1.05 + 100
    assert len(shared.left) >= 38


def test_jobs_leave_when_no_other_caller_waits_in_any_process() -> None:
    limits = ProviderLimits(requests_per_minute=600, jobs_share=1.0)
    online, jobs = busy("a", 100), busy("b", background=True)
    shared = Shared(limits, [jobs, online])
    shared.run(3)
    # Until it is known that somebody waits, they have what is left.
    assert len(jobs.left) <= 3
    shared.run(12)
    assert online.asks == []
    assert len(jobs.left) > 30


def test_in_one_process_calls_go_before_jobs() -> None:
    mixed = Process("a", [*[Ask(1)] * 50, *[Ask(1, background=True)] * 50])
    shared = Shared(ProviderLimits(requests_per_minute=600, jobs_share=1.0), [mixed])
    shared.run(6)
    assert Counter(ask.background for _, ask in mixed.left[:50]) == {False: 50}
    assert any(ask.background for _, ask in mixed.left)


def test_a_provider_that_wants_to_be_left_alone_is_by_every_process() -> None:
    limits = ProviderLimits()
    allowance, _ = grant(FRESH, limits, Report("a", 0, 0, [], hold_seconds=7.0), NOW)
    for name in "ab":
        allowance, answer = grant(allowance, limits, Report(name, 0, 0, [Ask(1)]), NOW + 2)
        assert answer.granted == 0
        assert answer.held_seconds == pytest.approx(5.0)
        assert answer.starts[0] == pytest.approx(5.0)
    _, answer = grant(allowance, limits, Report("b", 0, 0, [Ask(1)]), NOW + 7.01)
    assert answer.granted == 1


def test_whoever_waits_learns_at_once_how_long_it_will_be_at_least() -> None:
    limits = ProviderLimits(requests_per_minute=60)
    _, answer = grant(FRESH, limits, Report("a", 0, 0, [Ask(1)] * 10), NOW)
    assert answer.granted == 1
    assert list(answer.starts) == pytest.approx(list(range(10)), abs=BURST_SECONDS + 0.01)
    assert answer.pause == pytest.approx(1 - AHEAD_SECONDS, abs=BURST_SECONDS + 0.01)
    limits = ProviderLimits(calls_at_once=2)
    _, answer = grant(FRESH, limits, Report("a", 0, 0, [Ask(1)] * 5, call_seconds=8.0), NOW)
    assert answer.granted == 2
    assert list(answer.starts[2:]) == [2.0, 6.0, 10.0]


@pytest.mark.parametrize("jump", [-86_400.0, -5.0, 5.0, 86_400.0])
def test_a_clock_that_jumps_stops_nothing_and_lets_no_more_through(jump: float) -> None:
    process = busy("a")
    shared = Shared(ProviderLimits(requests_per_minute=600), [process])
    shared.run(10)
    before = len(process.left)
    shared.now += jump
    process.next_report = 0.0
    process.ends = []
    shared.run(10)
    assert 95 <= len(process.left) - before <= 105


def test_a_limit_that_is_changed_holds_from_the_next_grant_on() -> None:
    process = busy("a")
    shared = Shared(ProviderLimits(requests_per_minute=60), [process])
    shared.run(10)
    shared.limits = ProviderLimits(requests_per_minute=600)
    before = len(process.left)
    shared.run(10)
    assert 93 <= len(process.left) - before <= 105
