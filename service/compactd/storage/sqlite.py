"""SQLite: how it is connected to, how a unit of work begins there, and what its errors mean."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, column, create_engine, event, select, table, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from compactd.domain.startup import WrongSetting
from compactd.storage.sqlite_file import SqliteFile
from compactd.storage.statements import BEGIN, PATIENCE, Statement, execute
from compactd.storage.unavailability import Unusable, folder_advice
from compactd.storage.urls import DATABASE_URL

BUSY_SECONDS = 60.0
"""How long a unit of work waits for other processes that write to the same file."""

READ_BUSY_SECONDS = 5.0
"""How long one that reads waits for them: they do not keep it waiting, but for a moment when one opens or recovers the
file."""

READING_THREADS = 1
"""Reading from SQLite is using the CPU, and Python threads that do take it from the event loop. Beside 32 compactions
of 500 messages GetAgent took 55 to 200 ms with four threads and 7 to 22 with one; the compactions were as fast."""

_CACHE_KIB = 16 * 1024
_CHECKPOINT_PAGES = 4_000
"""16 MB of log. A page that many commits write is copied once: a commit's CPU is 91 µs on average, with 1,000 pages
119, and its slowest hundredth a third."""

READ = "BEGIN"
WRITE = "BEGIN IMMEDIATE"
WRITE_UNSYNCED = "BEGIN IMMEDIATE /* unsynced */"
"""Of a transaction that a power cut may undo, and a killed process may not."""

_SYNCHRONOUS = "synchronous"
"""Where a connection's `info` has what is waited for at its commits: FULL or NORMAL."""

_PAUSES = (*[0.0005] * 4, *[0.001] * 40, *[0.002] * 200, 0.025)
"""Seconds before each further look whether another process has ended its transaction; the last one again and again. A
transaction takes a millisecond or two, and who has the lock takes it again at once: who looks seldom finds it taken.
With 2 ms before the second look and 25 before the fifth, two workers that compacted mostly stood still."""

# PERM, BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
_AWAY = frozenset({3, 5, 6, 8, 10, 11, 13, 14, 26})
# A connection that was opened while the file could not be written stays so, and one that met damage remembers pages.
_STALE = frozenset({3, 8, 10, 11, 14, 26})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_ALEMBIC_VERSION = table("alembic_version", column("version_num"))
_VERSION = Statement(select(_ALEMBIC_VERSION.c.version_num))
_TRIAL = Statement(update(_ALEMBIC_VERSION).values(version_num=_ALEMBIC_VERSION.c.version_num))


def sqlite_engine(url: URL, *, begin: str, file: SqliteFile, durable: bool = False) -> Engine:
    """The driver leaves transactions alone; they begin with `begin` where nothing else is said."""
    # A unit that writes waits by itself for its turn, so that it can stop waiting.
    busy_seconds = READ_BUSY_SECONDS if begin == READ else BUSY_SECONDS
    engine = create_engine(url, creator=partial(file.connect, busy_seconds), hide_parameters=True, poolclass=NullPool)
    event.listen(engine, "connect", partial(_configure, begin=begin, durable=durable))
    event.listen(engine, "connect", file.opened)
    event.listen(engine, "close", file.closed)
    event.listen(engine, "begin", partial(_begin, file=file))
    return engine


def make_folder(folder: Path, *, durable: bool) -> None:
    """If what will be in it has to last, the names of new folders are on the disk afterwards too. WrongSetting, if
    there can be no such folder."""
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for path in missing if durable else ():
            _sync(path.parent)
    except OSError as error:
        raise WrongSetting(DATABASE_URL, folder_advice(folder, error)) from error


def require_file(file: Path) -> None:
    """Unusable, if there is none."""
    try:
        is_there = file.is_file()
    except OSError as error:
        raise Unusable(folder_advice(file.parent, error)) from error
    if not is_there:
        raise Unusable(f"There is no file {file}.")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def is_away(error: DBAPIError) -> bool:
    return _code_of(error) & 0xFF in _AWAY


def is_stale(error: DBAPIError) -> bool:
    return error.connection_invalidated or _code_of(error) & 0xFF in _STALE


def is_undone(error: DBAPIError) -> bool:
    """Whether a COMMIT that failed so has certainly not happened: its last page was not written. Where that was, and
    could not be brought to the disk, SQLite may find it there one day."""
    code = _code_of(error)
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY) or (
        code == sqlite3.SQLITE_IOERR_WRITE
    )


def ping(connection: Connection, failed: DBAPIError | None, *, file: SqliteFile) -> None:
    """Unusable unless the file is in its place and whole. `failed` is an error that a unit has met lately."""
    _VERSION.row(connection)
    suspected = failed is not None and _code_of(failed) & 0xFF in _DAMAGED
    file.require_whole(suspected=suspected)


def write_in_vain(connection: Connection) -> None:
    """Writes what is there already: whether anything can be written."""
    _TRIAL.run(connection)


def cancel(driver: Any) -> bool:
    # Ends what runs, and nothing that is to run.
    driver.interrupt()
    return True


def _begin(connection: Connection, *, file: SqliteFile) -> None:
    statement: str = connection.info[BEGIN]
    if statement in (WRITE, WRITE_UNSYNCED):
        file.require_in_place()
        file.require_current(connection)
        _wait_for_disk(connection, statement)
        _begin_writing(connection, statement)
        return
    file.require_current(connection)
    if statement:
        execute(connection, statement)


def _wait_for_disk(connection: Connection, statement: str) -> None:
    durable, present = connection.info[_SYNCHRONOUS]
    wanted = "NORMAL" if statement == WRITE_UNSYNCED or not durable else "FULL"
    if wanted != present:
        execute(connection, f"PRAGMA synchronous = {wanted}")
        connection.info[_SYNCHRONOUS] = durable, wanted


def _begin_writing(connection: Connection, statement: str) -> None:
    """Begins when no other process writes; raises as SQLite if that takes too long, or nobody waits for it any more."""
    is_patient: Callable[[float], bool] = connection.info.get(PATIENCE, _always)
    pauses: Iterator[float] = chain(_PAUSES, repeat(_PAUSES[-1]))
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            execute(connection, statement)
        except DBAPIError as error:
            is_busy = _code_of(error) & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() >= until or not is_patient(BUSY_SECONDS):
                raise
        else:
            return
        time.sleep(next(pauses))


def _always(_: float) -> bool:
    return True


def _configure(driver: Any, record: ConnectionPoolEntry, *, begin: str, durable: bool) -> None:
    synchronous = "FULL" if durable else "NORMAL"
    settings = (
        "journal_mode = WAL",
        f"synchronous = {synchronous}",
        f"cache_size = -{_CACHE_KIB}",
        f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
        "foreign_keys = ON",
        # What is deleted or replaced is overwritten, in pages that are free afterwards too.
        "secure_delete = ON",
        # Reads something, so that the log is there.
        "schema_version",
        *(("busy_timeout = 0",) if begin == WRITE else ()),
    )
    for setting in settings:
        driver.execute(f"PRAGMA {setting}").fetchall()
    record.info[BEGIN] = begin
    record.info[_SYNCHRONOUS] = durable, synchronous


def _code_of(error: DBAPIError) -> int:
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return code
