"""What the figures should reach, each goal with what was seen.

Most are relative to the trivial RPC in the same stretch of the same run: t1 is its p50 with one caller, r32 its rate
with 32, c its CPU per call with one caller.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.load.compact_steps import CLAIM
from tests.load.measuring import Figures
from tests.load.memory import MemoryCurve
from tests.load.prepare import EXTRACTIVE, INSTANT, SLOW
from tests.load.processes import Server
from tests.load.rows import Row, cpu_of, figure
from tests.load.step_profile import Profile


@dataclass(frozen=True, slots=True)
class Goal:
    """One line: `limit` is a greatest value, or a least one if `at_least`."""

    name: str
    seen: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def reached(self) -> bool:
        return self.seen >= self.limit if self.at_least else self.seen <= self.limit


def goals(figures: Figures, server: Server, first_compactions: Sequence[float]) -> list[Goal]:
    """Those whose figures were measured. Where both modes count, the worse one is seen. `first_compactions` are the
    seconds of each start."""
    return [
        *_latency(figures),
        *_throughput(figures),
        *_cpu(figures),
        *_history(figures),
        *_slow(figures),
        *_start(server, first_compactions),
        *_adapter(figures),
    ]


def claim_goals(figures: Figures, profile: Profile) -> list[Goal]:
    """What of a small Compact is its claim, which takes as long for one of any size."""
    claims = [steps.get(CLAIM, 0.0) for steps in profile.steps.values()]
    return [
        Goal(f"{row.name}, 1 caller: share of the claim in the p50", 100 * max(claims) / row.p50, 10, "%")
        for row in _compacts(figures, INSTANT, 50, 1)
    ]


def memory_goal(curve: MemoryCurve) -> Goal:
    name = f"resident memory over the second half of {curve.points[-1][0]:,} compactions: growth"
    return Goal(name, 100 * curve.growth, 5, "%")


def goal_table(judged: Sequence[Goal]) -> str:
    """Markdown."""
    lines = ["| goal | seen | limit | reached |", "| --- | ---: | ---: | :---: |"]
    for goal in judged:
        sign = "≥" if goal.at_least else "≤"
        seen, limit = (f"{figure(value)} {goal.unit}".strip() for value in (goal.seen, goal.limit))
        lines.append(f"| {goal.name} | {seen} | {sign} {limit} | {'yes' if goal.reached else 'no'} |")
    return "\n".join(lines)


def _compacts(figures: Figures, model: str, messages: int, callers: int) -> list[Row]:
    """Those whose summarizer is chosen as it should be, a row for each mode."""
    return [
        row
        for compacts, row in figures.compacts.items()
        if (compacts.model, compacts.messages, compacts.callers) == (model, messages, callers)
        and not compacts.named_by_request
    ]


LATENCIES = ((50, 9.0, 9.0), (500, 14.0, 20.0), (5_000, 55.0, 110.0))
"""Messages, and times t1 in the modes sliding_window and all."""

SHARES = ((INSTANT, 50, 7.0), (INSTANT, 500, 3.5), (EXTRACTIVE, 50, 6.0))
"""Model, messages, per cent of r32."""


def _latency(figures: Figures) -> Iterator[Goal]:
    limits = {(messages, "sliding_window"): limit for messages, limit, _ in LATENCIES}
    limits |= {(messages, "all"): limit for messages, _, limit in LATENCIES}
    for compacts, row in figures.compacts.items():
        limit = limits.get((compacts.messages, compacts.mode))
        if compacts.model == INSTANT and compacts.callers == 1 and limit is not None:
            name = f"Compact, {compacts.messages:,} messages, {compacts.mode}, 1 caller: p50"
            yield Goal(name, row.p50_in_trivial, limit, "t1")


def _throughput(figures: Figures) -> Iterator[Goal]:
    for model, messages, limit in SHARES:
        if rows := _compacts(figures, model, messages, 32):
            by = f", {EXTRACTIVE}" if model == EXTRACTIVE else ""
            name = f"Compact, {messages:,} messages{by}, 32 callers: rate"
            yield Goal(name, min(row.rate_in_trivial for row in rows), limit, "% of r32", at_least=True)


def _cpu(figures: Figures) -> Iterator[Goal]:
    for appends, row in figures.appends.items():
        if appends.callers != 1:
            continue
        if appends.size == 2:
            yield Goal(f"{row.name}, 1 caller: CPU", row.cpu_in_trivial, 5, "c")
        else:
            yield Goal(f"{row.name}, 1 caller: CPU a message", row.cpu_in_trivial / appends.size, 0.4, "c")
        if (named := figures.named_appends.get(appends)) is not None:
            yield Goal(f"{named.name}, 1 caller: times the CPU without one", cpu_of(named) / cpu_of(row), 1.2, "")
    for reads, row in figures.contexts.items():
        limit = {50: 3.0, 500: 12.0}[reads.messages]
        if reads.callers == 1:
            yield Goal(f"{row.name}, 1 caller: CPU", row.cpu_in_trivial, limit, "c")
    if figures.reading is not None:
        yield Goal("Reading a message when it is appended: CPU in the worker", figures.reading, 0.2, "ms")
    if figures.longest_turn is not None:
        yield Goal(f"Compact by {EXTRACTIVE}: CPU of the longest turn in the worker", figures.longest_turn, 50, "ms")
    if 1 in figures.agents:
        yield Goal("GetAgent, 1 caller: CPU", figures.agents[1][0].cpu_in_trivial, 2, "c")


def _history(figures: Figures) -> Iterator[Goal]:
    if figures.history:
        short, long = figures.history
        yield Goal(f"{long.name}: times the p50 of {short.name}", long.p50 / short.p50, 1.1, "")


def _slow(figures: Figures) -> Iterator[Goal]:
    if rows := _compacts(figures, SLOW, 50, 128):
        more = max((row.p50 - 1000) / row.beside.p50 for row in rows)
        yield Goal("model of 1 s, 50 messages, 128 callers: p50 beyond that second", more, 150, "t1")
    if figures.burst:
        burst = figures.burst
        yield Goal(f"{burst.callers:,} at once with it: failures", sum(burst.failures.values()), 0, "")
        yield Goal(f"{burst.callers:,} at once with it: the last one done", burst.slowest / 1000, 9, "s")
    for beat in figures.heartbeats:
        yield Goal(f"{beat.name}: p99", beat.p99 / beat.beside.p50, 60, "t1")


def _start(server: Server, first_compactions: Sequence[float]) -> Iterator[Goal]:
    yield Goal("listening after start", server.listening_seconds, 1, "s")
    yield Goal("SERVING after start", server.serving_seconds, 4, "s")
    if first_compactions:
        yield Goal("first compaction by a model after start", median(first_compactions), 4, "s")
    yield Goal("memory when idle", server.idle_megabytes, 300, "MB")


def _adapter(figures: Figures) -> Iterator[Goal]:
    """CPU of the server's process per call. What the adapter adds to a small call is what the call costs over REST,
    HTTP server included, less its servicer's part; and that part is the call over gRPC less a trivial RPC."""
    for callers, (grpc, rest) in figures.agents.items():
        adapter = rest.cpu_in_trivial - (grpc.cpu_in_trivial - 1)
        by = "1 caller" if callers == 1 else f"{callers} callers"
        yield Goal(f"{rest.name}, {by}: CPU beyond the servicer's (over gRPC less a trivial RPC)", adapter, 1.5, "c")
    if figures.long_lists:
        grpc, rest = figures.long_lists
        yield Goal(f"{rest.name}: times its CPU over gRPC", cpu_of(rest) / cpu_of(grpc), 3, "")
