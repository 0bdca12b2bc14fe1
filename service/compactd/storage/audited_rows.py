"""Rows as an audit reads them: pages of all that is stored of a conversation, whether it can be read or not."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec
from google.protobuf.message import DecodeError
from sqlalchemy import Connection, and_, bindparam, exists, select

from compactd.domain.error_shape import CompactdError
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role
from compactd.ports.audit import (
    AuditedConversation,
    AuditedJob,
    AuditedMessage,
    AuditedOperation,
    AuditedRecord,
    AuditReading,
)
from compactd.storage.compaction_codec import decode_record
from compactd.storage.database_clock import NOW
from compactd.storage.job_tables import JOBS
from compactd.storage.message_codec import StoredForm, decode_message, decode_open_calls, decode_stats
from compactd.storage.message_rows import FORM, NO_TRANSCRIPT, form_columns, transcript_columns
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import COMPACTIONS, CONVERSATIONS, MESSAGES, NOBODY, OPERATIONS, SYSTEM_TEXTS
from compactd.strategies.rules_version import RULES_VERSION

T = TypeVar("T")

MESSAGES_AT_ONCE, RECORDS_AT_ONCE, OPERATIONS_AT_ONCE, JOBS_AT_ONCE = 200, 50, 1_000, 1_000
"""How many rows a page has: a message or a record may have a mebibyte, and of operations and
jobs no bytes are read."""

_UNREADABLE = (ValueError, KeyError, TypeError, IndexError, msgspec.MsgspecError, DecodeError, CompactdError)
"""What decoding a row raises that holds something else than was written."""

_C = CONVERSATIONS.c
_J = JOBS.c
_M = MESSAGES.c
_O = OPERATIONS.c
_R = COMPACTIONS.c

_KEYS = Statement(
    select(_C.namespace, _C.id)
    # What is deleted, and not removed yet, is nobody's.
    .where(_C.id > bindparam("after"), _C.namespace != NOBODY)
    .order_by(_C.id)
    .limit(bindparam("count"))
)
_KEY = Statement(select(_C.namespace).where(_C.id == bindparam("conversation_id"), _C.namespace != NOBODY))
_CONVERSATION = Statement(
    select(
        _C.open_calls,
        _C.next_position,
        _C.last_position,
        _C.context_start,
        _C.summary_position,
        _C.context_version,
        _C.system_version,
        _C.evicted_count,
        _C.last_compaction_id,
        _C.live_calls,
        _C.lease_token,
        _C.lease_until - NOW,
        _C.agent_id,
    ).where(_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
)
_RECORDS = Statement(
    select(COMPACTIONS)
    .where(_R.conversation_id == bindparam("conversation_id"), _R.version > bindparam("after"))
    .order_by(_R.version)
    .limit(bindparam("count"))
)
_OPERATIONS = Statement(
    select(
        _O.name,
        _O.state,
        _O.attempt,
        _O.lease_token,
        _O.reply.is_not(None),
        _O.failure.is_not(None),
        _O.expires_at - NOW,
        exists().where(
            _J.conversation_id == _O.conversation_id, _J.namespace == _O.namespace, _J.request_id == _O.name
        ),
    )
    .where(
        _O.agent_id == bindparam("agent_id"),
        _O.conversation_id == bindparam("conversation_id"),
        _O.name > bindparam("after"),
    )
    .order_by(_O.name)
    .limit(bindparam("count"))
)
_JOBS = Statement(
    select(
        _J.id,
        _J.state,
        and_(_J.namespace == bindparam("namespace"), _J.agent_id == bindparam("agent_id")),
        _J.runner != "",
        _J.held_until - NOW,
        _J.attempts,
        _J.ended_at.is_not(None),
        _J.compaction_id,
        exists().where(_R.id == _J.compaction_id, _R.conversation_id == _J.conversation_id),
    )
    .where(_J.conversation_id == bindparam("conversation_id"), _J.id > bindparam("after"))
    .order_by(_J.id)
    .limit(bindparam("count"))
)
_STORED_BESIDE = (_M.has_text, _M.body_bytes, _M.plain, _M.call_ids, _M.heading, _M.transcript)
_MESSAGES = Statement(
    select(
        _M.position,
        _M.role,
        _M.token_count,
        _M.tokenizer,
        _M.call_count,
        _M.answers_position,
        _M.answers_index,
        _M.late,
        _M.late_tool,
        *FORM,
        _M.rules_version,
        *_STORED_BESIDE,
    )
    .where(_M.conversation_id == bindparam("conversation_id"), _M.position > bindparam("after"))
    .order_by(_M.position)
    .limit(bindparam("count"))
)
_SYSTEM_VERSIONS = Statement(
    select(SYSTEM_TEXTS.c.system_version)
    .where(SYSTEM_TEXTS.c.conversation_id == bindparam("conversation_id"))
    .order_by(SYSTEM_TEXTS.c.system_version)
)
_ROW_OF_FORM = 9
_PLACE_OF_ID, _PLACE_OF_VERSION = (list(COMPACTIONS.c.keys()).index(name) for name in ("id", "version"))


def read_keys(connection: Connection, after: str, limit: int) -> list[ConversationKey]:
    return [ConversationKey(*row) for row in _KEYS.rows(connection, {"after": after, "count": limit})]


def read_key(connection: Connection, conversation_id: str) -> ConversationKey | None:
    namespace = _KEY.value(connection, {"conversation_id": conversation_id})
    return None if namespace is None else ConversationKey(namespace, conversation_id)


def read_for_audit(connection: Connection, key: ConversationKey, work: Callable[[AuditReading], T]) -> T | None:
    row = _CONVERSATION.row(connection, {"namespace": key.namespace, "conversation_id": key.conversation_id})
    if row is None:
        return None
    *_, agent_id = row
    conversation = AuditedConversation(_or_none(decode_open_calls, row[0]), *row[1:-1])
    return work(SqlAuditReading(connection, key, agent_id, conversation))


class SqlAuditReading:
    """`ports.audit.AuditReading` on a connection."""

    def __init__(
        self, connection: Connection, key: ConversationKey, agent_id: str, conversation: AuditedConversation
    ) -> None:
        self._connection = connection
        self._key = key
        self._agent_id = agent_id
        self.conversation = conversation

    def records(self) -> Iterator[AuditedRecord]:
        for row in self._pages(_RECORDS, RECORDS_AT_ONCE, -1, _PLACE_OF_VERSION):
            yield AuditedRecord(row[_PLACE_OF_ID], row[_PLACE_OF_VERSION], _or_none(decode_record, row))

    def messages(self) -> Iterator[AuditedMessage]:
        for row in self._pages(_MESSAGES, MESSAGES_AT_ONCE, -1, 0):
            yield _audited(row)

    def operations(self) -> Iterator[AuditedOperation]:
        for row in self._pages(_OPERATIONS, OPERATIONS_AT_ONCE, "", 0):
            name, state, attempt, token, has_reply, has_failure, seconds, is_of_job = row
            kept = (bool(has_reply), bool(has_failure), seconds)
            yield AuditedOperation(name, state, attempt, token, *kept, bool(is_of_job))

    def jobs(self) -> Iterator[AuditedJob]:
        for row in self._pages(_JOBS, JOBS_AT_ONCE, "", 0, namespace=self._key.namespace):
            job_id, state, is_own, has_runner, held, attempts, has_end, compaction_id, has_record = row
            ended = (bool(has_end), compaction_id, bool(has_record))
            yield AuditedJob(job_id, state, bool(is_own), bool(has_runner), held, attempts, *ended)

    def system_versions(self) -> Sequence[int]:
        rows = _SYSTEM_VERSIONS.rows(self._connection, {"conversation_id": self._key.conversation_id})
        return [version for (version,) in rows]

    def _pages(self, statement: Statement, count: int, after: int | str, place: int, **others: str) -> Iterator[Row]:
        """The rows of a statement that takes up after the last one, ordered by what is at `place`."""
        while True:
            bounds = {"after": after, "count": count}
            of = {"conversation_id": self._key.conversation_id, "agent_id": self._agent_id, **others}
            parameters = {**of, **bounds}
            rows = statement.rows(self._connection, parameters)
            yield from rows
            if len(rows) < count:
                return
            after = rows[-1][place]


def _audited(row: Row) -> AuditedMessage:
    position, role, token_count, tokenizer, call_count, answers_position, answers_index, late, late_tool = row[
        :_ROW_OF_FORM
    ]
    form = StoredForm(*row[_ROW_OF_FORM : _ROW_OF_FORM + len(FORM)])
    message = _or_none(decode_message, role, form)
    rules_version, *stored = row[_ROW_OF_FORM + len(FORM) :]
    beside = dict(zip((column.name for column in _STORED_BESIDE), stored, strict=True))
    return AuditedMessage(
        position,
        role,
        token_count,
        tokenizer,
        call_count,
        (answers_position, answers_index),
        bool(late),
        None if late_tool is None else late_tool.decode(errors="replace"),
        message,
        partial(_stale, position, message, form, beside if rules_version == RULES_VERSION else {}),
    )


def _stale(
    position: int, message: ChatMessage | None, form: StoredForm, stored: dict[str, Any], tool: str | None
) -> list[str]:
    """The names of the stored columns that have another value than is worked out now."""
    if message is None or not stored:
        return []
    stats = decode_stats(message.role.value, form)
    shown = transcript_columns(message, tool) if position else NO_TRANSCRIPT
    fresh = {"has_text": bool(message.text), **form_columns(message, stats), **shown}
    if message.role is Role.TOOL and tool is None:
        # Nobody knows which tool it came from.
        fresh["heading"] = stored["heading"]
    return [name for name, value in stored.items() if fresh[name] != value]


def _or_none(decode: Callable[..., T], *stored: Any) -> T | None:
    try:
        return decode(*stored)
    except _UNREADABLE:
        return None
