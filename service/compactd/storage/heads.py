"""From a reference to a conversation to the state of its context."""

from sqlalchemy import Connection, RowMapping, bindparam, select

from compactd.application.ports import ConversationRef, Head
from compactd.domain.errors import AgentNotFound, ConversationNotFound
from compactd.storage.own_settings import decode_own_settings
from compactd.storage.tables import AGENTS, COMPACTIONS, CONVERSATIONS

_A = AGENTS.c
_C = CONVERSATIONS.c

_MINE = (_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_STATE = (
    select(
        _C.namespace,
        _C.agent_id,
        _C.id,
        _A.own_settings,
        _C.own_settings,
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
    .where(*_MINE)
)
_STATE_AND_RECORD = _STATE.outerjoin(COMPACTIONS, COMPACTIONS.c.id == _C.last_compaction_id).add_columns(COMPACTIONS)
_ID = select(_C.id).where(*_MINE)
_DEFAULT_ID = select(_A.default_conversation_id).where(
    _A.namespace == bindparam("namespace"), _A.id == bindparam("agent_id")
)


def resolve(connection: Connection, namespace: str, ref: ConversationRef) -> str:
    """The conversation's id; AgentNotFound or ConversationNotFound."""
    if ref.conversation_id is None:
        return _default_of(connection, namespace, ref.agent_id)
    require_conversation(connection, namespace, ref.conversation_id)
    return ref.conversation_id


def require_conversation(connection: Connection, namespace: str, conversation_id: str) -> None:
    """ConversationNotFound if it is gone."""
    if connection.scalar(_ID, {"namespace": namespace, "conversation_id": conversation_id}) is None:
        raise ConversationNotFound(conversation_id=conversation_id)


def name_of(connection: Connection, namespace: str, ref: ConversationRef) -> str:
    """The conversation's id, not looked up where the reference names it."""
    return ref.conversation_id or _default_of(connection, namespace, ref.agent_id)


def state_of(connection: Connection, namespace: str, ref: ConversationRef, *, record: bool = False) -> RowMapping:
    """The state of the conversation's context, with `record` joined with the columns of the record in force."""
    conversation_id = name_of(connection, namespace, ref)
    statement = _STATE_AND_RECORD if record else _STATE
    parameters = {"namespace": namespace, "conversation_id": conversation_id}
    row = connection.execute(statement, parameters).mappings().one_or_none()
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return row


def read_head(connection: Connection, namespace: str, ref: ConversationRef) -> Head:
    return head_from(state_of(connection, namespace, ref))


def head_from(row: RowMapping) -> Head:
    """The head of a row of `state_of`."""
    return Head(
        namespace=row[_C.namespace],
        agent_id=row[_C.agent_id],
        conversation_id=row[_C.id],
        agent=decode_own_settings(row[_A.own_settings]),
        conversation=decode_own_settings(row[_C.own_settings]),
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


def _default_of(connection: Connection, namespace: str, agent_id: str | None) -> str:
    found: str | None = connection.scalar(_DEFAULT_ID, {"namespace": namespace, "agent_id": agent_id})
    if found is None:
        raise AgentNotFound(agent_id=agent_id)
    return found
