"""The connection of a thread, the transactions on it, and what ends a statement that runs there from outside."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from compactd.storage.statements import begin_with, execute

T = TypeVar("T")


class Session:
    """Opened with the first unit of work of its thread and kept: taking one from a pool and giving it back costs 50 µs
    a unit with SQLite, and two round trips with PostgreSQL.

    Its methods are for its thread, but for `is_at_work_for`, `interrupt` and `hang_up`. A lock keeps the last two from
    everything but the unit that they are meant for, and the first of them from its COMMIT.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._driver: Any = None
        self._at_work: object | None = None
        self._interruptible = False
        self._spoilt = False
        self._guard = threading.Lock()

    def connect(self, begin: str, is_patient: Callable[[float], bool]) -> Connection:
        """The connection, whose next transaction begins with this statement (`begin_with`)."""
        if self._connection is None:
            self._connection = self._engine.connect()
            self._driver = self._connection.connection.dbapi_connection
        begin_with(self._connection, begin, is_patient)
        return self._connection

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._connection is not None

    @property
    def is_begun(self) -> bool:
        """Whether a transaction is open, for the database too: SQLite ends one by itself after some errors."""
        connection = self._connection
        return connection is not None and connection.in_transaction() and bool(self._driver.in_transaction)

    def work_for(self, unit: object) -> None:
        """What is executed from now on is for the unit, and may be interrupted, up to its COMMIT or `release`."""
        self._at_work = unit
        self._interruptible = True

    def is_at_work_for(self, unit: object) -> bool:
        """For any thread."""
        return self._at_work is unit

    def release(self) -> None:
        """The unit is over: whoever wants to interrupt it comes too late."""
        with self._guard:
            self._at_work = None
        if self._spoilt:
            self.drop()

    def nest(self, work: Callable[[Connection], T]) -> T:
        """What the work returns, inside the transaction that is open; if it raises, nothing of it is left there, or no
        transaction is open any more."""
        connection = self._connection
        if connection is None:
            raise RuntimeError("no transaction is open.")
        execute(connection, "SAVEPOINT unit")
        try:
            answer = work(connection)
        except BaseException:
            try:
                execute(connection, "ROLLBACK TO unit")
                execute(connection, "RELEASE unit")
            except DBAPIError:
                # It cannot be taken out of the transaction, or there is none any more.
                self.end()
            raise
        execute(connection, "RELEASE unit")
        return answer

    def commit(self) -> None:
        """Commits what has begun, if anything. From here on nothing interrupts it."""
        with self._guard:
            self._interruptible = False
        if self._connection is not None:
            self._connection.commit()

    def end(self) -> None:
        """Undoes what has begun, if anything."""
        if self._connection is None:
            return
        if not self._connection.in_transaction():
            # If its BEGIN failed, SQLAlchemy begins no transaction on it any more: each statement would stand at once.
            self.drop()
            return
        try:
            self._connection.rollback()
        except DBAPIError:
            self.drop()

    def drop(self) -> None:
        """Closes the connection, and with it the transaction; the next unit gets a new one."""
        with self._guard:
            connection, self._connection, self._driver = self._connection, None, None
            self._spoilt = False
        if connection is not None:
            connection.invalidate()
            connection.close()

    def interrupt(self, unit: object, cancel: Callable[[Any], bool]) -> bool:
        """Has `cancel` end the statement that runs on the driver's connection; False if the unit is no longer at work.

        While it is at it the thread begins nothing else. If it cannot tell whether its word has arrived it returns
        False, and the connection is closed after the unit: the next one on it could get the word.
        """
        with self._guard:
            if self._at_work is not unit:
                return False
            if self._interruptible and self._driver is not None and not cancel(self._driver):
                self._spoilt = True
            return True

    def hang_up(self, unit: object, shut: Callable[[Any], None]) -> None:
        """Has `shut` end the driver's connection, COMMIT or not, if the unit is still at work on it."""
        with self._guard:
            if self._at_work is unit and self._driver is not None:
                shut(self._driver)
