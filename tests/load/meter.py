"""What loads cost the server."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.load.load import Load, together
from tests.load.processes import Measured

Run = Callable[[], Load]


@dataclass(frozen=True, slots=True)
class MeteredLoad:
    """A load, and the milliseconds of CPU that the server used over all of it."""

    load: Load
    cpu: float


def metered_together(loads: Sequence[MeteredLoad]) -> MeteredLoad:
    """Loads that ran one after the other, as one."""
    return MeteredLoad(together([part.load for part in loads]), sum(part.cpu for part in loads))


@dataclass(frozen=True, slots=True)
class Meter:
    """Looks at the server's process before and after a load."""

    process: Measured

    def measured(self, run: Run) -> MeteredLoad:
        """Makes the run once."""
        before = self.process.cpu_seconds()
        load = run()
        return MeteredLoad(load, (self.process.cpu_seconds() - before) * 1000)

    def in_turns(self, runs: Mapping[str, Sequence[Run]]) -> Mapping[str, MeteredLoad]:
        """Makes the first run of each name, then the second of each, and so on, so that what else the machine does
        falls on all of them alike: these figures can be compared. Each name has the same number of runs."""
        rounds = [
            {name: self.measured(run) for name, run in zip(runs, turn, strict=True)}
            for turn in zip(*runs.values(), strict=True)
        ]
        return {name: metered_together([turn[name] for turn in rounds]) for name in runs}
