"""Restoring an earlier context: what it would be, and the commit."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, func, literal_column, select, update

from compactd.domain.compactions import Compaction
from compactd.domain.errors import CompactionNotFound, ContextChanged
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import Role
from compactd.ports.compactions import Restoration, RestoreCommit
from compactd.ports.contexts import ConversationState, Snapshot
from compactd.storage.compactions import find_record, insert_record
from compactd.storage.context_sums import read_sums
from compactd.storage.contexts import snapshot_of
from compactd.storage.conversation_state import Head, read_head, require_conversation
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS, MESSAGES

_C = CONVERSATIONS.c
_M = MESSAGES.c

_COUNT_OUTSIDE = Statement(
    select(func.count()).where(
        _M.conversation_id == bindparam("conversation_id"),
        _M.position >= literal_column("1"),
        _M.position < bindparam("start"),
        _M.role != Role.SUMMARY.value,
    )
)
_MOVE_CONTEXT = Statement(
    update(CONVERSATIONS)
    .where(
        _C.namespace == bindparam("in_namespace"),
        _C.id == bindparam("conversation_id"),
        _C.context_version == bindparam("planned_version"),
    )
    .values(
        context_start=bindparam("start"),
        summary_position=bindparam("summary"),
        context_version=_C.context_version + 1,
        evicted_count=bindparam("outside"),
        last_compaction_id=bindparam("compaction_id"),
    )
    .returning(_C.context_version, _C.system_version)
)

FIRST_START = 1
"""Where the context of a conversation starts before its first compaction."""


def read_restoration(connection: Connection, ref: ConversationRef, compaction_id: str) -> Restoration:
    head, last, before = _heads(connection, ref, compaction_id)
    sums, restored_sums = read_sums(connection, head), read_sums(connection, before)
    return Restoration(head.state, last, before.record, before.state, sums, restored_sums)


def read_snapshot_before(connection: Connection, ref: ConversationRef, compaction_id: str) -> Snapshot:
    _, _, before = _heads(connection, ref, compaction_id)
    snapshot, _ = snapshot_of(connection, before)
    return snapshot


def commit_restore(connection: Connection, key: ConversationKey, commit: RestoreCommit) -> Compaction:
    record = commit.record
    moved = _MOVE_CONTEXT.row(
        connection,
        {
            "in_namespace": key.namespace,
            "conversation_id": key.conversation_id,
            "planned_version": commit.context_version,
            "start": record.context_start,
            "summary": record.summary_position,
            "outside": commit.evicted_count,
            "compaction_id": record.id,
        },
    )
    if moved is None:
        require_conversation(connection, key)
        raise ContextChanged
    context_version, system_version = moved
    if commit.system_version not in (None, system_version):
        raise ContextChanged
    insert_record(connection, record, context_version)
    return record


def _heads(connection: Connection, ref: ConversationRef, compaction_id: str) -> tuple[Head, Compaction, Head]:
    """The conversation as it is, the record in force, and the conversation as it would be without the named record; its
    own record is then the one before that, if there is one."""
    head = read_head(connection, ref, record=True)
    conversation_id = head.state.conversation_id
    undone = find_record(connection, conversation_id, compaction_id)
    if undone is None or head.record is None:
        raise CompactionNotFound(compaction_id=compaction_id)
    earlier = find_record(connection, conversation_id, undone.parent_id) if undone.parent_id else None
    state = _restored(connection, head.state, earlier)
    return head, head.record, Head(state, head.next_position, head.live_calls, earlier)


def _restored(connection: Connection, state: ConversationState, earlier: Compaction | None) -> ConversationState:
    start = earlier.context_start if earlier else FIRST_START
    outside = _COUNT_OUTSIDE.value(connection, {"conversation_id": state.conversation_id, "start": start})
    return replace(
        state,
        context_start=start,
        summary_position=earlier.summary_position if earlier else None,
        evicted_count=outside,
    )
