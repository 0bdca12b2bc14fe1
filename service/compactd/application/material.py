"""What summarizers work on: the messages that a plan evicts, the summary parts before them, the agent's own context."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.cpu_worker import CpuWorker
from compactd.domain.compactions import RequestForm, SummaryPart
from compactd.domain.context import Context, Entry
from compactd.domain.handles import ModelHandle
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.ports.agents import AgentStore
from compactd.ports.contexts import ContextStore, DigestSource, Mentions
from compactd.ports.extractive import DigestsRead
from compactd.ports.tokenizer import Tokenizer
from compactd.strategies.call_naming import CallNaming, named_tools
from compactd.strategies.chunks import RenderedMessage, TranscriptItem, items_by_group, items_by_message
from compactd.strategies.cut import Plan
from compactd.strategies.kept_thoughts import thoughts_of
from compactd.strategies.summary_parts import join
from compactd.strategies.view import ViewEntry, build_view

Items = Sequence[TranscriptItem]


@dataclass(frozen=True, slots=True)
class OwnContext:
    """The context up to the cut as the agent's model knows it, so that its provider's prefix cache hits, with the
    agent's tool schemas."""

    view: Sequence[ViewEntry]
    tools: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Evicted:
    """What was read of the evicted messages together with the plan: all as one transcript, or each as the embedded
    summarizer takes it, or nothing. For the receipt: what they and the kept ones mention, where all have been read."""

    transcript: str | None = None
    sources: Sequence[DigestSource] | None = None
    mentions: Mentions | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What is found out about messages while they are summarized: the `digests` of those that had to be read for it, by
    position, and what was `quoted`, lines that a message has word by word. Both grow."""

    digests: dict[int, bytes] = field(default_factory=dict)
    quoted: set[str] = field(default_factory=set)

    def add(self, digests_read: DigestsRead) -> None:
        """What was read of messages."""
        self.digests.update((position, stored.digest) for position, stored in digests_read)

    def applied_to(self, sources: Sequence[DigestSource]) -> Sequence[DigestSource]:
        """Messages with what has been read of them meanwhile."""
        if not self.digests:
            return sources
        return [
            DigestSource(source.position, self.digests.get(source.position, source.digest_or_message))
            for source in sources
        ]


@dataclass(frozen=True, slots=True)
class Transcript:
    """Messages that a model is to read as a transcript, of at most so many `tokens`: `whole` loads them as one text,
    `items` piece by piece, for what does not fit one request."""

    tokens: int
    whole: Callable[[], Awaitable[str]]
    items: Callable[[], Awaitable[Items]]


@dataclass(frozen=True, slots=True)
class Material:
    """`evicted` is what is at hand of the evicted messages; the rest is loaded where it is needed. `tokenizer` names
    the one that every count is of; `include_ledger` asks for a section of identifiers. `own_context` loads what the
    model of a self mode reads, for a session that finds room for it; it is None where a transcript is read. Summarizers
    add to the `findings`."""

    key: ConversationKey
    plan: Plan
    evicted: Evicted
    earlier: Sequence[SummaryPart]
    clip_chars: int
    tokenizer: str
    include_ledger: bool = False
    own_context: Callable[[], Awaitable[OwnContext]] | None = None
    findings: Findings = field(default_factory=Findings)

    @property
    def source_tokens(self) -> int:
        """What the evicted messages take in a transcript, at most."""
        return self.plan.transcript_tokens


@dataclass(frozen=True, slots=True)
class MaterialLoader:
    """Reads from the store what a plan, which is made of figures, does not have. Each of its methods raises
    ConversationNotFound if the conversation has been deleted since the plan, AgentNotFound likewise."""

    agents: AgentStore
    contexts: ContextStore
    call_naming: Callable[[ModelHandle], CallNaming]
    tokenizer: Tokenizer
    worker: CpuWorker

    async def material(self, planned: PlannedCompaction, evicted: Evicted, *, include_ledger: bool = False) -> Material:
        """All that a summarizer needs for a plan, of whose messages `evicted` has been read."""
        reads_own = planned.summarizer.request_form is RequestForm.SELF and not planned.summarizer.embedded
        return Material(
            key=planned.state.key,
            plan=planned.plan,
            evicted=evicted,
            earlier=await self.earlier_parts(planned),
            clip_chars=planned.settings.clip_chars,
            tokenizer=planned.tokenizer.name,
            include_ledger=include_ledger,
            own_context=partial(self._own_context, planned) if reads_own else None,
        )

    async def earlier_parts(self, planned: PlannedCompaction) -> Sequence[SummaryPart]:
        """The parts of the present summary, counted by the tokenizer of the plan."""
        record, name = planned.last_compaction, planned.tokenizer.name
        if record is None or record.tokenizer == name:
            return record.parts if record else ()
        counts = await self.tokenizer.count_texts([part.text for part in record.parts], name)
        return [replace(part, tokens=tokens) for part, tokens in zip(record.parts, counts, strict=True)]

    async def evicted_sources(self, material: Material) -> Sequence[DigestSource]:
        """The evicted messages as the embedded summarizer takes them, in order."""
        plan, sources = material.plan, material.evicted.sources
        if sources is None:
            sources = await self.contexts.load_digests(material.key, plan.first_evicted, plan.last_evicted)
        return material.findings.applied_to(sources)

    async def evicted_entries(self, planned: PlannedCompaction) -> Sequence[Entry]:
        """The evicted messages as figures, in order."""
        plan = planned.plan
        return await self.contexts.load_entries(planned.state.key, plan.first_evicted, plan.last_evicted)

    def evicted_transcript(self, material: Material) -> Transcript:
        """What is evicted, whole groups together as far as they fit."""
        plan = material.plan
        first, last = plan.first_evicted, plan.last_evicted
        return Transcript(
            plan.transcript_tokens,
            partial(self._whole, material, first, last),
            partial(self._items, material.key, first, last, items_by_group),
        )

    def merged_transcript(self, material: Material, one: SummaryPart, other: SummaryPart) -> Transcript:
        """What two neighbouring parts stand for."""
        first, last = one.first_position, other.last_position
        return Transcript(
            one.source_tokens + other.source_tokens,
            partial(self._whole, material, first, last),
            partial(self._items, material.key, first, last, items_by_message),
        )

    async def _whole(self, material: Material, first: int, last: int) -> str:
        """The messages at these positions as one transcript; that of all that is evicted may be at hand already."""
        start, at_hand = material.plan.first_evicted, material.evicted.transcript
        if at_hand is None or last != material.plan.last_evicted:
            return await self.contexts.load_transcript(material.key, first, last)
        if first >= start:
            return at_hand
        return f"{await self.contexts.load_transcript(material.key, first, start - 1)}\n{at_hand}"

    async def _items(
        self, key: ConversationKey, first: int, last: int, to_items: Callable[[Sequence[RenderedMessage]], Items]
    ) -> Items:
        rendered = await self.contexts.load_rendered(key, first, last)
        return await self.worker.run_over(len(rendered), to_items, rendered)

    async def originals(self, material: Material, first: int, last: int) -> Sequence[DigestSource]:
        """The messages that parts at these positions stand for, as the embedded summarizer takes them; the newly
        evicted ones may be at hand already."""
        start, sources = material.plan.first_evicted, material.evicted.sources
        if sources is None:
            return material.findings.applied_to(await self.contexts.load_digests(material.key, first, last))
        loaded: list[DigestSource] = []
        if first < start:
            loaded = await self.contexts.load_digests(material.key, first, min(last, start - 1))
        return material.findings.applied_to(
            [*loaded, *(source for source in sources if first <= source.position <= last)]
        )

    def keep_digests(self, material: Material, digests_read: DigestsRead) -> None:
        """Leaves what was read of messages to the next reader; nobody waits for it."""
        if digests_read:
            material.findings.add(digests_read)
            self.contexts.keep_digests(material.key, digests_read)

    async def _own_context(self, planned: PlannedCompaction) -> OwnContext:
        summarizer, plan, state = planned.summarizer, planned.plan, planned.state
        naming = self.call_naming(summarizer.handle)
        tools: Sequence[dict[str, Any]] = ()
        if state.has_tools:
            tools = named_tools((await self.agents.get_agent(state.agent_key)).tool_schemas, naming)
        first, last = plan.first_evicted, plan.last_evicted
        summary = _summary_message(planned)
        bodies = [
            *await self.contexts.load_messages(state.key, 0, 0),
            *([summary] if summary else ()),
            *await self.contexts.load_messages(state.key, first, last),
        ]
        keep = thoughts_of(summarizer.handle.provider, summarizer.handle.name)
        context = _up_to_cut(planned, await self.contexts.load_entries(state.key, first, last), summary)
        build = partial(build_view, naming=naming)
        view = await self.worker.run_over(len(bodies), build, context, bodies, keep)
        return OwnContext(view, tools)


def _up_to_cut(planned: PlannedCompaction, entries: Sequence[Entry], summary: StoredMessage | None) -> Context:
    """The context as figures, without what is kept."""
    state, sums, name = planned.state, planned.sums, planned.tokenizer.name
    return Context(
        start=state.context_start,
        system=Entry(0, "", Role.SYSTEM, sums.system_tokens, name),
        summary=Entry(summary.position, summary.id, Role.SUMMARY, summary.token_count, name) if summary else None,
        entries=entries,
        tools_tokens=sums.tools_tokens,
        last_position=sums.last_position,
    )


def _summary_message(planned: PlannedCompaction) -> StoredMessage | None:
    """The summary message, whose text the last record holds; None before the first compaction. Its id is not known
    here, and nobody asks for it."""
    record, position = planned.last_compaction, planned.state.summary_position
    if position is None or record is None:
        return None
    message = ChatMessage(Role.SUMMARY, join(record.parts))
    return StoredMessage("", position, planned.sums.summary_tokens, record.created_at, message)
