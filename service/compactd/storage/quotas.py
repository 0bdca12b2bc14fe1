"""What namespaces with a limit have used up: what models cost in a day, and what is stored."""

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql

from compactd.domain.ids import new_uuid
from compactd.domain.quotas import Quota, QuotaExceeded
from compactd.ports.quotas import Reservation, SpendLimit, Stored
from compactd.storage.database_clock import NOW
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS
from compactd.storage.usage_tables import MODEL_SPENDS, SPEND_RESERVATIONS

DAY_SECONDS = 86_400

KEPT_DAYS = 40
"""How long it is known what a day has cost."""

RESERVED_PAUSE_SECONDS = 2.0
"""When to come back where others only hold the rest of the day's money back: most spend less."""

_C = CONVERSATIONS.c
_S = MODEL_SPENDS.c
_R = SPEND_RESERVATIONS.c

_NOW = Statement(select(NOW))
_OF_DAY = (_S.namespace == bindparam("of_namespace"), _S.day == bindparam("on_day"))
# SQLite understands what is written for PostgreSQL here.
_BEGIN_DAY = Statement(postgresql.insert(MODEL_SPENDS).on_conflict_do_nothing())
_LOCK_DAY = Statement(select(_S.usd).where(*_OF_DAY).with_for_update())
_FORGET_DAYS = Statement(
    delete(MODEL_SPENDS).where(_S.namespace == bindparam("of_namespace"), _S.day < bindparam("first_day"))
)
_FORGET_HELD = Statement(
    delete(SPEND_RESERVATIONS).where(
        _R.namespace == bindparam("of_namespace"), _R.held_until < bindparam("longest_ago")
    )
)
_UNSETTLED = Statement(
    select(
        func.coalesce(func.sum(case((_R.held_until > bindparam("now"), _R.usd), else_=0.0)), 0.0),
        func.coalesce(func.sum(case((_R.held_until > bindparam("now"), 0.0), else_=_R.usd)), 0.0),
    ).where(_R.namespace == bindparam("of_namespace"), _R.day == bindparam("on_day"))
)
_RESERVE = Statement(insert(SPEND_RESERVATIONS))
_LET_GO = Statement(
    delete(SPEND_RESERVATIONS).where(_R.namespace == bindparam("of_namespace"), _R.id == bindparam("reservation_id"))
)
_SPEND = Statement(update(MODEL_SPENDS).where(*_OF_DAY).values(usd=_S.usd + bindparam("more_usd")))
_STORED = Statement(
    select(func.coalesce(func.sum(_C.next_position), 0), func.coalesce(func.sum(_C.stored_bytes), 0)).where(
        _C.namespace == bindparam("namespace")
    )
)


def reserve_spend(connection: Connection, limit: SpendLimit, usd: float, seconds: float) -> Reservation:
    now = _NOW.value(connection)
    day = int(now // DAY_SECONDS)
    of_day = {"of_namespace": limit.namespace, "on_day": day}
    if _BEGIN_DAY.run(connection, {"namespace": limit.namespace, "day": day, "usd": 0.0}):
        _forget(connection, limit.namespace, day, now)
    # The row is this transaction's from here on: what is held back is added up by one after the other.
    spent: float = _LOCK_DAY.value(connection, of_day)
    [(held, lost)] = _UNSETTLED.rows(connection, {**of_day, "now": now})
    # Whoever held it back has died, and the model may have been paid all of it.
    spent += lost
    if spent >= limit.usd or spent + held + usd > limit.usd:
        alone_it_fits = spent < limit.usd and spent + usd <= limit.usd
        pause = RESERVED_PAUSE_SECONDS if alone_it_fits else (day + 1) * DAY_SECONDS - now
        why = f"what this may cost, up to {usd:.4g}, does not fit, and no model was asked; come back tomorrow (UTC)."
        raise QuotaExceeded(Quota.MODEL_USD_PER_DAY, limit.namespace, limit.usd, spent + held, why, pause)
    reservation = Reservation(new_uuid(), limit.namespace, day, usd)
    _RESERVE.run(
        connection,
        {
            "namespace": limit.namespace,
            "id": reservation.reservation_id,
            "day": day,
            "usd": usd,
            "held_until": now + seconds,
        },
    )
    return reservation


def settle_spend(connection: Connection, reservation: Reservation, usd: float) -> None:
    of_day = {"of_namespace": reservation.namespace, "on_day": reservation.day}
    # Settled already, where it is not there: what is repeated counts once.
    if _LET_GO.run(connection, {**of_day, "reservation_id": reservation.reservation_id}) and usd:
        _SPEND.run(connection, {**of_day, "more_usd": usd})


def read_stored(connection: Connection, namespace: str) -> Stored:
    # Each position of a conversation has its message, the first of them the system message's.
    [(messages, stored_bytes)] = _STORED.rows(connection, {"namespace": namespace})
    return Stored(int(messages), int(stored_bytes))


def _forget(connection: Connection, namespace: str, day: int, now: float) -> None:
    """Once a day, what nobody asks for any more: among it what killed processes have held back on days gone by."""
    of_namespace = {"of_namespace": namespace}
    _FORGET_DAYS.run(connection, {**of_namespace, "first_day": day - KEPT_DAYS})
    _FORGET_HELD.run(connection, {**of_namespace, "longest_ago": now - DAY_SECONDS})
