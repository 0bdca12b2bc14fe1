"""Where SQLite and PostgreSQL differ: how they are connected to, how a unit of work begins, and when they are away."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from compactd.storage.schema import create_schema, require_schema

CONNECT_SECONDS = 5
"""How long a server may take to answer a new connection."""

BUSY_SECONDS = 60.0
"""How long a unit of work waits for other processes that write to the same SQLite file."""

_SQLITE_READERS = 4
_SQLITE_CACHE_KIB = 16 * 1024

# Primary codes of SQLite: PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
_SQLITE_AWAY = frozenset({3, 5, 6, 8, 10, 11, 13, 14, 26})

# Classes of SQLSTATE: connection failure, too few resources, stopped or starting.
_POSTGRESQL_AWAY = ("08", "53", "57P")


@dataclass(frozen=True, slots=True)
class Engines:
    """`reader` and `writer` begin a unit of work as it has to; `shared` if both use the same connections."""

    reader: Engine
    writer: Engine
    readers: int
    writers: int
    shared: bool
    prepare: Callable[[], None]
    is_away: Callable[[DBAPIError], bool]


def connect_engines(url: URL, *, connections: int, durable: bool) -> Engines:
    """Engines for a URL of `parse_url`, not connected yet. The folder of a SQLite file is made (OSError).

    PostgreSQL gets at most `connections`. `durable` makes SQLite survive a power cut, not only a killed process.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, durable=durable)
    return _postgresql(url, connections)


def sqlite_engine(url: URL, *, begin: str, connections: int = 1, durable: bool = False) -> Engine:
    """The driver leaves transactions alone, and each unit of work begins with `begin`."""
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
    )
    event.listen(engine, "connect", partial(_configure_sqlite, durable=durable))
    event.listen(engine, "begin", partial(_begin, begin))
    return engine


def postgresql_engine(url: URL, connections: int = 1) -> Engine:
    engine = create_engine(
        url,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "keepalives_idle": 30,
            "tcp_user_timeout": 30_000,
            "application_name": "compactd",
            **url.query,
        },
        paramstyle="format",  # Parameters by place, as SQLite has them: a Statement knows no other.
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
    )
    event.listen(engine, "connect", _configure_postgresql)
    return engine


def _sqlite(url: URL, *, durable: bool) -> Engines:
    Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    # One writer: writers of this process queue for their thread, and do not poll the file for its lock.
    writer = sqlite_engine(url, begin="BEGIN IMMEDIATE", durable=durable)
    reader = sqlite_engine(url, begin="BEGIN", connections=_SQLITE_READERS)

    return Engines(reader, writer, _SQLITE_READERS, 1, False, partial(create_schema, writer), _sqlite_is_away)


def _postgresql(url: URL, connections: int) -> Engines:
    writer = postgresql_engine(url, connections)
    # A unit that reads is several statements, and all of them have to see one state.
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reader, writer, connections, connections, True, partial(require_schema, writer), _postgresql_is_away)


def _begin(statement: str, connection: Connection) -> None:
    connection.exec_driver_sql(statement)


def _configure_sqlite(connection: Any, _record: object, *, durable: bool) -> None:
    for setting in (
        "journal_mode = WAL",
        f"synchronous = {'FULL' if durable else 'NORMAL'}",
        f"cache_size = -{_SQLITE_CACHE_KIB}",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _configure_postgresql(connection: Any, _record: object) -> None:
    # Moments near the year 9999 have no representation in zones east of Greenwich.
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _sqlite_is_away(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_AWAY


def _postgresql_is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:  # Not from the server: it was not reached, or it went away.
        return isinstance(error, OperationalError | InterfaceError)
    return state.startswith(_POSTGRESQL_AWAY)
