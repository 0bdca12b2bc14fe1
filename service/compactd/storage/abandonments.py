"""What jobs asked for that end without an effect: whoever is still at work on it commits nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, and_, delete, select, tuple_

from compactd.domain.jobs import JobState
from compactd.storage.job_rows import J
from compactd.storage.operations import IS_WITHOUT_REPLY
from compactd.storage.statements import Statement
from compactd.storage.tables import OPERATIONS

_O = OPERATIONS.c

WAS_TAKEN = and_(J.state == JobState.QUEUED.value, J.token > 0)
"""That a job waits, and was begun before: perhaps by a runner that only stands still."""


class Abandonment:
    """Of jobs that are to be cancelled, before they are: locks all that meet the conditions, in the order of their ids,
    and abandons the operations of those that `are_over`. An effect that they have by now is there to be seen. The
    others are locked so that they do not become such jobs before the transaction ends.

    Two statements for however many jobs: runners wait meanwhile that renew one of them.
    """

    def __init__(self, *of_jobs: ColumnElement[bool] | TextClause, are_over: ColumnElement[bool] = WAS_TAKEN) -> None:
        self._lock = Statement(select(J.id).where(*of_jobs).order_by(J.id).with_for_update())
        asked_for = select(J.namespace, J.request_id).where(*of_jobs, are_over)
        is_theirs = tuple_(_O.namespace, _O.name).in_(asked_for)
        self._abandon = Statement(delete(OPERATIONS).where(is_theirs, IS_WITHOUT_REPLY))

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> None:
        if self._lock.rows(connection, parameters):
            self._abandon.run(connection, parameters)
