"""Rules for the whole suite: under CI a skipped test fails unless allowed_skips.txt names it."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

STRICT = os.environ.get("CI") == "true" or os.environ.get("COMPACTD_STRICT_SKIPS") == "1"

# A shared or busy machine is no counterexample; and a red build must be red again when it is run again.
settings.register_profile("compactd", deadline=None, derandomize=STRICT)
settings.load_profile("compactd")


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
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_unless_allowed(report)
    return report
