"""A transaction on PostgreSQL that keeps a row, and whose client is gone or stands still, stops nobody for long."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Connection

from compactd.application.run_operation import RunOperation
from compactd.application.running_attempt import Waiter
from compactd.domain.keys import ConversationKey
from compactd.ports.trace import SilentTracer
from compactd.storage import postgresql
from compactd.storage.conversation_state import lock
from compactd.storage.statements import execute
from compactd.storage.store import open_store
from tests.builders.stored_operations import claimed, operation
from tests.builders.stored_values import append, begin, user

CONNECTIONS = 4
WITHIN = 20
"""Seconds in which what is to end has ended, however busy the machine is."""

SHORT = 0.4


@contextmanager
def held_row(url: str, ref: ConversationKey) -> Iterator[None]:
    """Somebody whom no time-out ends has the conversation's row inside the block."""
    with psycopg.connect(url) as holder:
        holder.execute("SELECT 1 FROM conversations WHERE id = %s FOR UPDATE", [ref.conversation_id])
        yield
        holder.rollback()


def outcome_name(outcome: object) -> str:
    return type(outcome).__name__


@pytest.mark.parametrize("prepared", [True, False])
async def test_claims_of_a_conversation_that_is_held_end_and_others_are_served(
    shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch, prepared: bool
) -> None:
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", SHORT)
    store = open_store(shared_postgres_url, connections=CONNECTIONS, prepared_statements=prepared)
    ref, other = await begin(store, 3), await begin(store, 3)
    run = RunOperation(store, lambda error: repr(error).encode(), 600, 0, 100, SilentTracer())

    async def compacted(seconds: float) -> bytes:
        async with asyncio.timeout(seconds):
            waiter = Waiter(time.monotonic() + seconds)
            return await run.joined(operation(), ref, lambda *_: asyncio.sleep(0), lambda _: b"", waiter)

    with held_row(shared_postgres_url, ref):
        # Every connection waits for the row, and for half of them soon no caller does.
        calls = [compacted(seconds) for seconds in (SHORT / 4, WITHIN) for _ in range(CONNECTIONS // 2)]
        outcomes = await asyncio.gather(*calls, append(store, ref, user("never")), return_exceptions=True)
        names = [outcome_name(outcome) for outcome in outcomes]
        gone, waited = names[: CONNECTIONS // 2], names[CONNECTIONS // 2 :]
        # Where this process stands still for so long, both ends have come, and either may be told.
        assert set(gone) <= {"TimeoutError", "StoreUnavailable"}
        assert waited == ["StoreUnavailable"] * (CONNECTIONS // 2 + 1)
        async with asyncio.timeout(WITHIN):
            assert (await append(store, other, user("four"))).positions == [4]
            while run._attempts:  # noqa: ASYNC110 - they end by themselves
                await asyncio.sleep(0.02)
            await store.ping()
    assert (await append(store, ref, user("four"))).positions == [4]
    assert (await claimed(store, ref, operation())).token == 1
    await run.close()
    await store.close()


@pytest.mark.parametrize("prepared", [True, False])
async def test_a_transaction_that_stands_still_lets_go_of_its_row(
    shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch, prepared: bool
) -> None:
    store = open_store(shared_postgres_url, connections=CONNECTIONS, prepared_statements=prepared)
    ref = await begin(store)
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", SHORT)
    still = open_store(shared_postgres_url, connections=1, prepared_statements=prepared)
    has_row, go_on, times = threading.Event(), threading.Event(), []

    def stand_still(connection: Connection) -> str:
        times.append(lock(connection, ref).head.state.last_position)
        has_row.set()
        go_on.wait(WITHIN)
        execute(connection, "SELECT 1")
        return "done"

    standing = asyncio.ensure_future(still._database.write(stand_still))
    await asyncio.to_thread(has_row.wait, WITHIN)
    async with asyncio.timeout(WITHIN):
        assert (await append(store, ref, user("one"))).positions == [1]
    go_on.set()
    # It was ended, and done again; once more where this process stands still for as long.
    assert await standing == "done"
    assert times[:2] == [0, 1]
    assert set(times[1:]) == {1}
    await still.close()
    await store.close()


async def test_what_migrates_the_tables_may_take_its_time(shared_postgres_url: str) -> None:
    store = open_store(shared_postgres_url, prepared_statements=False)

    def limits(connection: Connection) -> list[str]:
        settings = ("lock_timeout", "idle_in_transaction_session_timeout")
        return [execute(connection, f"SHOW {setting}").fetchall()[0][0] for setting in settings]

    def in_a_transaction(connection: Connection) -> list[str]:
        connection.begin()
        return limits(connection)

    assert await store._database.write(in_a_transaction) == ["5s", "10s"]
    assert await store._database.read(in_a_transaction) == ["5s", "10s"]
    with store._database._engines.writer.begin() as connection:
        assert limits(connection) == ["0", "0"]
    await store.close()
