"""Sweeps: started, paused, resumed, cancelled. How they go on is in `sweep_pages`."""

from sqlalchemy import Connection, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from compactd.domain.errors import InvalidField, SweepEnded, SweepNotFound
from compactd.domain.jobs import JobState
from compactd.domain.keys import SweepKey
from compactd.domain.policies import CompactionBudget, ConversationSelector
from compactd.domain.quotas import Quota, QuotaExceeded
from compactd.domain.sweeps import HELD_UNTIL, KEEP_SECONDS, PauseReason, Sweep, SweepState
from compactd.ports.sweeps import NewSweep
from compactd.storage.abandonments import Abandonment
from compactd.storage.backfill import is_any_left
from compactd.storage.budgets import remove_budget
from compactd.storage.database_clock import NOW
from compactd.storage.job_queue import Enlist
from compactd.storage.job_rows import PLACE, J, in_order, queued_from
from compactd.storage.job_tables import HAS_EFFECT, IS_ACTIVE_OF_A_SWEEP, JOBS
from compactd.storage.policy_tables import CONTEXT_FIGURES
from compactd.storage.selectors import of_agents, require_agents
from compactd.storage.statements import Statement
from compactd.storage.sweep_outcomes import Ended, count_ended, remove_outcomes
from compactd.storage.sweep_pauses import (
    BY_KEY,
    LOCK,
    NOT_SHORT,
    QUEUED_OF_SWEEP,
    RAN_SECONDS,
    parameters_of_sweep,
    pause,
)
from compactd.storage.sweep_rows import get_sweep
from compactd.storage.sweep_tables import HAS_ENDED, IS_UNFINISHED, SWEEPS
from compactd.storage.tables import CONVERSATIONS

REMOVED_AT_ONCE = 500
"""How many sweeps that ended long ago one unit of work removes."""

FULL_PAUSE_SECONDS = 60.0
"""When to come back where there is no room for another sweep."""

_C = CONVERSATIONS.c
_F = CONTEXT_FIGURES.c
_S = SWEEPS.c
_UNFINISHED = Statement(select(func.count()).where(IS_UNFINISHED, _S.namespace == bindparam("of_namespace")))
_INSERT = Statement(
    insert(SWEEPS).values(
        {column.name: bindparam(column.name, type_=column.type) for column in _S}
        | {"running_since": NOW, "started_at": NOW, "ended_at": None}
    )
)
_RESUME = Statement(
    update(SWEEPS)
    .where(*BY_KEY)
    .values(state=SweepState.RUNNING.value, pause_reason="", short_of="", running_since=NOW)
)
_REWRITE = Statement(
    update(SWEEPS)
    .where(*BY_KEY)
    .values(body=bindparam("new_body", type_=_S.body.type), body_bytes=bindparam("new_bytes"))
)
_CANCEL = Statement(
    update(SWEEPS)
    .where(*BY_KEY)
    .values(
        state=SweepState.CANCELLED.value,
        pause_reason="",
        short_of="",
        ran_seconds=RAN_SECONDS,
        running_since=None,
        ended_at=NOW,
    )
)
_LET_GO = Statement(
    update(JOBS).where(in_order(*QUEUED_OF_SWEEP, J.due_at == HELD_UNTIL)).values(due_at=NOW).returning(*PLACE)
)
_ABANDON_JOBS = Abandonment(IS_ACTIVE_OF_A_SWEEP, J.sweep_id == bindparam("of_sweep"))
_CANCEL_JOBS = Statement(
    update(JOBS)
    .where(
        in_order(
            IS_ACTIVE_OF_A_SWEEP,
            J.sweep_id == bindparam("of_sweep"),
            or_(J.state == JobState.RUNNING.value, ~HAS_EFFECT),
        )
    )
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


def start_sweep(connection: Connection, namespace: str, new: NewSweep, limit: int | None = None) -> Sweep:
    """`limit`: how many the namespace may have that have not ended; those that are started at the same moment may go
    beyond it."""
    _require_room(connection, namespace, limit)
    selector = new.spec.selector or ConversationSelector()
    require_agents(connection, namespace, selector, "sweep.selector")
    scope = in_scope(namespace, selector)
    youngest = select(_C.created_at, _C.id).where(*scope).order_by(_C.created_at.desc(), _C.id.desc()).limit(1)
    last = connection.execute(youngest).one_or_none()
    if last is None:
        raise InvalidField("sweep.selector", "means no conversation: there is none of these agents in the namespace.")
    _require_tokens(connection, namespace, selector)
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
        "short_of": "",
        "short_needed": 0.0,
        "short_left": 0.0,
    }
    _INSERT.run(connection, row)
    return get_sweep(connection, SweepKey(namespace, new.id))


