"""The rule that says which tests are quick, and the watch on them."""

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.layers import QUICK_FOLDERS, TESTS, Watch, holds_none, place


@pytest.fixture(scope="module")
def installed() -> Watch:
    watch = Watch()
    watch.install()
    return watch


@pytest.fixture
def watch(installed: Watch) -> Iterator[Watch]:
    """On, with nothing seen yet."""
    installed.on = True
    installed.seen.clear()
    yield installed
    installed.on = False


def test_every_quick_folder_is_there() -> None:
    assert [folder for folder in QUICK_FOLDERS if not list((TESTS / folder).glob("test_*.py"))] == []


def test_files_that_hold_none_of_the_tests_are_left_out() -> None:
    names = ("domain/test_limits.py", "docs/test_examples.py", "rpc/test_admission.py")
    quick, both, slow = (TESTS / name for name in names)
    assert all(file.is_file() for file in (quick, both, slow))
    assert [holds_none(file, "quick") for file in (quick, both, slow)] == [False, False, True]
    assert [holds_none(file, "not quick") for file in (quick, both, slow)] == [True, False, False]
    assert not any(holds_none(file, expression) for file in (quick, both, slow) for expression in ("", "process"))


def test_what_waits_comes_first_and_what_has_to_be_built_last() -> None:
    files = [TESTS / name for name in ("deploy/test_envoy.py", "process/test_kills.py", "access/test_jwt.py")]
    assert all(file.is_file() for file in files)
    assert [file.parent.name for file in sorted(files, key=place)] == ["process", "access", "deploy"]


def connect_beyond_loopback() -> None:
    with socket.socket() as outward:
        outward.setblocking(False)
        # An address that is kept for documents: nobody has it.
        outward.connect_ex(("192.0.2.1", 9))


def connect_over_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("127.0.0.1", server.getsockname()[1])).close()


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: sqlite3.connect(":memory:").close(), "opens a database"),
        (partial(subprocess.run, [sys.executable, "-c", ""]), "starts a process"),
        (connect_beyond_loopback, "talks to somebody beyond loopback"),
    ],
    ids=["database", "process", "network"],
)
def test_what_no_quick_test_does_is_seen(watch: Watch, act: Callable[[], object], sentence: str) -> None:
    act()
    assert any(line.startswith(sentence) for line in watch.seen)


def test_what_a_quick_test_may_do_is_not(watch: Watch) -> None:
    connect_over_loopback()
    assert watch.seen == []


def test_nothing_is_seen_while_the_watch_is_off(watch: Watch) -> None:
    watch.on = False
    sqlite3.connect(":memory:").close()
    assert watch.seen == []
