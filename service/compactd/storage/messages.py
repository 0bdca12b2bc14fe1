"""Appending to a conversation, its history, and the counts of its messages."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import compress, product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    insert,
    literal_column,
    select,
    tuple_,
    update,
)

from compactd.application.context_window import effective_model
from compactd.domain.calls import MAX_OPEN_CALLS, Answer, TooManyOpenCalls, UnansweredCallMissing, match_calls
from compactd.domain.context import entry_tokens
from compactd.domain.errors import ContextChanged, InvalidField
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.message_rules import no_call_waits
from compactd.domain.messages import ChatMessage, MessageType, Role, StoredMessage, made_by, types_of
from compactd.domain.paging import Page
from compactd.ports.contexts import ConversationState
from compactd.ports.messages import Appended, Batch
from compactd.storage.automation import Automation
from compactd.storage.call_tools import tools_of_calls
from compactd.storage.context_sums import read_sums
from compactd.storage.context_text import is_text
from compactd.storage.conversation_state import Head, Locked, lock, require_conversation, resolve
from compactd.storage.message_codec import decode_open_calls, encode_open_calls
from compactd.storage.message_rows import (
    STORED,
    answer_columns,
    digest_columns,
    form_columns,
    message_row,
    stored_message,
    text_columns,
)
from compactd.storage.paging import page_ids
from compactd.storage.statements import Statement
from compactd.storage.system_message import replace_system
from compactd.storage.tables import CONVERSATIONS, MESSAGES

_C = CONVERSATIONS.c
_M = MESSAGES.c

# Locked first, written once and last. A second UPDATE of the row would make PostgreSQL check its foreign key again, and
# wait for the agent's row, which the agent's deletion holds while it waits for this one.
_INSERT = Statement(insert(MESSAGES))
_POSITIONS = ("next_position", "last_position", "last_message_at", "system_version")
_CALLS = ("live_calls", "open_calls")


def _set_columns(*names: str) -> Statement:
    given: dict[str, Any] = {name: bindparam(name) for name in names}
    given["stored_bytes"] = _C.stored_bytes + bindparam("more_bytes")
    return Statement(update(CONVERSATIONS).where(_C.id == bindparam("conversation_id")).values(given))


_OPEN_CALLS = Statement(select(_C.open_calls).where(_C.id == bindparam("conversation_id")))
_SET_POSITIONS = _set_columns(*_POSITIONS)
_SET_POSITIONS_AND_CALLS = _set_columns(*_POSITIONS, *_CALLS)
_SET_COUNT = (
    update(MESSAGES)
    .where(
        _M.conversation_id == bindparam("of_conversation"),
        _M.position == bindparam("at"),
        # The text at position 0 may be a newer one by now, counted with this tokenizer already.
        _M.tokenizer != bindparam("with_tokenizer"),
    )
    .values(token_count=bindparam("tokens"), tokenizer=bindparam("with_tokenizer"))
)

_KIND_COLUMNS = tuple_(_M.role, _M.has_text, _M.call_count > literal_column("0"))
_KINDS = list(product(Role, (False, True), (False, True)))
"""Every role, with and without text, with and without calls: what the columns say of a message's type."""


def append(connection: Connection, ref: ConversationRef, batch: Batch, automation: Automation) -> Appended:
    # Before the first statement, so before the transaction, unless it is shared: with PostgreSQL nobody waits for the
    # encoding, with SQLite only those who wait for the one thread that writes.
    now = datetime.now(UTC)
    rows = _rows(batch, now)

    locked = lock(connection, ref)
    head, before = locked.head, locked.head.state
    if batch.expected_last_position not in (None, before.last_position):
        raise ContextChanged
    text_before = read_sums(connection, head) if batch.looks_back and is_text(connection, head) else None
    if not batch.messages:
        return Appended([], [], before, read_sums(connection, head), text_before=text_before)
    # What comes first in the first batch is the conversation's system message, and no entry.
    system_first = locked.last_message_at is None and batch.messages[0].role is Role.SYSTEM
    rows = rows[system_first:]

    ids = [row["id"] for row in rows]
    positions = list(range(head.next_position, head.next_position + len(rows)))
    state = replace(
        before,
        system_version=before.system_version + system_first,
        last_position=positions[-1] if rows else before.last_position,
    )
    system_bytes = 0
    if system_first:
        columns = text_columns(batch.messages[0], batch.token_counts[0], batch.tokenizer, now)
        system_bytes = columns["body_bytes"]
        ids.insert(0, replace_system(connection, state.key, state.system_version, columns))
        positions.insert(0, 0)
    _name_makers(rows, batch.messages[system_first:], state)
    more_bytes = system_bytes + sum(row["body_bytes"] for row in rows)
    if batch.room is not None:
        batch.room.require(state.namespace, len(rows), more_bytes)
    answers, calls = _assign_positions(connection, rows, batch, locked, system_first)
    _INSERT.run_many(connection, rows)
    after = Head(state, head.next_position + len(rows), calls.get("live_calls", head.live_calls), None)
    (_SET_POSITIONS_AND_CALLS if calls else _SET_POSITIONS).run(
        connection,
        {
            "conversation_id": state.conversation_id,
            "next_position": after.next_position,
            "last_position": state.last_position,
            "last_message_at": now,
            "system_version": state.system_version,
            "more_bytes": more_bytes,
            **calls,
        },
    )
    without_call = [
        index for index, answer in enumerate(answers, system_first) if answer is not None and answer.position is None
    ]
    sums = read_sums(connection, after)
    due = automation.after_append(connection, state, sums, locked.policy_version, batch.traceparent)
    return Appended(ids, positions, state, sums, without_call, text_before, more_bytes, due)


