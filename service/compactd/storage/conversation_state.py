"""From a reference to a conversation to the state of its context."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from compactd.domain.compactions import Compaction
from compactd.domain.errors import AgentNotFound, ConversationNotFound
from compactd.domain.keys import ConversationKey, ConversationRef, DefaultConversationOf
from compactd.ports.contexts import ConversationState
from compactd.storage.compaction_codec import last_record
from compactd.storage.policy_tables import POLICY_SETS
from compactd.storage.resource_settings import decode_resource_settings
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import AGENTS, COMPACTIONS, CONVERSATIONS

_A = AGENTS.c
_C = CONVERSATIONS.c

_BY_KEY = (_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_BY_AGENT = (_A.namespace == bindparam("namespace"), _A.id == bindparam("agent_id"))
# The conversation's namespace too: that of an agent which is being deleted may have been read before.
_DEFAULT_OF_AGENT = (*_BY_AGENT, _C.namespace == _A.namespace, _C.id == _A.default_conversation_id)
_HEAD = select(
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
).join(AGENTS, _A.id == _C.agent_id)
_HEAD_AND_RECORD = _HEAD.outerjoin(COMPACTIONS, COMPACTIONS.c.id == _C.last_compaction_id).add_columns(COMPACTIONS)
_READ_HEAD = Statement(_HEAD.where(*_BY_KEY))
_READ_HEAD_AND_RECORD = Statement(_HEAD_AND_RECORD.where(*_BY_KEY))
_READ_HEAD_OF_DEFAULT = Statement(_HEAD.where(*_DEFAULT_OF_AGENT))
_READ_HEAD_AND_RECORD_OF_DEFAULT = Statement(_HEAD_AND_RECORD.where(*_DEFAULT_OF_AGENT))
_POLICY_VERSION = select(POLICY_SETS.c.version).where(POLICY_SETS.c.namespace == _C.namespace).scalar_subquery()
_LOCKED = _HEAD.add_columns(_C.last_message_at, _C.open_calls, _POLICY_VERSION).with_for_update(
    key_share=True, of=CONVERSATIONS
)
_LOCK = Statement(_LOCKED.where(*_BY_KEY))
_LOCK_DEFAULT = Statement(_LOCKED.where(*_DEFAULT_OF_AGENT))
_READ_ID = Statement(select(_C.id).where(*_BY_KEY))
_KEEP_ID = Statement(select(_C.id).where(*_BY_KEY).with_for_update(read=True, key_share=True))
_READ_DEFAULT_ID = Statement(select(_A.default_conversation_id).where(*_BY_AGENT))


@dataclass(frozen=True, slots=True)
class Head:
    """What is read of a conversation before anything else. `record` is the one in force, if it was asked for and there
    is one; `next_position` and `live_calls` are the columns of those names."""

    state: ConversationState
    next_position: int
    live_calls: int
    record: Compaction | None


@dataclass(frozen=True, slots=True)
class Locked:
    """What an append reads of a conversation, whose row it then holds. `last_message_at` is None before the first
    batch; `policy_version` that of the namespace's policies, None where it never had any."""

    head: Head
    last_message_at: datetime | None
    open_calls: bytes
    policy_version: int | None


def resolve(connection: Connection, ref: ConversationRef) -> ConversationKey:
    """The conversation that is meant; AgentNotFound or ConversationNotFound."""
    key = key_of(connection, ref)
    if key is ref:
        require_conversation(connection, key)
    return key


def require_conversation(connection: Connection, key: ConversationKey) -> None:
    """ConversationNotFound if it is gone."""
    if _READ_ID.value(connection, parameters_of(key)) is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)


def require_kept(connection: Connection, key: ConversationKey) -> None:
    """The same, and it stays until the transaction ends: whoever deletes it waits, whoever appends to it does not."""
    if _KEEP_ID.value(connection, parameters_of(key)) is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)


def key_of(connection: Connection, ref: ConversationRef) -> ConversationKey:
    """The conversation that is meant, not looked up where the reference names it."""
    return ref if isinstance(ref, ConversationKey) else _default_of(connection, ref)


def parameters_of(key: ConversationKey) -> dict[str, str]:
    """The key as statements bind it."""
    return {"namespace": key.namespace, "conversation_id": key.conversation_id}


def read_head(connection: Connection, ref: ConversationRef, *, record: bool = False) -> Head:
    """The conversation's head, with the record in force if `record`: one statement."""
    if record:
        row = _found(connection, ref, _READ_HEAD_AND_RECORD, _READ_HEAD_AND_RECORD_OF_DEFAULT)
        return _head_from(row, last_record(row[16:]))
    return _head_from(_found(connection, ref, _READ_HEAD, _READ_HEAD_OF_DEFAULT))


def lock(connection: Connection, ref: ConversationRef) -> Locked:
    """The conversation's head and calls. Its row is this transaction's until it ends: one statement."""
    row = _found(connection, ref, _LOCK, _LOCK_DEFAULT)
    return Locked(_head_from(row), *row[16:])


def _found(connection: Connection, ref: ConversationRef, by_key: Statement, of_default: Statement) -> Row:
    if isinstance(ref, ConversationKey):
        row = by_key.row(connection, parameters_of(ref))
        if row is None:
            raise ConversationNotFound(conversation_id=ref.conversation_id)
        return row
    row = of_default.row(connection, _parameters_of_default(ref))
    if row is None:
        raise AgentNotFound(agent_id=ref.agent_id)
    return row


def _head_from(row: Row, record: Compaction | None = None) -> Head:
    namespace, agent_id, conversation_id, agent, conversation, *figures = row[:14]
    state = ConversationState(
        namespace,
        agent_id,
        conversation_id,
        decode_resource_settings(agent),
        decode_resource_settings(conversation),
        *figures,
    )
    next_position, live_calls = row[14:16]
    return Head(state, next_position, live_calls, record)


def read_state(connection: Connection, ref: ConversationRef) -> ConversationState:
    return read_head(connection, ref).state


def _default_of(connection: Connection, ref: DefaultConversationOf) -> ConversationKey:
    found = _READ_DEFAULT_ID.value(connection, _parameters_of_default(ref))
    if found is None:
        raise AgentNotFound(agent_id=ref.agent_id)
    return ConversationKey(ref.namespace, found)


def _parameters_of_default(ref: DefaultConversationOf) -> dict[str, str]:
    return {"namespace": ref.namespace, "agent_id": ref.agent_id}
