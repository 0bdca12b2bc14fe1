"""Rows of messages that lack what is worked out at append today: filled in once they are read.

Release 0.1 kept another form of a message and nothing worked out; later rows may have been worked out by rules that
are no more.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, literal_column, select, update

from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage
from compactd.storage.message_codec import StoredForm, decode_message, decode_stats
from compactd.storage.message_rows import FORM, NO_TRANSCRIPT, form_columns, transcript_columns
from compactd.storage.tables import MESSAGES
from compactd.strategies.rules_version import RULES_VERSION

FILLED_AT_ONCE = 500
"""So many rows are filled in after one read."""

FILLED_BYTES = 1024 * 1024
"""So many bytes of messages are worked out by one unit of work and written by another, if it is not a single message
that has more: those who wait for the threads have their turn in between."""

_M = MESSAGES.c

_AT = (
    _M.conversation_id == bindparam("conversation_id"),
    _M.position.in_(bindparam("positions", expanding=True)),
)
_MESSAGES = select(_M.position, _M.role, *FORM).where(*_AT)
_ROWS: Select[Any] = (
    select(_M.position, _M.role, *FORM, _M.answers_position, _M.answers_index, _M.late_tool)
    .where(*_AT)
    .order_by(_M.position)
)
_SIZES = select(_M.position, _M.body_bytes).where(*_AT).order_by(_M.position)
# What is written by the rules of today is another text by now, as position 0 may have it. What somebody else holds is
# left to the next reader: none waits for it.
_TO_FILL = (
    select(_M.position)
    .where(*_AT, _M.rules_version.is_distinct_from(literal_column(str(RULES_VERSION))))
    .with_for_update(skip_locked=True)
)
_FILL = update(MESSAGES).where(_M.conversation_id == bindparam("of_conversation"), _M.position == bindparam("at"))


def render_rows(
    connection: Connection, key: ConversationKey, positions: Sequence[int]
) -> tuple[list[tuple[int, dict[str, Any]]], list[int]]:
    """What the rows at these positions lack, with their positions, up to FILLED_BYTES; and the positions that are left.

    It is worked out before the transaction that writes it: nobody who writes waits for that."""
    parameters = {"conversation_id": key.conversation_id, "positions": positions}
    taken: list[int] = []
    left: list[int] = []
    room = FILLED_BYTES
    for position, size in connection.execute(_SIZES, parameters).all():
        (left if taken and (left or size > room) else taken).append(position)
        room -= size
    return list(filled_columns(connection, key, taken).items()), left


def fill_in(connection: Connection, key: ConversationKey, rendered: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Writes what was worked out of rows, where they still lack it."""
    columns_at = dict(rendered)
    parameters = {"conversation_id": key.conversation_id, "positions": list(columns_at)}
    held = connection.execute(_TO_FILL, parameters).scalars().all()
    if held:
        fixed = {"of_conversation": key.conversation_id}
        connection.execute(_FILL, [{"at": position, **fixed, **columns_at[position]} for position in held])


def filled_columns(connection: Connection, key: ConversationKey, positions: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What the rows at these positions would be filled in with, by position."""
    parameters = {"conversation_id": key.conversation_id, "positions": positions}
    return _fill(connection, key, connection.execute(_ROWS, parameters).all())


def _fill(connection: Connection, key: ConversationKey, rows: Sequence[Row[Any]]) -> dict[int, dict[str, Any]]:
    forms = {row.position: StoredForm(*row[2 : 2 + len(FORM)]) for row in rows}
    messages = {row.position: decode_message(row.role, forms[row.position]) for row in rows}
    callers = _callers(connection, key, rows, messages)
    return {
        row.position: {
            **form_columns(messages[row.position], decode_stats(row.role, forms[row.position])),
            **(transcript_columns(messages[row.position], _tool(row, callers)) if row.position else NO_TRANSCRIPT),
        }
        for row in rows
    }


def _callers(
    connection: Connection, key: ConversationKey, rows: Sequence[Row[Any]], messages: dict[int, ChatMessage]
) -> dict[int, ChatMessage]:
    """The messages whose calls are answered by these rows, by position."""
    called = {row.answers_position for row in rows if row.answers_position is not None}
    missing = called - messages.keys()
    if not missing:
        return messages
    parameters = {"conversation_id": key.conversation_id, "positions": sorted(missing)}
    others = connection.execute(_MESSAGES, parameters).all()
    return messages | {row.position: decode_message(row.role, StoredForm(*row[2:])) for row in others}


def _tool(row: Row[Any], callers: dict[int, ChatMessage]) -> str | None:
    if row.late_tool is not None:
        tool: str = row.late_tool.decode()
        return tool
    return None if row.answers_position is None else callers[row.answers_position].tool_calls[row.answers_index].name
