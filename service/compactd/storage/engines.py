"""Where SQLite and PostgreSQL differ: how they are connected to, how a unit of work begins, and when they are away."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from compactd.storage.schema import create_schema, require_schema
from compactd.storage.statements import Statement, as_core_raises, execute

CONNECT_SECONDS = 5
"""How long a server may take to answer a new connection."""

BUSY_SECONDS = 60.0
"""How long a unit of work waits for other processes that write to the same SQLite file."""

_SQLITE_READERS = 1
"""Reading from SQLite is using the CPU, and Python threads that do take it from the event loop. Beside 32 compactions
of 500 messages GetAgent took 55 to 200 ms with four threads and 7 to 22 with one; the compactions were as fast."""

_SQLITE_CACHE_KIB = 16 * 1024
_SQLITE_CHECKPOINT_PAGES = 4_000
"""16 MB of log. A page that many commits write is copied once: a commit's CPU is 91 µs on average, with 1,000 pages
119, and its slowest hundredth a third."""

_SQLITE_READ = "BEGIN"
_SQLITE_WRITE = "BEGIN IMMEDIATE"

# A unit that reads is several statements, and all of them have to see one state.
_POSTGRESQL_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Set by us, and not left to the server: with another level concurrent appends fail.
_POSTGRESQL_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"

# Primary codes of SQLite: PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
_SQLITE_AWAY = frozenset({3, 5, 6, 8, 10, 11, 13, 14, 26})

# Classes of SQLSTATE: connection failure, too few resources, stopped or starting.
_POSTGRESQL_AWAY = ("08", "53", "57P")


_DURABILITY = Statement(select(func.current_setting("fsync"), func.current_setting("synchronous_commit")))

_BEGIN = "begin"
"""Where a connection's `info` has the statement that its next transaction begins with."""


@dataclass(frozen=True, slots=True)
class Engines:
    """`shared` if readers and writers are the same threads, so that both engines are one. `begin_read` and
    `begin_write` are the statements that transactions begin with (`begin_with`)."""

    reader: Engine
    writer: Engine
    readers: int
    writers: int
    shared: bool
    begin_read: str
    begin_write: str
    prepare: Callable[[], None]
    is_away: Callable[[DBAPIError], bool]
    what_a_crash_loses: Callable[[Connection], str]
    """A sentence for the operator, if what was committed may not survive a crash of the database's machine, and nobody
    asked for that here; else empty."""


def connect_engines(url: URL, *, connections: int, durable: bool) -> Engines:
    """Engines for a URL of `parse_url`, not connected yet. The folder of a SQLite file is made (OSError).

    PostgreSQL gets at most `connections`. `durable` makes SQLite survive a power cut, not only a killed process.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, durable=durable)
    return _postgresql(url, connections)


def begin_with(connection: Connection, statement: str) -> None:
    """Has the connection's next transactions begin with the statement; if it is empty, each statement is one."""
    connection.info[_BEGIN] = statement


def sqlite_engine(url: URL, *, begin: str, durable: bool = False) -> Engine:
    """The driver leaves transactions alone; they begin with `begin` where nothing else is said."""
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,
        poolclass=NullPool,
    )
    event.listen(engine, "connect", partial(_configure_sqlite, begin=begin, durable=durable))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def postgresql_engine(url: URL) -> Engine:
    """The driver leaves transactions alone; they write where nothing else is said."""
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
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=NullPool,
    )
    event.listen(engine, "connect", _configure_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    event.listen(engine, "commit", _commit_postgresql)
    event.listen(engine, "rollback", _rollback_postgresql)
    return engine


def _sqlite(url: URL, *, durable: bool) -> Engines:
    _make_folder(Path(url.database or "").parent, durable=durable)
    # One writer: writers of this process queue for their thread, and do not poll the file for its lock.
    return Engines(
        reader=sqlite_engine(url, begin=_SQLITE_READ),
        writer=(writer := sqlite_engine(url, begin=_SQLITE_WRITE, durable=durable)),
        readers=_SQLITE_READERS,
        writers=1,
        shared=False,
        begin_read=_SQLITE_READ,
        begin_write=_SQLITE_WRITE,
        prepare=partial(create_schema, writer),
        is_away=_sqlite_is_away,
        what_a_crash_loses=lambda _: "",
    )


def _make_folder(folder: Path, *, durable: bool) -> None:
    """If what will be in it has to last, the names of new folders are on the disk afterwards too."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing if durable else ():
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _postgresql(url: URL, connections: int) -> Engines:
    engine = postgresql_engine(url)
    return Engines(
        reader=engine,
        writer=engine,
        readers=connections,
        writers=connections,
        shared=True,
        begin_read=_POSTGRESQL_READ,
        begin_write=_POSTGRESQL_WRITE,
        prepare=partial(require_schema, engine),
        is_away=_postgresql_is_away,
        what_a_crash_loses=_what_a_postgresql_loses,
    )


def _begin_sqlite(connection: Connection) -> None:
    if statement := connection.info[_BEGIN]:
        execute(connection, statement)


def _begin_postgresql(connection: Connection) -> None:
    if statement := connection.info[_BEGIN]:
        _order(connection, statement)


def _commit_postgresql(connection: Connection) -> None:
    if connection.info[_BEGIN]:
        _order(connection, "COMMIT")


def _rollback_postgresql(connection: Connection) -> None:
    if not connection.invalidated and connection.info[_BEGIN]:
        _order(connection, "ROLLBACK")


def _order(connection: Connection, statement: str) -> None:
    """By libpq itself: 5 µs of CPU and 11 of waiting, where a cursor takes 22 and 60 for the same round trip. And a
    ROLLBACK by the driver makes it forget what it has prepared, so that PostgreSQL plans every statement again."""
    driver: Any = connection.connection.dbapi_connection
    try:
        result = driver.pgconn.exec_(statement.encode())
        if result.error_message:
            raise connection.dialect.loaded_dbapi.errors.error_from_result(result)
    except connection.dialect.loaded_dbapi.Error as error:
        raise as_core_raises(connection, error, statement) from error


def _configure_sqlite(connection: Any, record: ConnectionPoolEntry, *, begin: str, durable: bool) -> None:
    for setting in (
        "journal_mode = WAL",
        f"synchronous = {'FULL' if durable else 'NORMAL'}",
        f"cache_size = -{_SQLITE_CACHE_KIB}",
        f"wal_autocheckpoint = {_SQLITE_CHECKPOINT_PAGES}",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {setting}").close()
    record.info[_BEGIN] = begin


def _configure_postgresql(connection: Any, record: ConnectionPoolEntry) -> None:
    # Moments near the year 9999 have no representation in zones east of Greenwich. And all that is prepared finds rows
    # by key or by a range of an index: planning the sums for each execution took 1.1 ms, executing them 0.3.
    connection.execute("SET TIME ZONE 'UTC'; SET plan_cache_mode = force_generic_plan")
    record.info[_BEGIN] = _POSTGRESQL_WRITE


def _what_a_postgresql_loses(connection: Connection) -> str:
    row = _DURABILITY.row(connection)
    off = [name for name, value in zip(("fsync", "synchronous_commit"), row or (), strict=False) if value == "off"]
    if not off:
        return ""
    return f"PostgreSQL has {' and '.join(off)} off: a crash of its machine may lose what was answered. Switch it on."


def _sqlite_is_away(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_AWAY


def _postgresql_is_away(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:  # Not from the server: it was not reached, or it went away.
        return isinstance(error, OperationalError | InterfaceError)
    return state.startswith(_POSTGRESQL_AWAY)
