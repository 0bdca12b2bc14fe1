"""Erasing: agents and conversations, with every row that is theirs.

What is small goes in one transaction. What is large would keep SQLite's one writer for seconds (100,000 messages take
two): it is moved to the namespace of nobody first, with which it is gone for every caller, and its rows are removed in
batches. A process that is killed in between leaves the rest there, where any other finds it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)

from compactd.domain.erasures import Erasure
from compactd.domain.errors import AgentNotFound, ConversationNotFound, DefaultConversation
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.storage.agent_policies import erase_of_agent
from compactd.storage.figures import delete_figure_of, delete_figures_of_agent
from compactd.storage.job_rows import delete_jobs_of_agent, delete_jobs_of_conversation
from compactd.storage.operations import delete_of_agent, delete_of_conversation
from compactd.storage.statements import Row, Statement
from compactd.storage.tables import (
    AGENTS,
    COMPACTIONS,
    CONVERSATIONS,
    MESSAGES,
    NOBODY,
    SEARCH_INDEXES,
    SEARCHED_MESSAGES,
    SYSTEM_TEXTS,
)

ROWS_AT_ONCE = 1_000
BYTES_AT_ONCE = 8 * 1024 * 1024
"""The most rows, and about the most bytes, that one transaction removes: with SQLite it takes 50 to 100 ms."""

INDEX_COST = 4
"""To take terms out of SQLite's index takes as long as to remove so many times their bytes of messages: 20 ms of
CPU for a million characters."""

_A = AGENTS.c
_C = CONVERSATIONS.c


def _sum(figure: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.coalesce(func.sum(figure), 0), BigInteger)


_AGENT_BY_KEY = (_A.namespace == bindparam("of_namespace"), _A.id == bindparam("of_agent"))
_BY_KEY = (_C.namespace == bindparam("of_namespace"), _C.id == bindparam("of_conversation"))
_OF_AGENT = _C.agent_id == bindparam("of_agent")
# Against a conversation that is about to be created, too.
LOCK_AGENT = Statement(select(_A.id).where(*_AGENT_BY_KEY).with_for_update())
# Each position has its message, each system version a text, each context version a record, whose bytes are its own.
_ROW_COUNT = _C.next_position + _C.system_version + _C.context_version
_RECORD_BYTES = (
    select(func.coalesce(func.sum(COMPACTIONS.c.body_bytes), 0))
    .where(COMPACTIONS.c.conversation_id == _C.id)
    .scalar_subquery()
)
_IS_INDEXED = exists().where(SEARCH_INDEXES.c.conversation_id == _C.id)
_BYTES = _C.stored_bytes + case((_IS_INDEXED, _C.stored_bytes * INDEX_COST), else_=0) + _RECORD_BYTES
_LOCK = Statement(
    select(_C.agent_id, _C.is_default, _C.next_position, _ROW_COUNT, cast(_BYTES, BigInteger))
    .where(*_BY_KEY)
    .with_for_update()
)
_SUMS = Statement(select(func.count(), _sum(_C.next_position), _sum(_ROW_COUNT), _sum(_BYTES)).where(_OF_AGENT))
# In the order of their ids, as a sweep that queues jobs for them: the agent takes them with it in any order.
_LOCK_OF_AGENT = Statement(select(_C.id).where(_OF_AGENT).order_by(_C.id).with_for_update())
_REMOVE_AGENT = Statement(delete(AGENTS).where(_A.id == bindparam("of_agent")))
_REMOVE = Statement(delete(CONVERSATIONS).where(_C.id == bindparam("of_conversation")))
_LEAVE_AGENT = Statement(update(AGENTS).where(_A.id == bindparam("of_agent")).values(namespace=NOBODY))
_LEAVE_OF_AGENT = Statement(update(CONVERSATIONS).where(_OF_AGENT).values(namespace=NOBODY))
_LEAVE = Statement(update(CONVERSATIONS).where(_C.id == bindparam("of_conversation")).values(namespace=NOBODY))

_LEFT = select(_C.agent_id, _C.id).where(_C.namespace == NOBODY).limit(1)
_LEFT_OF_ONE = Statement(_LEFT.where(_C.id == bindparam("of_conversation")).with_for_update())
_LEFT_OF_AGENT = Statement(_LEFT.where(_OF_AGENT).with_for_update())
# What another process is removing is left to it.
_LEFT_OF_ANY = Statement(_LEFT.with_for_update(skip_locked=True))
_AGENT_LEFT = select(_A.id).where(_A.namespace == NOBODY).limit(1)
_THIS_AGENT_LEFT = Statement(_AGENT_LEFT.where(_A.id == bindparam("of_agent")).with_for_update())
_ANY_AGENT_LEFT = Statement(_AGENT_LEFT.with_for_update(skip_locked=True))


class _Rows:
    """The rows of a conversation in one table, in the order in which they are removed."""

    def __init__(self, table: Table, order: ColumnElement[Any], size: ColumnElement[Any]) -> None:
        of_conversation = table.c.conversation_id == bindparam("of_conversation")
        self._sizes = Statement(select(order, size).where(of_conversation).order_by(order).limit(ROWS_AT_ONCE))
        self._remove = Statement(delete(table).where(of_conversation, order <= bindparam("last", type_=order.type)))

    def remove_some(self, connection: Connection, conversation_id: str) -> bool:
        """Whether there were any."""
        rows = self._sizes.rows(connection, {"of_conversation": conversation_id})
        if rows:
            self._remove.run(connection, {"of_conversation": conversation_id, "last": _last_within(rows)})
        return bool(rows)


_ROWS = (
    # Of PostgreSQL the length of terms is their number: rows without a body are cheap there.
    _Rows(SEARCHED_MESSAGES, SEARCHED_MESSAGES.c.position, func.length(SEARCHED_MESSAGES.c.terms) * INDEX_COST),
    _Rows(MESSAGES, MESSAGES.c.position, MESSAGES.c.body_bytes),
    _Rows(COMPACTIONS, COMPACTIONS.c.version, COMPACTIONS.c.body_bytes),
    _Rows(
        SYSTEM_TEXTS,
        SYSTEM_TEXTS.c.system_version,
        func.length(SYSTEM_TEXTS.c.body) + func.coalesce(func.length(SYSTEM_TEXTS.c.content), literal(0)),
    ),
)
"""Every table with rows of a conversation."""


def erase_agent(connection: Connection, key: AgentKey) -> Erasure:
    """Everything that is the agent's goes with it, and so do jobs and replies that are kept. AgentNotFound."""
    of_agent = {"of_namespace": key.namespace, "of_agent": key.agent_id}
    if LOCK_AGENT.row(connection, of_agent) is None:
        raise AgentNotFound(agent_id=key.agent_id)
    # Sweeps before conversations, as a sweep that goes on: no two wait for each other.
    erase_of_agent(connection, key)
    [(conversations, messages, rows, size)] = _SUMS.rows(connection, of_agent)
    has_rest = not _is_small(rows, size)
    if has_rest:
        _LEAVE_AGENT.run(connection, of_agent)
        _LEAVE_OF_AGENT.run(connection, of_agent)
        # Before jobs: who asks for a conversation that rests has its figure first.
        delete_figures_of_agent(connection, key.agent_id)
    else:
        _LOCK_OF_AGENT.rows(connection, of_agent)
        _REMOVE_AGENT.run(connection, of_agent)
    # Jobs before operations, as whoever ends one: no two wait for each other.
    delete_jobs_of_agent(connection, key.agent_id)
    delete_of_agent(connection, key.agent_id)
    return Erasure(key.namespace, key.agent_id, "", conversations, messages, has_rest)


