"""From a reference to a conversation to the state of its context."""

from sqlalchemy import Connection, RowMapping, bindparam, select

from compactd.application.ports import ConversationRef, Head
from compactd.domain.errors import AgentNotFound, ConversationNotFound
from compactd.storage.agents import agent_of
from compactd.storage.conversations import conversation_from
from compactd.storage.records import record_from
from compactd.storage.tables import AGENTS, COMPACTIONS, CONVERSATIONS

_A = AGENTS.c
_C = CONVERSATIONS.c

_STATE = (
    select(CONVERSATIONS, _A.id, _A.body, COMPACTIONS)
    .join(AGENTS, _A.id == _C.agent_id)
    .outerjoin(COMPACTIONS, COMPACTIONS.c.id == _C.last_compaction_id)
)
_BY_ID = _STATE.where(_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_ID = select(_C.id).where(_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_DEFAULT_ID = select(_A.default_conversation_id).where(
    _A.namespace == bindparam("namespace"), _A.id == bindparam("agent_id")
)


def resolve(connection: Connection, namespace: str, ref: ConversationRef) -> str:
    """The conversation's id; AgentNotFound or ConversationNotFound."""
    if ref.conversation_id is None:
        return _default_of(connection, namespace, ref.agent_id)
    parameters = {"namespace": namespace, "conversation_id": ref.conversation_id}
    if connection.scalar(_ID, parameters) is None:
        raise ConversationNotFound(conversation_id=ref.conversation_id)
    return ref.conversation_id


def name_of(connection: Connection, namespace: str, ref: ConversationRef) -> str:
    """The conversation's id, not looked up where the reference names it."""
    return ref.conversation_id or _default_of(connection, namespace, ref.agent_id)


def state_of(connection: Connection, namespace: str, ref: ConversationRef) -> RowMapping:
    """The conversation's row, joined with its agent's and with the record in force."""
    conversation_id = name_of(connection, namespace, ref)
    parameters = {"namespace": namespace, "conversation_id": conversation_id}
    row = connection.execute(_BY_ID, parameters).mappings().one_or_none()
    if row is None:
        raise ConversationNotFound(conversation_id=conversation_id)
    return row


def read_head(connection: Connection, namespace: str, ref: ConversationRef) -> Head:
    return head_from(connection, state_of(connection, namespace, ref))


def head_from(connection: Connection, row: RowMapping) -> Head:
    """The head of a row of `state_of`."""
    return Head(
        agent=agent_of(connection, row),
        conversation=conversation_from(row),
        context_version=row[_C.context_version],
        system_version=row[_C.system_version],
        context_start=row[_C.context_start],
        summary_position=row[_C.summary_position],
        last_position=row[_C.last_position],
        evicted_count=row[_C.evicted_count],
        last_compaction=None if row[COMPACTIONS.c.id] is None else record_from(row),
    )


def _default_of(connection: Connection, namespace: str, agent_id: str | None) -> str:
    found: str | None = connection.scalar(_DEFAULT_ID, {"namespace": namespace, "agent_id": agent_id})
    if found is None:
        raise AgentNotFound(agent_id=agent_id)
    return found
