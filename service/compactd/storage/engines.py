"""Where SQLite and PostgreSQL differ: how they are connected to, how a unit of work begins, and when they are away."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from compactd.storage import postgresql, sqlite
from compactd.storage.schema import create_schema, require_schema
from compactd.storage.sqlite_file import SqliteFile


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
    begin_unsynced: str
    """As `begin_write`, of what a power cut may undo: its COMMIT does not wait for the disk."""
    prepare: Callable[[], None]
    """Makes or checks the tables."""
    ping: Callable[[Connection, DBAPIError | None], None]
    """Asks whether units can be done, after an error that one of them has met, if any; StoreUnavailable if not."""
    write_in_vain: Callable[[Connection], object] | None
    """Writes what changes nothing: whether units that write can be done. None where the ping knows."""
    is_away: Callable[[DBAPIError], bool]
    """Whether the database could not do what it may do later."""
    is_undone: Callable[[DBAPIError], bool]
    """Whether a COMMIT that failed so has certainly not happened."""
    lookup_is_final: bool
    """Whether what a lost COMMIT would have written, and is not found after it, will never be there."""
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
    close: Callable[[], None]
    """Gives back what is not a connection of the engines, when they are closed."""
    scrub: Callable[[], bool]
    """Removes from the database's log what it may hold of deleted rows; False if others were in the way. Blocks."""
    what_a_crash_loses: Callable[[Connection], str]
    """A sentence for the operator, if what was committed may not survive a crash of the database's machine, and nobody
    asked for that here; else empty."""


def connect_engines(url: URL, *, connections: int, prepared_statements: bool, durable: bool) -> Engines:
    """Engines for a URL of `parse_url`, not connected yet. The folder of a SQLite file is made (WrongSetting).

    PostgreSQL gets at most `connections`, and keeps `prepared_statements` in them. `durable` makes SQLite survive a
    power cut, not only a killed process.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, durable=durable)
    return _postgresql(url, connections, prepared=prepared_statements)


def _sqlite(url: URL, *, durable: bool) -> Engines:
    sqlite.make_folder(Path(url.database or "").parent, durable=durable)
    file = SqliteFile(url.database or "")
    writer = sqlite.sqlite_engine(url, begin=sqlite.WRITE, file=file, durable=durable)
    # One writer: writers of this process queue for their thread, and do not poll the file for its lock.
    return Engines(
        reader=sqlite.sqlite_engine(url, begin=sqlite.READ, file=file),
        writer=writer,
        reading_threads=sqlite.READING_THREADS,
        writing_threads=1,
        shared=False,
        begin_read=sqlite.READ,
        begin_once="",
        begin_write=sqlite.WRITE,
        begin_unsynced=sqlite.WRITE_UNSYNCED,
        prepare=partial(file.prepare, partial(create_schema, writer)),
        ping=partial(sqlite.ping, file=file),
        write_in_vain=sqlite.write_in_vain,
        is_away=sqlite.is_away,
        is_undone=sqlite.is_undone,
        # What could not be brought to the disk may be in the log all the same: it is found there at the next start.
        lookup_is_final=False,
        is_stale=sqlite.is_stale,
        is_broken_off=_never,
        misuse_in=_no_misuse,
        cancel=sqlite.cancel,
        cut=_leave_open,
        close=file.close,
        scrub=file.empty_log,
        what_a_crash_loses=_nothing,
    )


def _postgresql(url: URL, connections: int, *, prepared: bool) -> Engines:
    engine = postgresql.postgresql_engine(url, prepared=prepared)
    read, write = postgresql.READ, postgresql.WRITE
    if not prepared:
        read, write = postgresql.begin_alone(read), postgresql.begin_alone(write)
    return Engines(
        reader=engine,
        writer=engine,
        reading_threads=connections,
        writing_threads=connections,
        shared=True,
        begin_read=read,
        begin_once="" if prepared else read,
        begin_write=write,
        # A server that lost claims and leases while their owners live would give them away twice.
        begin_unsynced=write,
        prepare=partial(require_schema, engine),
        what_a_crash_loses=postgresql.what_a_crash_loses,
        ping=postgresql.ping,
        write_in_vain=None,
        is_away=postgresql.is_away,
        is_undone=_never,
        lookup_is_final=True,
        is_stale=postgresql.is_stale,
        is_broken_off=postgresql.is_broken_off,
        misuse_in=postgresql.misuse_in,
        cancel=postgresql.cancel,
        cut=postgresql.cut,
        close=_do_nothing,
        scrub=_is_done,
    )


def _never(_: DBAPIError) -> bool:
    return False


def _do_nothing() -> None:
    return


def _is_done() -> bool:
    # What is in PostgreSQL's log and in its dead rows is its own affair, and its operator's.
    return True


def _no_misuse(_: DBAPIError) -> str:
    return ""


def _nothing(_: Connection) -> str:
    return ""


def _leave_open(_: Any) -> None:
    # A file has no line to be cut.
    return
