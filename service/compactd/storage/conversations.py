"""Conversations as resources; their contexts, and how those change, are in contexts and messages."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    false,
    func,
    insert,
    literal,
    select,
    update,
)

from compactd.domain.conversations import Conversation
from compactd.domain.errors import ConversationNotFound, InvalidField
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.ports.conversations import ConversationFilter
from compactd.ports.quotas import Room
from compactd.storage.agents import require_agent
from compactd.storage.conversation_state import parameters_of
from compactd.storage.message_codec import encode_open_calls
from compactd.storage.paging import page_ids
from compactd.storage.resource_settings import encode_resource_settings
from compactd.storage.search import contains, folded
from compactd.storage.system_message import system_row
from compactd.storage.table_base import UtcDateTime
from compactd.storage.tables import CONVERSATIONS, MESSAGES

_C = CONVERSATIONS.c

_ORDERS = {
    "created_at": _C.created_at,
    "updated_at": _C.updated_at,
    # A conversation without a message counts as the oldest.
    "last_message_at": func.coalesce(_C.last_message_at, literal(datetime.fromtimestamp(0, UTC), UtcDateTime)),
}

_RESOURCE = select(_C.body, _C.last_message_at)
_CONVERSATION = _RESOURCE.where(_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_CONVERSATION_TO_CHANGE = _CONVERSATION.with_for_update()


def create_conversation(
    connection: Connection, namespace: str, conversation: Conversation, system: SystemText, room: Room | None
) -> Conversation:
    require_agent(connection, AgentKey(namespace, conversation.agent_id))
    insert_conversation(connection, namespace, conversation, system, room)
    return conversation


def insert_conversation(
    connection: Connection, namespace: str, conversation: Conversation, system: SystemText, room: Room | None
) -> None:
    """Writes a conversation of an agent that exists, and its system message, for which there has to be room."""
    first = system_row(conversation.id, system, conversation.created_at)
    if room is not None:
        room.require(namespace, 1, first["body_bytes"])
    connection.execute(
        insert(CONVERSATIONS),
        {
            "id": conversation.id,
            "namespace": namespace,
            "agent_id": conversation.agent_id,
            "is_default": conversation.is_default,
            "last_message_at": conversation.last_message_at,
            "next_position": 1,
            "last_position": 0,
            "context_start": 1,
            "summary_position": None,
            "context_version": 0,
            "system_version": 1,
            "evicted_count": 0,
            "last_compaction_id": None,
            "live_calls": 0,
            "lease_token": 0,
            "lease_until": 0.0,
            "stored_bytes": first["body_bytes"],
            "open_calls": encode_open_calls(()),
            **_columns(conversation),
        },
    )
    connection.execute(insert(MESSAGES), first)


def list_conversations(
    connection: Connection, namespace: str, where: ConversationFilter, page: Page
) -> list[Conversation]:
    if where.order_by not in _ORDERS:
        raise InvalidField("order_by", f"order conversations by one of: {', '.join(_ORDERS)}.")
    scope = [_C.namespace == namespace, _C.is_default == false()]
    if where.agent_id is not None:
        scope.append(_C.agent_id == where.agent_id)
    ids = page_ids(
        connection,
        page,
        scope=scope,
        filters=[contains(_C.title_folded, where.summary_search)] if where.summary_search else (),
        key=(_ORDERS[where.order_by], _C.id),
        item=_C.id,
        size=_C.body_bytes,
    )
    rows = connection.execute(_RESOURCE.add_columns(_C.id).where(_C.id.in_(ids))).mappings()
    found = {row[_C.id]: _conversation(row) for row in rows}
    return [found[conversation_id] for conversation_id in ids]


def read_resource(connection: Connection, key: ConversationKey) -> Conversation:
    return _read(connection, _CONVERSATION, key)


def update_conversation(
    connection: Connection, key: ConversationKey, change: Callable[[Conversation], Conversation]
) -> Conversation:
    after = change(_read(connection, _CONVERSATION_TO_CHANGE, key))
    connection.execute(update(CONVERSATIONS).where(*_by_key(key)), _columns(after))
    return after


def _by_key(key: ConversationKey) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _C.namespace == key.namespace, _C.id == key.conversation_id


def _read(connection: Connection, statement: Select[Any], key: ConversationKey) -> Conversation:
    parameters = parameters_of(key)
    row = connection.execute(statement, parameters).mappings().one_or_none()
    if row is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)
    return _conversation(row)


def _conversation(row: RowMapping) -> Conversation:
    conversation = Conversation.model_validate_json(row[_C.body])
    return conversation.model_copy(update={"last_message_at": row[_C.last_message_at]})


def _columns(conversation: Conversation) -> dict[str, Any]:
    body = conversation.model_dump_json(exclude={"last_message_at"}, exclude_unset=True).encode()
    return {
        "title_folded": folded(conversation.summary),
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "resource_settings": encode_resource_settings(conversation),
        "body_bytes": len(body),
        "body": body,
    }
