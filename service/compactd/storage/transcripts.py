"""Messages as transcripts show them: rows of text, of which no message is made.

A row holds what `strategies.transcript` wrote of it at append. Where older rules wrote it, or none, it is written
again, and the caller is told that the row has to be filled in.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Function,
    Text,
    case,
    func,
    literal_column,
    select,
    type_coerce,
)

from compactd.domain.keys import ConversationKey
from compactd.domain.messages import Role
from compactd.storage.contexts import FIGURES, entry_from, select_between
from compactd.storage.conversation_state import parameters_of, require_conversation
from compactd.storage.filled_rows import FILLED_AT_ONCE, filled_columns
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import MESSAGES
from compactd.strategies.chunks import RenderedMessage
from compactd.strategies.rules_version import RULES_VERSION
from compactd.strategies.transcript import bare_heading

_M = MESSAGES.c

_REST = func.coalesce(_M.transcript, _M.content).label("rest")
LINES = (_M.position, _M.role, _M.heading, _REST, _M.rules_version)
"""What the lines of messages are made of."""

IN_TRANSCRIPTS = _M.position > literal_column("0")

_READ_LINES = Statement(select_between(*LINES).where(IN_TRANSCRIPTS))
_READ_LINES_AND_ENTRIES = Statement(select_between(*LINES, *FIGURES).where(IN_TRANSCRIPTS))

_BARE_HEADINGS = {role.value: bare_heading(role) for role in Role}
"""The headings that are not stored."""


_FREQUENT = (Role.ASSISTANT, Role.TOOL, Role.USER)
_FREQUENT_FIRST = (*_FREQUENT, *(role for role in Role if role not in _FREQUENT))


def _literal(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)


def joined_lines(rows: FromClause) -> tuple[Function[Any], ColumnElement[bool]]:
    """The transcript of rows with LINES, in their order, as SQLite joins them; and whether one of them is by today's
    rules.

    The driver gives up the interpreter for each row, and takes it back, which costs as much as the row and more while
    other threads want it. A Compact of 50 with 32 callers takes 0.9 ms of CPU in place of 1.5, one of 5,000 takes 15
    in place of 21.
    """
    names = ((_literal(role.value), _literal(bare_heading(role))) for role in _FREQUENT_FIRST)
    heading = func.coalesce(type_coerce(rows.c.heading, Text), case(*names, value=rows.c.role))
    newline = _literal("\n")
    rest = case((rows.c.rest != literal_column("x''"), newline.concat(type_coerce(rows.c.rest, Text))))
    joined = func.group_concat(heading.concat(func.coalesce(rest, _literal(""))), newline, type_=Text)
    return joined, rows.c.rules_version == literal_column(str(RULES_VERSION))


_ROWS = select_between(*LINES).where(IN_TRANSCRIPTS).subquery()
_JOINED, _IS_BY_TODAYS_RULES = joined_lines(_ROWS)
_READ_JOINED = Statement(select(_JOINED, func.count(), func.count().filter(_IS_BY_TODAYS_RULES)))

_END_OF_LINE = b"\n"


def load_transcript(connection: Connection, key: ConversationKey, first: int, last: int) -> tuple[str, list[int]]:
    """The messages at these positions as one transcript, and the positions of rows that have to be filled in."""
    if connection.dialect.name == "sqlite":
        positions = {**parameters_of(key), "first": first, "last": last}
        [(joined, count, by_todays_rules)] = _READ_JOINED.rows(connection, positions)
        if count and count == by_todays_rules:
            return joined, []
    rows, unfilled = _read(connection, _READ_LINES, key, first, last)
    lines: list[bytes] = []
    for _, role, heading, rest, _ in rows:
        lines.append(heading or _BARE_HEADINGS[role].encode())
        if rest:
            lines.append(rest)
    return _END_OF_LINE.join(lines).decode(), unfilled


def load_rendered(
    connection: Connection, key: ConversationKey, first: int, last: int
) -> tuple[list[RenderedMessage], list[int]]:
    """The messages at these positions by themselves, and the positions of rows that have to be filled in."""
    rows, unfilled = _read(connection, _READ_LINES_AND_ENTRIES, key, first, last)
    rendered = []
    for _, role, heading, rest, _, *figures in rows:
        shown = heading or _BARE_HEADINGS[role].encode()
        text = shown + _END_OF_LINE + rest if rest else shown
        rendered.append(RenderedMessage(entry_from(figures), text.decode()))
    return rendered, unfilled


def _read(
    connection: Connection, statement: Statement, key: ConversationKey, first: int, last: int
) -> tuple[Sequence[Row], list[int]]:
    """Rows that begin with LINES, all by the rules of today, and the positions of those that were not stored so."""
    rows = statement.rows(connection, {**parameters_of(key), "first": first, "last": last})
    if not rows:
        require_conversation(connection, key)
    unfilled = [row[0] for row in rows if row[4] != RULES_VERSION]
    return (_filled(connection, key, rows, unfilled), unfilled) if unfilled else (rows, unfilled)


def _filled(
    connection: Connection, key: ConversationKey, rows: Iterable[Row], unfilled: Sequence[int]
) -> Sequence[Row]:
    filled: dict[int, Row] = {}
    for start in range(0, len(unfilled), FILLED_AT_ONCE):
        found = filled_columns(connection, key, unfilled[start : start + FILLED_AT_ONCE])
        for position, columns in found.items():
            rest = columns["content"] if columns["transcript"] is None else columns["transcript"]
            filled[position] = (columns["heading"], rest)
    return [(*row[:2], *filled[row[0]], *row[4:]) if row[0] in filled else row for row in rows]
