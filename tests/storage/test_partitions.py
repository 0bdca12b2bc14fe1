"""PostgreSQL with messages in partitions by conversation: what was there is there, the store does what it does, and
each statement goes to one partition. The tests of other files that are imported run on it too."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event

from compactd.application.audit import audit
from compactd.domain.paging import Page
from compactd.storage.migrate import migrate
from compactd.storage.store import SqlStore, open_store
from compactd.storage.unavailability import Unusable
from compactd.strategies.search_terms import index_messages, new_secret, search_terms
from compactd.strategies.steps import finished
from tests.builders import chat
from tests.builders.stored_values import agent_key, append, begin, compact, put_agent, ref_to, restore, user
from tests.server import local_server
from tests.storage.crowd import check, crowd, prepare
from tests.storage.test_compactions import *  # noqa: F403
from tests.storage.test_list_messages import *  # noqa: F403
from tests.storage.test_restores import *  # noqa: F403

PARTITIONS = 4
EVERYTHING = Page(999, descending=False)


@pytest.fixture(scope="module")
def _partitioned_url(postgres_server: Any, migrated_template: str) -> Iterator[str]:
    name = "partitioned"
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {migrated_template}".encode())
    migrate(url := postgres_server.get_uri(name), PARTITIONS)
    yield url
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def database_url(_partitioned_url: str) -> str:
    return _partitioned_url


@pytest.fixture
async def whole(postgres_url: str) -> AsyncIterator[SqlStore]:
    """A store whose database is not partitioned yet."""
    store = open_store(postgres_url, connections=4)
    yield store
    await store.close()


def definitions(url: str) -> set[str]:
    """Keys, references and indexes of messages, as PostgreSQL writes them."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'messages'::regclass"
            " UNION SELECT indexdef FROM pg_indexes WHERE tablename = 'messages'"
        ).fetchall()
    return {str(definition).replace(" ON ONLY ", " ON ") for (definition,) in found}


async def test_a_server_that_runs_finds_everything_in_partitions_and_goes_on(
    whole: SqlStore, postgres_url: str
) -> None:
    async with local_server(postgres_url) as server:
        client = server.client
        ids = [await chat.new_conversation(client, chat.talk(12)) for _ in range(12)]
        for conversation_id in ids[::2]:
            record = (await chat.compact(client, conversation_id)).compaction
            await chat.restore(client, conversation_id, record.id)
            await chat.compact(client, conversation_id)
        before = [await chat.context_of(client, conversation_id) for conversation_id in ids]
        defined = definitions(postgres_url)

        migrate(postgres_url, PARTITIONS)
        assert [await chat.context_of(client, conversation_id) for conversation_id in ids] == before
        assert definitions(postgres_url) == defined
        for conversation_id in ids:
            await chat.append(client, conversation_id, [chat.user("more")])
            await chat.compact(client, conversation_id)
    done = await audit(whole)
    assert (list(done.findings), done.records) == ([], 3 * 6 + 12)
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("SELECT DISTINCT tableoid::regclass::text FROM messages").fetchall()
    # At least twelve conversations over four partitions: all in one would be no hash.
    assert len(rows) > 1
    assert {name for (name,) in rows} <= {f"messages_{number}" for number in range(PARTITIONS)}


async def test_partitioned_again_nothing_happens_and_in_another_number_it_is_refused(
    whole: SqlStore, postgres_url: str
) -> None:
    ref = await begin(whole, 3)
    for _ in range(2):
        migrate(postgres_url, PARTITIONS)
    with pytest.raises(Unusable, match=None) as raised:
        migrate(postgres_url, 8)
    assert raised.value.advice == "The messages are in 4 partitions already, and stay in them."
    assert len(await whole.list_messages(ref, EVERYTHING)) == 4


async def test_what_a_crowd_does_at_once_is_done_whole(database_url: str) -> None:
    store = open_store(database_url)
    states = await prepare(store)
    outcomes = await crowd(store, states)
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    await check(store, states, outcomes)
    await store.close()


async def test_deleting_an_agent_empties_the_partitions_of_what_was_its_own(whole: SqlStore, postgres_url: str) -> None:
    migrate(postgres_url, PARTITIONS)
    agent = await put_agent(whole)
    await append(whole, ref_to(agent.default_conversation_id), user("one"), user("two"))
    await whole.delete_agent(agent_key(agent.id))
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM messages").fetchall() == [(0,)]


async def test_every_statement_about_messages_is_planned_for_one_partition(
    sql_store: SqlStore, database_url: str
) -> None:
    said: dict[str, Any] = {}

    def note(_: object, __: object, statement: str, values: Any, ___: object, many: bool) -> None:
        if "messages" in statement and not many:
            said[statement] = values

    engines = sql_store._database._engines
    for engine in {engines.reader, engines.writer}:
        event.listen(engine, "before_cursor_execute", note)
    ref = await begin(sql_store, 20)
    record = await compact(sql_store, ref, 11)
    await restore(sql_store, ref, record.id)
    await sql_store.list_messages(ref, Page(5))
    await sql_store.snapshot(ref, bodies=True)
    unindexed = await sql_store.unindexed(ref)
    secret = new_secret()
    await sql_store.index(unindexed, secret, finished(index_messages(unindexed.messages, secret)))
    for evicted_only in (False, True):
        await sql_store.search(ref, search_terms(["message"], secret), Page(5), evicted_only=evicted_only)
    assert len(said) > 5
    with psycopg.connect(database_url) as connection:
        # As the store's sessions have it: one plan for all values, from which partitions are left out when it begins.
        connection.execute("SET plan_cache_mode = force_generic_plan")
        seen = {statement: scanned(connection, statement, values) for statement, values in said.items()}
    assert {statement: names for statement, names in seen.items() if len(names) > 1} == {}
    assert set().union(*seen.values())


def scanned(connection: psycopg.Connection[Any], statement: str, values: Sequence[Any]) -> set[str]:
    """The partitions that a statement of the driver's reads with these values."""
    numbers = count(1)
    prepared = re.sub("%s", lambda _: f"${next(numbers)}", statement).replace("%%", "%")
    given = sql.SQL(", ").join(map(sql.Literal, values))
    connection.execute(f"PREPARE seen AS {prepared}".encode())
    lines = connection.execute(sql.SQL("EXPLAIN EXECUTE seen ({})").format(given)).fetchall()
    connection.execute("DEALLOCATE seen")
    return {name for (line,) in lines for name in re.findall(r" on (messages_\d+)", str(line))}
