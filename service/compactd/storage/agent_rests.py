"""Conversations that have rested for as long as their agent's own policy says: each figure has the time at which it is
due, so that one index finds them, however many agents there are."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from compactd.domain.keys import AgentKey
from compactd.storage.agent_policies import in_force_of
from compactd.storage.database_clock import NOW
from compactd.storage.job_queue import JobQueue
from compactd.storage.policy_tables import CONTEXT_FIGURES, HAS_REST_DUE
from compactd.storage.resting import RESTING, Resting, ask_at_rest
from compactd.storage.statements import Statement
from compactd.storage.tables import CONVERSATIONS

ASKED_AT_ONCE = 500
"""How many conversations one unit of work asks for."""

PUT_OFF_SECONDS = 60.0
"""When it is looked again for those whose namespace has as many jobs as it may."""

_F = CONTEXT_FIGURES.c

_NEXT = Statement(select(_F.rest_due_at - NOW).where(HAS_REST_DUE).order_by(_F.rest_due_at).limit(1))
_DUE = (
    select(*RESTING, _F.has_unseen)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == _F.conversation_id)
    .where(HAS_REST_DUE, _F.rest_due_at <= NOW)
    .order_by(_F.rest_due_at, _F.conversation_id)
    # What another process asks for is left to it, and what is written meanwhile does not rest.
    .with_for_update(key_share=True, skip_locked=True, of=CONTEXT_FIGURES)
)
_OF_CONVERSATION = _F.conversation_id == bindparam("of_conversation")
_ASKED = Statement(update(CONTEXT_FIGURES).where(_OF_CONVERSATION).values(rest_due_at=None))
_PUT_OFF = Statement(update(CONTEXT_FIGURES).where(_OF_CONVERSATION).values(rest_due_at=NOW + PUT_OFF_SECONDS))


def next_rest(connection: Connection) -> float | None:
    """In how many seconds the first of them is due, none or fewer for now; None where none rests."""
    found: float | None = _NEXT.value(connection)
    return found


def ask_rested_of_agents(connection: Connection, queue: JobQueue) -> int | None:
    """Queues a page of those that are due; how many, None where others have all of them."""
    rows = connection.execute(_DUE.limit(ASKED_AT_ONCE)).all()
    if not rows:
        return None
    _ASKED.run_many(connection, [{"of_conversation": row.conversation_id} for row in rows])
    resting = [Resting(*figures) for *figures, has_unseen in rows if has_unseen]
    agents = {AgentKey(one.namespace, one.agent_id) for one in resting}
    policies = {key.agent_id: found for key in agents if (found := in_force_of(connection, key)) is not None}
    asking = _within_room(connection, queue, [one for one in resting if one.agent_id in policies])
    return ask_at_rest(connection, queue, [(one, policies[one.agent_id]) for one in asking])


def _within_room(connection: Connection, queue: JobQueue, resting: Sequence[Resting]) -> list[Resting]:
    """Those that find room in the queue; the others rest on."""
    left = {namespace: queue.room.left(connection, namespace) for namespace in {one.namespace for one in resting}}
    found: list[Resting] = []
    others: list[Resting] = []
    for one in resting:
        (found if left[one.namespace] > 0 else others).append(one)
        left[one.namespace] -= 1
    _PUT_OFF.run_many(connection, [{"of_conversation": one.conversation_id} for one in others])
    return found
