"""Compact: plan, load what is evicted, write the summary, commit."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from compactd.application.asking import Asker
from compactd.application.cpu_worker import CpuWorker
from compactd.application.learned_windows import LearnedWindows
from compactd.application.planning import CompactCommand, Planned, Planning
from compactd.application.summarizer_choice import SummarizerChoice, unused_settings
from compactd.application.summarizing import Summarizing
from compactd.application.write_summary import Material, Written, write_summary
from compactd.domain.compactions import Compaction, CompactionKind, RequestForm
from compactd.domain.errors import ProviderFailure, ProviderUnavailable, SummarizerWindowExceeded, SummaryFailure
from compactd.domain.handles import EXTRACTIVE
from compactd.domain.ids import new_id
from compactd.domain.messages import CompactionStats
from compactd.ports.clock import Clock
from compactd.ports.compactions import CompactionCommit
from compactd.ports.extractive import Extractive
from compactd.ports.model import Model
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.store import Store
from compactd.ports.tokenizer import Tokenizer

AT_WORK = 8
"""How many calls plan and load, and how many commit, at the same time: more of them only make each other, and every
other call, wait for the CPU. While the model works a call is not among them. The two are counted apart, so that what is
written does not queue behind what begins."""

DEGRADE_RESERVE = 0.5
"""Seconds of the caller's deadline that are kept for the embedded summarizer where it may step in."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What Compact would do. `model_window` is 0 for the embedded summarizer, which has none."""

    planned: Planned
    model_window: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Compacted:
    """What Compact did."""

    planned: Planned
    summary: str
    record: Compaction


