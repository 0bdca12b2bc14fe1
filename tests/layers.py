"""Which tests are quick: those of folders about pure code, and of summarizers, whose model answers on loopback.

A new test in such a folder is quick by itself, unless it is marked `process`; a new folder is not until it is named
here. `make quick` runs them, and there a test fails that opens a database, starts a process or talks to anybody beyond
loopback.
"""

import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent

QUICK_FOLDERS = frozenset(
    {
        "admin",
        "application",
        "contract",
        "docs",
        "domain",
        "extractive",
        "quality",
        "strategies",
        "summarizers",
        "telemetry",
        "tokenizers",
        "workers",
    }
)

WAITING_FOLDERS = frozenset({"fleet", "process"})
"""Their tests wait longer than they work, for leases, ends and databases: they come first. While one worker has them
others have the cores, and at the end nobody is left who waits alone."""

BUILT_FOLDERS = frozenset({"deploy", "polyglot"})
"""What their tests run is built first, beside all others where `.ci/run` has begun it: these tests come last."""

SENTENCES = {
    "sqlite3.connect": "opens a database",
    "subprocess.Popen": "starts a process",
    "os.posix_spawn": "starts a process",
    "os.fork": "starts a process",
    "socket.bind": "opens a socket that others than this machine may reach",
    "socket.connect": "talks to somebody beyond loopback",
    "socket.getaddrinfo": "asks for the address of a name",
}
"""By the names of Python's audit events: what a quick test does not do."""


def is_quick(item: pytest.Item) -> bool:
    """Whether the test lies in a quick folder and is not marked `process`."""
    folder = item.path.relative_to(TESTS).parts[0]
    return folder in QUICK_FOLDERS and item.get_closest_marker("process") is None


def place(file: Path) -> int:
    """By which tests are sorted, as their folders are."""
    folder = file.relative_to(TESTS).parts[0]
    return (folder in BUILT_FOLDERS) - (folder in WAITING_FOLDERS)


def holds_none(file: Path, expression: str) -> bool:
    """Whether no test of the file can be meant by `-m expression`: it need not be imported, which takes as long as many
    tests do."""
    quick = file.is_relative_to(TESTS) and file.relative_to(TESTS).parts[0] in QUICK_FOLDERS
    if expression == "quick":
        return not quick
    return expression == "not quick" and quick and "mark.process" not in file.read_text(encoding="utf-8")


class Watch:
    """Notes what `SENTENCES` names while it is on, in whichever thread; once installed it stays for the process.

    Code in C, such as gRPC's and libpq's, raises no audit events; but no server of ours runs without a database file,
    and no PostgreSQL without a process.
    """

    def __init__(self) -> None:
        self.on = False
        self.seen: list[str] = []

    def install(self) -> None:
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event in SENTENCES and not _stays_on_loopback(event, arguments):
            self.seen.append(f"{SENTENCES[event]} ({event}{arguments})")


def _stays_on_loopback(event: str, arguments: tuple[Any, ...]) -> bool:
    if not event.startswith("socket."):
        return False
    host = arguments[0] if event == "socket.getaddrinfo" else arguments[1][0]
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return bool(host == "localhost")
