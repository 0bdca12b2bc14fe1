"""What an append does beside appending: it keeps the figure of the context, and where a policy is due for it, queues a
job; both in its transaction."""

from sqlalchemy import Connection, bindparam, select

from compactd.domain.context import ContextSums
from compactd.domain.jobs import automatic_request_id
from compactd.domain.policies import ConversationSelector
from compactd.ports.contexts import ConversationState
from compactd.ports.jobs import JobRequest, NewJob
from compactd.ports.messages import Due
from compactd.ports.model_catalog import ModelWindows
from compactd.storage.figures import Figure, Figures, mark_asked
from compactd.storage.job_queue import JobQueue, automatic_job_of
from compactd.storage.policy_sets import PolicyInForce, PolicySets
from compactd.storage.statements import Statement
from compactd.storage.tables import AGENT_TAGS

GROWN = 1.1
"""By how much a context has to have grown since a compaction was asked for it, and was not made, before it is asked
again: one that fails is not tried with each append."""

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
        figure = self.figures.keep_appended(connection, state, sums)
        for one in self._sets.of(connection, state.namespace, policy_version):
            policy = one.policy
            if policy.trigger.is_reached(figure.tokens, figure.window) and (
                policy.selector is None or _is_selected(connection, policy.selector, state.agent_id, figure.tokens)
            ):
                return self._due(connection, one, state, figure, traceparent)
        return None

    def _due(
        self, connection: Connection, one: PolicyInForce, state: ConversationState, figure: Figure, traceparent: str
    ) -> Due:
        if figure.asked_version == state.context_version and figure.tokens < figure.asked_tokens * GROWN:
            return Due(automatic_job_of(connection, state.conversation_id), is_new=False)
        policy_id = one.policy.id
        request_id = automatic_request_id(policy_id, state.conversation_id, state.context_version, one.request)
        asked = JobRequest(
            one.policy.priority, one.request, request_id, policy_id, automatic=True, traceparent=traceparent
        )
        [queued] = self._queue.queue(connection, [NewJob(state.key, state.agent_id, asked)])
        mark_asked(connection, state, figure.tokens)
        return Due(queued.id, queued.is_new)


def _is_selected(connection: Connection, selector: ConversationSelector, agent_id: str, tokens: int) -> bool:
    if not selector.takes(agent_id, tokens):
        return False
    return not selector.tags or selector.has_tags(
        {tag.decode() for (tag,) in _TAGS.rows(connection, {"of_agent": agent_id})}
    )