class Compact:
    """Replaces the older messages of a context by a summary."""

    def __init__(
        self,
        store: Store,
        catalog: ModelCatalog,
        tokenizer: Tokenizer,
        model: Model,
        extractive: Extractive,
        worker: CpuWorker,
        clock: Clock,
        max_seconds: float,
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._tokenizer = tokenizer
        self._clock = clock
        self._max_seconds = max_seconds
        self._beginning = asyncio.Semaphore(AT_WORK)
        self._committing = asyncio.Semaphore(AT_WORK)
        self._planning = Planning(store, catalog, tokenizer, worker)
        self._summarizing = Summarizing(store, catalog, tokenizer, model, extractive, worker, LearnedWindows())

    async def __call__(self, command: CompactCommand) -> Compacted | DryRun:
        """Raises what planning raises, before a model is asked; then a ProviderFailure, a SummaryFailure or
        SummarizerWindowExceeded; ContextChanged if another compaction was first to commit."""
        started = time.monotonic()
        async with self._beginning:
            planned = await self._planning.plan(command)
            if command.dry_run:
                return await self._dry_run(planned)
            material = await self._material(planned)
        written, asked, degraded = await self._write(planned, material, command, started + self._max_seconds)
        record = self._record(planned, written, asked, degraded, started)
        async with self._committing:
            stored = await self._store.commit_compaction(planned.snapshot.state.key, _commit(planned, written, record))
        return Compacted(planned, written.text, stored)

    async def _dry_run(self, planned: Planned) -> DryRun:
        if planned.asked.embedded:
            return DryRun(planned, 0, 1)
        return DryRun(planned, *await self._summarizing.forecast(planned))

    async def _material(self, planned: Planned) -> Material:
        plan, state = planned.plan, planned.snapshot.state
        first, last = plan.evicted[0].position, plan.evicted[-1].position
        evicted = await self._store.load_messages(state.key, first, last)
        return Material(
            key=state.key,
            plan=plan,
            evicted=evicted,
            earlier=await self._summarizing.earlier(planned),
            clip_chars=planned.settings.clip_chars,
            tokenizer=planned.tokenizer.name,
            tools=await self._tools(planned),
        )

    async def _tools(self, planned: Planned) -> Sequence[dict[str, Any]]:
        """The agent's tool schemas where its own context is read, nothing else needs them."""
        state = planned.snapshot.state
        if planned.asked.ask is not RequestForm.SELF or planned.asked.embedded or not state.has_tools:
            return ()
        return (await self._store.get_agent(state.agent_key)).tool_schemas

    async def _write(
        self, planned: Planned, material: Material, command: CompactCommand, latest: float
    ) -> tuple[Written, SummarizerChoice, str]:
        """The checked summary, who wrote it, and, if that is not who was asked, the reason."""
        if planned.asked.embedded:
            return await self._by_embedded(material), planned.asked, ""
        deadline = latest if command.deadline is None else min(command.deadline, latest)
        if command.allow_degraded:
            deadline -= DEGRADE_RESERVE
        asker = self._summarizing.asker(planned, deadline)
        try:
            return await self._by_model(planned, material, asker, deadline), planned.asked, ""
        except (ProviderFailure, SummaryFailure, SummarizerWindowExceeded) as failure:
            if not command.allow_degraded:
                raise
            written = await self._by_embedded(material)
            # What the model took before it failed was paid for all the same.
            outcome = replace(written.outcome, usage=asker.usage)
            return (
                replace(written, outcome=outcome),
                SummarizerChoice(EXTRACTIVE, None, RequestForm.TRANSCRIPT),
                failure.reason,
            )

    async def _by_embedded(self, material: Material) -> Written:
        return await write_summary(self._summarizing.embedded(), material, self._tokenizer)

    async def _by_model(self, planned: Planned, material: Material, asker: Asker, deadline: float) -> Written:
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                writer = await self._summarizing.by_model(planned, material, asker)
                return await write_summary(writer, material, self._tokenizer)
        except TimeoutError:
            raise ProviderUnavailable(model=planned.asked.handle) from None

    def _record(
        self, planned: Planned, written: Written, asked: SummarizerChoice, degraded: str, started: float
    ) -> Compaction:
        plan, state, parent = planned.plan, planned.snapshot.state, planned.snapshot.last_compaction
        return Compaction(
            id=new_id("compaction"),
            conversation_id=state.conversation_id,
            created_at=self._clock.now(),
            kind=CompactionKind.COMPACTION,
            parent_id=parent.id if parent else None,
            mode=planned.settings.mode.value,
            ask=written.outcome.ask,
            method=written.outcome.method,
            degraded_reason=degraded,
            settings=_complete(planned),
            unused_settings=unused_settings(planned.settings, asked, self._catalog),
            model=str(asked.handle),
            prompt_sha256=hashlib.sha256(planned.prompt.encode()).hexdigest(),
            parts=tuple(written.parts),
            last_seen_position=planned.snapshot.context.last_position,
            first_evicted_position=plan.evicted[0].position,
            last_evicted_position=plan.evicted[-1].position,
            evicted_count=len(plan.evicted),
            tokens_before=plan.tokens_before,
            tokens_after=plan.fixed_tokens + written.tokens + plan.kept_tokens,
            tokenizer=planned.tokenizer.name,
            tokens_estimated=planned.tokenizer.estimate,
            chunks=written.outcome.chunks,
            usage=written.outcome.usage,
            duration_ms=round((time.monotonic() - started) * 1000),
            context_start=plan.new_start,
        )


def _commit(planned: Planned, written: Written, record: Compaction) -> CompactionCommit:
    beside_system = planned.snapshot.context.tools_tokens + written.tokens + planned.plan.kept_tokens
    return CompactionCommit(
        record=record,
        context_version=planned.snapshot.state.context_version,
        system_version=planned.snapshot.state.system_version,
        summary_message_id=new_id("message"),
        summary_text=written.text,
        summary_tokens=written.tokens,
        max_system_tokens=planned.window.tokens - beside_system,
        stats=CompactionStats(planned.window.tokens, planned.messages_before, planned.messages_after),
    )


def _complete(planned: Planned) -> dict[str, object]:
    """The settings in force as CompactionSettings has them, but for the prompt."""
    settings, asked = planned.settings, planned.asked
    complete: dict[str, object] = {
        "clip_chars": settings.clip_chars,
        "mode": settings.mode.value,
        "model": str(asked.handle),
        "prompt_acknowledgement": settings.acknowledge,
        "sliding_window_percentage": settings.keep_share,
    }
    if asked.settings is not None:
        given = asked.settings.model_dump(mode="json", exclude_unset=True)
        complete["model_settings"] = {asked.settings.provider: given}
    return complete
