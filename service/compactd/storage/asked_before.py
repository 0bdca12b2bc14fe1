"""What an append reads where a policy is due: the job that there is already, else what a new one has to know."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, select

from compactd.domain.jobs import JobPriority, next_turn
from compactd.domain.value_class import value
from compactd.storage.figures import KEEP_APPENDED, keep_appended
from compactd.storage.job_rows import J
from compactd.storage.job_tables import IS_ACTIVE_AND_AUTOMATIC
from compactd.storage.job_turns import FIRST_TURN, LAST_TURN
from compactd.storage.policy_tables import POLICY_ASKS
from compactd.storage.statements import Statement

_A = POLICY_ASKS.c

_ACTIVE = select(J.id).where(IS_ACTIVE_AND_AUTOMATIC, J.conversation_id == bindparam("of_conversation"))
# One row at least, whether anything was asked or not.
_ONE = select(literal_column("1").label("one")).subquery("one")
_BEFORE = select(
    _ACTIVE.scalar_subquery(),
    LAST_TURN.scalar_subquery(),
    FIRST_TURN.scalar_subquery(),
    _A.request_id,
    _A.context_tokens,
    _A.context_version,
).select_from(_ONE.outerjoin(POLICY_ASKS, _A.conversation_id == bindparam("of_conversation")))
# What others have queued while this one waits for the figure is not seen by it: the index of automatic jobs is.
_KEEP_AND_READ = Statement(_BEFORE.add_cte(KEEP_APPENDED.cte("figure")))
_READ = Statement(_BEFORE)


@value
class AskedBefore:
    """`job_id`: the conversation's automatic job that is queued or runs, empty without one. `tokens`: how many the
    context had when policies asked last, by the request_id of what they asked. `oldest_version`: the first context of
    which that is. `turn` is the next one of the namespace among jobs of the `priority`."""

    job_id: str
    tokens: Mapping[str, int]
    oldest_version: int
    priority: JobPriority
    turn: int


def keep_and_read(connection: Connection, figure: Mapping[str, Any], priority: JobPriority) -> AskedBefore:
    """Keeps the figure of a context after an append (`figures.keep_appended`), and reads: one statement with
    PostgreSQL, to which each by itself is a way there and back."""
    parameters = {
        "of_namespace": figure["namespace"],
        "of_conversation": figure["conversation_id"],
        "of_priority": priority,
    }
    if connection.dialect.name == "postgresql":
        rows = _KEEP_AND_READ.rows(connection, {**figure, **parameters})
    else:
        keep_appended(connection, figure)
        rows = _READ.rows(connection, parameters)
    job_id, last_turn, first_turn, *_ = rows[0]
    asks = [(request_id, tokens, version) for *_, request_id, tokens, version in rows if request_id is not None]
    return AskedBefore(
        job_id or "",
        {request_id: tokens for request_id, tokens, _ in asks},
        min((version for *_, version in asks), default=0),
        priority,
        next_turn(last_turn, first_turn),
    )
