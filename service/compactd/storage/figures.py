"""How full each context is: a narrow row by which conversations are found that are due, written with what changes it.

The figures stand in a table of their own, since an index may not hold what an append changes of a conversation
(`tables.ConversationRow`). A conversation without a row was never written since it was created, or was stored before
there were figures and waits for `backfill`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, exists, select, update
from sqlalchemy.dialects import postgresql

from compactd.application.context_window import agent_window, context_window
from compactd.domain.agents import Agent
from compactd.domain.context import ContextSums
from compactd.domain.keys import AgentKey, ConversationKey
from compactd.domain.policies import AutoCompaction
from compactd.ports.contexts import ConversationState
from compactd.ports.model_catalog import ModelWindows
from compactd.storage.context_sums import read_sums
from compactd.storage.conversation_state import read_head
from compactd.storage.database_clock import NOW
from compactd.storage.policy_tables import CONTEXT_FIGURES
from compactd.storage.statements import Statement
from compactd.storage.tables import COMPACTIONS, CONVERSATIONS

_F = CONTEXT_FIGURES.c
_C = CONVERSATIONS.c

_MEASURED = ("context_tokens", "context_window", "context_share", "own_window")
_GIVEN = ("conversation_id", "namespace", "agent_id", *_MEASURED)
# SQLite understands what is written for PostgreSQL here.
_INSERT = postgresql.insert(CONTEXT_FIGURES).values({name: bindparam(name, type_=_F[name].type) for name in _GIVEN})
_NEW = {name: _INSERT.excluded[name] for name in _MEASURED}
# What is added to no time is none.
KEEP_APPENDED = _INSERT.values(
    {
        "last_message_at": NOW,
        "rest_due_at": NOW + bindparam("idle_seconds", type_=_F.rest_due_at.type),
        "has_unseen": True,
    }
).on_conflict_do_update(
    index_elements=["conversation_id"],
    set_=_NEW | {name: _INSERT.excluded[name] for name in ("last_message_at", "rest_due_at", "has_unseen")},
)
"""`keep_appended`, as a part of a statement that does more."""

_KEEP_APPENDED = Statement(KEEP_APPENDED)
_HAS_UNSEEN = ~(
    exists()
    .where(_C.id == bindparam("conversation_id"), COMPACTIONS.c.id == _C.last_compaction_id)
    .where(COMPACTIONS.c.last_seen_position >= _C.last_position)
)
_KEEP = Statement(
    _INSERT.values({"last_message_at": 0.0, "has_unseen": _HAS_UNSEEN}).on_conflict_do_update(
        index_elements=["conversation_id"], set_=_NEW | {"has_unseen": _INSERT.excluded["has_unseen"]}
    )
)
_FILL_IN = Statement(
    _INSERT.values(
        {
            "last_message_at": bindparam("appended_at", type_=_F.last_message_at.type),
            "has_unseen": _HAS_UNSEEN,
        }
    ).on_conflict_do_nothing()
)
_OF_AGENT = _F.conversation_id.in_(select(_C.id).where(_C.agent_id == bindparam("of_agent")))
_TOKENS = _F.context_tokens + bindparam("more_tokens", type_=_F.context_tokens.type)
_WINDOW = case((_F.own_window, _F.context_window), else_=bindparam("new_window", type_=_F.context_window.type))
_FOLLOW_AGENT = Statement(
    update(CONTEXT_FIGURES)
    .where(_F.namespace == bindparam("of_namespace"), _OF_AGENT)
    .values(context_tokens=_TOKENS, context_window=_WINDOW, context_share=_TOKENS * 1.0 / _WINDOW)
)
_RESTED_AT = _F.last_message_at + bindparam("idle_seconds", type_=_F.rest_due_at.type)
_SET_RESTS = Statement(
    update(CONTEXT_FIGURES)
    .where(_F.namespace == bindparam("of_namespace"), _OF_AGENT)
    .values(rest_due_at=case((_RESTED_AT > NOW, _RESTED_AT), else_=None))
)
_REMOVE = Statement(delete(CONTEXT_FIGURES).where(_F.conversation_id == bindparam("of_conversation")))
_REMOVE_OF_AGENT = Statement(delete(CONTEXT_FIGURES).where(_OF_AGENT))


class Figures:
    """Keeps the figures in the transactions of what changes them."""

    def __init__(self, windows: ModelWindows) -> None:
        self._windows = windows

    def refresh(self, connection: Connection, key: ConversationKey) -> None:
        """Tells the figure anew, of a conversation whose row the transaction has."""
        head = read_head(connection, key)
        _KEEP.run(connection, self.row(head.state, read_sums(connection, head)))

    def fill_in(self, connection: Connection, key: ConversationKey, last_message_at: datetime | None) -> None:
        """Tells the figure of a conversation that has none, and whose row the transaction has."""
        head = read_head(connection, key)
        appended_at = 0.0 if last_message_at is None else last_message_at.timestamp()
        _FILL_IN.run(connection, {**self.row(head.state, read_sums(connection, head)), "appended_at": appended_at})

    def follow_agent(self, connection: Connection, key: AgentKey, before: Agent, after: Agent) -> None:
        """Those of its conversations after its change: how much its tool schemas take, and its window, where they have
        neither a limit nor a model of their own."""
        more_tokens, window = after.tools_tokens - before.tools_tokens, self._window_of(after)
        if more_tokens or window != self._window_of(before):
            of_agent = {"of_namespace": key.namespace, "of_agent": key.agent_id}
            _FOLLOW_AGENT.run(connection, of_agent | {"more_tokens": more_tokens, "new_window": window})

    def set_rests(self, connection: Connection, key: AgentKey, agent: Agent) -> None:
        """When its conversations have rested for as long as its policy says now; what rests already is let be."""
        given = {"of_namespace": key.namespace, "of_agent": key.agent_id}
        _SET_RESTS.run(connection, given | {"idle_seconds": idle_seconds(agent.auto_compaction)})

    def _window_of(self, agent: Agent) -> int:
        """That of its conversations, where they set nothing of their own, in tokens."""
        return agent_window(agent, self._windows).tokens

    def row(self, state: ConversationState, sums: ContextSums) -> dict[str, Any]:
        """The figure of a context, as statements bind it."""
        # Where some of it was counted with another tokenizer it is an estimate.
        tokens, window = sums.tokens_with(state.tools_tokens), context_window(state, self._windows).tokens
        own = state.conversation
        return {
            "conversation_id": state.conversation_id,
            "namespace": state.namespace,
            "agent_id": state.agent_id,
            "context_tokens": tokens,
            "context_window": window,
            "context_share": tokens / window,
            "own_window": own.context_window_limit is not None or own.model is not None,
            "idle_seconds": idle_seconds(state.agent.auto_compaction),
        }


def keep_appended(connection: Connection, figure: Mapping[str, Any]) -> None:
    """A figure (`Figures.row`) as it is after an append."""
    _KEEP_APPENDED.run(connection, figure)


def idle_seconds(given: AutoCompaction | None) -> float | None:
    """After how many seconds of rest an agent's own policy asks; None where it does not wait for that."""
    idle_for = None if given is None else given.trigger.idle_for
    return None if idle_for is None else idle_for.total_seconds()


def delete_figures_of_agent(connection: Connection, agent_id: str) -> None:
    _REMOVE_OF_AGENT.run(connection, {"of_agent": agent_id})


def delete_figure_of(connection: Connection, conversation_id: str) -> None:
    _REMOVE.run(connection, {"of_conversation": conversation_id})
