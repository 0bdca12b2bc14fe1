"""Committing a compaction, and its records."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, insert, literal_column, select, update

from compactd.domain.compactions import Compaction
from compactd.domain.errors import CompactionNotFound, ContextChanged
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.model_failures import SummaryNotSmaller
from compactd.domain.paging import Page
from compactd.ports.compactions import CompactionCommit
from compactd.ports.operations import Claim, Claimed
from compactd.storage.claims import finish
from compactd.storage.compaction_codec import decode_record, encode_record
from compactd.storage.conversation_state import parameters_of, require_conversation, resolve
from compactd.storage.message_rows import message_row
from compactd.storage.paging import page_ids
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import COMPACTIONS, CONVERSATIONS, MESSAGES

_C = CONVERSATIONS.c
_M = MESSAGES.c
_R = COMPACTIONS.c

_MOVE = (
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
        stored_bytes=_C.stored_bytes + bindparam("summary_bytes"),
    )
)
_MOVED = (_C.summary_position, _C.context_version, _C.system_version)
_MOVE_CONTEXT = Statement(_MOVE.returning(*_MOVED))
_MOVE_CLAIMED_CONTEXT = Statement(
    _MOVE.where(_C.lease_token == bindparam("token")).values(lease_until=0.0).returning(*_MOVED)
)
_INSERT_SUMMARY = Statement(insert(MESSAGES))
_INSERT_RECORD = Statement(insert(COMPACTIONS))
_LOCK = Statement(
    select(_C.id).where(_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id")).with_for_update()
)
_SYSTEM_TOKENS = Statement(
    select(_M.token_count).where(_M.conversation_id == bindparam("conversation_id"), _M.position == literal_column("0"))
)
_RECORD = Statement(
    select(COMPACTIONS).where(_R.conversation_id == bindparam("conversation_id"), _R.id == bindparam("compaction_id"))
)
_IDS_BETWEEN = Statement(
    select(_M.id)
    .where(
        _M.conversation_id == bindparam("conversation_id"),
        _M.position.between(bindparam("first"), bindparam("last")),
        _M.role != Role.SUMMARY.value,
    )
    .order_by(_M.position)
)


def commit_compaction(
    connection: Connection,
    key: ConversationKey,
    commit: CompactionCommit,
    claimed: Claimed[Compaction] | None = None,
) -> Compaction:
    record = commit.record
    summary = ChatMessage(Role.SUMMARY, content=commit.summary_text)
    row = message_row(summary, commit.summary_tokens, record.tokenizer, record.created_at, commit.stats)

    position, context_version, system_version = _move_context(
        connection, key, commit, row["body_bytes"], claimed.claim if claimed else None
    )
    if system_version != commit.system_version:
        _check_system(connection, commit)
    identity = {
        "conversation_id": record.conversation_id,
        "position": position,
        "id": commit.summary_message_id,
    }
    _INSERT_SUMMARY.run(connection, {**row, **identity})
    committed = replace(record, summary_position=position)
    insert_record(connection, committed, context_version)
    if claimed is not None:
        finish(connection, claimed.claim, claimed.encode(committed))
    return committed


def insert_record(connection: Connection, record: Compaction, version: int) -> None:
    """Writes the record that made `version` of the context."""
    _INSERT_RECORD.run(connection, encode_record(record, version))


def find_record(connection: Connection, conversation_id: str, compaction_id: str) -> Compaction | None:
    """The record, if the conversation has it."""
    row = _RECORD.row(connection, {"conversation_id": conversation_id, "compaction_id": compaction_id})
    return None if row is None else decode_record(row)


def is_committed(connection: Connection, key: ConversationKey, record: Compaction) -> bool:
    """Waits for a transaction that still holds the conversation, so that the answer is final."""
    _LOCK.row(connection, parameters_of(key))
    parameters = {"conversation_id": record.conversation_id, "compaction_id": record.id}
    return _RECORD.row(connection, parameters) is not None


def get_compaction(
    connection: Connection, ref: ConversationRef, compaction_id: str, *, message_ids: bool
) -> Compaction:
    conversation_id = resolve(connection, ref).conversation_id
    record = find_record(connection, conversation_id, compaction_id)
    if record is None:
        raise CompactionNotFound(compaction_id=compaction_id)
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
    rows = connection.execute(select(COMPACTIONS).where(_R.id.in_(ids))).all()
    found = {record.id: record for record in map(decode_record, rows)}
    return [found[compaction_id] for compaction_id in ids]


def _ids(connection: Connection, conversation_id: str, first: int, last: int) -> tuple[str, ...]:
    parameters = {"conversation_id": conversation_id, "first": first, "last": last}
    return tuple(message_id for (message_id,) in _IDS_BETWEEN.rows(connection, parameters))


def _move_context(
    connection: Connection, key: ConversationKey, commit: CompactionCommit, summary_bytes: int, claim: Claim | None
) -> Row:
    """The compare-and-set; the position taken for the summary, and the versions after it. With a claim it holds only
    under its lease, which it gives back."""
    record = commit.record
    moved = (_MOVE_CLAIMED_CONTEXT if claim else _MOVE_CONTEXT).row(
        connection,
        {
            "token": claim and claim.token,
            "in_namespace": key.namespace,
            "conversation_id": key.conversation_id,
            "planned_version": commit.context_version,
            "start": record.context_start,
            "evicted": record.evicted_count,
            "summary_bytes": summary_bytes,
            "compaction_id": record.id,
        },
    )
    if moved is not None:
        return moved
    require_conversation(connection, key)
    raise ContextChanged


def _check_system(connection: Connection, commit: CompactionCommit) -> None:
    """Whether the system message that was written meanwhile leaves room for the new summary."""
    system_tokens = _SYSTEM_TOKENS.value(connection, {"conversation_id": commit.record.conversation_id})
    if system_tokens <= commit.max_system_tokens:
        return
    window = commit.window
    raise SummaryNotSmaller(
        tokens_after=window - commit.max_system_tokens + system_tokens,
        tokens_before=commit.record.tokens_before,
        context_window=window,
    )
