"""Sweeps: started, told how far they are, paused, resumed, cancelled. How they go on is in `sweep_pages`."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from compactd.domain.errors import InvalidField, SweepEnded, SweepNotFound
from compactd.domain.jobs import JobState
from compactd.domain.keys import SweepKey
from compactd.domain.paging import Page
from compactd.domain.policies import ConversationSelector
from compactd.domain.sweeps import HELD_UNTIL, KEEP_SECONDS, PauseReason, Sweep, SweepSpec, SweepState
from compactd.ports.sweeps import NewSweep
from compactd.storage.budgets import remove_budget
from compactd.storage.database_clock import NOW
from compactd.storage.job_queue import Enlist
from compactd.storage.job_rows import PLACE, J, queued_from
from compactd.storage.job_tables import IS_ACTIVE_OF_A_SWEEP, JOBS
from compactd.storage.paging import page_ids
from compactd.storage.selectors import require_agents
from compactd.storage.statements import Statement
from compactd.storage.sweep_outcomes import NOTHING, Ended, Outcomes, count_ended, read_outcomes, remove_outcomes
from compactd.storage.sweep_pauses import BY_KEY, LOCK, QUEUED_OF_SWEEP, RAN_SECONDS, parameters_of_sweep, pause
from compactd.storage.sweep_tables import HAS_ENDED, SWEEPS
from compactd.storage.tables import CONVERSATIONS

REMOVED_AT_ONCE = 500
"""How many sweeps that ended long ago one unit of work removes."""

_C = CONVERSATIONS.c
_S = SWEEPS.c
_COLUMNS = (
    _S.id,
    _S.body,
    _S.state,
    _S.pause_reason,
    _S.policy_id,
    _S.conversations,
    _S.looked_at,
    _S.selected,
    RAN_SECONDS,
    _S.started_at,
    _S.ended_at,
)
_INSERT = Statement(
    insert(SWEEPS).values(
        {column.name: bindparam(column.name, type_=column.type) for column in _S}
        | {"running_since": NOW, "started_at": NOW, "ended_at": None}
    )
)
_RESUME = Statement(
    update(SWEEPS).where(*BY_KEY).values(state=SweepState.RUNNING.value, pause_reason="", running_since=NOW)
)
_CANCEL = Statement(
    update(SWEEPS)
    .where(*BY_KEY)
    .values(
        state=SweepState.CANCELLED.value, pause_reason="", ran_seconds=RAN_SECONDS, running_since=None, ended_at=NOW
    )
)
_LET_GO = Statement(update(JOBS).where(*QUEUED_OF_SWEEP, J.due_at == HELD_UNTIL).values(due_at=NOW).returning(*PLACE))
_CANCEL_JOBS = Statement(
    update(JOBS)
    .where(IS_ACTIVE_OF_A_SWEEP, J.sweep_id == bindparam("of_sweep"))
    .values(
        cancel_asked=J.state == JobState.RUNNING.value,
        ended_at=case((J.state == JobState.QUEUED.value, NOW), else_=None),
        state=case((J.state == JobState.QUEUED.value, JobState.CANCELLED.value), else_=JobState.RUNNING.value),
    )
    .returning(J.state)
)
_EXPIRED = Statement(
    select(_S.id)
    .where(HAS_ENDED, _S.ended_at < NOW - KEEP_SECONDS)
    .order_by(_S.ended_at)
    .limit(REMOVED_AT_ONCE)
    # What another replica removes is left to it.
    .with_for_update(skip_locked=True)
)
_REMOVE = Statement(delete(SWEEPS).where(_S.id == bindparam("of_sweep")))


def start_sweep(connection: Connection, namespace: str, new: NewSweep) -> Sweep:
    selector = new.spec.selector or ConversationSelector()
    require_agents(connection, namespace, selector, "sweep.selector")
    scope = in_scope(namespace, selector)
    youngest = select(_C.created_at, _C.id).where(*scope).order_by(_C.created_at.desc(), _C.id.desc()).limit(1)
    last = connection.execute(youngest).one_or_none()
    if last is None:
        raise InvalidField("sweep.selector", "means no conversation: there is none of these agents in the namespace.")
    body = new.spec.model_dump_json(exclude_unset=True).encode()
    row = {
        "id": new.id,
        "namespace": namespace,
        "state": SweepState.RUNNING.value,
        "pause_reason": "",
        "policy_id": new.policy_id,
        "priority": int(new.spec.priority),
        "conversations": connection.scalar(select(func.count()).select_from(CONVERSATIONS).where(*scope)),
        "looked_at": 0,
        "selected": 0,
        "at_created": connection.scalar(select(func.min(_C.created_at)).where(*scope)),
        # No id is before it.
        "at_id": "",
        "last_created": last.created_at,
        "last_id": last.id,
        "ran_seconds": 0.0,
        "body_bytes": len(body),
        "body": body,
        "request": new.request,
    }
    _INSERT.run(connection, row)
    return get_sweep(connection, SweepKey(namespace, new.id))


def in_scope(namespace: str, selector: ConversationSelector) -> list[ColumnElement[bool]]:
    """That a conversation is one that has to be looked at."""
    of_agents = [_C.agent_id.in_(selector.agent_ids)] if selector.agent_ids else []
    return [_C.namespace == namespace, *of_agents]


def get_sweep(connection: Connection, key: SweepKey) -> Sweep:
    found = _read(connection, [_S.namespace == key.namespace, _S.id == key.sweep_id])
    if not found:
        raise SweepNotFound(sweep_id=key.sweep_id)
    return found[key.sweep_id]


def list_sweeps(connection: Connection, namespace: str, page: Page) -> list[Sweep]:
    ids = page_ids(
        connection,
        page,
        scope=[_S.namespace == namespace],
        key=(_S.started_at, _S.id),
        item=_S.id,
        size=_S.body_bytes,
    )
    found = _read(connection, [_S.id.in_(ids)])
    return [found[sweep_id] for sweep_id in ids]


def pause_sweep(connection: Connection, key: SweepKey, reason: PauseReason) -> Sweep:
    if _state(connection, key) is SweepState.RUNNING:
        pause(connection, key, reason)
    return get_sweep(connection, key)


def resume_sweep(connection: Connection, key: SweepKey, enlist: Enlist) -> Sweep:
    if _state(connection, key) is SweepState.PAUSED:
        _RESUME.run(connection, parameters_of_sweep(key))
        rows = _LET_GO.rows(connection, {"of_sweep": key.sweep_id})
        enlist(connection, [queued_from(row) for row in rows])
    return get_sweep(connection, key)


def cancel_sweep(connection: Connection, key: SweepKey) -> Sweep:
    _state(connection, key)
    _CANCEL.run(connection, parameters_of_sweep(key))
    rows = _CANCEL_JOBS.rows(connection, {"of_sweep": key.sweep_id})
    cancelled = Ended(key.sweep_id, JobState.CANCELLED)
    count_ended(connection, [cancelled for (state,) in rows if state == JobState.CANCELLED.value])
    return get_sweep(connection, key)


def remove_expired_sweeps(connection: Connection) -> bool:
    expired = [sweep_id for (sweep_id,) in _EXPIRED.rows(connection)]
    for sweep_id in expired:
        remove_outcomes(connection, sweep_id)
        remove_budget(connection, sweep_id)
        _REMOVE.run(connection, {"of_sweep": sweep_id})
    return len(expired) == REMOVED_AT_ONCE


def _state(connection: Connection, key: SweepKey) -> SweepState:
    """The state of a sweep that has not ended. Its row is this transaction's until it ends."""
    found = LOCK.value(connection, parameters_of_sweep(key))
    if found is None:
        raise SweepNotFound(sweep_id=key.sweep_id)
    state = SweepState(found)
    if state.is_ended:
        raise SweepEnded(sweep_id=key.sweep_id, state=state.name)
    return state


