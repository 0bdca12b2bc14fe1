"""Runs ghz against a server, knowing nothing but its address, and reads what it reports."""

import json
import math
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CALLERS_PER_CONNECTION = 100
TIMEOUT_SECONDS = 120

Request = Mapping[str, Any]
"""One request, in the JSON of protobuf."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as ghz saw it."""

    ended: datetime
    milliseconds: float
    status: str
    error: str = ""
    """What was said of it."""

    @property
    def began(self) -> datetime:
        return self.ended - timedelta(milliseconds=self.milliseconds)


@dataclass(frozen=True, slots=True)
class Load:
    """All calls of a run. `seconds` is from the first request to the last answer."""

    calls: Sequence[Call]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.calls) / self.seconds

    @property
    def failures(self) -> Counter[str]:
        """How many calls ended with each status that is not OK."""
        return Counter(call.status for call in self.calls if call.status != "OK")

    @property
    def errors(self) -> set[str]:
        """What was said of the calls that failed, each once."""
        return {call.error for call in self.calls if call.error}

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the calls took at most."""
        return percentile([call.milliseconds for call in self.calls], share)

    def during(self, other: "Load") -> "Load":
        """The calls that ran while the other load had calls at work."""
        first, last = min(call.began for call in other.calls), max(call.ended for call in other.calls)
        return Load([call for call in self.calls if call.began < last and call.ended > first], other.seconds)


def together(loads: Sequence[Load]) -> Load:
    """Loads that ran one after the other, as one."""
    return Load([call for load in loads for call in load.calls], sum(load.seconds for load in loads))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed."""
    # Rounded, since 0.95 * 100 is a little more than 95.
    return sorted(values)[max(0, math.ceil(round(len(values) * share, 6)) - 1)]


@dataclass(frozen=True, slots=True)
class Ghz:
    """ghz, pointed at one server. It asks the server's reflection for the methods; no proto file is given to it."""

    executable: Path
    address: str
    connections: int = 0
    """As many as there are callers for (CALLERS_PER_CONNECTION), if not given."""

    def run(self, method: str, requests: Sequence[Request], callers: int, calls: int | None = None) -> Load:
        """Makes `calls` calls (one per request if not given), going through the requests in their order."""
        count = len(requests) if calls is None else calls
        with tempfile.NamedTemporaryFile("w", suffix=".json") as data:
            json.dump(list(requests), data)
            data.flush()
            command = [*self._command(method, callers), "--data-file", data.name, "--total", str(count)]
            finished = subprocess.run(command, check=False, capture_output=True, text=True)
        return read_report(finished.stdout, finished.stderr)

    def beat(self, method: str, request: Request, per_second: int) -> "Heartbeat":
        """Calls again and again, until told to stop; what is under way then is waited for."""
        # By default ghz closes its connection when it stops, and reports the calls under way as UNAVAILABLE.
        steady = ["--rps", str(per_second), "--duration", "10m", "--duration-stop", "wait"]
        steady += ["--data", json.dumps(request)]
        return Heartbeat([*self._command(method, 8), *steady])

    def _command(self, method: str, callers: int) -> list[str]:
        connections = self.connections or -(-callers // CALLERS_PER_CONNECTION)
        return [
            *(str(self.executable), self.address, "--insecure", "--call", method),
            *("--concurrency", str(callers), "--connections", str(connections)),
            *("--timeout", f"{TIMEOUT_SECONDS}s", "--format", "json", "--disable-template-data"),
        ]


class Heartbeat(AbstractContextManager["Heartbeat"]):
    """A steady load beside another one; `load` is there after it has ended."""

    load: Load

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGINT)
        out, complaints = self._process.communicate()
        if kind is None:
            self.load = read_report(out, complaints)


def read_report(text: str, complaints: str = "") -> Load:
    """The report of `ghz --format json`. RuntimeError with ghz's own words if there is none."""
    try:
        report = json.loads(text)
    except ValueError as error:
        raise RuntimeError(f"ghz did not report: {complaints.strip() or text.strip()[:500]}") from error
    calls = [
        Call(_moment(detail["timestamp"]), detail["latency"] / 1e6, detail["status"], detail["error"])
        for detail in report.get("details") or ()
    ]
    if not calls:
        raise RuntimeError(f"ghz made no call: {complaints.strip()}")
    return Load(calls, report["total"] / 1e9)


def _moment(text: str) -> datetime:
    # Go writes up to nine digits of a second and Python reads six.
    whole, dot, rest = text.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return datetime.fromisoformat(f"{whole}{dot}{rest[:digits][:6].ljust(6, '0')}{rest[digits:]}" if dot else text)
