"""Committing a compaction, and its records."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, literal_column, select, update

from compactd.domain.compactions import Compaction
from compactd.domain.errors import CompactionNotFound, ContextChanged, SummaryNotSmaller
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.paging import Page
from compactd.ports.compactions import CompactionCommit
from compactd.storage.compaction_codec import decode_record, encode_record
from compactd.storage.conversation_state import require_conversation, resolve
from compactd.storage.messages import message_row
from compactd.storage.paging import page_ids
from compactd.storage.tables import COMPACTIONS, CONVERSATIONS, MESSAGES

_C = CONVERSATIONS.c
_M = MESSAGES.c
_R = COMPACTIONS.c

_MOVE_CONTEXT = (
    update(CONVERSATIONS)
    .where(
        _C.namespace == bindparam("in_namespace"),
        _C.id == bindparam("conversation_id"),
        _C.context_version == bindparam("planned_version"),
    )
    .values(
        next_position=_C.next_position + 1,
        summary_position=_C.next_position,
        context_start=bindparam("start"),
        context_version=_C.context_version + 1,
        evicted_count=_C.evicted_count + bindparam("evicted"),
        last_compaction_id=bindparam("compaction_id"),
    )
    .returning(_C.summary_position, _C.context_version, _C.system_version)
)
_INSERT_SUMMARY = insert(MESSAGES)
_INSERT_RECORD = insert(COMPACTIONS)
_SYSTEM_TOKENS = select(_M.token_count).where(
    _M.conversation_id == bindparam("conversation_id"), _M.position == literal_column("0")
)
_RECORD = select(COMPACTIONS).where(
    _R.conversation_id == bindparam("conversation_id"), _R.id == bindparam("compaction_id")
)
_IDS_BETWEEN = (
    select(_M.id)
    .where(
        _M.conversation_id == bindparam("conversation_id"),
        _M.position.between(bindparam("first"), bindparam("last")),
        _M.role != Role.SUMMARY.value,
    )
    .order_by(_M.position)
)


def commit_compaction(connection: Connection, key: ConversationKey, commit: CompactionCommit) -> Compaction:
    record = commit.record
    summary = ChatMessage(Role.SUMMARY, content=commit.summary_text)
    row = message_row(summary, commit.summary_tokens, record.tokenizer, record.created_at, commit.stats)

    moved = _move_context(connection, key, commit)
    if moved.system_version != commit.system_version:
        _check_system(connection, commit)
    identity = {
        "conversation_id": record.conversation_id,
        "position": moved.summary_position,
        "id": commit.summary_message_id,
    }
    connection.execute(_INSERT_SUMMARY, {**row, **identity})
    committed = replace(record, summary_position=moved.summary_position)
    connection.execute(_INSERT_RECORD, encode_record(committed, moved.context_version))
    return committed


def is_committed(connection: Connection, key: ConversationKey, record: Compaction) -> bool:
    """Waits for a transaction that still holds the conversation, so that the answer is final."""
    connection.execute(
        select(_C.id).where(_C.namespace == key.namespace, _C.id == key.conversation_id).with_for_update()
    ).all()
    parameters = {"conversation_id": record.conversation_id, "compaction_id": record.id}
    return connection.execute(_RECORD, parameters).one_or_none() is not None


def get_compaction(
    connection: Connection, ref: ConversationRef, compaction_id: str, *, message_ids: bool
) -> Compaction:
    conversation_id = resolve(connection, ref).conversation_id
    parameters = {"conversation_id": conversation_id, "compaction_id": compaction_id}
    row = connection.execute(_RECORD, parameters).mappings().one_or_none()
    if row is None:
        raise CompactionNotFound(compaction_id=compaction_id)
    record = decode_record(row)
    if not message_ids:
        return record
    evicted = _ids(connection, conversation_id, record.first_evicted_position, record.last_evicted_position)
    kept = _ids(connection, conversation_id, record.context_start, record.last_seen_position)
    system = _ids(connection, conversation_id, 0, 0)
    return replace(record, evicted_message_ids=evicted if record.evicted_count else (), kept_message_ids=system + kept)


def list_compactions(connection: Connection, ref: ConversationRef, page: Page) -> list[Compaction]:
    ids = page_ids(
        connection,
        page,
        scope=[_R.conversation_id == resolve(connection, ref).conversation_id],
        key=(_R.version,),
        item=_R.id,
        size=_R.body_bytes,
    )
    rows = connection.execute(select(COMPACTIONS).where(_R.id.in_(ids))).mappings()
    found = {row[_R.id]: decode_record(row) for row in rows}
    return [found[compaction_id] for compaction_id in ids]


def _ids(connection: Connection, conversation_id: str, first: int, last: int) -> tuple[str, ...]:
    parameters = {"conversation_id": conversation_id, "first": first, "last": last}
    return tuple(connection.scalars(_IDS_BETWEEN, parameters))


def _move_context(connection: Connection, key: ConversationKey, commit: CompactionCommit) -> Row[Any]:
    """The compare-and-set; the position taken for the summary, and the versions after it."""
    record = commit.record
    moved = connection.execute(
        _MOVE_CONTEXT,
        {
            "in_namespace": key.namespace,
            "conversation_id": key.conversation_id,
            "planned_version": commit.context_version,
            "start": record.context_start,
            "evicted": record.evicted_count,
            "compaction_id": record.id,
        },
    ).one_or_none()
    if moved is not None:
        return moved
    require_conversation(connection, key)
    raise ContextChanged


def _check_system(connection: Connection, commit: CompactionCommit) -> None:
    """Whether the system message that was written meanwhile leaves room for the new summary."""
    system_tokens = connection.execute(_SYSTEM_TOKENS, {"conversation_id": commit.record.conversation_id}).scalar_one()
    if system_tokens <= commit.max_system_tokens:
        return
    window = commit.stats.context_window
    raise SummaryNotSmaller(
        tokens_after=window - commit.max_system_tokens + system_tokens,
        tokens_before=commit.record.tokens_before,
        context_window=window,
    )
