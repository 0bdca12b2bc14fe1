"""A database that cannot be used, as the operator has to know it."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import StoreUnavailable

_SQLITE_ADVICE: Mapping[int, str] = {
    sqlite3.SQLITE_PERM: "The database file may not be opened: give the server's user the right to read and write it.",
    sqlite3.SQLITE_BUSY: "Another process keeps the database file locked: end what it does there.",
    sqlite3.SQLITE_READONLY: "The database file cannot be written: give the server's user the right to write it and "
    "its folder, and see whether its file system is mounted read-only.",
    sqlite3.SQLITE_IOERR: "The database file cannot be read or written as it should: look at its disk, the kernel's "
    "log, and the limit of the process on the size of files.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged: restore a backup.",
    sqlite3.SQLITE_FULL: "The disk of the database file is full: make room on it.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened: see whether it is there, and whether the server's "
    "user may read and write it and its folder.",
    sqlite3.SQLITE_NOTADB: "The database file is not one of SQLite: put the right one there.",
}
"""What to do about an error of SQLite, by its primary code."""

_NO_ADVICE = "The database cannot be used at the moment: try again later."
"""Before the driver's words, for who reads them: what callers are told sends them to the log."""


class Unusable(StoreUnavailable):
    """The database is there, and not as compactd needs it. Callers learn that it cannot be used, the operator reads
    `advice`. What met it has to `reconnect`, but where the connection holds what is to be had nowhere else."""

    def __init__(self, advice: str, *, reconnect: bool = True) -> None:
        super().__init__()
        self.advice = advice
        self.reconnect = reconnect


def advice_for(error: StoreUnavailable) -> str:
    """What the operator has to know, in a sentence or two: driver's words included, which callers never see. They are
    of connections and files; there are no contents in them."""
    if isinstance(error, Unusable):
        return error.advice
    cause = error.__cause__
    if not isinstance(cause, DBAPIError) or cause.orig is None:
        return _NO_ADVICE
    if isinstance(cause.orig, sqlite3.Error):
        return sqlite_advice(cause.orig)
    return f"{_NO_ADVICE} ({type(cause.orig).__name__}: {' '.join(str(cause.orig).split())})"


def folder_advice(folder: Path, error: OSError) -> str:
    """As `advice_for`, about a folder that a database file cannot be in."""
    return (
        f"The folder {folder} of the database file cannot be made or looked into: see whether the server's user may do "
        f"so, and whether a part of it is no folder. ({type(error).__name__}: {error.strerror})"
    )


def sqlite_advice(error: sqlite3.Error) -> str:
    """As `advice_for`, about an error of SQLite."""
    what_to_do = _SQLITE_ADVICE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, _NO_ADVICE)
    return f"{what_to_do} ({type(error).__name__}: {' '.join(str(error).split())})"
