"""`compactd serve` with clocks around the steps of a Compact.

    python -m tests.load.profiled_server FILE

appends a line of JSON to FILE for each Compact: its milliseconds by step. One call at a time, else they mix.
"""

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.load.compact_steps import COMPACT, STEPS
from tests.load.step_clock import StepClock, put_clock


def put_clocks(file: Path) -> None:
    """Around everything that the table of steps names."""

    def ended(spent: Mapping[str, float]) -> None:
        with file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(spent) + "\n")

    # All that imports a function is there before its clock is.
    import compactd.wiring  # noqa: F401

    clock = StepClock(ended)
    for step in STEPS:
        for place in step.places:
            put_clock(place, partial(clock.step, step.name))
    put_clock(COMPACT, clock.call)


def main() -> int:
    put_clocks(Path(sys.argv[1]))
    from compactd.cli import main as run

    return run(["serve"])


if __name__ == "__main__":
    sys.exit(main())
