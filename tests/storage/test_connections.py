"""More units than connections, on either side."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import psycopg
import pytest

from compactd.domain.errors import StoreUnavailable
from compactd.storage.store import SqlStore, open_store
from tests.builders.stored_values import append, begin, user
from tests.storage.held_thread import held

LIMITED = "limited"
"""A user that may not have as many connections as it likes."""


@pytest.fixture
def limited_url(postgres_url: str) -> Iterator[str]:
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {LIMITED} LOGIN".encode())
        admin.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {LIMITED}".encode())
        yield postgres_url.replace("postgresql://postgres", f"postgresql://{LIMITED}")
        admin.execute(f"DROP OWNED BY {LIMITED}; DROP ROLE {LIMITED}".encode())


async def test_units_that_wait_for_a_connection_are_done_in_their_order_or_end_with_their_callers(
    shared_postgres_url: str,
) -> None:
    store = open_store(shared_postgres_url, connections=2)
    ref = await begin(store)
    async with AsyncExitStack() as both:
        for _ in range(2):
            await both.enter_async_context(held(store._database.write))
        patient = [asyncio.ensure_future(append(store, ref, user(str(number)))) for number in range(10)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await append(store, ref, user("impatient"))
        assert not any(one.done() for one in patient)
    positions = [(await one).positions for one in patient]
    assert sorted(position for [position] in positions) == list(range(1, 11))
    assert (await store.state(ref)).last_position == 10
    await store.close()


async def until_there(store: SqlStore) -> None:
    """The server counts a connection that it has refused, or that was given up, until its process has ended."""
    async with asyncio.timeout(20):
        there = False
        while not there:
            with suppress(StoreUnavailable):
                await store.ping()
                there = True
            await asyncio.sleep(0.02)


async def until_idle(store: SqlStore) -> None:
    """Each thread waits for a unit: one that has just answered may not do so yet."""
    threads = store._database._writers
    async with asyncio.timeout(20):
        while len(threads._idle) < len(threads._threads):  # noqa: ASYNC110 - threads tell no event of the loop
            await asyncio.sleep(0.001)


async def test_the_one_connection_that_there_is_does_what_comes_one_after_the_other(limited_url: str) -> None:
    store = open_store(limited_url, connections=4)
    with psycopg.connect(limited_url.replace(LIMITED, "postgres"), autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {LIMITED} CONNECTION LIMIT 1".encode())
        await until_there(store)
        await until_idle(store)
        # One thread has the connection, and while it is at work the other is refused one.
        async with held(store._database.read):
            with pytest.raises(StoreUnavailable):
                await store.ping()
        await until_there(store)
        for _ in range(10):
            await until_idle(store)
            await store.ping()
    await store.close()


async def test_a_server_without_a_connection_left_is_away_until_it_has_one(limited_url: str, postgres_url: str) -> None:
    other = open_store(postgres_url)
    ref = await begin(other)
    await other.close()
    store = open_store(limited_url, connections=4)
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {LIMITED} CONNECTION LIMIT 0".encode())
        with pytest.raises(StoreUnavailable):
            await store.ping()
        admin.execute(f"ALTER ROLE {LIMITED} CONNECTION LIMIT 1".encode())
        await until_there(store)
        answers = await asyncio.gather(
            *(append(store, ref, user(str(number))) for number in range(20)), return_exceptions=True
        )
        refused = [answer for answer in answers if isinstance(answer, BaseException)]
        assert refused
        assert all(isinstance(answer, StoreUnavailable) for answer in refused)
        admin.execute(f"ALTER ROLE {LIMITED} CONNECTION LIMIT -1".encode())
        assert (await store.state(ref)).last_position == 20 - len(refused)
        await asyncio.gather(*(append(store, ref, user(str(number))) for number in range(20)))
    await store.close()
