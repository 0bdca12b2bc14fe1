"""What a caller that has gone had the database do is ended, and nothing else is."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection

from compactd.domain.errors import StoreUnavailable
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.storage import postgresql, transactions
from compactd.storage.statements import execute
from compactd.storage.store import SqlStore, open_store
from tests.builders.stored_values import NAMESPACE, agent_key, append, begin, put_agent, user
from tests.storage.test_lost_connections import COMMIT, proxied_store
from tests.tcp_proxy import Fault

_WAIT_AT_COMMIT = """
CREATE FUNCTION wait() RETURNS trigger AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END' LANGUAGE plpgsql;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON agents DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION wait();
"""

_COUNT_FOR_EVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

WITHIN = 30
"""Seconds in which what is to happen at once has happened, however busy the machine is."""


@contextmanager
def locked(url: str, table: str) -> Iterator[psycopg.Connection[Any]]:
    """Nobody else reads or writes the table inside the block."""
    with psycopg.connect(url) as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield connection
        connection.rollback()


@contextmanager
def locked_for_good(url: str, table: str) -> Iterator[None]:
    """As `locked`, in a database whose sessions have time-outs."""
    with psycopg.connect(url, options="-c transaction_timeout=0") as connection:
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield
        connection.rollback()


async def at_work(url: str) -> list[str]:
    """What compactd's sessions in the database execute, or have executed in a transaction that is open."""
    return await asyncio.to_thread(_at_work, url)


def _at_work(url: str) -> list[str]:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'compactd' AND state <> 'idle'"
        )
        return [query for (query,) in found]


async def until_at_work(url: str, count: int) -> None:
    async with asyncio.timeout(WITHIN):
        while len(await at_work(url)) != count:  # noqa: ASYNC110 - it is PostgreSQL that is watched
            await asyncio.sleep(0.02)


@asynccontextmanager
async def given_up(*calls: Any) -> AsyncIterator[None]:
    """Starts the calls, has the block run while they wait, and gives them up at its end."""
    tasks = [asyncio.ensure_future(call) for call in calls]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes), outcomes


async def test_calls_that_wait_for_a_lock_leave_nothing_behind_when_they_are_given_up(
    shared_postgres_url: str, postgres_store: SqlStore
) -> None:
    url, store = shared_postgres_url, postgres_store
    refs = [await begin(store) for _ in range(6)]
    agent_id = (await store.state(refs[0])).agent_id
    with locked(url, "messages"):
        # Seven of eight connections.
        async with given_up(store.snapshot(refs[0]), *(append(store, ref, user("never")) for ref in refs)):
            await until_at_work(url, 7)
            assert (await store.get_agent(agent_key(agent_id))).id == agent_id
        await until_at_work(url, 0)
        # All eight, and again: they are not used up for good.
        for _ in range(2):
            async with given_up(*(store.snapshot(ref) for ref in refs * 3)):
                await until_at_work(url, 8)
            assert (await store.get_agent(agent_key(agent_id))).id == agent_id
    assert [(await append(store, ref, user("one"))).positions for ref in refs] == [[1]] * 6


async def test_a_commit_that_has_begun_is_not_ended(postgres_url: str) -> None:
    store = open_store(postgres_url)
    await store.ping()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(_WAIT_AT_COMMIT)
        connection.execute("SELECT pg_advisory_lock(1)")
        async with given_up(put_agent(store, name="Grace")):
            async with asyncio.timeout(WITHIN):
                while "COMMIT" not in await at_work(postgres_url):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.01)
        # Long enough for what would end it.
        await asyncio.sleep(0.3)
    await until_at_work(postgres_url, 0)
    assert [agent.name for agent in await store.list_agents(NAMESPACE, AgentFilter(), Page(9))] == ["Grace"]
    await store.close()


@pytest.mark.parametrize("words", [b"next_position", COMMIT])
async def test_a_network_that_hangs_holds_no_connection_for_good(
    shared_postgres_url: str, monkeypatch: pytest.MonkeyPatch, words: bytes
) -> None:
    monkeypatch.setattr(transactions, "STOP_SECONDS", 0.3)
    monkeypatch.setattr(postgresql, "CANCEL_SECONDS", 0.1)
    async with proxied_store(shared_postgres_url) as (_, store):
        ref = await begin(store)
    async with proxied_store(shared_postgres_url, connections=1) as (proxy, store):
        hanging = proxy.fault_at(words, Fault.STALL)
        async with given_up(append(store, ref, user("one"))):
            async with asyncio.timeout(WITHIN):
                await hanging.wait()
            proxy.stall()
            await asyncio.sleep(0)
        proxy.resume()
        async with asyncio.timeout(WITHIN):
            assert (await store.state(ref)).last_position in ((0,) if words != COMMIT else (0, 1))


@pytest.mark.parametrize("setting", ["statement_timeout", "transaction_timeout"])
async def test_a_time_out_of_its_own_is_told_as_a_database_that_cannot_do_it_now(
    postgres_url: str, setting: str
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    before = open_store(postgres_url)
    ref = await begin(before)
    await before.close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET {setting} = '1s'".encode())
    store = open_store(postgres_url)
    with locked_for_good(postgres_url, "messages"), pytest.raises(StoreUnavailable):
        await append(store, ref, user("one"))
    assert (await append(store, ref, user("one"))).positions == [1]
    await store.close()


async def test_nothing_else_is_ended(postgres_store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "STOP_PAUSE", 0)
    chance = random.Random(7)

    async def call(number: int) -> int:
        seconds = chance.uniform(0, 0.004)
        async with asyncio.timeout(chance.uniform(0, 0.004) if number % 2 else None):
            run = postgres_store._database.read if number % 3 else postgres_store._database.write
            return await run(sleep, number, seconds)

    answers: list[int | BaseException] = []
    for first in range(0, 600, 20):
        answers += await asyncio.gather(*(call(number) for number in range(first, first + 20)), return_exceptions=True)
    assert answers[::2] == list(range(0, 600, 2))
    gone = [answer for answer in answers[1::2] if isinstance(answer, BaseException)]
    assert len(gone) > 50
    assert all(isinstance(answer, TimeoutError) for answer in gone)


async def test_a_read_of_sqlite_that_takes_long_is_ended(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    ref = await begin(store, 2)
    begun = threading.Event()

    def count(connection: Connection) -> None:
        begun.set()
        execute(connection, _COUNT_FOR_EVER).fetchall()

    async with given_up(store._database.read(count)):
        await asyncio.to_thread(begun.wait, WITHIN)
    async with asyncio.timeout(WITHIN):
        assert (await store.state(ref)).last_position == 2
    await store.close()


def sleep(connection: Connection, number: int, seconds: float) -> int:
    connection.begin()
    execute(connection, "SELECT pg_sleep(%s)", [seconds])
    return number
