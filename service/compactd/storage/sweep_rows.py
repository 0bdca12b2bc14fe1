"""Sweeps from their rows, with what has come of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.sql.elements import ColumnElement

from compactd.domain.errors import SweepNotFound
from compactd.domain.jobs import JobState
from compactd.domain.keys import SweepKey
from compactd.domain.paging import Page
from compactd.domain.sweeps import PauseReason, Shortfall, Sweep, SweepSpec, SweepState
from compactd.storage.budgets import NOTHING_SPENT, Spent, read_spent
from compactd.storage.job_rows import J
from compactd.storage.job_tables import IS_ACTIVE_OF_A_SWEEP
from compactd.storage.paging import page_ids
from compactd.storage.sweep_outcomes import NOTHING, Outcomes, read_outcomes
from compactd.storage.sweep_pauses import RAN_SECONDS
from compactd.storage.sweep_tables import SWEEPS

_S = SWEEPS.c
_COLUMNS = (
    _S.id,
    _S.body,
    _S.state,
    _S.pause_reason,
    _S.short_of,
    _S.short_needed,
    _S.short_left,
    _S.policy_id,
    _S.conversations,
    _S.looked_at,
    _S.selected,
    RAN_SECONDS,
    _S.started_at,
    _S.ended_at,
)


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


def _read(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> dict[str, Sweep]:
    """Sweeps by id, with what has come of them."""
    rows = connection.execute(select(*_COLUMNS).where(*conditions)).all()
    ids = [row[0] for row in rows]
    active = _active_jobs(connection, ids)
    outcomes, spent = read_outcomes(connection, ids), read_spent(connection, ids)
    return {
        row[0]: _sweep_from(row, active[row[0]], outcomes.get(row[0], NOTHING), spent.get(row[0], NOTHING_SPENT))
        for row in rows
    }


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


def _sweep_from(row: Any, active: dict[str, int], came: Outcomes, spent: Spent) -> Sweep:
    sweep_id, body, state, reason, *short, policy_id, conversations, looked_at, selected, ran, started, ended = row
    return Sweep(
        sweep_id,
        SweepSpec.model_validate_json(body),
        SweepState(state),
        PauseReason(reason) if reason else None,
        Shortfall(*short) if short[0] else None,
        policy_id,
        conversations,
        looked_at,
        selected,
        active.get(JobState.QUEUED.value, 0),
        active.get(JobState.RUNNING.value, 0),
        came.outcomes,
        came.tokens_saved,
        spent.tokens,
        spent.usd,
        ran,
        started,
        ended,
    )
