"""Rules for the whole suite: quick tests are marked, and stay quick; under CI a skipped test fails unless
allowed_skips.txt names it.

In a parallel run these rules hold in each worker; the process that prints the report adds nothing.
"""

import gc
import logging
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from compactd.log import shared_processors
from tests.canaries import fail_for_leaks
from tests.forked_process import SHARED, shared_fork_server
from tests.layers import Watch, holds_none, is_quick, place

STRICT = os.environ.get("CI") == "true" or os.environ.get("COMPACTD_STRICT_SKIPS") == "1"

# A shared or busy machine is no counterexample; and a red build must be red again when it is run again.
settings.register_profile("compactd", deadline=None, derandomize=STRICT)
settings.load_profile("compactd")

WATCH = pytest.StashKey[Watch]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-url",
        default="",
        help="an empty database of an engine that speaks PostgreSQL's protocol, for the tests of tests/storage",
    )


def pytest_configure(config: pytest.Config) -> None:
    # What servers in this process write is what real ones write, but for where it goes to.
    structlog.configure(processors=[*shared_processors(), structlog.processors.JSONRenderer()])
    # Only where all tests are quick: a server that others have started may well open its database in the meantime.
    if config.option.markexpr == "quick":
        watch = config.stash[WATCH] = Watch()
        watch.install()
    # The process that has workers, which share what they fork servers from; it may be there already.
    elif config.getoption("numprocesses", None) and not hasattr(config, "workerinput") and SHARED not in os.environ:
        sharing = ExitStack()
        sharing.enter_context(shared_fork_server())
        config.add_cleanup(sharing.close)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    is_test = collection_path.match("test_*.py")
    return True if is_test and holds_none(collection_path, config.option.markexpr) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if is_quick(item):
            item.add_marker("quick")
    items.sort(key=lambda item: place(item.path))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Looks for no garbage meanwhile, nor among what was collected ever after: all of it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    watch = item.config.stash.get(WATCH, None)
    if watch is None:
        return (yield)
    watch.on = True
    try:
        return (yield)
    finally:
        watch.on = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fails a quick test that is none, with what it or its fixtures did."""
    yield
    watch = item.config.stash.get(WATCH, None)
    if watch is not None and watch.seen:
        seen = "; ".join(watch.seen)
        watch.seen.clear()
        pytest.fail(f"not quick, so mark it `process` or move it (tests/README.md): it {seen}")


def _allowed() -> frozenset[str]:
    lines = Path(__file__).with_name("allowed_skips.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _is_allowed(nodeid: str, reason: str, allowed: frozenset[str]) -> bool:
    """Whether the list names the reason, the test, or what the test lies in."""
    begins = tuple(f"{entry}{separator}" for entry in allowed for separator in ("/", "::", "["))
    return reason in allowed or nodeid in allowed or nodeid.startswith(begins)


def _fail_unless_allowed(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not STRICT or report.outcome != "skipped":
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", "")
    reason = reason.removeprefix("Skipped: ")
    if not _is_allowed(report.nodeid, reason, _allowed()):
        report.outcome = "failed"
        report.longrepr = f"skipped, and tests/allowed_skips.txt names neither the test nor the reason: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_unless_allowed(report)
    fail_for_leaks(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_unless_allowed(report)
    return report


@pytest.fixture
def as_before() -> Iterator[None]:
    """Takes back what `configure_logging` sets for the process."""
    root = logging.getLogger()
    handlers, level, before = list(root.handlers), root.level, structlog.get_config()
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)
