"""What an append does beside appending: it keeps the figure of the context, and where a policy is due for it, queues a
job; both in its transaction."""

from collections.abc import Iterable, Iterator
from itertools import chain

from sqlalchemy import Connection, bindparam, select

from compactd.domain.context import ContextSums
from compactd.domain.jobs import JobPriority, automatic_request_id
from compactd.domain.policies import ConversationSelector
from compactd.ports.contexts import ConversationState
from compactd.ports.jobs import JobRequest, NewJob
from compactd.ports.messages import Due
from compactd.ports.model_catalog import ModelWindows
from compactd.storage.agent_policies import in_force_of
from compactd.storage.asked_before import AskedBefore, keep_and_read
from compactd.storage.asks import Ask, forget_asks
from compactd.storage.figures import Figures, keep_appended
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_turns import Turns
from compactd.storage.policy_sets import PolicyInForce, PolicySets, before_its_equals
from compactd.storage.statements import Statement
from compactd.storage.tables import AGENT_TAGS

GROWN = 1.1
"""By how much a context has to have grown since a policy asked for it, and nothing was made, before the policy asks
again: what fails is not tried with each append."""

_TAGS = Statement(select(AGENT_TAGS.c.tag).where(AGENT_TAGS.c.agent_id == bindparam("of_agent")))


class Automation:
    """One for a store."""

    def __init__(self, queue: JobQueue, windows: ModelWindows) -> None:
        self._queue = queue
        self._sets = PolicySets()
        self.figures = Figures(windows)

    def after_append(
        self,
        connection: Connection,
        state: ConversationState,
        sums: ContextSums,
        policy_version: int | None,
        traceparent: str,
    ) -> Due | None:
        """What is due for the context after it, None for nothing."""
        figure = self.figures.row(state, sums)
        tokens: int = figure["context_tokens"]
        due = self._due(connection, state, tokens, figure["context_window"], policy_version)
        first = next(due, None)
        if first is None:
            keep_appended(connection, figure)
            return None
        before = keep_and_read(connection, figure, first.policy.priority)
        # Whoever asked for it: while it waits or runs nobody else asks.
        if before.job_id:
            return Due(before.job_id, is_new=False)
        return self._ask(connection, chain([first], due), before, state, tokens, traceparent)

    def _due(
        self, connection: Connection, state: ConversationState, tokens: int, window: int, policy_version: int | None
    ) -> Iterator[PolicyInForce]:
        """The policies for which the context is due, looked at one after the other."""
        in_force = self._sets.of(connection, state.namespace, policy_version)
        own = state.agent.auto_compaction
        # Only one that is due is read.
        if own is not None and own.trigger.is_reached(tokens, window):
            of_agent = in_force_of(connection, state.agent_key)
            in_force = in_force if of_agent is None else before_its_equals(of_agent, in_force)
        for one in in_force:
            policy = one.policy
            if policy.trigger.is_reached(tokens, window) and (
                policy.selector is None or _is_selected(connection, policy.selector, state.agent_id, tokens)
            ):
                yield one

    def _ask(
        self,
        connection: Connection,
        due: Iterable[PolicyInForce],
        before: AskedBefore,
        state: ConversationState,
        tokens: int,
        traceparent: str,
    ) -> Due:
        """The first of them asks that has not asked for this context yet."""
        for one in due:
            policy, version = one.policy, state.context_version
            request_id = automatic_request_id(policy.id, state.conversation_id, version, one.request)
            if tokens < before.tokens.get(request_id, 0) * GROWN:
                continue
            # An append does not fail for it: the next one asks again.
            if not self._queue.room.left(connection, state.namespace):
                break
            if before.tokens and before.oldest_version < version:
                forget_asks(connection, state.conversation_id, version)
            wanted = JobRequest(
                policy.priority, one.request, request_id, policy.id, automatic=True, traceparent=traceparent
            )
            queued = self._queue.queue_asked(
                connection,
                NewJob(state.key, state.agent_id, wanted),
                Ask(state.conversation_id, policy.id, request_id, version, tokens),
                _turn(connection, state.namespace, policy.priority, before),
            )
            return Due("", is_new=False) if queued is None else Due(queued.id, queued.is_new)
        return Due("", is_new=False)


def _turn(connection: Connection, namespace: str, priority: JobPriority, before: AskedBefore) -> int:
    return before.turn if priority == before.priority else Turns(connection).next(namespace, priority)


def _is_selected(connection: Connection, selector: ConversationSelector, agent_id: str, tokens: int) -> bool:
    if not selector.takes(agent_id, tokens):
        return False
    return not selector.tags or selector.has_tags(
        {tag.decode() for (tag,) in _TAGS.rows(connection, {"of_agent": agent_id})}
    )
