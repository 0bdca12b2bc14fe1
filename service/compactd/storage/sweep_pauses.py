"""How a sweep is paused: its jobs that wait are held, whoever pauses it."""

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from compactd.domain.jobs import JobState
from compactd.domain.keys import SweepKey
from compactd.domain.sweeps import HELD_UNTIL, PauseReason, Shortfall, SweepSpec, SweepState
from compactd.storage.database_clock import NOW
from compactd.storage.job_rows import J, in_order
from compactd.storage.job_tables import IS_ACTIVE_OF_A_SWEEP, JOBS
from compactd.storage.statements import Statement
from compactd.storage.sweep_tables import SWEEPS

_S = SWEEPS.c
BY_KEY = (_S.namespace == bindparam("of_namespace"), _S.id == bindparam("of_sweep"))
RAN_SECONDS: ColumnElement[float] = _S.ran_seconds + func.coalesce(NOW - _S.running_since, 0.0)
QUEUED_OF_SWEEP = (IS_ACTIVE_OF_A_SWEEP, J.sweep_id == bindparam("of_sweep"), J.state == JobState.QUEUED.value)

LOCK = Statement(select(_S.state, _S.body).where(*BY_KEY).with_for_update())
"""Its state, and what was asked for; its row is the transaction's until that ends."""

HOLD = Statement(update(JOBS).where(in_order(*QUEUED_OF_SWEEP)).values(due_at=HELD_UNTIL))
"""Has the jobs of a sweep that wait do so for as long as it is paused."""

NOT_SHORT = Shortfall("", 0.0, 0.0)

_PAUSE = Statement(
    update(SWEEPS)
    .where(*BY_KEY)
    .values(
        state=SweepState.PAUSED.value,
        pause_reason=bindparam("new_reason"),
        short_of=bindparam("new_short_of"),
        short_needed=bindparam("new_needed", type_=_S.short_needed.type),
        short_left=bindparam("new_left", type_=_S.short_left.type),
        ran_seconds=RAN_SECONDS,
        running_since=None,
    )
)


def pause(connection: Connection, key: SweepKey, reason: PauseReason, short: Shortfall = NOT_SHORT) -> None:
    """Pauses one that runs."""
    of_budget = {"new_short_of": short.figure, "new_needed": short.needed, "new_left": short.left}
    _PAUSE.run(connection, {**parameters_of_sweep(key), "new_reason": reason.value, **of_budget})
    HOLD.run(connection, {"of_sweep": key.sweep_id})


def pause_for_budget(connection: Connection, key: SweepKey, short: Shortfall, most: float) -> bool:
    """Pauses it if it runs: in the transaction that finds its budget, of `most`, spent. False where the budget is
    another one by now, as of a sweep that somebody has resumed with a larger one."""
    row = LOCK.row(connection, parameters_of_sweep(key))
    if row is None:
        return True
    state, body = row
    budget = SweepSpec.model_validate_json(body).budget
    if budget is None or getattr(budget, short.figure) != most:
        return False
    if state == SweepState.RUNNING.value:
        pause(connection, key, PauseReason.BUDGET_SPENT, short)
    return True


def parameters_of_sweep(key: SweepKey) -> dict[str, str]:
    """The key as BY_KEY binds it."""
    return {"of_namespace": key.namespace, "of_sweep": key.sweep_id}
