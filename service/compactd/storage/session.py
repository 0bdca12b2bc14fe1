"""The connection of a thread, and the transactions on it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from compactd.storage.engines import begin_with
from compactd.storage.statements import execute

T = TypeVar("T")


class Session:
    """Opened with the first unit of work of its thread and kept: taking one from a pool and giving it back costs 50 µs
    a unit with SQLite, and two round trips with PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def connect(self, begin: str) -> Connection:
        """The connection, whose next transaction begins with this statement."""
        if self._connection is None:
            self._connection = self._engine.connect()
        begin_with(self._connection, begin)
        return self._connection

    @property
    def is_begun(self) -> bool:
        """Whether a transaction is open, for the database too: SQLite ends one by itself after some errors."""
        connection = self._connection
        if connection is None or not connection.in_transaction():
            return False
        driver: Any = connection.connection.dbapi_connection
        return bool(driver.in_transaction)

    def nest(self, begin: str, work: Callable[[Connection], T]) -> T:
        """What the work returns, inside the transaction that is open; if it raises, nothing of it is left there."""
        connection = self.connect(begin)
        execute(connection, "SAVEPOINT unit")
        try:
            answer = work(connection)
        except BaseException:
            with suppress(DBAPIError):
                execute(connection, "ROLLBACK TO unit")
                execute(connection, "RELEASE unit")
            raise
        execute(connection, "RELEASE unit")
        return answer

    def commit(self) -> None:
        """Commits what has begun, if anything."""
        if self._connection is not None:
            self._connection.commit()

    def end(self) -> None:
        """Undoes what has begun, if anything."""
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except DBAPIError:
            self.drop()

    def drop(self) -> None:
        """Closes the connection, and with it the transaction; the next unit gets a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
