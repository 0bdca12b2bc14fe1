"""Tables: created by themselves in SQLite, by migration in PostgreSQL, and the same both ways."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from compactd.domain.errors import StoreUnavailable
from compactd.storage.migrate import migrate
from compactd.storage.schema import HEAD, MIGRATIONS, SchemaMismatch
from compactd.storage.store import SqlStore, open_store
from compactd.storage.table_base import metadata
from compactd.storage.unavailability import advice_for
from compactd.storage.urls import parse_url
from tests.builders.stored_values import put_agent


def differences(url: str) -> list[object]:
    engine = create_engine(parse_url(url))
    try:
        with engine.connect() as connection:
            name = connection.dialect.name
            options = {
                "compare_type": True,
                "compare_server_default": True,
                # Neither an index that is another database's, nor what is the queue's.
                "include_object": lambda item, its_name, *_: (
                    not (its_name or "").startswith("procrastinate_")
                    and ((ddl_if := getattr(item, "_ddl_if", None)) is None or ddl_if.dialect == name)
                ),
            }
            found: list[object] = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
            return found
    finally:
        engine.dispose()


def set_revision(url: str, revision: str) -> None:
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_there_is_one_line_of_revisions_and_its_end_is_the_one_the_code_works_with() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_make_the_tables_of_the_code_in_postgresql(empty_postgres_url: str) -> None:
    migrate(empty_postgres_url)
    assert differences(empty_postgres_url) == []
    migrate(empty_postgres_url)
    assert differences(empty_postgres_url) == []


def test_migrations_make_the_tables_of_the_code_in_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/compactd.db"
    migrate(url)
    migrate(url)
    assert differences(url) == []


async def test_sqlite_makes_its_folder_and_tables_when_it_is_first_used(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/folder/compactd.db"
    store = open_store(url)
    await store.ping()
    await put_agent(store)
    await store.close()
    assert differences(url) == []
    with closing(sqlite3.connect(tmp_path / "new/folder/compactd.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        indexes = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql > ''").fetchall()
    migrate(url)
    by_migration = f"sqlite:///{tmp_path}/migrated.db"
    migrate(by_migration)
    with closing(sqlite3.connect(tmp_path / "migrated.db")) as connection:
        again = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql > ''").fetchall()
    assert sorted(indexes) == sorted(again)


def test_sqlite_has_the_columns_of_a_message_in_the_same_order_when_it_was_migrated(tmp_path: Path) -> None:
    """What is read without the texts of a message stands before them."""
    migrate(f"sqlite:///{tmp_path}/migrated.db")
    with closing(sqlite3.connect(tmp_path / "migrated.db")) as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(messages)")]
    assert columns == [column.name for column in metadata.tables["messages"].columns]


async def test_postgresql_without_tables_says_what_to_do(empty_postgres_url: str) -> None:
    store = open_store(empty_postgres_url)
    with pytest.raises(SchemaMismatch) as raised:
        await store.ping()
    assert advice_for(raised.value) == (
        "The database has no tables and not the tables of this version of compactd: run compactd migrate."
    )
    # Callers can do nothing about it, and learn nothing of it.
    plain = StoreUnavailable()
    assert (raised.value.reason, str(raised.value), raised.value.metadata) == (plain.reason, str(plain), {})
    migrate(empty_postgres_url)
    await store.ping()
    await store.close()


async def test_postgresql_of_another_version_says_so(postgres_url: str) -> None:
    set_revision(postgres_url, "0000")
    store = open_store(postgres_url)
    with pytest.raises(SchemaMismatch) as raised:
        await put_agent(store)
    assert "revision 0000" in advice_for(raised.value)
    await store.close()


async def test_the_revision_of_the_tables_is_that_of_this_version(sql_store: SqlStore, database_url: str) -> None:
    assert await sql_store.revision() == HEAD
    assert database_url.startswith(sql_store.kind)


@pytest.mark.parametrize("scheme", ["sqlite", "postgresql"])
async def test_the_tables_of_a_newer_version_are_left_alone(
    scheme: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sqlite = f"sqlite:///{tmp_path}/compactd.db"
    url: str = sqlite if scheme == "sqlite" else request.getfixturevalue("postgres_url")
    migrate(url)
    set_revision(url, "9999")
    store = open_store(url)
    with pytest.raises(SchemaMismatch) as raised:
        await store.ping()
    assert "9999" in advice_for(raised.value)
    with pytest.raises(SchemaMismatch):
        migrate(url)
    await store.close()


def test_a_migration_of_what_is_away_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        migrate(f"postgresql://postgres@/none?host={tmp_path}")


def test_migrating_leaves_logging_alone(tmp_path: Path) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("compactd").disabled)
    migrate(f"sqlite:///{tmp_path}/compactd.db")
    assert (root.level, list(root.handlers), logging.getLogger("compactd").disabled) == before