def _rows(batch: Batch, now: datetime) -> list[dict[str, Any]]:
    """A row for each message, which has no position yet, and answers no call."""
    spoken: Sequence[str | None] = batch.spoken or [None] * len(batch.messages)
    rows = [
        message_row(message, entry_tokens(message.role, tokens), batch.tokenizer, now, spoken_by_it=spoken_by_it)
        for message, tokens, spoken_by_it in zip(batch.messages, batch.token_counts, spoken, strict=True)
    ]
    if batch.digests is not None:
        for row, digest in zip(rows, batch.digests, strict=True):
            row.update(digest_columns(digest))
    return rows


def results_without_call(connection: Connection, ref: ConversationRef, messages: Sequence[ChatMessage]) -> list[int]:
    conversation_id = resolve(connection, ref).conversation_id
    open_calls = _OPEN_CALLS.value(connection, {"conversation_id": conversation_id})
    try:
        match_calls(messages, 0, decode_open_calls(open_calls))
    except UnansweredCallMissing as missing:
        return [*missing.indexes]
    except TooManyOpenCalls:
        # They are what is wrong, and an append says so.
        return []
    return []


def list_messages(
    connection: Connection, ref: ConversationRef, page: Page, types: Collection[MessageType] | None = None
) -> list[StoredMessage]:
    conversation_id = resolve(connection, ref).conversation_id
    return page_of_messages(connection, conversation_id, page, () if types is None else [_of_types(types)])


def page_of_messages(
    connection: Connection, conversation_id: str, page: Page, filters: Sequence[ColumnElement[bool]]
) -> list[StoredMessage]:
    """Those of a conversation's messages that pass the filters, by position. InvalidField for a cursor of none of its
    messages."""
    ids = page_ids(
        connection,
        page,
        scope=[_M.conversation_id == conversation_id],
        filters=filters,
        key=(_M.position,),
        item=_M.id,
        size=_M.body_bytes,
    )
    stored = select(*STORED).where(_M.conversation_id == conversation_id, _M.id.in_(ids))
    found = {row.id: stored_message(row) for row in connection.execute(stored).all()}
    return [found[message_id] for message_id in ids]


def store_counts(
    connection: Connection, key: ConversationKey, tokenizer: str, counts: Sequence[tuple[int, int]]
) -> None:
    require_conversation(connection, key)
    if counts:
        fixed = {"of_conversation": key.conversation_id, "with_tokenizer": tokenizer}
        connection.execute(_SET_COUNT, [{"at": position, "tokens": tokens, **fixed} for position, tokens in counts])


def _of_types(types: Collection[MessageType]) -> ColumnElement[bool]:
    """The domain's rule as a condition."""
    kinds = [
        (role.value, has_text, has_calls)
        for role, has_text, has_calls in _KINDS
        if not set(types).isdisjoint(types_of(role, has_text=has_text, has_calls=has_calls))
    ]
    return _KIND_COLUMNS.in_(kinds)


def _name_makers(rows: list[dict[str, Any]], messages: Sequence[ChatMessage], state: ConversationState) -> None:
    """Thoughts that do not say whose they are, are of the model that the conversation has now: which one that is, only
    the locked row tells for sure."""
    thoughtful = [message.reasoning is not None or bool(message.parts) for message in messages]
    if not any(thoughtful):
        return
    model = str(effective_model(state).handle or "")
    for row, message in compress(zip(rows, messages, strict=True), thoughtful):
        made = made_by(message, model)
        if made is not message:
            row.update(form_columns(made))


def _with_stored_tools(
    connection: Connection, conversation_id: str, messages: Sequence[ChatMessage], answers: list[Answer | None]
) -> list[Answer | None]:
    """A second result for a call of an earlier batch names its tool too."""
    nameless = [
        (index, message.tool_call_id)
        for index, (message, answer) in enumerate(zip(messages, answers, strict=True))
        if answer is not None and answer.position is None and not answer.tool
    ]
    if not nameless:
        return answers
    tools = tools_of_calls(connection, conversation_id, {call_id for _, call_id in nameless})
    named = [*answers]
    for index, call_id in nameless:
        named[index] = Answer(None, None, tools.get(call_id, ""), late=True)
    return named


def _assign_positions(
    connection: Connection,
    rows: list[dict[str, Any]],
    batch: Batch,
    locked: Locked,
    skipped: int,
) -> tuple[Sequence[Answer | None], dict[str, Any]]:
    """Gives the rows their positions, and results the calls that they answer; returns these answers, and the columns of
    the conversation's open calls that change. So many messages of the batch are `skipped`, which have no row."""
    head, messages = locked.head, batch.messages[skipped:]
    for position, row in enumerate(rows, head.next_position):
        row["conversation_id"] = head.state.conversation_id
        row["position"] = position
    if not head.live_calls and not any(message.tool_calls or message.role is Role.TOOL for message in messages):
        return (), {}
    open_calls = decode_open_calls(locked.open_calls)
    try:
        answers, still_open = match_calls(messages, head.next_position, open_calls, repair=batch.repair)
    except TooManyOpenCalls as many:
        raise InvalidField(
            f"messages[{batch.index_in_request(many.index + skipped)}].tool_calls",
            f"more than {MAX_OPEN_CALLS} calls would wait for results: append the results of earlier calls first.",
        ) from many
    except UnansweredCallMissing as missing:
        raise InvalidField.of([no_call_waits(index + skipped) for index in missing.indexes]) from missing
    if batch.repair:
        answers = _with_stored_tools(connection, head.state.conversation_id, messages, answers)
    for row, message, answer in zip(rows, messages, answers, strict=True):
        if answer is not None:
            row.update(answer_columns(message, answer))
    return answers, {
        "live_calls": sum(not call.dead for call in still_open),
        "open_calls": encode_open_calls(still_open),
    }
