"""What loads cost the server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.load.load import Load, together
from tests.load.processes import Measured
from tests.load.rows import Row

Run = Callable[[], Load]


@dataclass(frozen=True, slots=True)
class Meter:
    """Looks at the server's process before and after a load."""

    process: Measured

    def row(self, name: str, callers: int, run: Run) -> Row:
        return self.row_of(name, callers, *self.measured(run))

    def rows_in_turns(self, callers: int, runs: Mapping[str, Run], rounds: int) -> list[Row]:
        """A row for each of the runs, by their names. They are gone through so many times, one after the other, so that
        what else the machine does falls on all of them alike: these rows can be compared."""
        seen: dict[str, list[tuple[Load, float]]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                seen[name].append(self.measured(run))
        return [
            self.row_of(name, callers, together([load for load, _ in parts]), sum(cpu for _, cpu in parts))
            for name, parts in seen.items()
        ]

    def measured(self, run: Run) -> tuple[Load, float]:
        """The load, and the milliseconds of CPU that the server used over it."""
        before = self.process.cpu_seconds()
        load = run()
        return load, (self.process.cpu_seconds() - before) * 1000

    def row_of(self, name: str, callers: int, load: Load, cpu: float) -> Row:
        """With the memory as it is now."""
        return Row.of_load(name, callers, load, cpu, self.process.resident_megabytes())