def erase_conversation(connection: Connection, key: ConversationKey) -> Erasure:
    """Messages, system texts and records go with it, and so do jobs and replies that are kept. ConversationNotFound;
    DefaultConversation."""
    of_key = {"of_namespace": key.namespace, "of_conversation": key.conversation_id}
    found = _LOCK.row(connection, of_key)
    if found is None:
        raise ConversationNotFound(conversation_id=key.conversation_id)
    agent_id, is_default, messages, rows, size = found
    if is_default:
        raise DefaultConversation(conversation_id=key.conversation_id)
    has_rest = not _is_small(rows, size)
    (_LEAVE if has_rest else _REMOVE).run(connection, of_key)
    if has_rest:
        delete_figure_of(connection, key.conversation_id)
    delete_jobs_of_conversation(connection, agent_id, key.conversation_id)
    delete_of_conversation(connection, agent_id, key.conversation_id)
    return Erasure(key.namespace, agent_id, key.conversation_id, 1, messages, has_rest)


def remove_rest(connection: Connection, erasure: Erasure | None) -> bool:
    """Some rows of what the erasure has left, or any; whether there may be more."""
    left = _left(connection, erasure)
    if left is not None:
        agent_id, conversation_id = left
        if not any(rows.remove_some(connection, conversation_id) for rows in _ROWS):
            _REMOVE.run(connection, {"of_conversation": conversation_id})
            # What was written by a call that had begun before.
            delete_jobs_of_conversation(connection, agent_id, conversation_id)
            delete_of_conversation(connection, agent_id, conversation_id)
        return True
    if erasure is not None and erasure.conversation_id:
        return False
    agent = _ANY_AGENT_LEFT if erasure is None else _THIS_AGENT_LEFT
    found = agent.row(connection, {} if erasure is None else {"of_agent": erasure.agent_id})
    if found is None:
        return False
    (agent_id,) = found
    # Conversations that another process removes: theirs is the agent as well.
    if _LEFT_OF_AGENT.row(connection, {"of_agent": agent_id}) is None:
        _REMOVE_AGENT.run(connection, {"of_agent": agent_id})
        delete_jobs_of_agent(connection, agent_id)
        delete_of_agent(connection, agent_id)
    return True


def _left(connection: Connection, erasure: Erasure | None) -> Row | None:
    if erasure is None:
        return _LEFT_OF_ANY.row(connection)
    if erasure.conversation_id:
        return _LEFT_OF_ONE.row(connection, {"of_conversation": erasure.conversation_id})
    return _LEFT_OF_AGENT.row(connection, {"of_agent": erasure.agent_id})


def _is_small(rows: int, size: int) -> bool:
    return rows <= ROWS_AT_ONCE and size <= BYTES_AT_ONCE


def _last_within(rows: Sequence[Row]) -> Any:
    """The last of the rows that lie within the bytes; the first row in any case."""
    last, taken = rows[0][0], 0
    for at, size in rows:
        taken += size
        if taken > BYTES_AT_ONCE:
            break
        last = at
    return last
