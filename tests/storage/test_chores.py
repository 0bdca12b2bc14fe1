"""Chores of several processes on one database: one of them does each, and another one goes on with what it leaves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from compactd.background import chores
from compactd.background.chores import Chore, Chores
from compactd.storage.chore_tables import CHORES
from compactd.storage.store import SqlStore
from tests.builders.recording_observer import RecordingObserver

HOUR = 3600.0
PATIENCE = 30


class Work:
    """Counts who has begun it and how often; it takes until it is `finished`."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.finished = asyncio.Event()
        self.begin = asyncio.Condition()

    def by(self, who: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            async with self.begin:
                self.begun.append(who)
                self.begin.notify_all()
            await self.finished.wait()

        return work

    async def times(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE), self.begin:
            await self.begin.wait_for(lambda: len(self.begun) >= count)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(chores, "RENEW_SECONDS", 0.02)


@asynccontextmanager
async def doing(store: SqlStore, *made: Chore) -> AsyncIterator[RecordingObserver]:
    """As a process that goes on until the end of the block, and what it tells."""
    told = RecordingObserver()
    running = asyncio.create_task(Chores(store.chores, made, told).run())
    try:
        yield told
    finally:
        running.cancel()
        await asyncio.wait((running,))


async def change(store: SqlStore, **values: float) -> None:
    """What is stored of every chore, as if time had passed, or a clock had jumped."""

    def write(connection: Connection) -> None:
        connection.execute(CHORES.update().values(**values))

    await store._database.write(write)


async def test_one_process_does_it_and_each_does_its_turn(sql_store: SqlStore) -> None:
    work = Work()
    async with doing(sql_store, Chore("c", HOUR, work.by("a"))), doing(sql_store, Chore("c", HOUR, work.by("b"))):
        await work.times(1)
        # Longer than either looks, and than whoever has it says so.
        await asyncio.sleep(0.2)
        assert len(work.begun) == 1
        work.finished.set()
        for turn in range(2, 5):
            async with asyncio.timeout(PATIENCE):
                while await sql_store.chores.chore_due_in("c", HOUR) < HOUR / 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert len(work.begun) == turn - 1
            await change(sql_store, next_run_at=0.0)
            await work.times(turn)


async def test_one_that_stops_gives_it_back(sql_store: SqlStore) -> None:
    work = Work()
    async with doing(sql_store, Chore("c", HOUR, work.by("first"))):
        await work.times(1)
    async with doing(sql_store, Chore("c", HOUR, work.by("second"))):
        await work.times(2)
    assert work.begun == ["first", "second"]


async def test_one_that_has_lost_it_leaves_it_to_who_has_it(sql_store: SqlStore) -> None:
    begun, broken_off = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.set()

    async with doing(sql_store, Chore("c", HOUR, work)), asyncio.timeout(PATIENCE):
        await begun.wait()
        # As if it had stood still for longer than it may: it says that it is at work before and after.
        while not await sql_store.chores.begin_chore("c", HOUR, "another one"):
            await change(sql_store, held_until=0.0)
        await broken_off.wait()
        assert await sql_store.chores.renew_chore("c", "another one")


async def test_what_fails_is_told_and_tried_again_and_stops_no_other(sql_store: SqlStore) -> None:
    work, failures = Work(), iter([KeyError("a bug")])

    async def fail_first() -> None:
        for failure in failures:
            raise failure
        await work.by("again")()

    with capture_logs() as lines:
        async with doing(sql_store, Chore("bad", HOUR, fail_first), Chore("good", HOUR, work.by("other"))) as told:
            await work.times(1)
            async with asyncio.timeout(PATIENCE):
                # It is told once the chore is given back.
                while not [line for line in lines if line["log_level"] == "error"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            # It is due again within a minute, and not within an hour.
            assert 1 < await sql_store.chores.chore_due_in("bad", HOUR) <= chores.FAILED_SECONDS
            await change(sql_store, next_run_at=0.0)
            await work.times(2)
            assert [(chore.name, chore.failed) for chore in told.chores] == [("bad", True)]
            work.finished.set()
            async with asyncio.timeout(PATIENCE):
                while len(told.chores) < 3:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
    assert sorted((chore.name, chore.failed) for chore in told.chores[1:]) == [("bad", False), ("good", False)]
    assert sorted(work.begun) == ["again", "other"]
    [line] = [line for line in lines if line["log_level"] == "error"]
    assert (line["event"], line["chore"]) == ("chore failed", "bad")


async def test_one_for_which_a_process_has_no_settings_is_left_to_others(sql_store: SqlStore) -> None:
    work = Work()
    async with doing(sql_store, Chore("c", HOUR, work.by("without"), lambda: False)):
        await asyncio.sleep(0.1)
        assert not work.begun
        async with doing(sql_store, Chore("c", HOUR, work.by("with"))):
            await work.times(1)
    assert work.begun == ["with"]


async def test_a_clock_that_jumps_back_puts_nothing_off(sql_store: SqlStore) -> None:
    assert await sql_store.chores.begin_chore("c", HOUR, "before")
    await change(sql_store, next_run_at=1e12, held_until=1e12)
    assert await sql_store.chores.chore_due_in("c", HOUR) <= 0
    assert await sql_store.chores.begin_chore("c", HOUR, "after")
    assert not await sql_store.chores.renew_chore("c", "before")
