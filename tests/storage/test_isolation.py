"""Whatever isolation a PostgreSQL gives by default, units have their own."""

import psycopg
import pytest
from sqlalchemy import Connection

from compactd.storage.statements import execute
from compactd.storage.store import open_store
from tests.storage.crowd import check, crowd, prepare


def _isolation(connection: Connection) -> str:
    [(level,)] = execute(connection, "SHOW transaction_isolation").fetchall()
    return str(level)


@pytest.mark.parametrize("level", ["serializable", "repeatable read"])
async def test_a_crowd_is_served_whatever_the_default_is(postgres_url: str, level: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{level}'".encode())
    store = open_store(postgres_url)
    states = await prepare(store)
    outcomes = await crowd(store, states)
    assert [outcome for outcome in outcomes if isinstance(outcome, BaseException)] == []
    await check(store, states, outcomes)
    assert await store._database.read_once(_isolation) == "read committed"
    await store.close()
