"""Conversations that rest, and what is asked for them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from compactd.domain.jobs import automatic_request_id
from compactd.domain.keys import ConversationKey
from compactd.ports.jobs import JobRequest, NewJob
from compactd.storage.asks import Ask, keep_asks
from compactd.storage.job_queue import JobQueue
from compactd.storage.policy_sets import PolicyInForce
from compactd.storage.policy_tables import CONTEXT_FIGURES
from compactd.storage.tables import CONVERSATIONS

_F = CONTEXT_FIGURES.c


class Resting(NamedTuple):
    """A conversation that rests `since` then, in seconds since the epoch by the database's clock, and its context."""

    namespace: str
    conversation_id: str
    agent_id: str
    since: float
    context_tokens: int
    context_version: int


RESTING = (
    _F.namespace,
    _F.conversation_id,
    _F.agent_id,
    _F.last_message_at,
    _F.context_tokens,
    CONVERSATIONS.c.context_version,
)
"""The columns of a Resting, of figures that are joined with their conversations."""


def ask_at_rest(connection: Connection, queue: JobQueue, found: Sequence[tuple[Resting, PolicyInForce]]) -> int:
    """Has policies ask for conversations whose figures the transaction has; how many jobs are new."""
    # In the order in which sweeps queue theirs: no two wait for each other.
    found = sorted(found, key=lambda one: one[0].conversation_id)
    asks = [_ask(resting, one) for resting, one in found]
    # What has a job already counts as asked, too: pages are of others then.
    keep_asks(connection, asks)
    jobs = [_job(resting, one, ask.request_id) for (resting, one), ask in zip(found, asks, strict=True)]
    return sum(place.is_new for place in queue.queue(connection, jobs))


def _ask(resting: Resting, one: PolicyInForce) -> Ask:
    policy_id, version = one.policy.id, resting.context_version
    request_id = automatic_request_id(policy_id, resting.conversation_id, version, one.request)
    return Ask(
        resting.conversation_id, policy_id, request_id, version, resting.context_tokens, rested_since=resting.since
    )


def _job(resting: Resting, one: PolicyInForce, request_id: str) -> NewJob:
    wanted = JobRequest(one.policy.priority, one.request, request_id, one.policy.id, automatic=True)
    return NewJob(ConversationKey(resting.namespace, resting.conversation_id), resting.agent_id, wanted)
