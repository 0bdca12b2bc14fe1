"""What the messages of a context name, joined by the database: reading their rows one by one takes twice as long."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Function,
    LargeBinary,
    Text,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
)

from compactd.domain.keys import ConversationKey
from compactd.extractive.ledger.members import JOINT
from compactd.ports.contexts import Mentions
from compactd.storage.contexts import IN_CONVERSATION, select_between
from compactd.storage.conversation_state import parameters_of
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import MESSAGES

_M = MESSAGES.c

OF_MENTIONS = (_M.position, _M.identifiers, _M.passing)
"""What mentions are made of."""

_SYSTEM = select(_M.content).where(IN_CONVERSATION, _M.position == literal_column("0")).scalar_subquery()


def is_kept(rows: FromClause) -> ColumnElement[bool]:
    """Whether a row stands at the position `kept` or behind it."""
    return rows.c.position >= bindparam("kept")


def in_sqlite(column: ColumnElement[Any]) -> Function[Any]:
    """Values joined by SQLite."""
    return func.group_concat(type_coerce(column, Text), literal_column(f"'{JOINT}'", Text))


def _in_postgresql(column: ColumnElement[Any]) -> Function[Any]:
    return func.string_agg(column, literal_column(f"'{JOINT}'::bytea", LargeBinary), type_=LargeBinary)


def joined_mentions(
    rows: FromClause, joined: Callable[[ColumnElement[Any]], Function[Any]]
) -> tuple[ColumnElement[Any], ...]:
    """What `mentions_from` takes, of rows with OF_MENTIONS, in their order."""
    named, kept = rows.c.identifiers, is_kept(rows)
    return (
        func.count(),
        func.count(named),
        joined(named).filter(~kept),
        joined(named).filter(kept),
        joined(rows.c.passing).filter(kept),
        _SYSTEM,
    )


_ROWS = select_between(*OF_MENTIONS).subquery()
_READ = {
    "sqlite": Statement(select(*joined_mentions(_ROWS, in_sqlite))),
    "postgresql": Statement(select(*joined_mentions(_ROWS, _in_postgresql))),
}


def load_mentions(connection: Connection, key: ConversationKey, first: int, last: int, kept: int) -> Mentions | None:
    """Of the messages at these positions, of which those from `kept` on are kept; None where one of them has not been
    read."""
    between = {"first": first, "last": last, "kept": kept}
    [row] = _READ[connection.dialect.name].rows(connection, {**parameters_of(key), **between})
    return mentions_from(row)


def mentions_from(row: Row) -> Mentions | None:
    """The same of a row of `joined_mentions`."""
    count, read, evicted, *of_kept, system = row
    if read < count:
        return None
    named = JOINT.join(_text(joined) for joined in of_kept if joined)
    return Mentions(_text(evicted or ""), named, None if system is None else _text(system))


def _text(joined: str | bytes) -> str:
    return joined if isinstance(joined, str) else joined.decode()
