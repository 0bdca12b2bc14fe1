"""What tests put into conversations, prompts, summaries and keys, and what so may be in no log of any of them.

Each test is checked for it: what servers in its own process have written, and every line of those that it starts."""

import re
from collections.abc import Iterable

import pytest

from compactd.strategies.modes import MODES
from tests.loopback.dialects import SUMMARY

CANARIES = {
    # `talk` of `builders/chat.py` and of `builders/rest_resources.py`, and what is in their calls and results.
    "a message": r"INV-\d{4}\b",
    # What every loopback model answers unless it is told otherwise.
    "a summary": re.escape(SUMMARY),
    "a prompt": "|".join(sorted({re.escape(rule.default_prompt[:40]) for rule in MODES.values()})),
    "a key": "sk-test",
}

_ANY = re.compile("|".join(f"(?P<{name.replace(' ', '_')}>{pattern})" for name, pattern in CANARIES.items()))


def leaks(lines: Iterable[str]) -> list[str]:
    """What the lines hold that no log may, and the line."""
    found = ((_ANY.search(line), line) for line in lines)
    return [f"{str(match.lastgroup).replace('_', ' ')} is in the log: {line[:500]}" for match, line in found if match]


def fail_for_leaks(report: pytest.TestReport) -> None:
    """Fails a test that has passed, and whose output holds what no log may."""
    if report.outcome != "passed":
        return
    # A text as a whole first: nearly none holds anything, and there are as many lines as calls.
    suspect = [text for _, text in report.sections if _ANY.search(text)]
    if found := leaks(line for text in suspect for line in text.splitlines()):
        report.outcome = "failed"
        report.longrepr = "\n".join(found)


def check_log(lines: Iterable[str]) -> None:
    """AssertionError for what no log may hold."""
    assert leaks(lines) == []
