"""Units that wait for SQLite's one writer share a commit, and nothing else."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from compactd.domain.errors import ContextChanged, ConversationNotFound, OutcomeUnknown, StoreUnavailable
from compactd.domain.paging import Page
from compactd.ports.messages import Appended
from compactd.storage import sqlite, transactions
from compactd.storage.statements import Statement
from compactd.storage.store import SqlStore, open_store
from compactd.storage.tables import CONVERSATIONS
from tests.builders.recording_observer import RecordingObserver
from tests.builders.stored_values import append, batch_of, begin, commit_of, ref_to, user
from tests.storage.held_thread import held

NORMAL, FULL = 1, 2
"""Of SQLite's `synchronous`."""

_RENAME = Statement(update(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("key")).values(title_folded="changed"))
_COPY = Statement(
    insert(CONVERSATIONS).from_select(
        CONVERSATIONS.c.keys(), select(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("key"))
    )
)
_TITLE = Statement(select(CONVERSATIONS.c.title_folded).where(CONVERSATIONS.c.id == bindparam("key")))


@pytest.fixture
async def writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqlStore]:
    monkeypatch.setattr(transactions, "_GROUP_SECONDS", 60)
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    yield store
    await store.close()


async def test_units_that_wait_are_committed_together_and_in_their_order(writing: SqlStore) -> None:
    ref = await begin(writing)
    with commits(writing) as made:
        async with held(writing._database.write):
            appends = [asyncio.ensure_future(append(writing, ref, user(str(number)))) for number in range(20)]
            await asyncio.sleep(0)
    appended = [await one for one in appends]
    assert [one.positions for one in appended] == [[position] for position in range(1, 21)]
    assert len(made) == 1
    history = await writing.list_messages(ref, Page(99, descending=False))
    assert [stored.message.content for stored in history[1:]] == [str(number) for number in range(20)]


