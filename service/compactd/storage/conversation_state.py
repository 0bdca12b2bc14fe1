"""From a reference to a conversation to the state of its context."""

from sqlalchemy import Connection, RowMapping, bindparam, select

from compactd.domain.errors import AgentNotFound, ConversationNotFound
from compactd.domain.keys import ConversationKey, ConversationRef, DefaultConversationOf
from compactd.ports.contexts import ConversationState
from compactd.storage.resource_settings import decode_resource_settings
from compactd.storage.tables import AGENTS, COMPACTIONS, CONVERSATIONS

_A = AGENTS.c
_C = CONVERSATIONS.c

_BY_KEY = (_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_STATE = (
    select(
        _C.namespace,
        _C.agent_id,
        _C.id,
        _A.resource_settings,
        _C.resource_settings,
        _A.has_tools,
        _A.tools_tokens,
        _A.tools_tokenizer,
        _C.context_version,
        _C.system_version,
        _C.context_start,
        _C.summary_position,
        _C.last_position,
        _C.evicted_count,
        _C.next_position,
        _C.live_calls,
    )
    .join(AGENTS, _A.id == _C.agent_id)
    .where(*_BY_KEY)
)
_STATE_AND_RECORD = _STATE.outerjoin(COMPACTIONS, COMPACTIONS.c.id == _C.last_compaction_id).add_columns(COMPACTIONS)
_ID = select(_C.id).where(*_BY_KEY)
_DEFAULT_ID = select(_A.default_conversation_id).where(
    _A.namespace == bindparam("namespace"), _A.id == bindparam("agent_id")
)


def resolve(connection: Connection, ref: ConversationRef) -> ConversationKey:
    """The conversation that is meant; AgentNotFound or ConversationNotFound."""
    key = key_of(connection, ref)
    if key is ref:
        require_conversation(connection, key)
    return key


def require_conversation(connection: Connection, key: ConversationKey) -> None:
    """ConversationNotFound if it is gone."""
    if connection.scalar(_ID, parameters_of(key)) is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)


def key_of(connection: Connection, ref: ConversationRef) -> ConversationKey:
    """The conversation that is meant, not looked up where the reference names it."""
    return ref if isinstance(ref, ConversationKey) else _default_of(connection, ref)


def parameters_of(key: ConversationKey) -> dict[str, str]:
    """The key as statements bind it."""
    return {"namespace": key.namespace, "conversation_id": key.conversation_id}


def state_row(connection: Connection, ref: ConversationRef, *, record: bool = False) -> RowMapping:
    """The state of the conversation's context, with `record` joined with the columns of the record in force."""
    key = key_of(connection, ref)
    statement = _STATE_AND_RECORD if record else _STATE
    row = connection.execute(statement, parameters_of(key)).mappings().one_or_none()
    if row is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)
    return row


def read_state(connection: Connection, ref: ConversationRef) -> ConversationState:
    return state_from(state_row(connection, ref))


def state_from(row: RowMapping) -> ConversationState:
    """The state that a row of `state_row` holds."""
    return ConversationState(
        namespace=row[_C.namespace],
        agent_id=row[_C.agent_id],
        conversation_id=row[_C.id],
        agent=decode_resource_settings(row[_A.resource_settings]),
        conversation=decode_resource_settings(row[_C.resource_settings]),
        has_tools=row[_A.has_tools],
        tools_tokens=row[_A.tools_tokens],
        tools_tokenizer=row[_A.tools_tokenizer],
        context_version=row[_C.context_version],
        system_version=row[_C.system_version],
        context_start=row[_C.context_start],
        summary_position=row[_C.summary_position],
        last_position=row[_C.last_position],
        evicted_count=row[_C.evicted_count],
    )


def _default_of(connection: Connection, ref: DefaultConversationOf) -> ConversationKey:
    found: str | None = connection.scalar(_DEFAULT_ID, {"namespace": ref.namespace, "agent_id": ref.agent_id})
    if found is None:
        raise AgentNotFound(agent_id=ref.agent_id)
    return ConversationKey(ref.namespace, found)
