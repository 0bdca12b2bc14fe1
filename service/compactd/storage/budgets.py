"""What policies and sweeps have taken of their budgets, and what is held back of them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, cast, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from compactd.domain.ids import new_uuid
from compactd.domain.keys import SweepKey
from compactd.domain.quotas import BudgetExceeded, Quota, QuotaExceeded
from compactd.domain.sweeps import Shortfall, SweepSpec
from compactd.ports.budgets import BudgetHold, BudgetOwners
from compactd.storage.budget_tables import BUDGET_HOLDS, BUDGET_SPENDS
from compactd.storage.database_clock import NOW
from compactd.storage.policies import decode_policy
from compactd.storage.policy_tables import POLICIES
from compactd.storage.quotas import DAY_SECONDS, KEPT_DAYS, RESERVED_PAUSE_SECONDS
from compactd.storage.statements import Statement
from compactd.storage.sweep_pauses import pause_for_budget
from compactd.storage.sweep_tables import SWEEPS

PAUSED_SECONDS = 60.0
"""When a job comes back whose sweep was paused for its budget: it is held before."""

_S = BUDGET_SPENDS.c
_H = BUDGET_HOLDS.c

_NOW = Statement(select(NOW))
_POLICY = Statement(
    select(POLICIES.c.body).where(
        POLICIES.c.namespace == bindparam("of_namespace"), POLICIES.c.id == bindparam("policy_id")
    )
)
_SWEEP = Statement(
    select(SWEEPS.c.body).where(SWEEPS.c.namespace == bindparam("of_namespace"), SWEEPS.c.id == bindparam("sweep_id"))
)
_OF_SPENDS = (_S.owner_id == bindparam("of_owner"), _S.day == bindparam("on_day"))
_OF_HOLDS = (_H.owner_id == bindparam("of_owner"), _H.day == bindparam("on_day"))
# SQLite understands what is written for PostgreSQL here.
_BEGIN = Statement(postgresql.insert(BUDGET_SPENDS).on_conflict_do_nothing())
_LOCK = Statement(select(_S.tokens, _S.usd).where(*_OF_SPENDS).with_for_update())
_IS_HELD = _H.held_until > bindparam("now")
_UNSETTLED = Statement(
    select(
        func.coalesce(func.sum(case((_IS_HELD, _H.tokens), else_=0)), 0),
        func.coalesce(func.sum(case((_IS_HELD, _H.usd), else_=0.0)), 0.0),
        func.coalesce(func.sum(case((_IS_HELD, 0), else_=_H.tokens)), 0),
        func.coalesce(func.sum(case((_IS_HELD, 0.0), else_=_H.usd)), 0.0),
    ).where(*_OF_HOLDS)
)
_HOLD = Statement(insert(BUDGET_HOLDS))
_LET_GO = Statement(delete(BUDGET_HOLDS).where(*_OF_HOLDS, _H.id == bindparam("hold_id")))
_SPEND = Statement(
    update(BUDGET_SPENDS)
    .where(*_OF_SPENDS)
    .values(tokens=_S.tokens + bindparam("more_tokens"), usd=_S.usd + bindparam("more_usd"))
)
_FORGET = (
    Statement(delete(BUDGET_SPENDS).where(_S.owner_id == bindparam("of_owner"), _S.day < bindparam("first_day"))),
    Statement(delete(BUDGET_HOLDS).where(_H.owner_id == bindparam("of_owner"), _H.day < bindparam("first_day"))),
)
_REMOVE = (
    Statement(delete(BUDGET_SPENDS).where(_S.owner_id == bindparam("of_owner"))),
    Statement(delete(BUDGET_HOLDS).where(_H.owner_id == bindparam("of_owner"))),
)


class _Limit(NamedTuple):
    """What somebody may take, None for any amount; `day` is 0 for a sweep."""

    owner_id: str
    day: int
    tokens: int | None
    usd: float | None


class Spent(NamedTuple):
    """What models have taken."""

    tokens: int
    usd: float


NOTHING_SPENT = Spent(0, 0.0)


def is_counted(connection: Connection, owners: BudgetOwners) -> bool:
    return any(True for _ in _limits(connection, owners, 1))


def reserve_budget(
    connection: Connection, owners: BudgetOwners, tokens: int, usd: float, seconds: float
) -> BudgetHold | QuotaExceeded:
    """The error in place of the hold: what it comes with, a sweep that is paused, is to be committed."""
    now: float = _NOW.value(connection)
    # In one order: no two wait for each other.
    limits = sorted(_limits(connection, owners, int(now // DAY_SECONDS)), key=lambda limit: limit.owner_id)
    for limit in limits:
        exceeded = _exceeded(connection, owners, limit, tokens, usd, now)
        if exceeded is not None:
            return exceeded
    hold = BudgetHold(owners.namespace, new_uuid(), tuple((limit.owner_id, limit.day) for limit in limits))
    for owner_id, day in hold.owners:
        row = {"owner_id": owner_id, "day": day, "id": hold.hold_id, "held_until": now + seconds}
        _HOLD.run(connection, {**row, "tokens": tokens, "usd": usd})
    return hold


def settle_spend(connection: Connection, hold: BudgetHold, usd: float) -> None:
    for owner_id, day in hold.owners:
        of_day = {"of_owner": owner_id, "on_day": day}
        # Settled already, where it is not there: what is repeated counts once.
        if _LET_GO.run(connection, {**of_day, "hold_id": hold.hold_id}):
            _SPEND.run(connection, {**of_day, "more_tokens": hold.spent_tokens, "more_usd": usd})


def read_spent(connection: Connection, owner_ids: Sequence[str], day: int = 0) -> dict[str, Spent]:
    """By owner: sweeps, or policies and a day; one for which nothing was taken is not there. What was held back and
    never settled is counted as if all of it had been."""
    tokens, usd = (
        select(cast(func.coalesce(func.sum(column), 0), column.type))
        .where(_H.owner_id == _S.owner_id, _H.day == day, _H.held_until <= NOW)
        .scalar_subquery()
        for column in (_H.tokens, _H.usd)
    )
    found = select(_S.owner_id, _S.tokens + tokens, _S.usd + usd).where(_S.owner_id.in_(owner_ids), _S.day == day)
    return {row[0]: Spent(row[1], row[2]) for row in connection.execute(found)}


def remove_budget(connection: Connection, owner_id: str) -> None:
    for remove in _REMOVE:
        remove.run(connection, {"of_owner": owner_id})


def _limits(connection: Connection, owners: BudgetOwners, today: int) -> Iterator[_Limit]:
    of_namespace = {"of_namespace": owners.namespace}
    if owners.policy_id:
        body = _POLICY.value(connection, {**of_namespace, "policy_id": owners.policy_id})
        if body is not None and (daily := decode_policy(owners.policy_id, body).daily_budget) is not None:
            yield _Limit(owners.policy_id, today, daily.tokens, daily.usd)
    if owners.sweep_id:
        body = _SWEEP.value(connection, {**of_namespace, "sweep_id": owners.sweep_id})
        if body is not None:
            budget = SweepSpec.model_validate_json(body).budget
            yield _Limit(owners.sweep_id, 0, *((None, None) if budget is None else (budget.tokens, budget.usd)))


def _exceeded(
    connection: Connection, owners: BudgetOwners, limit: _Limit, tokens: int, usd: float, now: float
) -> QuotaExceeded | None:
    of_day = {"of_owner": limit.owner_id, "on_day": limit.day}
    begun = _BEGIN.run(connection, {"owner_id": limit.owner_id, "day": limit.day, "tokens": 0, "usd": 0.0})
    if begun and limit.day:
        for forget in _FORGET:
            forget.run(connection, {"of_owner": limit.owner_id, "first_day": limit.day - KEPT_DAYS})
    # The row is this transaction's from here on: what is held back is added up by one after the other.
    spent = _LOCK.rows(connection, of_day)[0]
    [(held_tokens, held_usd, lost_tokens, lost_usd)] = _UNSETTLED.rows(connection, {**of_day, "now": now})
    for quota, figure, most, asked, was, held, lost in (
        (Quota.BUDGET_TOKENS, "tokens", limit.tokens, tokens, spent[0], held_tokens, lost_tokens),
        (Quota.BUDGET_USD, "usd", limit.usd, usd, spent[1], held_usd, lost_usd),
    ):
        # What is lost was held back by somebody who has died, and the model may have taken all of it.
        gone = float(was + lost)
        if most is None or (gone < most and gone + float(held) + asked <= most):
            continue
        pause = RESERVED_PAUSE_SECONDS
        if gone >= most or gone + asked > most:
            pause = (limit.day + 1) * DAY_SECONDS - now if limit.day else PAUSED_SECONDS
            if not limit.day:
                short = Shortfall(figure, asked, max(most - gone, 0.0))
                if not pause_for_budget(connection, SweepKey(owners.namespace, limit.owner_id), short, most):
                    pause = RESERVED_PAUSE_SECONDS
        why = (
            f"{limit.owner_id} does not leave the {asked:.4g} that this may take, for each call the longest answer "
            "included, and no model was asked."
        )
        return BudgetExceeded(quota, owners.namespace, most, gone + float(held), why, pause)
    return None
