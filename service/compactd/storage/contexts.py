"""A conversation's context: as figures, as sums, and with its bodies."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select

from compactd.application.ports import ContextTotals, ConversationRef, Head, Snapshot
from compactd.domain.context import Context, Entry
from compactd.domain.conversations import Conversation
from compactd.domain.messages import Role, StoredMessage
from compactd.storage.bodies import ROLES, decode_message, decode_open_calls
from compactd.storage.conversations import conversation_from
from compactd.storage.heads import head_from, state_of
from compactd.storage.tables import CONVERSATIONS, MESSAGES

_C = CONVERSATIONS.c
_M = MESSAGES.c

_OF_ONE = _M.conversation_id == bindparam("conversation_id")

# The conversation's row is read first, and of the messages only those below that row's next position.
_IN_CONTEXT = (
    _OF_ONE,
    _M.position >= bindparam("start"),
    _M.position < bindparam("end"),
    _M.role != Role.SUMMARY.value,
)
_AT = (_OF_ONE, _M.position.in_(bindparam("positions", expanding=True)))

_FIGURES = (
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
_STORED = (_M.id, _M.position, _M.token_count, _M.created_at, _M.role, _M.body)

_ENTRIES = select(*_FIGURES).where(*_IN_CONTEXT).order_by(_M.position)
_ENTRIES_AT = select(*_FIGURES).where(*_AT).order_by(_M.position)
_BODIES = select(*_STORED).where(*_IN_CONTEXT).order_by(_M.position)
_BODIES_AT = select(*_STORED).where(*_AT).order_by(_M.position)
_IDS = select(_M.id).where(*_IN_CONTEXT).order_by(_M.position)
_IDS_AT = select(_M.id).where(*_AT).order_by(_M.position)
_STRETCH = (
    select(*_STORED)
    .where(_OF_ONE, _M.position.between(bindparam("first"), bindparam("last")), _M.role != Role.SUMMARY.value)
    .order_by(_M.position)
)
_SUMS = select(
    func.coalesce(func.sum(_M.token_count), 0).label("tokens"),
    func.count().filter(_M.late).label("late_results"),
    func.count().filter(_M.late, _M.answers_position >= bindparam("start")).label("stand_ins"),
    func.min(_M.tokenizer).label("least"),
    func.max(_M.tokenizer).label("greatest"),
).where(*_IN_CONTEXT)
_FIRST = select(_M.role, _M.late).where(*_IN_CONTEXT).order_by(_M.position).limit(1)
_SUMS_AT = select(_M.token_count, _M.tokenizer).where(*_AT)


def read_snapshot(connection: Connection, namespace: str, ref: ConversationRef, *, bodies: bool = False) -> Snapshot:
    row = state_of(connection, namespace, ref)
    head = head_from(connection, row)
    places = _places(row)
    fixed = [_entry(entry) for entry in connection.execute(_ENTRIES_AT, places).all()]
    context = Context(
        start=head.context_start,
        system=fixed[0],
        summary=fixed[1] if len(fixed) > 1 else None,
        entries=[_entry(entry) for entry in connection.execute(_ENTRIES, places).all()],
        tools_tokens=head.agent.tools_tokens,
        last_position=head.last_position,
    )
    if not bodies:
        return Snapshot(head, context)
    stored = [*connection.execute(_BODIES_AT, places).all(), *connection.execute(_BODIES, places).all()]
    return Snapshot(head, context, [stored_message(message) for message in stored])


def read_totals(connection: Connection, namespace: str, ref: ConversationRef) -> tuple[Head, ContextTotals]:
    row = state_of(connection, namespace, ref)
    places = _places(row)
    fixed = connection.execute(_SUMS_AT, places).all()
    sums = connection.execute(_SUMS, places).one()
    tokenizers = {tokenizer for _, tokenizer in fixed} | ({sums.least, sums.greatest} - {None})
    dead = sum(call.dead and call.position >= places["start"] for call in decode_open_calls(row[_C.open_calls]))
    totals = ContextTotals(
        tokens=sums.tokens + sum(tokens for tokens, _ in fixed),
        late_results=sums.late_results,
        stand_ins=sums.stand_ins + dead,
        opening=_needs_opening(connection, places),
        tokenizer=tokenizers.pop() if len(tokenizers) == 1 else None,
    )
    return head_from(connection, row), totals


def read_conversation(connection: Connection, namespace: str, conversation_id: str) -> tuple[Conversation, list[str]]:
    row = state_of(connection, namespace, ConversationRef(conversation_id, None))
    places = _places(row)
    ids = [*connection.scalars(_IDS_AT, places), *connection.scalars(_IDS, places)]
    return conversation_from(row), ids


def load_messages(connection: Connection, conversation_id: str, first: int, last: int) -> list[StoredMessage]:
    parameters = {"conversation_id": conversation_id, "first": first, "last": last}
    return [stored_message(row) for row in connection.execute(_STRETCH, parameters).all()]


def stored_message(row: Sequence[Any]) -> StoredMessage:
    """Of a row of id, position, token_count, created_at, role, body."""
    message_id, position, token_count, created_at, role, body = row
    return StoredMessage(message_id, position, token_count, created_at, decode_message(role, body))


def _needs_opening(connection: Connection, places: dict[str, Any]) -> bool:
    if len(places["positions"]) > 1:
        return False
    first = connection.execute(_FIRST, places).one_or_none()
    return first is not None and first.role != Role.USER.value and not first.late


def _entry(row: Sequence[Any]) -> Entry:
    position, message_id, role, token_count, tokenizer, call_count, answers_position, answers_index, late_tool = row
    tool = None if late_tool is None else late_tool.decode()
    return Entry(
        position, message_id, ROLES[role], token_count, tokenizer, call_count, answers_position, answers_index, tool
    )


def _places(row: RowMapping) -> dict[str, Any]:
    """Where the messages of the context stand: system message and summary at `positions`, the others in a range."""
    summary = row[_C.summary_position]
    return {
        "conversation_id": row[_C.id],
        "positions": [0] if summary is None else [0, summary],
        "start": row[_C.context_start],
        "end": row[_C.next_position],
    }
