"""Limits of a provider that several processes keep together, whichever of them is killed."""

from pathlib import Path

import pytest

from tests.process.limited_fleet import WINDOW, Limits, Seen, most_within, watch

pytestmark = pytest.mark.timeout(120)

SECONDS = 11
"""`python -m tests.process.limited_fleet` has a minute, and limits of each kind."""

REQUESTS = Limits("requests_per_minute = 300\ncalls_at_once = 8", 300, None, 8, 0.6)
"""So few that a busy machine comes to the limit too: five a second, three of them at once."""


def test_the_fullest_stretch_is_found_wherever_it_begins() -> None:
    times = [0.0, 4.0, 8.0, 12.0, 13.0, 13.5, 40.0]
    assert [most_within(times, seconds) for seconds in (10.0, 5.0, 1.0)] == [5, 3, 2]
    assert most_within([]) == 0


def check(seen: Seen) -> None:
    assert REQUESTS.requests_per_minute is not None
    one = 60 / (REQUESTS.requests_per_minute * WINDOW)
    assert 0.5 < seen.most <= 1.05 + one
    assert REQUESTS.calls_at_once is not None
    assert 1 < seen.most_at_once <= REQUESTS.calls_at_once
    assert seen.while_held == 0
    assert seen.failures == {}


async def test_two_servers_and_a_worker_keep_them_together(postgres_url: str, tmp_path: Path) -> None:
    seen = await watch("PostgreSQL", postgres_url, tmp_path, REQUESTS, SECONDS)
    check(seen)
    assert seen.lost


async def test_two_workers_of_one_file_keep_them_together(tmp_path: Path) -> None:
    check(await watch("SQLite", f"sqlite:///{tmp_path}/compactd.db", tmp_path, REQUESTS, SECONDS))
