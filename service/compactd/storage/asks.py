"""What policies have asked for: for each conversation and policy the context of which it asked a compaction last.

An ask holds for what the policy asks (`automatic_request_id`) of one context: after a compaction, a restore, or a
change of what the policy asks for, it asks anew.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Insert, bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql

from compactd.domain.value_class import value
from compactd.storage.policy_tables import CONTEXT_FIGURES, POLICY_ASKS
from compactd.storage.statements import Statement

_A = POLICY_ASKS.c
_F = CONTEXT_FIGURES.c

# SQLite understands what is written for PostgreSQL here.
_INSERT = postgresql.insert(POLICY_ASKS)
_NEW = {name: _INSERT.excluded[name] for name in ("request_id", "context_version", "context_tokens", "rested_since")}
_CONFLICT: dict[str, Any] = {"index_elements": ["conversation_id", "policy_id"], "set_": _NEW}
_KEEP = Statement(_INSERT.on_conflict_do_update(**_CONFLICT))
# Of policies that are gone too: no more of them are left than asked for one context.
_FORGET = Statement(
    delete(POLICY_ASKS).where(
        _A.conversation_id == bindparam("conversation_id"), _A.context_version < bindparam("context_version")
    )
)


@value
class Ask:
    """That a policy has asked for a conversation, by the job's `request_id`. `rested_since`: when the rest began for
    which it did, in seconds since the epoch by the database's clock; 0 where it was the context that was due."""

    conversation_id: str
    policy_id: str
    request_id: str
    context_version: int
    context_tokens: int
    rested_since: float = 0.0

    @property
    def figures(self) -> dict[str, Any]:
        """What it says besides what its job says."""
        return {name: getattr(self, name) for name in ("context_version", "context_tokens", "rested_since")}


def keep_ask(connection: Connection, ask: Ask) -> None:
    """For a conversation whose figure the transaction has."""
    _KEEP.run(connection, _row(ask))


def keep_ask_of(job: FromClause) -> Insert:
    """The same as a part of the statement that makes the job, whose row has `conversation_id`, `policy_id` and
    `request_id`; parameters are `Ask.figures`."""
    names = [column.name for column in POLICY_ASKS.columns]
    given = [job.c[name] if name in job.c else bindparam(name, type_=_A[name].type) for name in names]
    return _INSERT.from_select(names, select(*given)).on_conflict_do_update(**_CONFLICT)


def forget_asks(connection: Connection, conversation_id: str, context_version: int) -> None:
    """Those of contexts before this one."""
    _FORGET.run(connection, {"conversation_id": conversation_id, "context_version": context_version})


def keep_asks(connection: Connection, asks: list[Ask]) -> None:
    """For conversations whose figures the transaction has. Those of contexts before go."""
    rows = [_row(ask) for ask in asks]
    _FORGET.run_many(connection, rows)
    _KEEP.run_many(connection, rows)


def has_asked_at_rest(policy_id: str) -> ColumnElement[bool]:
    """That the policy has asked for a conversation, by its figure, since it came to rest."""
    return exists().where(
        _A.conversation_id == _F.conversation_id, _A.policy_id == policy_id, _A.rested_since >= _F.last_message_at
    )


def _row(ask: Ask) -> dict[str, Any]:
    return {column.name: getattr(ask, column.name) for column in POLICY_ASKS.columns}
