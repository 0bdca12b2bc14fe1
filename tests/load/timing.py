"""Times of something done again and again inside one process, and how they get to the process that asked for them."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from os import environ

from tests.load.load import percentile
from tests.load.processes import ROOT


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds: median, 95th percentile, and the CPU of the process per repetition."""

    calls: int
    p50: float
    p95: float
    cpu: float

    def print(self) -> None:
        """As one line of JSON, for `timing_of`."""
        print(json.dumps(asdict(self)))


class Stopwatch:
    """Counts time and CPU in its laps only."""

    def __init__(self) -> None:
        self._milliseconds: list[float] = []
        self._cpu = 0.0

    @contextmanager
    def lap(self) -> Iterator[None]:
        cpu, began = time.process_time(), time.perf_counter()
        yield
        self._milliseconds.append((time.perf_counter() - began) * 1000)
        self._cpu += time.process_time() - cpu

    def timing(self) -> Timing:
        laps = self._milliseconds
        return Timing(len(laps), percentile(laps, 0.5), percentile(laps, 0.95), self._cpu * 1000 / len(laps))


def timing_of(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Timing:
    """The Timing that a module of this folder prints when it is run in a process of its own."""
    finished = subprocess.run(
        [sys.executable, "-m", f"tests.load.{module}", *arguments],
        cwd=ROOT,
        env={**environ, **(environment or {})},
        check=False,
        capture_output=True,
        text=True,
    )
    if finished.returncode:
        raise RuntimeError(f"{module} failed:\n{finished.stderr[-2000:]}")
    return Timing(**json.loads(finished.stdout.splitlines()[-1]))
