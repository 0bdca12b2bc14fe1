"""A conversation's context: as figures, and with its bodies."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    exists,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import CompoundSelect

from compactd.domain.context import Context, Entry
from compactd.domain.conversations import Conversation
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import Role, StoredMessage
from compactd.ports.contexts import ConversationState, Snapshot
from compactd.storage.conversation_state import Head, parameters_of, read_head, require_conversation
from compactd.storage.conversations import read_resource
from compactd.storage.message_codec import ROLES
from compactd.storage.message_rows import OF_CONTEXT, STORED, RowMessage, stored_message
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS, MESSAGES
from compactd.strategies.rules_version import RULES_VERSION

T = TypeVar("T")

_C = CONVERSATIONS.c
_M = MESSAGES.c

IN_CONVERSATION = _M.conversation_id == bindparam("conversation_id")

# The conversation's row is read first, and of the messages only those below that row's next position.
IN_CONTEXT = (
    IN_CONVERSATION,
    _M.position >= bindparam("start"),
    _M.position < bindparam("end"),
    _M.role != Role.SUMMARY.value,
)
_FIXED = (IN_CONVERSATION, _M.position.in_([literal_column("0"), bindparam("summary", type_=_M.position.type)]))


def _select_context(*columns: ColumnElement[Any]) -> CompoundSelect[Any]:
    """Columns of every message of a context, by position. With an OR in place of the union SQLite would sort them."""
    return union_all(select(*columns).where(*_FIXED), select(*columns).where(*IN_CONTEXT)).order_by(_M.position.name)


def select_between(*columns: ColumnElement[Any]) -> Select[Any]:
    """Columns of the messages between two positions, if the conversation is there and in the namespace."""
    in_namespace = exists().where(_C.id == bindparam("conversation_id"), _C.namespace == bindparam("namespace"))
    between = _M.position.between(bindparam("first"), bindparam("last"))
    wanted = IN_CONVERSATION, between, _M.role != Role.SUMMARY.value, in_namespace
    return select(*columns).where(*wanted).order_by(_M.position)


FIGURES = (
    _M.position,
    _M.id,
    _M.role,
    _M.token_count,
    _M.tokenizer,
    _M.call_count,
    _M.answers_position,
    _M.answers_index,
    _M.late_tool,
)

_ENTRIES = Statement(_select_context(*FIGURES))
_ENTRIES_AND_BODIES = Statement(_select_context(*FIGURES, *OF_CONTEXT))
_IDS = Statement(_select_context(_M.position, _M.id))
_MESSAGES_BETWEEN = Statement(select_between(*STORED, _M.rules_version))


def read_snapshot(connection: Connection, ref: ConversationRef, *, bodies: bool = False) -> tuple[Snapshot, list[int]]:
    """The snapshot, and the positions of rows among those read whose bodies have to be filled in."""
    return snapshot_of(connection, read_head(connection, ref, record=True), bodies=bodies)


def snapshot_of(connection: Connection, head: Head, *, bodies: bool = False) -> tuple[Snapshot, list[int]]:
    """The same of a head that was read with its record, or made for another state of the context."""
    state = head.state
    rows = (_ENTRIES_AND_BODIES if bodies else _ENTRIES).rows(connection, context_bounds(head))
    system, summary, entries = _split_context(
        [entry_from(figures) for figures in rows], state, lambda entry: entry.position
    )
    context = Context(state.context_start, system, summary, entries, state.tools_tokens, state.last_position)
    if not bodies:
        return Snapshot(state, context, head.record), []
    first, second, others = _split_context([RowMessage(row) for row in rows], state, lambda stored: stored.position)
    snapshot = Snapshot(state, context, head.record, [first, *([second] if second else ()), *others])
    return snapshot, [body.position for body in snapshot.bodies or () if body.plain is None]


def read_conversation(connection: Connection, key: ConversationKey) -> tuple[Conversation, list[str]]:
    head = read_head(connection, key)
    found = _IDS.rows(connection, context_bounds(head))
    system, summary, entries = _split_context(found, head.state, lambda row: row[0])
    ids = [row[1] for row in (system, summary, *entries) if row is not None]
    return read_resource(connection, key), ids


def load_messages(
    connection: Connection, key: ConversationKey, first: int, last: int
) -> tuple[list[StoredMessage], list[int]]:
    """The messages, and the positions of rows among them that have to be filled in."""
    rows = _MESSAGES_BETWEEN.rows(connection, {**parameters_of(key), "first": first, "last": last})
    if not rows:
        require_conversation(connection, key)
    unfilled = [row[1] for row in rows if row[-1] != RULES_VERSION]
    return [stored_message(row[:-1]) for row in rows], unfilled


def _split_context(
    messages: Sequence[T], state: ConversationState, position: Callable[[T], int]
) -> tuple[T, T | None, list[T]]:
    """System message, summary and all others of a context, whose messages are given by position."""
    system, *others = messages
    if state.summary_position is None:
        return system, None, others
    summary = others.pop(bisect_left(others, state.summary_position, key=position))
    return system, summary, others


def entry_from(row: Sequence[Any]) -> Entry:
    """The entry of a row that begins with FIGURES."""
    position, message_id, role, token_count, tokenizer, call_count, answers_position, answers_index, tool, *_ = row
    return Entry(
        position,
        message_id,
        ROLES[role],
        token_count,
        tokenizer,
        call_count,
        answers_position,
        answers_index,
        None if tool is None else tool.decode(),
    )


def context_bounds(head: Head) -> dict[str, Any]:
    """Parameters that say where the messages of a context stand: the summary, and the range of the others."""
    state = head.state
    return {
        "conversation_id": state.conversation_id,
        "summary": state.summary_position,
        "start": state.context_start,
        "end": head.next_position,
    }
