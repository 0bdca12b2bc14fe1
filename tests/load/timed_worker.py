"""`compactd serve` with a clock on the CPU worker.

    python -m tests.load.timed_worker FILE

appends a line to FILE for each turn of the worker: its milliseconds of CPU.
"""

import sys
import time
from pathlib import Path

from compactd.application.cpu_worker import _Job
from compactd.cli import main as run


def put_clock(file: Path) -> None:
    """Around whatever the worker does."""
    do = _Job.do

    def timed(job: _Job) -> None:
        # Of this thread: what others do with the processor meanwhile is not its turn.
        began = time.thread_time()
        do(job)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(f"{(time.thread_time() - began) * 1000:.3f}\n")

    _Job.do = timed  # type: ignore[method-assign, assignment]


def main() -> int:
    put_clock(Path(sys.argv[1]))
    return run(["serve"])


if __name__ == "__main__":
    sys.exit(main())
