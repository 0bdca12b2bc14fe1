"""What namespaces have kept for long enough: conversations without a message since some moment.

They are looked for along the index of creation, since no index holds what an append changes: a conversation is at least
as old as its last message.
"""

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, false, func, not_, or_, select, true, update

from compactd.domain.conversations import Conversation
from compactd.domain.erasures import Erasure
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.ports.contexts import SystemText
from compactd.ports.erasures import IdleConversation, IdlePage
from compactd.ports.operations import LEASE_SECONDS
from compactd.storage.agents import set_default_conversation
from compactd.storage.conversations import insert_conversation
from compactd.storage.database_clock import is_to_come
from compactd.storage.erasures import LOCK_AGENT, erase_conversation
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS

LOOKED_AT_ONCE = 500
"""How many conversations one unit of work looks at."""

_C = CONVERSATIONS.c
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(name: str) -> ColumnElement[datetime]:
    return bindparam(name, type_=_C.created_at.type)


_LAST = func.coalesce(_C.last_message_at, _C.created_at, type_=_C.created_at.type)
_IS_IDLE = and_(_moment("before") > _LAST, or_(_C.is_default == false(), _C.last_message_at.is_not(None)))
_NEXT_NAMESPACE = Statement(
    select(_C.namespace).where(_C.namespace > bindparam("after")).order_by(_C.namespace).limit(1)
)
_PAGE = Statement(
    select(_C.id, _C.agent_id, _C.is_default, _C.created_at, _IS_IDLE)
    .where(
        _C.namespace == bindparam("namespace"),
        _C.created_at < _moment("before"),
        _C.created_at >= _moment("after_moment"),
        or_(_C.created_at > _moment("after_moment"), _C.id > bindparam("after_id")),
    )
    .order_by(_C.created_at, _C.id)
    .limit(bindparam("count"))
)
_BY_KEY = (_C.namespace == bindparam("namespace"), _C.id == bindparam("conversation_id"))
_AGENT_OF = Statement(select(_C.agent_id).where(*_BY_KEY))
# What somebody else is writing is not idle.
_LOCK_IDLE = Statement(
    select(_C.is_default)
    .where(*_BY_KEY, _IS_IDLE, not_(is_to_come(_C.lease_until, LEASE_SECONDS)))
    .with_for_update(skip_locked=True)
)
_NO_DEFAULT = Statement(update(CONVERSATIONS).where(*_BY_KEY, _C.is_default == true()).values(is_default=False))


def next_namespace(connection: Connection, after: str) -> str | None:
    found: str | None = _NEXT_NAMESPACE.value(connection, {"after": after})
    return found


def idle_conversations(
    connection: Connection, namespace: str, before: datetime, after: tuple[datetime, str] | None
) -> IdlePage:
    moment, after_id = after or (_FIRST, "")
    parameters = {
        "namespace": namespace,
        "before": before,
        "after_moment": moment,
        "after_id": after_id,
        "count": LOOKED_AT_ONCE,
    }
    rows = _PAGE.rows(connection, parameters)
    idle = [IdleConversation(row[0], row[1], bool(row[2])) for row in rows if row[4]]
    return IdlePage(idle, (rows[-1][3], rows[-1][0]) if len(rows) == LOOKED_AT_ONCE else None)


def expire_conversation(connection: Connection, key: ConversationKey, before: datetime) -> Erasure | None:
    is_default = _LOCK_IDLE.value(connection, {**_of(key), "before": before})
    return None if is_default or is_default is None else erase_conversation(connection, key)


def replace_default(
    connection: Connection, key: ConversationKey, before: datetime, fresh: Conversation, system: SystemText
) -> Erasure | None:
    # The agent first, here and where it is deleted.
    of_agent = {"of_namespace": key.namespace, "of_agent": fresh.agent_id}
    if LOCK_AGENT.row(connection, of_agent) is None or _AGENT_OF.value(connection, _of(key)) != fresh.agent_id:
        return None
    if not _LOCK_IDLE.value(connection, {**_of(key), "before": before}):
        return None
    _NO_DEFAULT.run(connection, _of(key))
    insert_conversation(connection, key.namespace, fresh, system, None)
    set_default_conversation(connection, AgentKey(key.namespace, fresh.agent_id), fresh.id)
    return erase_conversation(connection, key)


def _of(key: ConversationKey) -> dict[str, str]:
    return {"namespace": key.namespace, "conversation_id": key.conversation_id}