async def test_one_that_fails_among_them_fails_alone(writing: SqlStore) -> None:
    ref, other = await begin(writing), await begin(writing)
    changed = replace(batch_of(user("late")), expected_last_position=99)
    async with held(writing._database.write):
        answers = asyncio.gather(
            append(writing, ref, user("one")),
            append(writing, ref_to("conv-none"), user("nowhere")),
            writing.append(ref, changed),
            append(writing, other, user("elsewhere")),
            append(writing, ref, user("two")),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
    one, nowhere, late, elsewhere, two = await answers
    assert isinstance(nowhere, ConversationNotFound)
    assert isinstance(late, ContextChanged)
    assert [positions(answer) for answer in (one, elsewhere, two)] == [[1], [1], [2]]
    assert (await writing.state(ref)).last_position == 2


async def test_what_a_failed_one_had_written_is_undone_and_nothing_else(writing: SqlStore) -> None:
    ref = await begin(writing, 5)
    commit = commit_of(await writing.state(ref), 3, [1, 2])
    async with held(writing._database.write):
        answers = asyncio.gather(
            append(writing, ref, user("before")),
            writing.commit_compaction(ref, commit),
            writing._database.write(write_and_fail, ref.conversation_id),
            append(writing, ref, user("after")),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
    before, record, failed, after = await answers
    assert isinstance(failed, IntegrityError)
    assert (positions(before), positions(after)) == ([6], [8])
    assert await writing.list_compactions(ref, Page(9)) == [record]
    with writing._database._engines.reader.connect() as connection:
        assert _TITLE.value(connection, {"key": ref.conversation_id}) == ""


async def test_a_commit_that_fails_fails_each_of_them(writing: SqlStore) -> None:
    ref, other = await begin(writing), await begin(writing, 5)
    commit = commit_of(await writing.state(other), 4, [1, 2, 3])
    event.listen(writing._database._engines.writer, "commit", fail, once=True)
    async with held(writing._database.write):
        answers = asyncio.gather(
            append(writing, ref, user("one")),
            append(writing, ref, user("two")),
            writing.commit_compaction(other, commit),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
    one, two, compaction = await answers
    assert isinstance(one, OutcomeUnknown)
    assert isinstance(two, OutcomeUnknown)
    # What is not there now may be there when the log is read again.
    assert isinstance(compaction, OutcomeUnknown)
    assert (await writing.state(ref)).last_position == 0
    assert (await writing.state(other)).context_version == 0
    assert (await append(writing, ref, user("one"))).positions == [1]


async def test_what_failed_because_of_another_is_not_told_so_if_that_is_not_committed(writing: SqlStore) -> None:
    ref = await begin(writing, 5)
    state = await writing.state(ref)
    one, other = commit_of(state, 2, [1]), commit_of(state, 3, [1])
    event.listen(writing._database._engines.writer, "commit", fail, once=True)
    async with held(writing._database.write):
        answers = asyncio.gather(
            writing.commit_compaction(ref, one), writing.commit_compaction(ref, other), return_exceptions=True
        )
        await asyncio.sleep(0)
    # The second found the context changed, by a compaction that never came to be.
    assert [type(answer) for answer in await answers] == [OutcomeUnknown, StoreUnavailable]
    record = await writing.commit_compaction(ref, other)
    assert await writing.list_compactions(ref, Page(9)) == [record]


async def test_what_cannot_be_taken_out_of_a_transaction_is_not_committed_with_it(writing: SqlStore) -> None:
    ref = await begin(writing)
    engine = writing._database._engines.writer
    event.listen(engine, "before_cursor_execute", fail_to_roll_back)
    async with held(writing._database.write):
        answers = asyncio.gather(
            append(writing, ref, user("one")),
            writing._database.write(write_and_fail, ref.conversation_id),
            append(writing, ref, user("two")),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
    one, failed, two = await answers
    event.remove(engine, "before_cursor_execute", fail_to_roll_back)
    assert isinstance(failed, IntegrityError)
    assert [positions(one), positions(two)] == [[1], [2]]
    with writing._database._engines.reader.connect() as connection:
        assert _TITLE.value(connection, {"key": ref.conversation_id}) == ""


async def test_one_that_has_to_last_shares_no_commit_that_does_not_wait_for_the_disk(writing: SqlStore) -> None:
    ref, database = await begin(writing), writing._database
    with commits(writing) as made:
        async with held(database.write):
            levels = asyncio.gather(
                database.write_unsynced(waited_for, ref.conversation_id),
                database.write_unsynced(waited_for, ref.conversation_id),
                database.write(waited_for, ref.conversation_id),
                database.write_unsynced(waited_for, ref.conversation_id),
            )
            await asyncio.sleep(0)
        assert list(await levels) == [NORMAL, NORMAL, FULL, FULL]
    assert len(made) == 2


async def test_nothing_waits_for_the_disk_where_nothing_has_to_last(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db", durable=False)
    ref = await begin(store)
    assert await store._database.write(waited_for, ref.conversation_id) == NORMAL
    await store.close()


async def test_those_that_shared_a_transaction_which_was_lost_are_done_again(writing: SqlStore) -> None:
    ref, other = await begin(writing), await begin(writing)
    async with held(writing._database.write):
        one = asyncio.ensure_future(append(writing, ref, user("one")))
        lost = asyncio.ensure_future(writing._database.write(roll_back_and_fail))
        two = asyncio.ensure_future(append(writing, other, user("two")))
        await asyncio.sleep(0)
    with pytest.raises(ZeroDivisionError):
        await lost
    assert [positions(await one), positions(await two)] == [[1], [1]]
    assert [(await writing.state(key)).last_position for key in (ref, other)] == [1, 1]


async def test_one_whose_caller_has_gone_before_its_turn_is_not_done(writing: SqlStore) -> None:
    ref = await begin(writing)
    async with held(writing._database.write):
        gone = asyncio.ensure_future(append(writing, ref, user("gone")))
        stays = asyncio.ensure_future(append(writing, ref, user("stays")))
        await asyncio.sleep(0)
        gone.cancel()
    assert (await stays).positions == [1]
    assert gone.cancelled()


async def test_each_of_them_is_told_to_the_observer(tmp_path: Path) -> None:
    observer = RecordingObserver()
    store = open_store(f"sqlite:///{tmp_path}/compactd.db", observer=observer)
    ref = await begin(store)
    observer.units.clear()
    async with held(store._database.write):
        answers = asyncio.gather(
            append(store, ref, user("one")),
            append(store, ref_to("conv-none"), user("nowhere")),
            append(store, ref, user("two")),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
    await answers
    await store.close()
    told = sorted((unit.name, unit.error) for unit in observer.units if unit.name == "append")
    assert told == [("append", ""), ("append", ""), ("append", "ConversationNotFound")]


async def test_a_store_that_is_closed_ends_what_it_was_given(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store)
    appends = [asyncio.ensure_future(append(store, ref, user(str(number)))) for number in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert [positions(await one) for one in appends] == [[position] for position in range(1, 51)]


async def test_all_of_them_are_refused_while_another_process_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store)
    with closing(sqlite3.connect(tmp_path / "compactd.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(
            *(append(store, ref, user(str(number))) for number in range(3)), return_exceptions=True
        )
        other.execute("ROLLBACK")
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
    assert (await append(store, ref, user("one"))).positions == [1]
    await store.close()


def positions(answer: Appended | BaseException) -> list[int]:
    assert isinstance(answer, Appended), answer
    return list(answer.positions)


@contextmanager
def commits(store: SqlStore) -> Iterator[list[Connection]]:
    """The commits inside the block."""
    made: list[Connection] = []
    engine = store._database._engines.writer
    note = partial(list.append, made)
    event.listen(engine, "commit", note)
    yield made
    event.remove(engine, "commit", note)


def fail(_: Connection) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    raise OperationalError("COMMIT", None, error)


def fail_to_roll_back(_: Connection, __: object, statement: str, *___: object) -> None:
    if statement == "ROLLBACK TO unit":
        raise OperationalError(statement, None, Exception("out of memory"))


def write_and_fail(connection: Connection, conversation_id: str) -> None:
    """Writes a title, and then a second row with the same id."""
    _RENAME.run(connection, {"key": conversation_id})
    _COPY.run(connection, {"key": conversation_id})


def waited_for(connection: Connection, conversation_id: str) -> int:
    """Writes something, and says what its COMMIT waits for."""
    _RENAME.run(connection, {"key": conversation_id})
    driver: Any = connection.connection.dbapi_connection
    [level] = driver.execute("PRAGMA synchronous").fetchone()
    return int(level)


def roll_back_and_fail(connection: Connection) -> None:
    """As SQLite itself does where it has no memory left."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute("ROLLBACK")
    raise ZeroDivisionError
