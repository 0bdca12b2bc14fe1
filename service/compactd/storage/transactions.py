"""What a thread does with units of work: their transactions, in groups where units wait, and what their errors mean."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from compactd.application.thread_answer import answer_with, fail, succeed
from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.storage.engines import Engines
from compactd.storage.session import Session
from compactd.storage.unit_threads import Unit, Waiting

_LOOK_UP_PAUSES = (0.0, 0.5, 1.5)
"""Seconds before each look for the effect of a transaction whose connection was lost during COMMIT."""

_GROUP_UNITS = 32
_GROUP_SECONDS = 0.01
"""How many units may share a transaction, and after which time no more are taken into it: the first one waits."""


class Transactions:
    """Units that write and wait for SQLite's one writer share a transaction and its commit. Each but the first is a
    savepoint in it: one that fails leaves nothing behind and takes no other with it.

    A unit may run twice: if the first time found a connection that had died while it was idle, or if the transaction
    that it shared was lost before its commit.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._prepared = False
        self._preparing = threading.Lock()

    def serve(self, session: Session, unit: Unit, waiting: Waiting) -> None:
        """Does the unit, and those that may share its transaction; each gets its answer."""
        if unit.writes:
            self._write(session, unit, _nobody if self._engines.shared else waiting)
        else:
            answer_with(unit.answer, lambda: self._read(session, unit))

    def _read(self, session: Session, unit: Unit) -> Any:
        try:
            return self._first(session, unit)
        except DBAPIError as error:
            raise self._told(error) from error
        finally:
            session.end()

    def _write(self, session: Session, unit: Unit | None, waiting: Waiting) -> None:
        group: list[tuple[Unit, Any]] = []
        deadline = time.monotonic() + _GROUP_SECONDS
        while unit is not None:
            shared = session.is_begun
            try:
                answer = session.nest(unit.begin, unit.work) if shared else self._first(session, unit)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is the answer to this unit alone
                fail(unit.answer, self._told(error))
                if not shared:
                    session.end()
                elif not session.is_begun:
                    self._repeat(session, group)
                    return
            else:
                group.append((unit, answer))
            unit = waiting() if len(group) < _GROUP_UNITS and time.monotonic() < deadline else None
        self._commit(session, group)

    def _first(self, session: Session, unit: Unit) -> Any:
        """What the unit returns, whose transaction begins with it and is left open."""
        self._prepare()
        try:
            return unit.work(session.connect(unit.begin))
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        session.drop()
        return unit.work(session.connect(unit.begin))

    def _prepare(self) -> None:
        if self._prepared:
            return
        with self._preparing:
            if not self._prepared:
                self._engines.prepare()
                self._prepared = True

    def _repeat(self, session: Session, group: list[tuple[Unit, Any]]) -> None:
        """Does the units of a transaction that was lost again, each by itself."""
        session.end()
        for unit, _ in group:
            self._write(session, unit, _nobody)

    def _commit(self, session: Session, group: list[tuple[Unit, Any]]) -> None:
        try:
            session.commit()
        except DBAPIError as error:
            session.drop()
            for unit, answer in group:
                answer_with(unit.answer, partial(self._look_up, unit.is_done, error, answer))
            return
        for unit, answer in group:
            succeed(unit.answer, answer)

    def _look_up(self, is_done: Callable[[Connection], bool] | None, lost: DBAPIError, answer: Any) -> Any:
        """The answer, if the lost transaction was committed; StoreUnavailable if it was not."""
        if not self._engines.is_away(lost):
            raise lost
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
                return answer
            raise StoreUnavailable from lost
        raise OutcomeUnknown from lost

    def _told(self, error: BaseException) -> BaseException:
        """The error as callers of the store know it."""
        if not isinstance(error, DBAPIError) or not self._engines.is_away(error):
            return error
        unavailable = StoreUnavailable()
        unavailable.__cause__ = error
        return unavailable


def _nobody() -> None:
    return None
