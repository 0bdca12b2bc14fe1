"""PostgreSQL behind PgBouncer in transaction mode, where nothing that a session was told once can be relied on."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from compactd.domain.errors import ContextChanged, OutcomeUnknown, StoreUnavailable
from compactd.storage.migrate import migrate
from compactd.storage.store import open_store
from compactd.storage.unavailability import advice_for
from tests.builders import chat
from tests.builders.chat import compact, new_conversation, talk
from tests.builders.stored_values import agent_key, append, begin, put_agent, user
from tests.pgbouncer import MISSING, PGBOUNCER, SESSIONS, pgbouncer_before
from tests.server import local_server
from tests.storage.crowd import check, crowd, prepare
from tests.storage.test_stopped_units import given_up, locked, until_at_work

pytestmark = [pytest.mark.process, pytest.mark.skipif(PGBOUNCER is None, reason=MISSING)]


@pytest.fixture
def pooled_url(empty_postgres_url: str) -> Iterator[str]:
    """A database without tables, where sessions begin with settings that do not suit compactd."""
    name = psycopg.conninfo.conninfo_to_dict(empty_postgres_url)["dbname"]
    with psycopg.connect(empty_postgres_url, autocommit=True) as connection:
        for setting in ("timezone = 'Asia/Tokyo'", "default_transaction_isolation = 'serializable'"):
            connection.execute(f"ALTER DATABASE {name} SET {setting}".encode())
    with pgbouncer_before(empty_postgres_url) as url:
        yield url


async def test_without_prepared_statements_nothing_fails(pooled_url: str) -> None:
    migrate(pooled_url)
    store = open_store(pooled_url, prepared_statements=False)
    states = await prepare(store)
    outcomes = await crowd(store, states)
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    await check(store, states, outcomes)
    last = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)
    agent = await put_agent(store, created_at=last)
    assert (await store.get_agent(agent_key(agent.id))).created_at == last
    await store.ping()
    await store.close()


async def test_a_server_behind_it_compacts_and_answers_again(pooled_url: str) -> None:
    migrate(pooled_url)
    async with local_server(pooled_url, database_prepared_statements=False) as server:
        client = server.client
        ids = [await new_conversation(client, talk(10)) for _ in range(8)]
        request_ids = [str(uuid4()) for _ in ids]
        calls = [
            compact(client, conversation_id, request_id=request_id)
            for conversation_id, request_id in zip(ids, request_ids, strict=True)
            for _ in range(3)
        ]
        appends = [
            chat.append(client, conversation_id, [chat.user(str(number))], request_id=str(uuid4()))
            for conversation_id in ids
            for number in range(5)
        ]
        replies, _ = await asyncio.gather(asyncio.gather(*calls), asyncio.gather(*appends))
    for first in range(0, len(replies), 3):
        assert len({reply.SerializeToString() for reply in replies[first : first + 3]}) == 1


async def test_with_prepared_statements_the_operator_learns_what_to_set(pooled_url: str) -> None:
    migrate(pooled_url)
    without = open_store(pooled_url, prepared_statements=False)
    states = await prepare(without)
    store = open_store(pooled_url)
    outcomes: list[object] = []
    for _ in range(5):
        outcomes += (found := await crowd(store, states))
        # Whatever failed failed as a whole: no statement of another connection's was executed in place of ours.
        await check(without, states, found)
    failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert {type(failure) for failure in failed} <= {StoreUnavailable, OutcomeUnknown, ContextChanged}
    assert any(isinstance(failure, StoreUnavailable) for failure in failed)
    with pytest.raises(StoreUnavailable) as raised:
        await store.ping()
    assert "COMPACTD_DATABASE_PREPARED_STATEMENTS=false" in advice_for(raised.value)
    assert "POOLER" not in str(raised.value).upper()
    for one in (store, without):
        await one.close()


async def test_calls_that_are_given_up_hold_none_of_its_sessions(pooled_url: str, empty_postgres_url: str) -> None:
    migrate(pooled_url)
    store = open_store(pooled_url, prepared_statements=False)
    ref = await begin(store)
    with locked(empty_postgres_url, "messages"):
        async with given_up(*(store.snapshot(ref) for _ in range(SESSIONS))):
            await until_at_work(empty_postgres_url, SESSIONS)
        async with asyncio.timeout(20):
            await store.get_agent(agent_key((await store.state(ref)).agent_id))
    assert (await append(store, ref, user("one"))).positions == [1]
    await store.close()
