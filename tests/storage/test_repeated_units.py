"""Units that PostgreSQL breaks off in favour of others are done again, a few times."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection, bindparam, select, update

from compactd.domain.errors import StoreUnavailable
from compactd.domain.keys import ConversationKey
from compactd.storage import transactions
from compactd.storage.statements import Statement, execute
from compactd.storage.store import SqlStore
from compactd.storage.tables import CONVERSATIONS
from tests.builders.stored_values import append, begin, user

_C = CONVERSATIONS.c
_TITLE = Statement(select(_C.title_folded).where(_C.id == bindparam("key")))
_RENAME = Statement(update(CONVERSATIONS).where(_C.id == bindparam("key")).values(title_folded=bindparam("title")))

WAIT_SECONDS = 20


def in_transaction(connection: Connection, *settings: str) -> None:
    """Begins the unit's transaction with these settings in place of those that it has."""
    connection.begin()
    for setting in settings:
        execute(connection, setting)


def fail_with_40001(connection: Connection) -> None:
    in_transaction(connection, "DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END $$")


async def test_two_units_that_lock_each_other_out_are_both_done(postgres_store: SqlStore) -> None:
    one, other = await begin(postgres_store), await begin(postgres_store)
    both, tries = threading.Barrier(2, timeout=WAIT_SECONDS), []

    def rename(connection: Connection, first: ConversationKey, second: ConversationKey) -> None:
        tries.append(first)
        in_transaction(connection, "SET LOCAL deadlock_timeout = '10ms'")
        _RENAME.run(connection, {"key": first.conversation_id, "title": "first"})
        if len(tries) <= 2:
            both.wait()
        _RENAME.run(connection, {"key": second.conversation_id, "title": "second"})

    write = postgres_store._database.write
    await asyncio.gather(write(rename, one, other), write(rename, other, one))
    assert len(tries) == 3
    titles = [await postgres_store._database.read(title_of, key) for key in (one, other)]
    assert sorted(titles) == ["first", "second"]


async def test_a_unit_whose_row_was_changed_meanwhile_is_done_again_as_a_whole(postgres_store: SqlStore) -> None:
    ref = await begin(postgres_store)
    read, go, tries = threading.Event(), threading.Event(), []

    def rename(connection: Connection) -> str:
        in_transaction(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        tries.append(title_of(connection, ref))
        read.set()
        assert go.wait(WAIT_SECONDS)
        _RENAME.run(connection, {"key": ref.conversation_id, "title": "new"})
        return "done"

    unit = asyncio.ensure_future(postgres_store._database.write(rename))
    assert await asyncio.to_thread(read.wait, WAIT_SECONDS)
    await append(postgres_store, ref, user("meanwhile"))
    go.set()
    assert await unit == "done"
    assert len(tries) == 2
    assert await postgres_store._database.read(title_of, ref) == "new"
    assert (await postgres_store.state(ref)).last_position == 1


async def test_a_unit_that_fails_only_at_its_commit_is_done_again(postgres_store: SqlStore) -> None:
    one, other = await begin(postgres_store), await begin(postgres_store)
    both, tries = threading.Barrier(2, timeout=WAIT_SECONDS), []

    def rename(connection: Connection, read: ConversationKey, written: ConversationKey) -> None:
        """Either one after the other finds what that has written; no two of them do side by side."""
        tries.append(written)
        in_transaction(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        title = title_of(connection, read)
        _RENAME.run(connection, {"key": written.conversation_id, "title": title + "."})
        if len(tries) <= 2:
            both.wait()

    write = postgres_store._database.write
    await asyncio.gather(write(rename, one, other), write(rename, other, one))
    assert len(tries) == 3
    titles = [await postgres_store._database.read(title_of, key) for key in (one, other)]
    assert sorted(titles) == [".", ".."]


@pytest.mark.parametrize("kind", ["read", "read_once", "write"])
async def test_a_unit_is_repeated_a_few_times_and_not_for_ever(postgres_store: SqlStore, kind: str) -> None:
    tries: list[int] = []

    def fail(connection: Connection, times: int) -> str:
        tries.append(1)
        if len(tries) <= times:
            fail_with_40001(connection)
        return "done"

    run: Callable[..., Awaitable[str]] = getattr(postgres_store._database, kind)
    most = len(transactions.REPEAT_PAUSES)
    assert await run(fail, most) == "done"
    tries.clear()
    with pytest.raises(StoreUnavailable):
        await run(fail, 99)
    assert len(tries) == most + 1


async def test_a_unit_whose_caller_has_gone_is_not_repeated(
    postgres_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "REPEAT_PAUSES", (0.001,) * 10_000)
    tries: list[int] = []

    def fail(connection: Connection) -> None:
        tries.append(1)
        fail_with_40001(connection)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await postgres_store._database.write(fail)
    # The connection that it had is free again.
    for _ in range(3):
        await begin(postgres_store)
    async with asyncio.timeout(WAIT_SECONDS):
        made = 0
        # One try more may have begun meanwhile.
        while made != len(tries):
            made = len(tries)
            await asyncio.sleep(0.05)
    assert made < len(transactions.REPEAT_PAUSES)


def title_of(connection: Connection, key: ConversationKey) -> str:
    title: str = _TITLE.value(connection, {"key": key.conversation_id})
    return title
