"""Conversations that have come to rest: found by the figures, a page at a time, and queued in the transaction that says
how far a policy has looked.

One process looks for a policy at a time, whichever is first. All times are of the database's clock; one that jumps
makes a policy look later or again, and none asks twice for one rest (`policy_asks.rested_since`).
"""

from sqlalchemy import Connection, bindparam, case, func, or_, select, update

from compactd.domain.policies import Policy
from compactd.storage.agent_rests import ask_rested_of_agents, next_rest
from compactd.storage.asks import has_asked_at_rest
from compactd.storage.database_clock import NOW
from compactd.storage.job_queue import JobQueue
from compactd.storage.policy_sets import in_force_from
from compactd.storage.policy_tables import CONTEXT_FIGURES, LOOKS_FOR_RESTS, POLICIES
from compactd.storage.resting import RESTING, Resting, ask_at_rest
from compactd.storage.selectors import of_agents
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS

ASKED_AT_ONCE = 500
"""How many conversations one unit of work asks for."""

OVERLAP_SECONDS = 60.0
"""So much of what was looked at is looked at again: an append is committed some time after the moment it has."""

LONGEST_LOOK_SECONDS = 30.0
"""How often a policy looks at least; one that waits for a short rest looks after each tenth of it."""

_F = CONTEXT_FIGURES.c
_P = POLICIES.c

# A time that is further away than any look is one of a clock that has jumped back since.
_IS_DUE = or_(_P.next_look_at <= NOW, _P.next_look_at > NOW + 2 * LONGEST_LOOK_SECONDS)
_NEXT_LOOK = Statement(select(func.min(case((_IS_DUE, 0.0), else_=_P.next_look_at - NOW))).where(LOOKS_FOR_RESTS))
_FIRST_DUE = (
    select(_P.id)
    .where(LOOKS_FOR_RESTS, _IS_DUE)
    .order_by(_P.next_look_at)
    .limit(1)
    # What another process looks for is left to it.
    .with_for_update(skip_locked=True)
)
_LOOK = Statement(
    update(POLICIES)
    # As a value, which PostgreSQL finds once. A set it may find anew for every policy, and take each that is due.
    .where(_P.id == _FIRST_DUE.scalar_subquery())
    .values(next_look_at=NOW + LONGEST_LOOK_SECONDS)
    .returning(_P.id, _P.namespace, _P.body, _P.request, _P.idle_seconds, _P.rested_until, NOW)
)
_LOOKED = Statement(
    update(POLICIES)
    .where(_P.id == bindparam("of_policy"))
    .values(
        rested_until=bindparam("until", type_=_P.rested_until.type),
        next_look_at=bindparam("next", type_=_P.next_look_at.type),
    )
)


def next_look(connection: Connection) -> float | None:
    """In how many seconds a policy looks for rests, none or fewer for now; None where none does."""
    found = [_NEXT_LOOK.value(connection), next_rest(connection)]
    return min((seconds for seconds in found if seconds is not None), default=None)


def ask_rested(connection: Connection, queue: JobQueue) -> int | None:
    """Queues a page of conversations that rest, for the policy that is first to look, and one for policies of agents;
    how many, None where others do that for all that is due."""
    # Both each time: where very many policies look, there is always one. Last who waits for no row of others.
    asked = _ask_for_first(connection, queue), ask_rested_of_agents(connection, queue)
    return None if asked == (None, None) else sum(filter(None, asked))


def _ask_for_first(connection: Connection, queue: JobQueue) -> int | None:
    look = _LOOK.row(connection)
    if look is None:
        return None
    policy_id, namespace, body, request, idle_seconds, rested_until, now = look
    one, latest = in_force_from(policy_id, body, request), now - idle_seconds
    if one is None:
        return 0
    # What finds no room in the queue rests on, and is found by a later look.
    count = min(queue.room.left(connection, namespace), ASKED_AT_ONCE)
    found = _page(connection, namespace, one.policy, min(rested_until, latest) - OVERLAP_SECONDS, latest, count)
    new = ask_at_rest(connection, queue, [(resting, one) for resting in found])
    until = latest if len(found) < count else found[-1].since if found else rested_until
    pause = 0.0 if len(found) == ASKED_AT_ONCE else min(idle_seconds / 10, LONGEST_LOOK_SECONDS)
    _LOOKED.run(connection, {"of_policy": policy_id, "until": until, "next": now + pause})
    return new


def _page(
    connection: Connection, namespace: str, policy: Policy, after: float, latest: float, count: int
) -> list[Resting]:
    """So many that rest, whose figures are this transaction's from here on, in the order in which an append has its
    rows: what is written meanwhile, or deleted, is not among them."""
    found = (
        select(*RESTING)
        .join(CONVERSATIONS, CONVERSATIONS.c.id == _F.conversation_id)
        .where(
            _F.namespace == namespace,
            _F.last_message_at > after,
            _F.last_message_at <= latest,
            ~has_asked_at_rest(policy.id),
            _F.has_unseen,
        )
        .order_by(_F.last_message_at, _F.conversation_id)
        .limit(count)
        .with_for_update(key_share=True, of=CONTEXT_FIGURES)
    )
    if (selector := policy.selector) is not None:
        found = found.where(*of_agents(selector, _F.agent_id), _F.context_tokens >= selector.min_context_tokens)
    return [Resting(*row) for row in connection.execute(found).all()]
