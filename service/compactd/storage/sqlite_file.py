"""The file of a SQLite database, and whether it is still the one that is open, and whole.

A file that is removed or replaced stays what open connections read and write; with them goes, at the next start, all
that was answered since. SQLite itself does not look. So a unit that writes looks at the database's name before it
begins, and the ping, twice a second, at everything.
"""

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.pool import ConnectionPoolEntry

from compactd.storage.unavailability import Unusable, sqlite_advice

_NAMES = ("", "-wal", "-shm")
"""What is behind the database's name in those of its file, its log, and the log's index."""

_GENERATION = "generation"
"""Where a connection's `info` has which of the files, one after the other, it has open."""

_BUSY_SECONDS = 5.0

_LOG_SECONDS = 0.2
"""How long the log waits for a writer to end, and then for readers, before it is left for later."""

Identity = tuple[int, int] | None
"""Device and inode; None if there is no such file."""


class SqliteFile:
    """Shared by all connections of a store, and by all threads.

    It has a connection of its own, which does nothing: the files stay open whatever becomes of the others, and what was
    in a removed one can be saved.
    """

    def __init__(self, path: str) -> None:
        self._files = tuple(Path(f"{path}{name}") for name in _NAMES)
        self._guard = threading.RLock()
        self._check: Callable[[], None] | None = None
        self._is_checking = False
        self._anchor: sqlite3.Connection | None = None
        self._opened: tuple[Identity, ...] = ()
        self._generation = 0
        self._connections: dict[int, int] = {}
        self._size = 0
        self._damage = ""
        self._looked_at: tuple[int, int] | None = None

    def prepare(self, check: Callable[[bool], None]) -> None:
        """Has `check` make the tables, over a connection of the store; errors as those of a unit of work. From now on a
        file that is missing is not made anew, and one that takes its place is checked as one that has tables."""
        with self._guard:
            check(True)
            self._check = partial(check, False)
            self._hold()

    def connect(self, seconds: float) -> sqlite3.Connection:
        """A new connection of the driver, which waits so long for other processes. Unusable as `require_whole`."""
        with self._guard:
            if self._check is not None and not self._is_checking:
                self._require_same()
            return self._connect(seconds)

    def opened(self, driver: Any, record: ConnectionPoolEntry) -> None:
        """Notes that a connection has the present files open."""
        with self._guard:
            self._connections[id(driver)] = record.info[_GENERATION] = self._generation

    def closed(self, driver: Any, _: ConnectionPoolEntry) -> None:
        """The opposite of `opened`."""
        with self._guard:
            self._connections.pop(id(driver), None)

    def empty_log(self) -> bool:
        """Writes the log into the database and cuts it to nothing, so that it holds no page of before; False if others
        were in the way. Writers wait meanwhile: twice _LOG_SECONDS, and for the disk."""
        if self._check is None:
            return False
        try:
            driver = self.connect(_LOG_SECONDS)
            try:
                is_busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                driver.close()
        except (sqlite3.Error, Unusable):
            return False
        return not is_busy

    def close(self) -> None:
        """Lets go of the files, after all others."""
        with self._guard:
            self._let_go()

    def require_current(self, connection: Connection) -> None:
        """Unusable if the connection has files open that are no longer used."""
        if connection.info[_GENERATION] != self._generation:
            raise Unusable(f"The database file {self._files[0]} was opened anew.")

    def require_in_place(self) -> None:
        """One look at the file system, for a unit that writes: Unusable as `require_whole`."""
        if self._check is None or self._is_checking:
            return None
        try:
            found = self._files[0].stat()
        except OSError:
            return self.require_whole()
        is_same = self._anchor is not None and (found.st_dev, found.st_ino) == self._opened[0]
        if not is_same or found.st_size < self._size or self._damage:
            return self.require_whole()
        self._size = found.st_size
        return None

    def require_whole(self, *, suspected: bool = False) -> None:
        """Unusable, if what is open is not what is at the path, or if that is damaged; `suspected` if a unit has found
        so."""
        with self._guard:
            if self._check is None or self._is_checking:
                return
            self._require_same()
            found = self._files[0].stat()
            stamp = found.st_size, found.st_mtime_ns
            if stamp != self._looked_at or (suspected and not self._damage):
                thorough = suspected or bool(self._damage) or found.st_size < self._size
                damage = self._look(thorough=thorough)
                if damage != self._damage:
                    # Connections remember pages.
                    self._generation += 1
                self._damage, self._looked_at, self._size = damage, stamp, found.st_size
            if self._damage:
                raise Unusable(self._damage)

    def _require_same(self) -> None:
        now = self._identities()
        if now == self._opened and self._anchor is not None:
            return
        if now[0] is None:
            raise Unusable(
                f"The database file {self._files[0]} was removed while it was open. Put it back, or a backup of it. "
                "What it held can be copied while this process lives: see docs/operations.md.",
                reconnect=False,
            )
        if now[0] != self._opened[0]:
            self._switch(now)
        elif self._anchor is not None:
            self._save()
        else:
            self._require_no_log(now)
            self._hold()

    def _switch(self, now: tuple[Identity, ...]) -> None:
        """Takes the file that is at the path now, if it is one of ours; Unusable if not."""
        left = [
            str(file)
            for file, before, after in zip(self._files, self._opened, now, strict=True)
            if before == after is not None
        ]
        if left:
            # SQLite would read them as belonging to the new file, and spoil it.
            raise Unusable(
                f"The database file {self._files[0]} was replaced while it was open, and what belongs to the one "
                f"before is still there: move {' and '.join(left)} away.",
                reconnect=False,
            )
        self._is_checking = True
        try:
            if self._check is not None:
                self._check()
        finally:
            self._is_checking = False
        self._let_go()
        self._hold()

    def _save(self) -> None:
        """Unusable, in any case: the log at the path is not the one that is open. What is in that is written into the
        database, which makes it superfluous; then all have to close it."""
        told = f"The log of the database file, {self._files[1]}, or its index, {self._files[2]}, was removed"
        is_busy = True
        if self._anchor is not None:
            try:
                is_busy, *_ = self._anchor.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
            except sqlite3.Error as error:
                raise Unusable(
                    f"{told}, and cannot be written into it: {sqlite_advice(error)}", reconnect=False
                ) from error
        if is_busy:
            raise Unusable(f"{told}, and another process keeps it from being written into it.", reconnect=False)
        self._let_go()
        raise Unusable(f"{told} while it was open. Nothing is lost; it is made anew when all have let go of it.")

    def _require_no_log(self, now: tuple[Identity, ...]) -> None:
        """Unusable while somebody has the lost log open: whoever opened a new one beside it would spoil the file."""
        if any(generation != self._generation for generation in self._connections.values()):
            raise Unusable(f"The log of the database file, {self._files[1]}, was removed, and is made anew.")
        if now[1] is None and now[2] is not None:
            raise Unusable(
                f"The log of the database file, {self._files[1]}, was removed, and another process still has it open. "
                f"If there is none, remove {self._files[2]}."
            )

    def _hold(self) -> None:
        anchor = self._connect(_BUSY_SECONDS)
        try:
            # Reads something, so that the log is there.
            anchor.execute("PRAGMA schema_version").fetchall()
        except sqlite3.Error:
            anchor.close()
            raise
        self._anchor, self._opened = anchor, self._identities()
        self._size, self._damage, self._looked_at = 0, "", None

    def _let_go(self) -> None:
        if self._anchor is not None:
            self._anchor.close()
        self._anchor = None
        self._generation += 1

    def _connect(self, seconds: float) -> sqlite3.Connection:
        mode = "rwc" if self._check is None else "rw"
        uri = f"{self._files[0].as_uri()}?mode={mode}"
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=seconds, check_same_thread=False)

    def _look(self, *, thorough: bool) -> str:
        """What is wrong with the file, read by a connection that remembers nothing of it; empty if nothing is."""
        try:
            driver = self._connect(_BUSY_SECONDS)
            try:
                driver.execute("SELECT version_num FROM alembic_version").fetchall()
                found = driver.execute("PRAGMA quick_check(1)").fetchone()[0] if thorough else "ok"
            finally:
                driver.close()
        except sqlite3.Error as error:
            found = str(error)
        if found == "ok":
            return ""
        return (
            f"The database file {self._files[0]} is damaged: move it away with its -wal and -shm, and put a backup "
            f"there, or what .recover of the sqlite3 command finds in it. ({' '.join(found.split())})"
        )

    def _identities(self) -> tuple[Identity, ...]:
        return tuple(_identity(file) for file in self._files)


def _identity(file: Path) -> Identity:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
