"""Units of work: each is one transaction and one hop to a thread."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import StoreUnavailable
from compactd.ports.observer import EndedUnitOfWork, Observer
from compactd.storage.engines import Engines
from compactd.storage.transactions import Transactions
from compactd.storage.unavailability import Unusable
from compactd.storage.unit_threads import Unit, UnitThreads

WRITE_SECONDS = 2.0
"""How long a ping may wait for its turn to write."""

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """Runs units of work, and tells a database that is away from every other error.

    The transaction of a unit begins with its first statement, not before: what a unit prepares ahead of it keeps
    nobody waiting but for its thread. A unit may run several times (`Transactions`). One whose caller has gone is
    ended, unless its COMMIT has begun.
    """

    def __init__(self, engines: Engines, observer: Observer) -> None:
        self._engines = engines
        self._observer = observer
        self._transactions = transactions = Transactions(engines)
        if engines.shared:
            self._readers = self._writers = UnitThreads(
                "compactd-db", engines.writing_threads, engines.writer, transactions.serve, transactions.stop
            )
        else:
            # A unit that writes is not stopped: it shares its transaction with others, whose callers wait.
            self._writers = UnitThreads(
                "compactd-db", engines.writing_threads, engines.writer, transactions.serve, None
            )
            self._readers = UnitThreads(
                "compactd-db-read", engines.reading_threads, engines.reader, transactions.serve, transactions.stop
            )

    @property
    def kind(self) -> str:
        """sqlite or postgresql."""
        return self._engines.writer.dialect.name

    @property
    def waiting(self) -> tuple[int, int]:
        """Units that wait for a thread: those that read, and those that write. On PostgreSQL the same threads do both,
        and all count as those that write."""
        return (0 if self._engines.shared else self._readers.waiting), self._writers.waiting

    async def ping(self) -> None:
        """StoreUnavailable unless units can be done, those that write too."""
        if self._transactions.misuse:
            raise Unusable(self._transactions.misuse)
        failure = self._transactions.failure
        try:
            await self.read_once(self._engines.ping, failure)
        except StoreUnavailable:
            # The writer has to let go of what is not to be used any more, too.
            with suppress(StoreUnavailable, TimeoutError, DBAPIError):
                await self._write_in_vain()
            raise
        if failure is None:
            return
        # Reading is no proof: a disk that is full, or a file that may not be written, is read as ever.
        try:
            await self._write_in_vain()
        except TimeoutError:
            raise StoreUnavailable from failure
        # What a unit has met meanwhile is looked at by the next ping.
        if self._transactions.failure is failure:
            self._transactions.failure = None

    async def _write_in_vain(self) -> None:
        if self._engines.write_in_vain is not None:
            async with asyncio.timeout(WRITE_SECONDS):
                await self.write(self._engines.write_in_vain)

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises; it sees one state of the database and may not write."""
        return await self._run(
            self._readers, "read", work, lambda c: work(c, *args, **kwargs), self._engines.begin_read
        )

    async def read_once(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `read`, for work whose statements need not see one state, above all a single one: each is a transaction of
        its own, so that PostgreSQL is asked once and not three times (through a pooler it is asked three times)."""
        return await self._run(
            self._readers, "read", work, lambda c: work(c, *args, **kwargs), self._engines.begin_once, short=True
        )

    async def what_a_crash_loses(self) -> str:
        """As `Engines.what_a_crash_loses`."""
        return await self.read_once(self._engines.what_a_crash_loses)

    async def scrub(self) -> bool:
        """As `Engines.scrub`."""
        return await asyncio.to_thread(self._engines.scrub)

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns once it is committed; if it raises, nothing of it is."""
        return await self._run(
            self._writers, "write", work, lambda c: work(c, *args, **kwargs), self._engines.begin_write
        )

    async def write_unsynced(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `write`, for what may be undone by a power cut, together with all that was written after it: what is only
        worked out from other rows, and what nobody was told of. It does not wait for the disk (SQLite)."""
        return await self._run(
            self._writers, "write", work, lambda c: work(c, *args, **kwargs), self._engines.begin_unsynced
        )

    async def write_surely(
        self,
        work: Callable[[Connection], T],
        is_done: Callable[[Connection], bool],
        named: Callable[..., Any] | None = None,
        *,
        unsynced: bool = False,
    ) -> T:
        """Does as write does; if the connection is lost during COMMIT, `is_done` finds out on a new one whether it
        happened: what that one writes is undone. The observer is told of it by the name of `named`, or else of
        `work`. If `unsynced`, as write_unsynced."""
        begin = self._engines.begin_unsynced if unsynced else self._engines.begin_write
        return await self._run(self._writers, "write", named or work, work, begin, is_done)

    async def _run(
        self,
        threads: UnitThreads,
        kind: str,
        named: Callable[..., Any],
        work: Callable[[Connection], T],
        begin: str,
        is_done: Callable[[Connection], bool] | None = None,
        *,
        short: bool = False,
    ) -> T:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        started, error = time.monotonic(), ""
        try:
            await threads.run(Unit(work, begin, short, kind == "write", is_done, answer))
            return answer.result()
        except BaseException as raised:
            error = type(raised).__name__
            raise
        finally:
            seconds = time.monotonic() - started
            self._observer.unit_of_work_ended(EndedUnitOfWork(kind, _name_of(named), seconds, error))

    async def close(self) -> None:
        """Lets the units at work end."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._readers.close()
        self._writers.close()
        self._engines.close()


def _name_of(work: Callable[..., Any]) -> str:
    function = work.func if isinstance(work, partial) else work
    return getattr(function, "__name__", "").lstrip("_")
