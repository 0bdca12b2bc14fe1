"""What summarizers work on: the messages that a plan evicts, the summary parts before them, the agent's own context."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.cpu_worker import CpuWorker
from compactd.domain.compactions import RequestForm, SummaryPart
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.ports.agents import AgentStore
from compactd.ports.contexts import ContextStore, Snapshot
from compactd.ports.tokenizer import Tokenizer
from compactd.strategies.chunks import transcript_tokens
from compactd.strategies.cut import Plan
from compactd.strategies.summary_parts import join
from compactd.strategies.view import ViewEntry, build_view, opaque_of


@dataclass(frozen=True, slots=True)
class OwnContext:
    """The context up to the cut as the agent's model knows it, so that its provider's prefix cache hits, with the
    agent's tool schemas."""

    view: Sequence[ViewEntry]
    tools: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Material:
    """`tokenizer` names the one that every count is of. `own_context` loads what the model of a self mode reads, for
    a session that finds room for it; it is None where a transcript is read."""

    key: ConversationKey
    plan: Plan
    evicted: Sequence[StoredMessage]
    earlier: Sequence[SummaryPart]
    clip_chars: int
    tokenizer: str
    own_context: Callable[[], Awaitable[OwnContext]] | None = None

    @property
    def source_tokens(self) -> int:
        """What the evicted messages take in a transcript, at most."""
        return transcript_tokens(self.plan.evicted)


@dataclass(frozen=True, slots=True)
class MaterialLoader:
    """Reads from the store what a plan, which is made of figures, does not have."""

    agents: AgentStore
    contexts: ContextStore
    tokenizer: Tokenizer
    worker: CpuWorker

    async def load(self, planned: PlannedCompaction) -> Material:
        """Raises ConversationNotFound if the conversation has been deleted since the plan, AgentNotFound likewise."""
        plan, state = planned.plan, planned.snapshot.state
        evicted = await self.contexts.load_messages(state.key, plan.evicted[0].position, plan.evicted[-1].position)
        reads_own = planned.summarizer.request_form is RequestForm.SELF and not planned.summarizer.embedded
        return Material(
            key=state.key,
            plan=plan,
            evicted=evicted,
            earlier=await self.earlier_parts(planned),
            clip_chars=planned.settings.clip_chars,
            tokenizer=planned.tokenizer.name,
            own_context=partial(self._own_context, planned, evicted) if reads_own else None,
        )

    async def earlier_parts(self, planned: PlannedCompaction) -> Sequence[SummaryPart]:
        """The parts of the present summary, counted by the tokenizer of the plan."""
        record, name = planned.snapshot.last_compaction, planned.tokenizer.name
        if record is None or record.tokenizer == name:
            return record.parts if record else ()
        counts = await self.tokenizer.count_texts([part.text for part in record.parts], name)
        return [replace(part, tokens=tokens) for part, tokens in zip(record.parts, counts, strict=True)]

    async def originals(self, material: Material, first: int, last: int) -> list[StoredMessage]:
        """The messages that parts at these positions stand for; the newly evicted ones are at hand already."""
        start = material.plan.evicted[0].position
        loaded: list[StoredMessage] = []
        if first < start:
            loaded = await self.contexts.load_messages(material.key, first, min(last, start - 1))
        return [*loaded, *(stored for stored in material.evicted if first <= stored.position <= last)]

    async def _own_context(self, planned: PlannedCompaction, evicted: Sequence[StoredMessage]) -> OwnContext:
        summarizer, snapshot, plan = planned.summarizer, planned.snapshot, planned.plan
        state = snapshot.state
        tools = (await self.agents.get_agent(state.agent_key)).tool_schemas if state.has_tools else ()
        bodies = [*await self.contexts.load_messages(state.key, 0, 0), *_summary_message(snapshot), *evicted]
        keep = opaque_of(summarizer.handle.provider, summarizer.handle.name)
        context = replace(snapshot.context, entries=plan.evicted)
        view = await self.worker.run_over(len(bodies), build_view, context, bodies, state.evicted_count, keep)
        return OwnContext(view, tools)


def _summary_message(snapshot: Snapshot) -> list[StoredMessage]:
    """The summary message, whose text the last record holds; none before the first compaction."""
    record, summary = snapshot.last_compaction, snapshot.context.summary
    if summary is None or record is None:
        return []
    message = ChatMessage(Role.SUMMARY, join(record.parts))
    return [StoredMessage(summary.id, summary.position, summary.token_count, record.created_at, message)]
