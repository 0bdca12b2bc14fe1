"""What loads cost the server."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.load.load import Load
from tests.load.processes import Measured
from tests.load.rows import Row


@dataclass(frozen=True, slots=True)
class Meter:
    """Looks at the server's process before and after a load."""

    process: Measured

    def row(self, name: str, callers: int, run: Callable[[], Load]) -> Row:
        load, cpu = self.measured(run)
        return self.row_of(name, callers, load, cpu)

    def measured(self, run: Callable[[], Load]) -> tuple[Load, float]:
        """The load, and the milliseconds of CPU that the server used over it."""
        before = self.process.cpu_seconds()
        load = run()
        return load, (self.process.cpu_seconds() - before) * 1000

    def row_of(self, name: str, callers: int, load: Load, cpu: float) -> Row:
        """With the memory as it is now."""
        return Row.of_load(name, callers, load, cpu, self.process.resident_megabytes())
