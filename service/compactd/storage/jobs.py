"""What happens to jobs, from being submitted to being removed; how they wait is in `job_queue`.

A runner has a job until `held_until`, and renews that. What it says of a job holds as long as nobody has taken it
since: `token` is another one then.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, or_, select, update

from compactd.domain.errors import RequestIdReused
from compactd.domain.jobs import (
    LONGEST_PUT_OFF_SECONDS,
    MAX_ATTEMPTS,
    Again,
    End,
    Job,
    JobState,
)
from compactd.domain.keys import ConversationRef, JobKey
from compactd.domain.operations import OperationKey
from compactd.domain.sweeps import HELD_UNTIL
from compactd.ports.jobs import HELD_SECONDS, Drawn, JobRequest, NewJob, TakenJob, Waiting
from compactd.storage.abandonments import Abandonment
from compactd.storage.conversation_state import read_head, require_kept
from compactd.storage.database_clock import AHEAD_SECONDS, NOW
from compactd.storage.job_ends import STOPPED, TAKEN, by_token, end_job, end_left, param, require_no_effect
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_rows import (
    COLUMNS,
    PLACE,
    J,
    encode_failure,
    in_order,
    job_from,
    queued_from,
    read_job,
    taken_from,
)
from compactd.storage.job_tables import (
    HAS_EFFECT,
    IS_PUT_OFF,
    IS_READY,
    IS_RUNNING,
    IS_SUBMITTED,
    JOB_EVENTS,
    JOBS,
)
from compactd.storage.operations import abandon, read_record
from compactd.storage.statements import Statement
from compactd.storage.sweep_outcomes import Ended, count_ended

RECOVERED_AT_ONCE = 200
"""How many jobs of runners that died one unit of work queues again."""

DRAWN_AT_ONCE = 20
"""How many that the queue beside the tables gives, and that wait no longer, one unit of work passes by."""

_E = JOB_EVENTS.c
_QUEUED, _RUNNING = JobState.QUEUED.value, JobState.RUNNING.value


_SUBMITTED = Statement(
    select(*COLUMNS).where(
        IS_SUBMITTED, J.namespace == bindparam("of_namespace"), J.request_id == bindparam("of_request")
    )
)
_ANY_READY = Statement(select(J.id).where(IS_READY).limit(1))
# What was written while the clock was far ahead for a moment would be waited for as long.
_IS_LEFT = (IS_RUNNING, or_(J.held_until < NOW, J.held_until > NOW + (HELD_SECONDS + AHEAD_SECONDS)))
_IS_TOO_FAR = (IS_PUT_OFF, J.due_at > NOW + (LONGEST_PUT_OFF_SECONDS + AHEAD_SECONDS), J.due_at < HELD_UNTIL)
_ANY_LEFT = Statement(select(J.id).where(*_IS_LEFT).limit(1))
_ANY_TOO_FAR = Statement(select(J.id).where(*_IS_TOO_FAR).limit(1))
_TOO_FAR = select(J.id).where(*_IS_TOO_FAR).limit(RECOVERED_AT_ONCE).with_for_update(skip_locked=True)
_BRING_NEAR = Statement(update(JOBS).where(J.id.in_(_TOO_FAR)).values(due_at=NOW))
_NEXT_DUE = Statement(select(J.due_at - NOW).where(IS_PUT_OFF).order_by(J.due_at).limit(1))
_BEGUN = {
    "state": _RUNNING,
    "attempts": J.attempts + 1,
    "token": J.token + 1,
    "runner": bindparam("of_runner"),
    "held_until": NOW + HELD_SECONDS,
    "due_at": None,
    "started_at": NOW,
}
_FIRST_READY = select(J.id).where(IS_READY).order_by(J.priority, J.turn, J.queued_at, J.id).limit(bindparam("count"))
# What another process takes is left to it. By a name of its own, since PostgreSQL finds what has one once: without it
# a set may be found anew for every job, and then each time the next ones.
_FREE_READY = _FIRST_READY.with_for_update(skip_locked=True).cte("free_ready")
_TAKE = Statement(
    update(JOBS).where(J.id.in_(select(_FREE_READY.c.id))).values(_BEGUN).returning(*COLUMNS, J.token, J.turn)
)
_BEGIN = Statement(
    update(JOBS)
    .where(J.id == bindparam("job_id"), J.state == _QUEUED, J.due_at.is_(None))
    .values(_BEGUN)
    .returning(*COLUMNS, J.token)
)
_FIRST_PUT_OFF = select(J.id).where(IS_PUT_OFF, J.due_at <= NOW).order_by(J.due_at).limit(bindparam("count"))
_FIRST = (Statement(_FIRST_READY), Statement(_FIRST_PUT_OFF))
_WAITING = Statement(
    select(*PLACE)
    .where(J.id == bindparam("job_id"), J.state == _QUEUED)
    # What another process takes or enlists is left to it.
    .with_for_update(skip_locked=True)
)
_OF_RUNNER = (IS_RUNNING, J.runner == bindparam("of_runner"))
_RENEW = Statement(
    update(JOBS)
    .where(J.id == bindparam("job_id"), *_OF_RUNNER)
    .values(held_until=NOW + HELD_SECONDS)
    .returning(J.cancel_asked)
)
_DEFER = Statement(
    update(JOBS)
    .where(*TAKEN, or_(J.cancel_asked.is_(False), HAS_EFFECT))
    .values(
        state=_QUEUED,
        runner="",
        cancel_asked=False,
        attempts=J.attempts - bindparam("not_counted"),
        deferrals=J.deferrals + bindparam("not_counted"),
        due_at=NOW + param("pause", J.held_until),
        request_id=param("its_request", J.request_id),
        failure=param("its_failure", J.failure),
    )
    .returning(*PLACE)
)
_GIVE_BACK = Statement(
    update(JOBS)
    .where(in_order(*_OF_RUNNER, or_(J.cancel_asked.is_(False), HAS_EFFECT)))
    .values(state=_QUEUED, attempts=J.attempts - 1, cancel_asked=False, **STOPPED)
    .returning(*PLACE)
)
_ABANDON_OF_RUNNER = Abandonment(*_OF_RUNNER, are_over=J.cancel_asked)
_CANCEL_OF_RUNNER = Statement(
    update(JOBS)
    .where(in_order(*_OF_RUNNER))
    .values(state=JobState.CANCELLED.value, ended_at=NOW, **STOPPED)
    .returning(J.sweep_id)
)
_LEFT = (
    select(J.id, J.namespace, J.request_id, J.attempts, J.cancel_asked, J.sweep_id, HAS_EFFECT)
    .where(*_IS_LEFT)
    .limit(RECOVERED_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_FIND_LEFT = Statement(_LEFT)
_QUEUE_LEFT = Statement(
    update(JOBS)
    .where(J.id == bindparam("job_id"), J.state == _RUNNING)
    .values(state=_QUEUED, cancel_asked=False, **STOPPED)
    .returning(*PLACE)
)


class Jobs:
    """The units of work on jobs. Those that make one wait tell the queue."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue

    def submit_job(self, connection: Connection, ref: ConversationRef, asked: JobRequest) -> Job:
        head = read_head(connection, ref)
        key = head.state.key
        require_kept(connection, key)
        kept = find_submitted(connection, key.namespace, asked.request_id)
        if kept is None:
            self._queue.room.require(connection, key.namespace)
            queued = self._queue.queue(connection, [NewJob(key, head.state.agent_id, asked)])
            if queued:
                return read_job(connection, JobKey(key.namespace, queued[0].id))
            # Another transaction was faster, and is committed now.
            kept = find_submitted(connection, key.namespace, asked.request_id)
        if kept is None or not kept.is_for(key.conversation_id, asked.request, asked.priority):
            raise RequestIdReused(request_id=asked.request_id)
        return kept

    def take_jobs(self, connection: Connection, runner: str, count: int) -> Sequence[TakenJob]:
        self.recover_jobs(connection)
        self._queue.make_ready(connection)
        rows = _TAKE.rows(connection, {"of_runner": runner, "count": count})
        # What an update returns comes in no order.
        in_turn = sorted((row[5], row[-1], row[13], row[0], row[:-1]) for row in rows)
        return [taken_from(item[-1]) for item in in_turn]

    def draw_job(self, connection: Connection, runner: str) -> Drawn | None:
        for _ in range(DRAWN_AT_ONCE):
            job_id = self._queue.draw(connection)
            if job_id is None:
                return None
            if row := _BEGIN.row(connection, {"job_id": job_id, "of_runner": runner}):
                return Drawn(taken_from(row))
            self._queue.give_turn(connection, job_id)
        return Drawn(None)

    def defer_job(self, connection: Connection, taken: TakenJob, again: Again, request_id: str) -> bool:
        parameters = {
            **by_token(taken),
            "not_counted": 0 if again.counted else 1,
            "pause": again.pause_seconds,
            "its_request": request_id,
            "its_failure": encode_failure(again.failure),
        }
        if request_id != taken.job.request_id and not require_no_effect(connection, taken):
            return False
        row = _DEFER.row(connection, parameters)
        if row is None:
            return end_job(connection, taken, End(JobState.CANCELLED, again.failure))
        self._queue.enlist(connection, [queued_from(row)])
        return True

    def give_back_jobs(self, connection: Connection, runner: str) -> int:
        _ABANDON_OF_RUNNER.run(connection, {"of_runner": runner})
        rows = _GIVE_BACK.rows(connection, {"of_runner": runner})
        cancelled = _CANCEL_OF_RUNNER.rows(connection, {"of_runner": runner})
        count_ended(connection, [Ended(sweep_id, JobState.CANCELLED) for (sweep_id,) in cancelled])
        self._queue.enlist(connection, [queued_from(row) for row in rows])
        return len(rows)

    def enlist_jobs(self, connection: Connection, job_ids: Sequence[str]) -> int:
        rows = [_WAITING.row(connection, {"job_id": job_id}) for job_id in job_ids]
        waiting = [queued_from(row) for row in rows if row is not None]
        self._queue.enlist(connection, waiting)
        return len(waiting)

    def recover_jobs(self, connection: Connection) -> int:
        """Queues what was left by runners that died, where they were in the queue; a job whose runners have died all of
        them fails. One that has had its effect is queued in any case: the next attempt tells of it; and one that ends
        here has none any more, though its runner only stood still. What is put off for longer than jobs are is due now.
        """
        _BRING_NEAR.run(connection)
        queued, ended = [], []
        for job_id, namespace, request_id, attempts, cancel_asked, sweep_id, has_effect in _FIND_LEFT.rows(connection):
            is_given_up = cancel_asked or attempts >= MAX_ATTEMPTS
            if is_given_up and not has_effect and abandon(connection, OperationKey(namespace, request_id)):
                ended.append(end_left(connection, job_id, sweep_id, is_cancelled=cancel_asked))
            elif row := _QUEUE_LEFT.row(connection, {"job_id": job_id}):
                queued.append(queued_from(row))
        count_ended(connection, ended)
        self._queue.enlist(connection, queued)
        return len(queued)


def find_submitted(connection: Connection, namespace: str, request_id: str) -> Job | None:
    row = _SUBMITTED.row(connection, {"of_namespace": namespace, "of_request": request_id})
    if row is not None:
        return job_from(row)
    if read_record(connection, OperationKey(namespace, request_id)) is not None:
        raise RequestIdReused(request_id=request_id)
    return None


def first_jobs(connection: Connection, count: int) -> Sequence[str]:
    return [row[0] for statement in _FIRST for row in statement.rows(connection, {"count": count})]


def look_for_jobs(connection: Connection) -> Waiting:
    due_in: float | None = _NEXT_DUE.value(connection)
    ready = _ANY_READY.value(connection) is not None or (due_in is not None and due_in <= 0)
    left = any(statement.value(connection) is not None for statement in (_ANY_LEFT, _ANY_TOO_FAR))
    return Waiting(ready, left, due_in)


def renew_jobs(connection: Connection, runner: str, job_ids: Collection[str]) -> Collection[str]:
    # In one order, as whatever else writes several of them: no two wait for each other.
    return [job_id for job_id in sorted(job_ids) if _RENEW.value(connection, {"job_id": job_id, "of_runner": runner})]
