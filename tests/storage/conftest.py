"""Every test of the store runs on both databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from compactd.ports.store import Store
from compactd.storage.migrate import migrate
from compactd.storage.schema import SchemaMismatch
from compactd.storage.store import SqlStore, open_store
from tests.builders.stored_jobs import remove_jobs
from tests.postgres import *  # noqa: F403
from tests.postgres import emptied
from tests.sqlite import migrated_sqlite
from tests.storage.first_release import make_database

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return _url_of(request, tmp_path, "shared_postgres_url")


@pytest.fixture(scope="module", params=DATABASES)
def module_database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all tests of a module."""
    return _url_of(request, tmp_path_factory.mktemp("module"), "module_postgres_url")


def _url_of(request: pytest.FixtureRequest, folder: Path, postgres: str) -> str:
    if request.param == "sqlite":
        return migrated_sqlite(folder / "data" / "compactd.db")
    if given := request.config.getoption("--database-url"):
        migrate(given)
        return emptied(given)
    url: str = request.getfixturevalue(postgres)
    return url


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[SqlStore]:
    """For what is about statements and connections."""
    # No test that takes it is about the disk, which all would wait for.
    store = open_store(database_url, connections=4, durable=False)
    yield store
    await store.close()


@pytest.fixture
async def no_jobs(sql_store: SqlStore) -> None:
    """Whoever takes jobs takes those of all that is stored, and a database is the one of many tests."""
    await remove_jobs(sql_store)


@pytest.fixture
def store(sql_store: SqlStore) -> Store:
    """The store as use cases know it: whatever keeps the promises of `compactd.ports` passes the tests that take it."""
    return sql_store


@pytest.fixture
async def postgres_store(shared_postgres_url: str) -> AsyncIterator[SqlStore]:
    """For what only PostgreSQL does: with as many connections as a server has by default."""
    store = open_store(shared_postgres_url)
    yield store
    await store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqlStore]:
    """Of the first release. SQLite upgrades itself when it is first used; for PostgreSQL the operator runs migrate."""
    sqlite = request.param == "sqlite"
    url: str = f"sqlite:///{tmp_path}/compactd.db" if sqlite else request.getfixturevalue("empty_postgres_url")
    make_database(url)
    store = open_store(url, connections=2)
    if not sqlite:
        with pytest.raises(SchemaMismatch):
            await store.ping()
        migrate(url)
    yield store
    await store.close()
