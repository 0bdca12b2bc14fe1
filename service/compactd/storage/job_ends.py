"""How jobs end: by what their runners say, when they are cancelled, and when all of their runners have died."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, or_, select, update

from compactd.domain.errors import JobEnded
from compactd.domain.jobs import End, Job, JobFailure, JobState
from compactd.domain.keys import JobKey
from compactd.domain.operations import OperationKey
from compactd.ports.jobs import TakenJob
from compactd.ports.operations import AlreadyDone
from compactd.storage.abandonments import Abandonment
from compactd.storage.database_clock import NOW
from compactd.storage.job_rows import (
    BY_KEY,
    COLUMNS,
    J,
    encode_failure,
    job_from,
    parameters_of_job,
    read_job,
)
from compactd.storage.job_tables import HAS_EFFECT, IS_ACTIVE, JOBS
from compactd.storage.operations import abandon, keep_as_usual, read_record
from compactd.storage.statements import Statement
from compactd.storage.sweep_outcomes import Ended, count_ended

ABANDONED = JobFailure(
    "INTERNAL", "INTERNAL", "The process that ran the job has ended each time before it: the operator finds why."
)
"""Why a job failed whose runners have died, all of them."""

_QUEUED, _RUNNING = JobState.QUEUED.value, JobState.RUNNING.value
STOPPED = {"runner": "", "held_until": 0.0}
"""What a job has that nobody runs."""

TAKEN = (J.id == bindparam("job_id"), J.state == _RUNNING, J.token == bindparam("of_token"))
"""That a runner has the job still (`by_token`)."""

_FIND_TAKEN = Statement(select(J.namespace, J.request_id).where(*TAKEN).with_for_update())


def param(name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A parameter of a column's type."""
    return bindparam(name, type_=column.type)


_END = Statement(
    update(JOBS)
    .where(*TAKEN)
    .values(
        state=param("its_state", J.state),
        runner="",
        cancel_asked=False,
        ended_at=NOW,
        compaction_id=param("its_compaction", J.compaction_id),
        tokens_before=param("its_tokens_before", J.tokens_before),
        tokens_after=param("its_tokens_after", J.tokens_after),
        cost_usd=param("its_cost", J.cost_usd),
        failure=param("its_failure", J.failure),
    )
)
_ABANDON = Abandonment(*BY_KEY, IS_ACTIVE)
_CANCEL = Statement(
    update(JOBS)
    .where(*BY_KEY, or_(J.state == _RUNNING, and_(J.state == _QUEUED, ~HAS_EFFECT)))
    .values(
        cancel_asked=J.state == _RUNNING,
        ended_at=case((J.state == _QUEUED, NOW), else_=None),
        state=case((J.state == _QUEUED, JobState.CANCELLED.value), else_=_RUNNING),
    )
    .returning(*COLUMNS)
)
_END_LEFT = Statement(
    update(JOBS)
    .where(J.id == bindparam("job_id"), J.state == _RUNNING)
    .values(
        state=param("its_state", J.state),
        failure=param("its_failure", J.failure),
        ended_at=NOW,
        cancel_asked=False,
        **STOPPED,
    )
)


def end_job(connection: Connection, taken: TakenJob, end: End) -> bool:
    if end.is_without_effect and not require_no_effect(connection, taken):
        return False
    parameters = {
        **by_token(taken),
        "its_state": end.state.value,
        "its_compaction": end.compaction_id,
        "its_tokens_before": end.tokens_before,
        "its_tokens_after": end.tokens_after,
        "its_cost": end.cost_usd,
        "its_failure": None if end.failure is None else encode_failure(end.failure),
    }
    if not _END.run(connection, parameters):
        return False
    keep_as_usual(connection, OperationKey(taken.job.namespace, taken.job.request_id))
    reason = "" if end.failure is None else end.failure.reason or end.failure.code
    saved = end.tokens_before - end.tokens_after
    count_ended(connection, [Ended(taken.job.sweep_id, end.state, reason, saved)])
    return True


def cancel_job(connection: Connection, key: JobKey) -> Job:
    _ABANDON.run(connection, parameters_of_job(key))
    row = _CANCEL.row(connection, parameters_of_job(key))
    if row is not None:
        job = job_from(row)
        if job.state is JobState.CANCELLED:
            count_ended(connection, [Ended(job.sweep_id, job.state)])
        return job
    found = read_job(connection, key)
    if found.state.is_ended:
        raise JobEnded(job_id=key.job_id, state=found.state.name)
    return found


def require_no_effect(connection: Connection, taken: TakenJob) -> bool:
    """Sees to it that what the job has asked for until now has no effect any more, whoever is at work on it. False if
    the job is the runner's no longer; AlreadyDone if it has its effect."""
    row = _FIND_TAKEN.row(connection, by_token(taken))
    if row is None:
        return False
    key = OperationKey(*row)
    if not abandon(connection, key) and (done := read_record(connection, key)) is not None:
        raise AlreadyDone(done.reply)
    return True


def by_token(taken: TakenJob) -> dict[str, Any]:
    return {"job_id": taken.job.id, "of_token": taken.token}


def end_left(connection: Connection, job_id: str, sweep_id: str, *, is_cancelled: bool) -> Ended:
    ended = Ended(sweep_id, JobState.CANCELLED) if is_cancelled else Ended(sweep_id, JobState.FAILED, ABANDONED.reason)
    failure = None if is_cancelled else encode_failure(ABANDONED)
    _END_LEFT.run(connection, {"job_id": job_id, "its_state": ended.state.value, "its_failure": failure})
    return ended
