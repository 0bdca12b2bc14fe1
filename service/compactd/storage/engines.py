"""Where SQLite and PostgreSQL differ: how they are connected to, how a unit of work begins, and when they are away."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from compactd.storage import postgresql
from compactd.storage.schema import create_schema, require_schema
from compactd.storage.statements import BEGIN, execute

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

# Primary codes of SQLite: PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
_SQLITE_AWAY = frozenset({3, 5, 6, 8, 10, 11, 13, 14, 26})


@dataclass(frozen=True, slots=True)
class Engines:
    """`shared` if readers and writers are the same threads, so that both engines are one. `begin_read`, `begin_write`
    and, for units that read a statement or two, `begin_once` are what transactions begin with (`begin_with`)."""

    reader: Engine
    writer: Engine
    reading_threads: int
    writing_threads: int
    shared: bool
    begin_read: str
    begin_once: str
    begin_write: str
    prepare: Callable[[], None]
    """Makes or checks the tables."""
    ping: Callable[[Connection], None]
    """Asks whether units can be done; StoreUnavailable if not."""
    is_away: Callable[[DBAPIError], bool]
    """Whether the database could not do what it may do later."""
    is_stale: Callable[[DBAPIError], bool]
    """Whether the connection is of no use any more, and a new one may be."""
    is_broken_off: Callable[[DBAPIError], bool]
    """Whether the transaction was broken off in favour of another one, and may be repeated."""
    misuse_in: Callable[[DBAPIError], str]
    """What the operator has to set otherwise, in a sentence; mostly empty."""
    cancel: Callable[[Any], bool]
    """Ends the statement that a connection of the driver executes, from another thread; False if that may take effect
    later, on another statement."""
    cut: Callable[[Any], None]
    """Ends a connection of the driver, from another thread."""
    what_a_crash_loses: Callable[[Connection], str]
    """A sentence for the operator, if what was committed may not survive a crash of the database's machine, and nobody
    asked for that here; else empty."""


def connect_engines(url: URL, *, connections: int, prepared_statements: bool, durable: bool) -> Engines:
    """Engines for a URL of `parse_url`, not connected yet. The folder of a SQLite file is made (OSError).

    PostgreSQL gets at most `connections`, and keeps `prepared_statements` in them. `durable` makes SQLite survive a
    power cut, not only a killed process.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, durable=durable)
    return _postgresql(url, connections, prepared=prepared_statements)


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


def _sqlite(url: URL, *, durable: bool) -> Engines:
    _make_folder(Path(url.database or "").parent, durable=durable)
    # One writer: writers of this process queue for their thread, and do not poll the file for its lock.
    return Engines(
        reader=sqlite_engine(url, begin=_SQLITE_READ),
        writer=(writer := sqlite_engine(url, begin=_SQLITE_WRITE, durable=durable)),
        reading_threads=_SQLITE_READERS,
        writing_threads=1,
        shared=False,
        begin_read=_SQLITE_READ,
        begin_once="",
        begin_write=_SQLITE_WRITE,
        prepare=partial(create_schema, writer),
        ping=_ping,
        is_away=_sqlite_is_away,
        what_a_crash_loses=lambda _: "",
        is_stale=_is_lost,
        is_broken_off=_never,
        misuse_in=_no_misuse,
        cancel=_cancel_sqlite,
        cut=_leave_open,
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


def _postgresql(url: URL, connections: int, *, prepared: bool) -> Engines:
    engine = postgresql.postgresql_engine(url, prepared=prepared)
    read, write = postgresql.READ, postgresql.WRITE
    if not prepared:
        read, write = postgresql.begin_in_utc(read), postgresql.begin_in_utc(write)
    return Engines(
        reader=engine,
        writer=engine,
        reading_threads=connections,
        writing_threads=connections,
        shared=True,
        begin_read=read,
        begin_once="" if prepared else read,
        begin_write=write,
        prepare=partial(require_schema, engine),
        what_a_crash_loses=postgresql.what_a_crash_loses,
        ping=postgresql.ping,
        is_away=postgresql.is_away,
        is_stale=postgresql.is_stale,
        is_broken_off=postgresql.is_broken_off,
        misuse_in=postgresql.misuse_in,
        cancel=postgresql.cancel,
        cut=postgresql.cut,
    )


def _begin_sqlite(connection: Connection) -> None:
    if statement := connection.info[BEGIN]:
        execute(connection, statement)


def _configure_sqlite(connection: Any, record: ConnectionPoolEntry, *, begin: str, durable: bool) -> None:
    for setting in (
        "journal_mode = WAL",
        f"synchronous = {'FULL' if durable else 'NORMAL'}",
        f"cache_size = -{_SQLITE_CACHE_KIB}",
        f"wal_autocheckpoint = {_SQLITE_CHECKPOINT_PAGES}",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {setting}").close()
    record.info[BEGIN] = begin


def _sqlite_is_away(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_AWAY


def _ping(connection: Connection) -> None:
    execute(connection, "SELECT 1")


def _is_lost(error: DBAPIError) -> bool:
    return error.connection_invalidated


def _never(_: DBAPIError) -> bool:
    return False


def _no_misuse(_: DBAPIError) -> str:
    return ""


def _cancel_sqlite(driver: Any) -> bool:
    # Ends what runs, and nothing that is to run.
    driver.interrupt()
    return True


def _leave_open(_: Any) -> None:
    # A file has no line to be cut.
    return
