"""What the messages of a context name, joined by the database: reading their rows one by one takes twice as long."""

from typing import Any

from sqlalchemy import Connection, LargeBinary, Text, bindparam, func, literal_column, select, type_coerce

from compactd.domain.keys import ConversationKey
from compactd.extractive.ledger.members import JOINT
from compactd.ports.contexts import Mentions
from compactd.storage.contexts import IN_CONVERSATION, select_between
from compactd.storage.conversation_state import parameters_of
from compactd.storage.statements import Statement
from compactd.storage.tables import MESSAGES

_M = MESSAGES.c

# In the order of this subquery.
_ROWS = select_between(_M.position, _M.identifiers, _M.passing).subquery()
_SYSTEM = select(_M.content).where(IN_CONVERSATION, _M.position == literal_column("0")).scalar_subquery()
_IS_KEPT = _ROWS.c.position >= bindparam("kept")


def _statement(joined: Any) -> Statement:
    return Statement(
        select(
            func.count(),
            func.count(_ROWS.c.identifiers),
            joined(_ROWS.c.identifiers).filter(~_IS_KEPT),
            joined(_ROWS.c.identifiers).filter(_IS_KEPT),
            joined(_ROWS.c.passing).filter(_IS_KEPT),
            _SYSTEM,
        )
    )


def _in_sqlite(column: Any) -> Any:
    return func.group_concat(type_coerce(column, Text), literal_column(f"'{JOINT}'", Text))


def _in_postgresql(column: Any) -> Any:
    return func.string_agg(column, literal_column(f"'{JOINT}'::bytea", LargeBinary), type_=LargeBinary)


_JOINED = {"sqlite": _statement(_in_sqlite), "postgresql": _statement(_in_postgresql)}


def load_mentions(connection: Connection, key: ConversationKey, first: int, last: int, kept: int) -> Mentions | None:
    """Of the messages at these positions, of which those from `kept` on are kept; None where one of them has not been
    read."""
    between = {"first": first, "last": last, "kept": kept}
    [row] = _JOINED[connection.dialect.name].rows(connection, {**parameters_of(key), **between})
    count, read, evicted, *of_kept, system = row
    if read < count:
        return None
    named = JOINT.join(_text(joined) for joined in of_kept if joined)
    return Mentions(_text(evicted or ""), named, None if system is None else _text(system))


def _text(joined: str | bytes) -> str:
    return joined if isinstance(joined, str) else joined.decode()
