"""The lines of the table: figures of one load each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.load.meter import MeteredLoad


@dataclass(frozen=True, slots=True)
class Row:
    """`p50`, `p95`, `p99` and `slowest` in milliseconds, `rate` in calls a second, `cpu` in milliseconds of the
    server per call, `megabytes` resident in it afterwards; None where there is no such figure.

    `trivial` is the trivial RPC in the same stretch of time, by as many callers, or by one where they are more than
    the server has room for at once.
    """

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
    trivial: "Row | None" = None

    @classmethod
    def of_load(
        cls,
        name: str,
        callers: int,
        metered: MeteredLoad,
        megabytes: float | None = None,
    ) -> "Row":
        load, calls = metered.load, len(metered.load.calls)
        p50, p95, p99, slowest = (load.percentile(share) for share in (0.5, 0.95, 0.99, 1.0))
        cpu = metered.cpu / calls if metered.cpu else None
        return cls(name, callers, calls, p50, p95, p99, slowest, load.rate, cpu, megabytes, load.failures)

    @property
    def beside(self) -> "Row":
        """The trivial RPC that this row is compared with. ValueError if there is none."""
        if self.trivial is None:
            raise ValueError(f"{self.name} was not measured beside the trivial RPC")
        return self.trivial

    @property
    def p50_in_trivial(self) -> float:
        """How many times the trivial RPC's p50."""
        return self.p50 / self.beside.p50

    @property
    def cpu_in_trivial(self) -> float:
        """How many times the trivial RPC's CPU."""
        return cpu_of(self) / cpu_of(self.beside)

    @property
    def rate_in_trivial(self) -> float:
        """Which part of the trivial RPC's rate, in per cent."""
        return 100 * self.rate / self.beside.rate


def cpu_of(row: Row) -> float:
    """ValueError if it was not measured."""
    if row.cpu is None:
        raise ValueError(f"the CPU of {row.name} was not measured")
    return row.cpu


def table(rows: Sequence[Row]) -> str:
    """Markdown."""
    lines = [
        "| what | callers | calls | p50 ms | p95 ms | calls/s | CPU ms/call | p50, in t | CPU, in c | RSS MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    failures = "".join(f"; **{count} {status}**" for status, count in sorted(row.failures.items()))
    cells = [f"{row.name}{failures}", f"{row.callers:,}", f"{row.calls:,}"]
    cells += [figure(value) for value in (row.p50, row.p95, row.rate, row.cpu)]
    cells.append(figure(row.p50_in_trivial if row.trivial else None))
    # What fewer callers use for a call is not what it is to be compared with.
    alike = row.trivial is not None and row.cpu is not None and row.trivial.callers == row.callers
    cells += [figure(row.cpu_in_trivial if alike else None), figure(row.megabytes)]
    return f"| {' | '.join(cells)} |"


def figure(value: float | None) -> str:
    """Three digits, which is more than a shared machine can promise."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
