"""How much there is to do, as operators read it. Each figure is read from a partial index of its own."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, func, select

from compactd.ports.jobs import MOST_COUNTED, Backlog
from compactd.storage.database_clock import NOW
from compactd.storage.job_rows import J
from compactd.storage.job_tables import IS_PUT_OFF, IS_READY, IS_RUNNING
from compactd.storage.statements import Statement


def _counted(where: TextClause, since: ColumnElement[Any]) -> Statement:
    """How many there are, and how many seconds have gone by `since` the first of them."""
    some = select(since.label("since")).where(where).limit(MOST_COUNTED).subquery()
    waited: ColumnElement[Any] = NOW - func.min(some.c.since)
    return Statement(select(func.count(), waited).select_from(some))


_READY = _counted(IS_READY, J.queued_at)
_PUT_OFF = _counted(IS_PUT_OFF, J.due_at)
_RUNNING = _counted(IS_RUNNING, J.held_until)


def measure_jobs(connection: Connection) -> Backlog:
    ready, ready_for = _READY.rows(connection)[0]
    put_off, due_for = _PUT_OFF.rows(connection)[0]
    running, _ = _RUNNING.rows(connection)[0]
    return Backlog(ready, put_off, running, max(ready_for or 0.0, due_for or 0.0, 0.0))
