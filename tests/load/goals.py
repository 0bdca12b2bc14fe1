"""What the figures should reach, each goal with what was seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.load.measuring import Figures
from tests.load.prepare import EXTRACTIVE, INSTANT, SLOW
from tests.load.processes import Server
from tests.load.rows import Row, figure
from tests.load.scenarios import MODES


@dataclass(frozen=True, slots=True)
class Goal:
    """One line: `limit` is a greatest value, or a least one if `at_least`. Rates are in calls a second."""

    name: str
    seen: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def reached(self) -> bool:
        return self.seen >= self.limit if self.at_least else self.seen <= self.limit


def goals(figures: Figures, server: Server) -> list[Goal]:
    """Those whose figures were measured. Where both modes count, the worse one is seen."""
    return [
        *_latency(figures),
        *_throughput(figures),
        *_parts(figures),
        *_adapter(figures),
        *_slow(figures),
        *_others(figures, server),
    ]


def goal_table(reached: Sequence[Goal]) -> str:
    """Markdown."""
    lines = ["| goal | seen | limit | reached |", "| --- | ---: | ---: | :---: |"]
    for goal in reached:
        sign = "≥" if goal.at_least else "≤"
        seen, limit = (f"{figure(value)} {goal.unit}".strip() for value in (goal.seen, goal.limit))
        lines.append(f"| {goal.name} | {seen} | {sign} {limit} | {'yes' if goal.reached else 'no'} |")
    return "\n".join(lines)


def _rows(figures: Figures, model: str, messages: int, callers: int) -> list[Row]:
    keys = [(model, messages, mode, callers) for mode in MODES]
    return [figures.compact[key] for key in keys if key in figures.compact]


def _latency(figures: Figures) -> Iterator[Goal]:
    for messages, limit in ((50, 11), (500, 14), (5_000, 80)):
        if rows := _rows(figures, INSTANT, messages, 1):
            yield Goal(f"Compact, {messages:,} messages, 1 caller: p50", max(row.p50 for row in rows), limit, "ms")


def _throughput(figures: Figures) -> Iterator[Goal]:
    for model, messages, limit in ((INSTANT, 50, 135), (INSTANT, 500, 100), (EXTRACTIVE, 50, 60)):
        if rows := _rows(figures, model, messages, 32):
            by = f" with {EXTRACTIVE}" if model == EXTRACTIVE else ""
            name = f"Compact, {messages:,} messages{by}, 32 callers"
            yield Goal(name, min(row.rate for row in rows), limit, "/s", at_least=True)
    if rows := _rows(figures, INSTANT, 50, 32):
        share = min(row.rate for row in rows) / figures.trivial[32].rate
        yield Goal("that rate at 50 messages, as a share of the trivial RPC's", share * 100, 2.5, "%", at_least=True)


def _parts(figures: Figures) -> Iterator[Goal]:
    for (messages, mode), sql in figures.sql.items():
        compact, model = figures.compact.get((INSTANT, messages, mode, 1)), figures.model.get(messages)
        if compact and model:
            ratio = compact.p50 / (figures.trivial[1].p50 + model.p50 + sql.p50)
            name = f"p50 at {messages:,} messages, {mode}: times trivial RPC + litellm call + SQL"
            yield Goal(name, ratio, 2, "")


def _adapter(figures: Figures) -> Iterator[Goal]:
    """CPU of the server's process per call. What the adapter adds to a small call is what the call costs over REST,
    HTTP server included, less its servicer's part; and that part is the call over gRPC less a trivial RPC."""
    for callers, (trivial, grpc, rest) in figures.small_calls.items():
        adapter = _cpu(rest) - (_cpu(grpc) - _cpu(trivial))
        by = "1 caller" if callers == 1 else f"{callers} callers"
        name = f"{rest.name}, {by}: CPU beyond the servicer's (over gRPC less a trivial RPC), in trivial RPCs"
        yield Goal(name, adapter / _cpu(trivial), 1.5, "")
    if figures.long_lists:
        grpc, rest = figures.long_lists
        yield Goal(f"{rest.name}: times its CPU over gRPC", _cpu(rest) / _cpu(grpc), 3, "")


def _cpu(row: Row) -> float:
    if row.cpu is None:
        raise ValueError(f"the CPU of {row.name} was not measured")
    return row.cpu


def _slow(figures: Figures) -> Iterator[Goal]:
    for callers, limit in ((1, 20), (128, 200)):
        if rows := _rows(figures, SLOW, 50, callers):
            more = max(row.p50 for row in rows) - 1000
            yield Goal(f"model of 1 s, 50 messages, {callers} callers: p50 beyond that second", more, limit, "ms")
    if figures.burst:
        burst = figures.burst
        yield Goal(f"{burst.callers:,} at once with it: failures", sum(burst.failures.values()), 0, "")
        yield Goal(f"{burst.callers:,} at once with it: the last one done", burst.slowest / 1000, 12, "s")
    for beat in figures.heartbeats:
        yield Goal(f"{beat.name}: p99", beat.p99, 50, "ms")


def _others(figures: Figures, server: Server) -> Iterator[Goal]:
    if figures.history:
        short, long = figures.history
        yield Goal(f"{long.name}: times the p50 of {short.name}", long.p50 / short.p50, 1.2, "")
    yield Goal("listening after start", server.listening_seconds, 1, "s")
    yield Goal("SERVING after start", server.serving_seconds, 4, "s")
    yield Goal("memory when idle", server.idle_megabytes, 320, "MB")