def _require_room(connection: Connection, namespace: str, limit: int | None) -> None:
    """QuotaExceeded where there is no room for another one."""
    unfinished = 0 if limit is None else _UNFINISHED.value(connection, {"of_namespace": namespace})
    if limit is not None and unfinished >= limit:
        why = "wait until one of its sweeps has ended, or cancel one."
        raise QuotaExceeded(Quota.UNFINISHED_SWEEPS, namespace, limit, unfinished, why, FULL_PAUSE_SECONDS)


def _require_tokens(connection: Connection, namespace: str, selector: ConversationSelector) -> None:
    """InvalidField where no context that is selected holds as much as it has to. While figures may be lacking
    (`backfill`) one may hold it that has none."""
    if not selector.min_context_tokens:
        return
    of_selected = _F.namespace == namespace, *of_agents(selector, _F.agent_id)
    fullest = select(_F.context_tokens).where(*of_selected).order_by(_F.context_tokens.desc()).limit(1)
    most = connection.scalar(fullest) or 0
    if most < selector.min_context_tokens and not is_any_left(connection):
        raise InvalidField(
            "sweep.selector.min_context_tokens", f"no context that is selected holds so many: the fullest has {most}."
        )


def in_scope(namespace: str, selector: ConversationSelector) -> list[ColumnElement[bool]]:
    """That a conversation is one that has to be looked at."""
    of_agents = [_C.agent_id.in_(selector.agent_ids)] if selector.agent_ids else []
    return [_C.namespace == namespace, *of_agents]


def pause_sweep(connection: Connection, key: SweepKey, reason: PauseReason) -> Sweep:
    if _state(connection, key) is SweepState.RUNNING:
        pause(connection, key, reason)
    return get_sweep(connection, key)


def resume_sweep(connection: Connection, key: SweepKey, budget: CompactionBudget | None, enlist: Enlist) -> Sweep:
    state = _state(connection, key)
    if budget is not None:
        _set_budget(connection, key, budget)
    if state is SweepState.PAUSED:
        _RESUME.run(connection, parameters_of_sweep(key))
        rows = _LET_GO.rows(connection, {"of_sweep": key.sweep_id})
        enlist(connection, [queued_from(row) for row in rows])
    return get_sweep(connection, key)


def _set_budget(connection: Connection, key: SweepKey, budget: CompactionBudget) -> None:
    """InvalidField where it would not leave what is needed, so far as that is known."""
    sweep = get_sweep(connection, key)
    short = sweep.shortfall or NOT_SHORT
    for figure, most, gone in (("tokens", budget.tokens, sweep.tokens_spent), ("usd", budget.usd, sweep.usd_spent)):
        needed = short.needed if figure == short.figure else 0.0
        if most is not None and (most <= gone or most < gone + needed):
            why = f"{gone:.4g} are spent, and the next compaction may take {needed:.4g}: give as much as both together."
            raise InvalidField(f"budget.{figure}", why)
    body = sweep.spec.model_copy(update={"budget": budget}).model_dump_json(exclude_unset=True).encode()
    _REWRITE.run(connection, {**parameters_of_sweep(key), "new_body": body, "new_bytes": len(body)})


def cancel_sweep(connection: Connection, key: SweepKey) -> Sweep:
    end_sweep(connection, key)
    cancel_jobs(connection, key)
    return get_sweep(connection, key)


def end_sweep(connection: Connection, key: SweepKey) -> None:
    """Cancels it, but not its jobs."""
    _state(connection, key)
    _CANCEL.run(connection, parameters_of_sweep(key))


def cancel_jobs(connection: Connection, key: SweepKey) -> None:
    """Those of a sweep that have not ended; what runs is asked to stop."""
    _ABANDON_JOBS.run(connection, {"of_sweep": key.sweep_id})
    rows = _CANCEL_JOBS.rows(connection, {"of_sweep": key.sweep_id})
    cancelled = Ended(key.sweep_id, JobState.CANCELLED)
    count_ended(connection, [cancelled for (state,) in rows if state == JobState.CANCELLED.value])


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
