"""Units of work: each is one transaction and one hop to a thread."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.ports.observer import EndedUnitOfWork, Observer
from compactd.storage.engines import Engines

P = ParamSpec("P")
T = TypeVar("T")

_LOOK_UP_PAUSES = (0.0, 0.5, 1.5)
"""Seconds before each look for the effect of a transaction whose connection was lost during COMMIT."""


class Database:
    """Runs units of work, and tells a database that is away from every other error.

    The transaction of a unit begins with its first statement, not before: what a unit prepares ahead of it keeps
    nobody waiting. A unit may run twice, if the first time found a connection that had died while it was idle.
    """

    def __init__(self, engines: Engines, observer: Observer) -> None:
        self._engines = engines
        self._observer = observer
        self._writers = ThreadPoolExecutor(engines.writers, "compactd-db")
        self._readers = self._writers if engines.shared else ThreadPoolExecutor(engines.readers, "compactd-db-read")
        self._prepared = False
        self._preparing = threading.Lock()

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises; it sees one state of the database and may not write."""
        return await self._hop(
            "read", work, self._readers, lambda: self._unit(lambda: self._read(lambda c: work(c, *args, **kwargs)))
        )

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns once it is committed; if it raises, nothing of it is."""
        return await self._hop(
            "write", work, self._writers, lambda: self._unit(lambda: self._write(lambda c: work(c, *args, **kwargs)))
        )

    async def write_surely(self, work: Callable[[Connection], T], is_done: Callable[[Connection], bool]) -> T:
        """Does as write does; if the connection is lost during COMMIT, `is_done` finds out on a new one whether it
        happened."""
        return await self._hop("write", work, self._writers, lambda: self._unit(lambda: self._write(work, is_done)))

    async def _hop(self, kind: str, work: Callable[..., object], pool: ThreadPoolExecutor, unit: Callable[[], T]) -> T:
        started, error = time.monotonic(), ""
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, unit)
        except BaseException as raised:
            error = type(raised).__name__
            raise
        finally:
            seconds = time.monotonic() - started
            self._observer.unit_of_work_ended(EndedUnitOfWork(kind, _name_of(work), seconds, error))

    async def close(self) -> None:
        """Lets the units at work end."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.shutdown()
        self._writers.shutdown()
        self._engines.reader.dispose()
        self._engines.writer.dispose()

    def _unit(self, transaction: Callable[[], T]) -> T:
        try:
            self._prepare()
            try:
                return transaction()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            return transaction()
        except DBAPIError as error:
            if self._engines.is_away(error):
                raise StoreUnavailable from error
            raise

    def _prepare(self) -> None:
        if self._prepared:
            return
        with self._preparing:
            if not self._prepared:
                self._engines.prepare()
                self._prepared = True

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._engines.reader.connect() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T], is_done: Callable[[Connection], bool] | None = None) -> T:
        with self._engines.writer.connect() as connection:
            answer = work(connection)
            try:
                connection.commit()
            except DBAPIError as error:
                if not self._engines.is_away(error):
                    raise
                lost = error
            else:
                return answer
        self._look_up(is_done, lost)
        return answer

    def _look_up(self, is_done: Callable[[Connection], bool] | None, lost: DBAPIError) -> None:
        """Returns if the lost transaction was committed; StoreUnavailable if it was not."""
        if is_done is None:
            raise OutcomeUnknown from lost
        for pause in _LOOK_UP_PAUSES:
            time.sleep(pause)
            try:
                with self._engines.writer.connect() as connection:
                    done = is_done(connection)
            except DBAPIError as error:
                if not self._engines.is_away(error):
                    raise
                continue
            if done:
                return
            raise StoreUnavailable from lost
        raise OutcomeUnknown from lost


def _name_of(work: Callable[..., object]) -> str:
    function = work.func if isinstance(work, partial) else work
    return getattr(function, "__name__", "").lstrip("_")
