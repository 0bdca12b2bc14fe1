"""What a thread does with units of work: their transactions, in groups where units wait, and what their errors mean."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.exc import DBAPIError

from compactd.application.thread_answer import answer_with, fail, succeed
from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.storage.engines import Engines
from compactd.storage.session import Session
from compactd.storage.statements import begin_with
from compactd.storage.unavailability import Unusable
from compactd.storage.unit_threads import Unit, Waiting

_LOOK_UP_PAUSES = (0.0, 0.5, 1.5)
"""Seconds before each look for the effect of a transaction whose connection was lost during COMMIT."""

REPEAT_PAUSES = (0.01, 0.04, 0.1, 0.25)
"""The most seconds before each repeat of a unit that the database broke off in favour of another; at least half."""

_GROUP_UNITS = 32
_GROUP_SECONDS = 0.01
"""How many units may share a transaction, and after which time no more are taken into it: the first one waits."""

STOP_PAUSE = 0.05
STOP_SECONDS = 3.0
"""What runs for a unit that nobody waits for any more is cancelled, and again after each pause, since the statement may
not have begun yet; if that does not end it within so many seconds, its connection is cut."""


class Transactions:
    """Units that write and wait for SQLite's one writer share a transaction and its commit. Each but the first is a
    savepoint in it: one that fails leaves nothing behind and takes no other with it. All of them are answered after the
    commit: one may have failed because of what another had written, which stands only then. With PostgreSQL each unit
    has a transaction of its own.

    A unit may run several times: where it found a connection that had died while it was idle, where the database broke
    it off in favour of another (a serialization failure, a deadlock), and where the transaction that it shared was lost
    before its commit. Each time it is the whole unit, and nothing of the time before is left.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._prepared = False
        self._preparing = threading.Lock()
        self.misuse = ""
        """For the operator: what makes units fail until it is set otherwise. Empty if all is well."""
        self.failure: DBAPIError | None = None
        """The last error by which the database was away, until somebody finds that it is not."""

    def serve(self, session: Session, unit: Unit, waiting: Waiting) -> None:
        """Does the unit, and those that may share its transaction; each gets its answer."""
        if not unit.writes:
            answer_with(unit.answer, partial(self._repeatedly, self._read, session, unit))
        elif self._engines.shared:
            answer_with(unit.answer, partial(self._repeatedly, self._write, session, unit))
        else:
            self._write_together(session, unit, waiting)

    def stop(self, session: Session, unit: Unit) -> None:
        """Ends what the database does for a unit that nobody waits for any more, so that it holds no connection and no
        thread. A COMMIT that has begun is not cancelled. Blocks until the unit is over, or its connection is cut."""
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline:
            time.sleep(STOP_PAUSE)
            if not session.interrupt(unit, self._engines.cancel):
                return
        session.hang_up(unit, self._engines.cut)

    def _repeatedly(self, do: Callable[[Session, Unit], Any], session: Session, unit: Unit) -> Any:
        pauses = iter(REPEAT_PAUSES)
        while True:
            session.work_for(unit)
            try:
                return do(session, unit)
            except DBAPIError as error:
                pause = next(pauses, None)
                if pause is None or unit.answer.cancelled() or not self._engines.is_broken_off(error):
                    raise self._told(error) from error
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - two that met do not meet again

    def _read(self, session: Session, unit: Unit) -> Any:
        try:
            return self._first(session, unit)
        finally:
            session.end()

    def _write(self, session: Session, unit: Unit) -> Any:
        try:
            answer = self._first(session, unit)
        except BaseException:
            session.end()
            raise
        if unit.answer.cancelled():
            session.end()
            return None
        try:
            session.commit()
        except DBAPIError as error:
            session.drop()
            if self._engines.is_broken_off(error):
                raise
            return self._look_up(unit, error, answer)
        return answer

    def _write_together(self, session: Session, unit: Unit | None, waiting: Waiting) -> None:
        group: list[_Done] = []
        deadline = time.monotonic() + _GROUP_SECONDS
        begin = ""
        while unit is not None:
            shared = session.is_begun
            if shared and begin == self._engines.begin_unsynced != unit.begin:
                # Within a transaction it cannot be said any more that its commit has to wait for the disk.
                self._commit(session, group)
                self._write_together(session, unit, waiting)
                return
            begin = begin if shared else unit.begin
            try:
                answer = session.nest(unit.work) if shared else self._first(session, unit)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is the answer to this unit alone
                if shared and session.is_begun:
                    group.append(_Done(unit, error=self._told(error)))
                else:
                    fail(unit.answer, self._told(error))
                    session.end()
                    if shared:
                        self._repeat(session, group)
                        return
            else:
                group.append(_Done(unit, answer))
            unit = waiting() if len(group) < _GROUP_UNITS and time.monotonic() < deadline else None
        self._commit(session, group)

    def _first(self, session: Session, unit: Unit, *, again: bool = True) -> Any:
        """What the unit returns, whose transaction begins with it and is left open. A connection that turns out to be
        of no use is closed, and the unit done once more on a new one."""
        self._prepare()
        connection = session.connect(unit.begin, unit.is_patient)
        try:
            return unit.work(connection)
        except (DBAPIError, Unusable) as error:
            if not (error.reconnect if isinstance(error, Unusable) else self._engines.is_stale(error)):
                raise
            session.drop()
            if not again or unit.answer.cancelled():
                raise
        return self._first(session, unit, again=False)

    def _prepare(self) -> None:
        if self._prepared:
            return
        with self._preparing:
            if not self._prepared:
                self._engines.prepare()
                self._prepared = True

    def _repeat(self, session: Session, group: Sequence["_Done"]) -> None:
        """Does the units of a transaction that was lost again, each by itself."""
        session.end()
        for done in group:
            self._write_together(session, done.unit, _nobody)

    def _commit(self, session: Session, group: Sequence["_Done"]) -> None:
        try:
            session.commit()
        except DBAPIError as error:
            session.drop()
            for done in group:
                answer_with(done.unit.answer, partial(self._after_loss, done, error))
            return
        for done in group:
            if done.error is None:
                succeed(done.unit.answer, done.answer)
            else:
                fail(done.unit.answer, done.error)

    def _after_loss(self, done: "_Done", lost: DBAPIError) -> Any:
        """The answer to a unit whose shared transaction was lost at its commit. One that had failed in it has done
        nothing, and why it failed is not known any more."""
        if done.error is None:
            return self._look_up(done.unit, lost, done.answer)
        raise self._told(lost)

    def _look_up(self, unit: Unit, lost: DBAPIError, answer: Any) -> Any:
        """The answer, if the lost transaction was committed; StoreUnavailable if it was not; OutcomeUnknown if that
        cannot be told."""
        if not self._engines.is_away(lost):
            raise lost
        self.failure = lost
        if self._engines.is_undone(lost):
            raise StoreUnavailable from lost
        if unit.is_done is None:
            raise OutcomeUnknown from lost
        for pause in _LOOK_UP_PAUSES:
            time.sleep(pause)
            if unit.answer.cancelled():
                break
            try:
                with self._engines.writer.connect() as connection:
                    begin_with(connection, unit.begin, unit.is_patient)
                    done = unit.is_done(connection)
            except DBAPIError as error:
                if not self._engines.is_away(error):
                    raise
                continue
            if done:
                return answer
            if self._engines.lookup_is_final:
                raise StoreUnavailable from lost
            break
        raise OutcomeUnknown from lost

    def _told(self, error: BaseException) -> BaseException:
        """The error as callers of the store know it."""
        if not isinstance(error, DBAPIError) or not self._engines.is_away(error):
            return error
        self.failure = error
        self.misuse = self.misuse or self._engines.misuse_in(error)
        unavailable = StoreUnavailable()
        unavailable.__cause__ = error
        return unavailable


@dataclass(frozen=True, slots=True, eq=False)
class _Done:
    """A unit that was done in a transaction that is not committed yet: what it returned, or what it raised."""

    unit: Unit
    answer: Any = None
    error: BaseException | None = None


def _nobody() -> None:
    return None
