"""The log of every test is searched: here, that something would be found."""

import pytest

from compactd.strategies.modes import MODES
from tests.canaries import fail_for_leaks, leaks
from tests.loopback.dialects import SUMMARY


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"event": "internal error", "exception": "… INV-0007 …"}', "a message"),
        (f"answered: {SUMMARY}", "a summary"),
        *((f"prompt={rules.default_prompt}", "a prompt") for rules in MODES.values()),
        ("Bearer sk-test-3", "a key"),
    ],
)
def test_what_no_log_may_hold_is_found(line: str, what: str) -> None:
    [leak] = leaks(["listening", line, "stopped"])
    assert leak.startswith(f"{what} is in the log: {line[:20]}"), leak


@pytest.mark.parametrize("written", ["Captured stdout call", "Captured stderr setup", "Captured log teardown"])
def test_a_test_whose_server_writes_it_fails(written: str) -> None:
    report = pytest.TestReport("test", ("", None, ""), {}, "passed", None, "call", [(written, "sk-test-3\n")])
    fail_for_leaks(report)
    assert report.outcome == "failed"
    assert "a key" in str(report.longrepr)


def test_a_test_whose_server_writes_what_it_may_passes() -> None:
    report = pytest.TestReport("test", ("", None, ""), {}, "passed", None, "call", [("Captured stdout call", "ok\n")])
    fail_for_leaks(report)
    assert report.outcome == "passed"
