"""Conversations that are due for a policy now, found by the figures."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, cast, func, literal_column, not_, select

from compactd.domain.keys import PolicyKey
from compactd.domain.paging import Page
from compactd.domain.policies import CompactionTrigger, ConversationSelector, Policy, PolicySpec
from compactd.ports.policies import DueConversation, DuePage
from compactd.storage.asks import has_asked_at_rest
from compactd.storage.database_clock import NOW
from compactd.storage.paging import page_ids
from compactd.storage.policies import get_policy
from compactd.storage.policy_tables import CONTEXT_FIGURES
from compactd.storage.selectors import of_agents, require_agents

ITEM_BYTES = 150
"""About what an item of a page takes in an answer."""

COUNTED = 10_000
"""How many that are due are counted at most, with their tokens: to count costs what is counted."""

_F = CONTEXT_FIGURES.c


def due_conversations(connection: Connection, key: PolicyKey, page: Page) -> tuple[Policy, DuePage]:
    """The policy, and a page of what is due for it, the fullest first. PolicyNotFound; InvalidField for a cursor that
    is no conversation of the namespace that was written since there are figures."""
    policy = get_policy(connection, key)
    asked = [has_asked_at_rest(policy.id)]
    return policy, _due(connection, key.namespace, policy, asked, page)


def due_if_created(connection: Connection, namespace: str, spec: PolicySpec, page: Page) -> DuePage:
    """A page of what would be due for such a policy. Errors as of `create_policy` for its selector, and as above for a
    cursor."""
    if spec.selector is not None:
        require_agents(connection, namespace, spec.selector, "policy.selector")
    return _due(connection, namespace, spec, [], page)


def _due(
    connection: Connection, namespace: str, spec: PolicySpec, asked: Sequence[ColumnElement[bool]], page: Page
) -> DuePage:
    """`asked`: what is said of those that rest and were asked for."""
    scope = [_F.namespace == namespace]
    conditions = [*_reached(spec.trigger, asked), *_selected(spec.selector)]
    figure: ColumnElement[Any] = _F.context_tokens if spec.trigger.context_share is None else _F.context_share
    count, tokens = _counted(connection, [*scope, *conditions], figure, is_ordered=spec.trigger.idle_for is None)
    if spec.trigger.idle_for is not None:
        # Two indexes serve, and neither always: many that rest are met soon among the fullest, few are sorted.
        if count == COUNTED:
            conditions = [*_reached(spec.trigger, asked, _F.last_message_at + 0.0), *_selected(spec.selector)]
        else:
            figure = _F.context_tokens + 0
    size: ColumnElement[int] = literal_column(str(ITEM_BYTES))
    ids = page_ids(
        connection,
        page,
        scope=scope,
        filters=conditions,
        key=(figure, _F.conversation_id),
        item=_F.conversation_id,
        size=size,
    )
    columns = (_F.conversation_id, _F.agent_id, _F.context_tokens, _F.context_window)
    rows = connection.execute(select(*columns).where(_F.conversation_id.in_(ids))).all()
    found = {row[0]: DueConversation(*row) for row in rows}
    return DuePage([found[one] for one in ids], count, tokens, are_all=count < COUNTED)


def _counted(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], figure: ColumnElement[Any], *, is_ordered: bool
) -> tuple[int, int]:
    """How many there are, COUNTED at most, and their tokens: those of the fullest, where that is the order of the index
    by which they are found."""
    found = select(_F.context_tokens).where(*conditions).limit(COUNTED)
    counted = (found.order_by(figure.desc(), _F.conversation_id.desc()) if is_ordered else found).subquery()
    tokens = func.sum(cast(counted.c.context_tokens, BigInteger))
    count, total = connection.execute(select(func.count(), func.coalesce(tokens, 0)).select_from(counted)).one()
    return count, int(total)


def _reached(
    trigger: CompactionTrigger,
    asked: Sequence[ColumnElement[bool]],
    last_message_at: ColumnElement[float] = _F.last_message_at,
) -> list[ColumnElement[bool]]:
    if trigger.context_share is not None:
        return [_F.context_share >= trigger.context_share]
    if trigger.context_tokens is not None:
        return [_F.context_tokens >= trigger.context_tokens]
    if trigger.idle_for is not None:
        latest = NOW - bindparam(None, trigger.idle_for.total_seconds(), _F.last_message_at.type)
        return [last_message_at <= latest, _F.has_unseen, *map(not_, asked)]
    return []


def _selected(selector: ConversationSelector | None) -> list[ColumnElement[bool]]:
    if selector is None:
        return []
    return [*of_agents(selector, _F.agent_id), _F.context_tokens >= selector.min_context_tokens]