def _read(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> dict[str, Sweep]:
    """Sweeps by id, with what has come of them."""
    rows = connection.execute(select(*_COLUMNS).where(*conditions)).all()
    ids = [row[0] for row in rows]
    active = _active_jobs(connection, ids)
    outcomes = read_outcomes(connection, ids)
    return {row[0]: _sweep_from(row, active[row[0]], outcomes.get(row[0], NOTHING)) for row in rows}


def _active_jobs(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many jobs of each sweep are in each of the states that do not end them."""
    counts = (
        select(J.sweep_id, J.state, func.count())
        .where(IS_ACTIVE_OF_A_SWEEP, J.sweep_id.in_(ids))
        .group_by(J.sweep_id, J.state)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for sweep_id, state, count in connection.execute(counts):
        found[sweep_id][state] = count
    return found


def _sweep_from(row: Any, active: dict[str, int], came: Outcomes) -> Sweep:
    sweep_id, body, state, reason, policy_id, conversations, looked_at, selected, ran, started_at, ended_at = row
    return Sweep(
        sweep_id,
        SweepSpec.model_validate_json(body),
        SweepState(state),
        PauseReason(reason) if reason else None,
        policy_id,
        conversations,
        looked_at,
        selected,
        active.get(JobState.QUEUED.value, 0),
        active.get(JobState.RUNNING.value, 0),
        came.outcomes,
        came.tokens_saved,
        came.usd_spent,
        ran,
        started_at,
        ended_at,
    )
