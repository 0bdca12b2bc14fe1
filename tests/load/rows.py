"""The lines of the table: figures of one load, or of one thing that was measured by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.load.load import Load
from tests.load.timing import Timing


@dataclass(frozen=True, slots=True)
class Row:
    """`p50`, `p95`, `p99` and `slowest` in milliseconds, `rate` in calls a second, `cpu` in milliseconds of the
    measured process per call, `megabytes` resident in the server afterwards; None where there is no such figure."""

    name: str
    callers: int
    calls: int
    p50: float
    p95: float
    p99: float
    slowest: float
    rate: float
    cpu: float | None = None
    megabytes: float | None = None
    failures: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of_load(
        cls, name: str, callers: int, load: Load, cpu: float | None = None, megabytes: float | None = None
    ) -> "Row":
        """`cpu` in milliseconds for the whole load."""
        calls = len(load.calls)
        p50, p95, p99, slowest = (load.percentile(share) for share in (0.5, 0.95, 0.99, 1.0))
        per_call = None if cpu is None else cpu / calls
        return cls(name, callers, calls, p50, p95, p99, slowest, load.rate, per_call, megabytes, load.failures)

    @classmethod
    def of_timing(cls, name: str, timing: Timing) -> "Row":
        return cls(name, 1, timing.calls, timing.p50, timing.p95, timing.p95, timing.p95, 1000 / timing.p50, timing.cpu)


def table(rows: Sequence[Row]) -> str:
    """Markdown."""
    lines = [
        "| what | callers | calls | p50 ms | p95 ms | calls/s | CPU ms/call | RSS MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    failures = "".join(f"; **{count} {status}**" for status, count in sorted(row.failures.items()))
    cells = [f"{row.name}{failures}", f"{row.callers:,}", f"{row.calls:,}"]
    cells += [figure(value) for value in (row.p50, row.p95, row.rate, row.cpu, row.megabytes)]
    return f"| {' | '.join(cells)} |"


def figure(value: float | None) -> str:
    """Three digits, which is more than a shared machine can promise."""
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
