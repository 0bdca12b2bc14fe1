"""The system message: position 0, the one message whose text changes. Earlier texts are kept."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, literal_column, select, update

from compactd.domain.errors import ContextChanged, ConversationNotFound
from compactd.domain.ids import new_id
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role
from compactd.ports.contexts import PutSystem, SystemText
from compactd.storage.message_rows import text_columns
from compactd.storage.tables import CONVERSATIONS, MESSAGES, SYSTEM_TEXTS

_C = CONVERSATIONS.c
_M = MESSAGES.c

_RAISE_VERSION = (
    update(CONVERSATIONS)
    .where(_C.namespace == bindparam("in_namespace"), _C.id == bindparam("conversation_id"))
    .values(system_version=_C.system_version + 1, stored_bytes=_C.stored_bytes + bindparam("more_bytes"))
    .returning(_C.agent_id, _C.context_version, _C.system_version)
)
_KEEP_OLD = insert(SYSTEM_TEXTS).from_select(
    ["conversation_id", "system_version", "created_at", "body", "import_data", "content"],
    select(
        _M.conversation_id,
        bindparam("version", type_=_C.system_version.type),
        _M.created_at,
        _M.body,
        _M.import_data,
        _M.content,
    ).where(_M.conversation_id == bindparam("conversation_id"), _M.position == literal_column("0")),
)
_REPLACE = (
    update(MESSAGES)
    .where(_M.conversation_id == bindparam("of_conversation"), _M.position == literal_column("0"))
    .returning(_M.id)
)


def system_row(conversation_id: str, system: SystemText, now: datetime) -> dict[str, Any]:
    """The row of a new conversation's system message."""
    return {
        "conversation_id": conversation_id,
        "position": 0,
        "id": new_id("message"),
        "role": Role.SYSTEM.value,
        "call_count": 0,
        "late": False,
        **text_columns(_message(system), system.token_count, system.tokenizer, now),
    }


def put_system(
    connection: Connection,
    key: ConversationKey,
    system: SystemText,
    planned_version: int,
    expected_version: str | None,
) -> PutSystem:
    columns = text_columns(_message(system), system.token_count, system.tokenizer, datetime.now(UTC))
    parameters = {
        "in_namespace": key.namespace,
        "conversation_id": key.conversation_id,
        "more_bytes": columns["body_bytes"],
    }
    row = connection.execute(_RAISE_VERSION, parameters).one_or_none()
    if row is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)
    before = row.system_version - 1
    if planned_version != before or expected_version not in (None, f"{row.context_version}.{before}"):
        raise ContextChanged
    replace_system(connection, key, row.system_version, columns)
    return PutSystem(row.agent_id, key.conversation_id, system.text, f"{row.context_version}.{row.system_version}")


def replace_system(connection: Connection, key: ConversationKey, version: int, columns: dict[str, Any]) -> str:
    """Keeps the text that stood before `version` and writes the new one; returns the message's id."""
    connection.execute(_KEEP_OLD, {"conversation_id": key.conversation_id, "version": version - 1})
    message_id: str = connection.execute(_REPLACE, {"of_conversation": key.conversation_id, **columns}).scalar_one()
    return message_id


def _message(system: SystemText) -> ChatMessage:
    return ChatMessage(Role.SYSTEM, content=system.text)
