"""How sweeps go on: a page of conversations at a time, with its jobs in the transaction that moves the sweep."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)

from compactd.domain.jobs import JobPriority, JobState, automatic_request_id
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import Role
from compactd.domain.policies import ConversationSelector
from compactd.domain.sweeps import ALREADY_QUEUED, HELD_UNTIL, MOST_QUEUED, PAGE_SIZE, SweepSpec, SweepState
from compactd.ports.jobs import JobRequest, NewJob
from compactd.storage.database_clock import NOW
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_rows import J
from compactd.storage.job_tables import IS_ACTIVE_OF_A_SWEEP
from compactd.storage.policy_tables import CONTEXT_FIGURES
from compactd.storage.selectors import of_agents
from compactd.storage.statements import Statement
from compactd.storage.sweep_outcomes import Ended, count_ended
from compactd.storage.sweep_pauses import HOLD
from compactd.storage.sweep_tables import IS_UNFINISHED, SWEEPS
from compactd.storage.sweeps import in_scope
from compactd.storage.tables import CONVERSATIONS, MESSAGES

_C = CONVERSATIONS.c
_F = CONTEXT_FIGURES.c
_M = MESSAGES.c
_S = SWEEPS.c

_OF_SWEEP = _S.id == bindparam("of_sweep")
_IS_LEFT = and_(
    J.sweep_id == _S.id,
    IS_ACTIVE_OF_A_SWEEP,
    J.state == JobState.QUEUED.value,
    or_(J.due_at.is_(None), J.due_at < HELD_UNTIL),
)
_IS_BEFORE_END = or_(_S.at_created != _S.last_created, _S.at_id != _S.last_id)
_HAS_JOBS = exists().where(J.sweep_id == _S.id, IS_ACTIVE_OF_A_SWEEP)
_TO_ADVANCE = Statement(
    select(_S.id)
    .where(
        IS_UNFINISHED,
        or_(
            # One that has looked at everything only waits for its jobs: there may be one for each of many agents.
            and_(_S.state == SweepState.RUNNING.value, or_(_IS_BEFORE_END, ~_HAS_JOBS)),
            # A job that ran when its sweep was paused may have come to wait since.
            and_(_S.state == SweepState.PAUSED.value, exists().where(_IS_LEFT)),
        ),
    )
    .order_by(_S.id)
)
_LOCK = Statement(
    select(
        _S.namespace,
        _S.state,
        _S.policy_id,
        _S.priority,
        _S.at_created,
        _S.at_id,
        _S.last_created,
        _S.last_id,
        _S.body,
        _S.request,
    )
    .where(_OF_SWEEP, IS_UNFINISHED)
    # What another process does is left to it.
    .with_for_update(skip_locked=True)
)
_ACTIVE = Statement(
    select(J.state, func.count().label("count"))
    .where(IS_ACTIVE_OF_A_SWEEP, J.sweep_id == bindparam("of_sweep"))
    .group_by(J.state)
)
_MOVE = Statement(
    update(SWEEPS)
    .where(_OF_SWEEP)
    .values(
        at_created=bindparam("now_at_created", type_=_S.at_created.type),
        at_id=bindparam("now_at_id"),
        looked_at=_S.looked_at + bindparam("more_looked_at"),
        selected=_S.selected + bindparam("more_selected"),
    )
)
_SUCCEED = Statement(
    update(SWEEPS)
    .where(_OF_SWEEP)
    .values(
        state=SweepState.SUCCEEDED.value,
        ran_seconds=_S.ran_seconds + (NOW - _S.running_since),
        running_since=None,
        ended_at=NOW,
    )
)


class _Place(NamedTuple):
    """A sweep, and where it is."""

    sweep_id: str
    namespace: str
    state: str
    policy_id: str
    priority: int
    at_created: datetime
    at_id: str
    last_created: datetime
    last_id: str
    body: bytes
    request: bytes

    @property
    def is_at_end(self) -> bool:
        return (self.at_created, self.at_id) >= (self.last_created, self.last_id)

    @property
    def selector(self) -> ConversationSelector:
        return SweepSpec.model_validate_json(self.body).selector or ConversationSelector()


def sweeps_to_advance(connection: Connection) -> list[str]:
    return [sweep_id for (sweep_id,) in _TO_ADVANCE.rows(connection)]


def advance_sweep(connection: Connection, sweep_id: str, queue: JobQueue) -> bool:
    of_sweep = {"of_sweep": sweep_id}
    row = _LOCK.row(connection, of_sweep)
    if row is None:
        return False
    place = _Place(sweep_id, *row)
    if place.state == SweepState.PAUSED.value:
        HOLD.run(connection, of_sweep)
        return False
    active: dict[str, int] = dict(_ACTIVE.rows(connection, of_sweep))
    if place.is_at_end:
        if not active:
            _SUCCEED.run(connection, of_sweep)
        return False
    return active.get(JobState.QUEUED.value, 0) < MOST_QUEUED and _queue_page(connection, place, queue)


def _queue_page(connection: Connection, place: _Place, queue: JobQueue) -> bool:
    room = queue.room.left(connection, place.namespace)
    if not room:
        return False
    found = connection.execute(_page(place)).all()
    page = _within(found, room)
    meant = {row.id: row for row in page if row.is_meant}
    kept = _kept(connection, place.namespace, list(meant))
    queued = queue.queue(connection, [_job(place, meant[conversation_id]) for conversation_id in kept])
    new = sum(job.is_new for job in queued)
    skipped = Ended(place.sweep_id, JobState.SKIPPED, ALREADY_QUEUED)
    count_ended(connection, [skipped] * (len(kept) - new))
    # A page that is not full is the last one.
    is_last = len(page) == len(found) < PAGE_SIZE
    at = (place.last_created, place.last_id) if is_last else (page[-1].created_at, page[-1].id)
    moved = {"now_at_created": at[0], "now_at_id": at[1], "more_looked_at": len(page), "more_selected": len(kept)}
    _MOVE.run(connection, {"of_sweep": place.sweep_id, **moved})
    return bool(new)


def _within(page: Sequence[Any], room: int) -> Sequence[Any]:
    """The first of the conversations, with no more meant ones among them than there is room for jobs."""
    meant = [index for index, row in enumerate(page) if row.is_meant]
    return page[: meant[room]] if len(meant) > room else page


def _page(place: _Place) -> Any:
    """The next conversations to look at, each with whether it is meant."""
    key = tuple_(_C.created_at, _C.id)
    looked_at = (
        select(_C.id, _C.agent_id, _C.created_at, _C.context_version, _C.context_start, _C.summary_position)
        .where(
            *in_scope(place.namespace, place.selector),
            key > (place.at_created, place.at_id),
            key <= (place.last_created, place.last_id),
        )
        .order_by(_C.created_at, _C.id)
        .limit(PAGE_SIZE)
        .subquery()
    )
    at = looked_at.c
    is_meant = and_(true(), *_conditions(place.selector, looked_at)).label("is_meant")
    columns = at.id, at.agent_id, at.created_at, at.context_version, is_meant
    return select(*columns).order_by(at.created_at, at.id)


def _conditions(selector: ConversationSelector, looked_at: Subquery) -> list[ColumnElement[bool]]:
    conditions = of_agents(selector, looked_at.c.agent_id)
    if selector.min_context_tokens:
        conditions.append(_context_tokens(looked_at) >= selector.min_context_tokens)
    return conditions


def _context_tokens(looked_at: Subquery) -> ColumnElement[int]:
    """The figure of the context; without one, which `backfill` may not have come to yet, the sum of its messages."""
    at = looked_at.c
    figure = select(_F.context_tokens).where(_F.conversation_id == at.id).scalar_subquery()
    # Two sums, each along the index: with an OR in place of the second one all of a conversation would be read.
    total = func.coalesce(func.sum(_M.token_count), 0)
    of_messages = select(total).where(
        _M.conversation_id == at.id, _M.position >= at.context_start, _M.role != Role.SUMMARY.value
    )
    fixed = select(total).where(
        _M.conversation_id == at.id, _M.position.in_([0, func.coalesce(at.summary_position, 0)])
    )
    return func.coalesce(figure, of_messages.scalar_subquery() + fixed.scalar_subquery())


def _kept(connection: Connection, namespace: str, ids: Sequence[str]) -> list[str]:
    """Those that are still there, and stay until the transaction ends: what is deleted then takes its job with it."""
    if not ids:
        return []
    # In one order: who locks several of them waits for nobody who waits for this. By their ids, whatever the planner
    # thinks of an index by namespace: SQLite's read all of a million conversations for each page.
    of_namespace = _C.namespace.concat("") == namespace
    found = select(_C.id).where(of_namespace, _C.id.in_(ids)).order_by(_C.id)
    return list(connection.execute(found.with_for_update(read=True, key_share=True)).scalars())


def _job(place: _Place, row: Any) -> NewJob:
    request_id = automatic_request_id(place.sweep_id, row.id, row.context_version, place.request)
    asked = JobRequest(
        JobPriority(place.priority), place.request, request_id, place.policy_id, place.sweep_id, automatic=True
    )
    return NewJob(ConversationKey(place.namespace, row.id), row.agent_id, asked)
