"""Fills a database with very many conversations, by SQL and not by calls: of each the row and the figure of its
context, as they are after appends, and no messages.

Nothing depends on chance: the tables are the same each time.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Double,
    Integer,
    LargeBinary,
    Table,
    cast,
    insert,
    literal,
    null,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String

from compactd.storage.database_clock import NOW
from compactd.storage.policy_tables import CONTEXT_FIGURES
from compactd.storage.table_base import UtcDateTime
from compactd.storage.tables import AGENTS, CONVERSATIONS

NAMESPACE = "many"
WINDOW = 100_000
"""The tokens of each window. A context has any number of them below it, each as often as the others."""

DUE_TOKENS = 99_000
"""One context in a hundred has as many or more."""

OF_AN_AGENT = 1_000
"""Conversations of one agent."""

SECONDS_APART = 30
"""From the last message of one conversation to that of the next: a million of them are a year. The one with the highest
number was written to last."""

_FIRST_CREATED = 1_700_000_000
_PRIME, _STEP = 2_147_483_647, 1_103_515_245
_ROWS = 100_000
"""So many are written by one statement."""

Columns = Mapping[str, ColumnElement[Any]]


def fill(connection: Connection, count: int) -> None:
    """So many conversations in NAMESPACE. Commits."""

    def figure(number: ColumnElement[int]) -> Columns:
        return _figure(number, count)

    for first in range(0, count, _ROWS):
        rows = min(_ROWS, count - first)
        _insert(connection, AGENTS, first // OF_AN_AGENT, -(-rows // OF_AN_AGENT), _agent)
        _insert(connection, CONVERSATIONS, first, rows, _conversation)
        _insert(connection, CONTEXT_FIGURES, first, rows, figure)
        connection.commit()


class _Moment(FunctionElement[Any]):
    """Seconds since the epoch as a moment."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(_Moment, "sqlite")
def _for_sqlite(moment: _Moment, compiler: SQLCompiler, **options: Any) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%f', {compiler.process(moment.clauses, **options)}, 'unixepoch') || '000'"


@compiles(_Moment, "postgresql")
def _for_postgresql(moment: _Moment, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_timestamp({compiler.process(moment.clauses, **options)})"


def agent_id(number: ColumnElement[int]) -> ColumnElement[str]:
    return _id("agent", number)


def conversation_id(number: ColumnElement[int]) -> ColumnElement[str]:
    """In an order that says nothing of the numbers, as ids that are made by chance have it."""
    return _id("conv", _scattered(number))


def _id(kind: str, number: ColumnElement[int]) -> ColumnElement[str]:
    return literal(f"{kind}-00000000-0000-4000-8000-").concat(cast(number + 10**11, String))


def _scattered(number: ColumnElement[int]) -> ColumnElement[int]:
    """Another number for each, below _PRIME."""
    return number * _STEP % _PRIME


def _insert(
    connection: Connection, table: Table, first: int, count: int, columns: Callable[[ColumnElement[int]], Columns]
) -> None:
    """Rows of the numbers from `first` on, with nothing in the columns that are not given."""
    start = select(cast(literal(first), BigInteger).label("number")).cte("numbers", recursive=True)
    numbers = start.union_all(select(start.c.number + 1).where(start.c.number < first + count - 1))
    given = columns(numbers.c.number)
    values = [given.get(column.name, _nothing(column)) for column in table.c]
    connection.execute(insert(table).from_select([column.name for column in table.c], select(*values)))


def _nothing(column: Column[Any]) -> ColumnElement[Any]:
    if column.nullable:
        return null()
    for kind, nothing in ((LargeBinary, b""), (Boolean, False), (Integer, 0), (Double, 0.0)):
        if isinstance(column.type, kind):
            return literal(nothing, column.type)
    return literal("", column.type)


def _agent(number: ColumnElement[int]) -> Columns:
    created = _Moment(literal(_FIRST_CREATED))
    body = literal(b"{}", AGENTS.c.body.type)
    own = {"id": agent_id(number), "default_conversation_id": conversation_id(number * OF_AN_AGENT)}
    return {**own, "namespace": literal(NAMESPACE), "created_at": created, "updated_at": created, "body": body}


def _conversation(number: ColumnElement[int]) -> Columns:
    created = _Moment(number + _FIRST_CREATED)
    return {
        "id": conversation_id(number),
        "namespace": literal(NAMESPACE),
        "agent_id": agent_id(number // OF_AN_AGENT),
        "created_at": created,
        "updated_at": created,
        "context_version": literal(1),
        # About what a row has of a client that set nothing.
        "body": literal(bytes(200), CONVERSATIONS.c.body.type),
    }


def _figure(number: ColumnElement[int], count: int) -> Columns:
    tokens = _scattered(number) % WINDOW
    return {
        "conversation_id": conversation_id(number),
        "namespace": literal(NAMESPACE),
        "agent_id": agent_id(number // OF_AN_AGENT),
        "context_tokens": tokens,
        "context_window": literal(WINDOW),
        "context_share": tokens * 1.0 / WINDOW,
        "last_message_at": NOW - (count - number) * SECONDS_APART,
        "has_unseen": literal(True, Boolean()),
    }
