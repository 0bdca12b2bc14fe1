"""Runs h2load against the REST address of a server, over HTTP/1.1, and reads the log that it keeps of each request."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.load.load import TIMEOUT_SECONDS, Call, Load

MISSING = (
    "there is no h2load, which puts load on REST; on Debian: apt-get install --no-install-recommends nghttp2-client"
)


class NoH2load(RuntimeError):
    """It is not on this machine."""


def find_h2load() -> Path:
    """The executable. NoH2load, which says how to get it, if there is none."""
    found = shutil.which("h2load")
    if found is None:
        raise NoH2load(MISSING)
    return Path(found)


@dataclass(frozen=True, slots=True)
class H2load:
    """h2load, pointed at the base URL of one server."""

    executable: Path
    url: str

    def run(self, paths: Sequence[str], callers: int, calls: int | None = None, body: str | None = None) -> Load:
        """Makes `calls` requests of one path, or one request of each of several: GET, or POST with that JSON body.
        RuntimeError with the words of h2load if it could not make them all."""
        count = len(paths) if calls is None else calls
        if len(paths) == 1:
            shares = [(paths, callers, count)]
        else:
            # Each connection of an h2load begins with the first path, so callers that share paths are processes.
            parts = [paths[number::callers] for number in range(callers)]
            shares = [(part, 1, len(part)) for part in parts if part]
        with tempfile.TemporaryDirectory(prefix="compactd-h2load-") as folder:
            runs = [
                self._start(Path(folder, str(number)), share, connections, number_of_calls, body)
                for number, (share, connections, number_of_calls) in enumerate(shares)
            ]
            said = [run.communicate()[0] for run in runs]
            lines = [line for log in Path(folder).glob("*.log") for line in log.read_text().splitlines()]
        load = read_log(lines)
        if len(load.calls) < count:
            raise RuntimeError(f"h2load made {len(load.calls)} of {count} requests: {' '.join(set(said)).strip()}")
        return load

    def _start(
        self, files: Path, paths: Sequence[str], connections: int, calls: int, body: str | None
    ) -> subprocess.Popen[str]:
        uris = files.with_suffix(".uris")
        uris.write_text("".join(f"{self.url}{path}\n" for path in paths))
        command = [
            *(str(self.executable), "--h1", "--input-file", str(uris), "--log-file", str(files.with_suffix(".log"))),
            *("--requests", str(calls), "--clients", str(connections)),
            *("--connection-inactivity-timeout", f"{TIMEOUT_SECONDS}s"),
        ]
        if body is not None:
            data = files.with_suffix(".json")
            data.write_text(body)
            command += ["--data", str(data), "--header", "content-type: application/json"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def read_log(lines: Sequence[str]) -> Load:
    """The log of `h2load --log-file`: start in microseconds since 1970, HTTP status, microseconds."""
    calls = [_call(*map(int, line.split("\t"))) for line in lines]
    if not calls:
        return Load([], 0.0)
    first, last = min(call.began for call in calls), max(call.ended for call in calls)
    return Load(calls, (last - first).total_seconds())


def _call(start: int, status: int, microseconds: int) -> Call:
    ended = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=start + microseconds)
    return Call(ended, microseconds / 1000, "OK" if 200 <= status < 300 else f"HTTP {status}")
