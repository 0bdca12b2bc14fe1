"""Compact: plan, read what is evicted, summarize, commit."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from compactd.application.attempt import Attempt, FailedAttempt
from compactd.application.chosen_summarizer import EMBEDDED, ChosenSummarizer
from compactd.application.compaction_planner import CompactCommand, CompactionPlanner, PlannedCompaction
from compactd.application.compaction_record import compaction_commit
from compactd.application.cpu_worker import CpuWorker
from compactd.application.deadline import Deadline
from compactd.application.embedded_summarizer import EmbeddedSummarizer
from compactd.application.job_budget import JobBudget
from compactd.application.learned_windows import LearnedWindows
from compactd.application.ledger_summarizer import LedgerSummarizer
from compactd.application.material import Evicted, Material, MaterialLoader
from compactd.application.model_budget import ModelBudget
from compactd.application.model_calls import ModelCalls
from compactd.application.model_session import ModelSession
from compactd.application.model_sessions import ModelSessions
from compactd.application.model_summarizer import ModelSummarizer
from compactd.application.observed_requests import ObservedRequests
from compactd.application.receipts import Changed, Receipts
from compactd.application.spend_estimate import estimate_spend
from compactd.application.spending import Spending
from compactd.application.summary import Summarizer, compose_summary
from compactd.application.token_counts import ContextCounter
from compactd.application.turns import Gate
from compactd.domain.compactions import Compaction, RequestForm, Usage
from compactd.domain.errors import ContextChanged
from compactd.domain.model_failures import (
    JobPutOff,
    ProviderFailure,
    ProviderUnavailable,
    SummarizerWindowExceeded,
    SummaryFailure,
)
from compactd.domain.receipts import Receipt
from compactd.ports.agents import AgentStore
from compactd.ports.clock import Clock
from compactd.ports.compactions import CompactionStore
from compactd.ports.contexts import ContextReading, ContextStore
from compactd.ports.extractive import Extractive
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.observer import Observer
from compactd.ports.operations import Claimed
from compactd.ports.progress import SILENT, Progress
from compactd.ports.tokenizer import Tokenizer
from compactd.ports.trace import Span, Tracer

AT_ONCE = 8
"""How many calls plan and load, and how many commit, at the same time: more of them only make each other, and every
other call, wait for the CPU. While the model works a call is not among them. The two are counted apart, so that commits
do not queue behind what begins. Fewer gain nothing: with 32 callers a Compact of 50 messages takes as much CPU with 2
as with 8, and a database that is milliseconds away would wait for them."""

DEGRADE_RESERVE = 0.5
"""Seconds before the deadline that are kept for the embedded summarizer where it may step in."""

LEAVE_SECONDS = 1.0
"""Seconds after it that a model may go on where nothing else can be answered: callers leave at their deadline, and with
the last one the work ends. Who waits elsewhere, and for how long, is learned then."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """What Compact would do. `model_window` is 0 for the embedded summarizer, which has none."""

    planned: PlannedCompaction
    model_window: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many tokens a compaction would summarize, and what models may cost for it at most, in US dollars; None where
    the price is not known."""

    evicted_tokens: int
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class Compacted:
    """What Compact did."""

    planned: PlannedCompaction
    summary: str
    record: Compaction


class CompactStore(AgentStore, ContextStore, CompactionStore, Protocol):
    """What Compact needs of everything durable."""


class Compact:
    """Replaces the older messages of a context by a summary."""

    def __init__(
        self,
        store: CompactStore,
        catalog: ModelCatalog,
        tokenizer: Tokenizer,
        calls: ModelCalls,
        budget: ModelBudget,
        job_budget: JobBudget,
        observed: ObservedRequests,
        extractive: Extractive,
        receipts: Receipts,
        worker: CpuWorker,
        clock: Clock,
        observer: Observer,
        tracer: Tracer,
    ) -> None:
        self._compactions: CompactionStore = store
        self._circuits = calls.circuits
        self._catalog = catalog
        self._tokenizer = tokenizer
        self._budget = budget
        self._job_budget = job_budget
        self._clock = clock
        self._observer = observer
        self._tracer = tracer
        self._observed = observed
        counter = ContextCounter(store, store, tokenizer)
        self._planner = CompactionPlanner(store, counter, catalog, tokenizer, worker, observed.ratios)
        self._loader = MaterialLoader(store, store, catalog.call_naming, tokenizer, worker)
        self._sessions = ModelSessions(calls, catalog, tokenizer, LearnedWindows(), tracer)
        self._receipts = receipts
        self._extractive = extractive
        self._embedded = EmbeddedSummarizer(extractive, self._loader)
        self._plan_gate = Gate(AT_ONCE)
        self._commit_gate = Gate(AT_ONCE)

    async def __call__(
        self, command: CompactCommand, claimed: Claimed[Compacted], deadline: Deadline, progress: Progress = SILENT
    ) -> Compacted:
        """Under the claim on the conversation, which the commit ends; `progress` is told of each step. Raises what
        planning raises, and QuotaExceeded, before a model is asked; then a ProviderFailure, a SummaryFailure or
        SummarizerWindowExceeded; ContextChanged if the context was restored, or the lease lost."""
        started = time.monotonic()
        with self._tracer.step("plan") as span:
            async with self._plan_gate:
                planned, evicted = await self._planner.plan(command, self._read_evicted)
                if planned.state.context_version != claimed.claim.context_version:
                    raise ContextChanged
                material = await self._loader.material(
                    planned, evicted or Evicted(), include_ledger=command.include_ledger
                )
            span.note({"compactd.mode": planned.settings.mode, "compactd.evicted_count": planned.plan.evicted_count})
        model, mode = planned.summarizer.handle, planned.settings.mode.value
        with Spending(self._observer, material.key, model, mode) as spending:
            attempt = await self._summarize(planned, material, command, deadline, spending, progress)
            with self._tracer.step("receipt"):
                receipt = await self._draw_up_receipt(planned, material, attempt)
            duration_ms = round((time.monotonic() - started) * 1000)
            commit = compaction_commit(planned, attempt, receipt, self._catalog, self._clock.now(), duration_ms)
            compacted = partial(Compacted, planned, attempt.summary.text)
            with self._tracer.step("commit"):
                async with self._commit_gate:
                    record = await self._compactions.commit_compaction(material.key, commit, claimed.after(compacted))
        progress.committed(record)
        self._observer.compaction_committed(material.key, record)
        if attempt.largest is not None:
            self._observed.answered(attempt.largest)
        return compacted(record)

    async def dry_run(self, command: CompactCommand) -> DryRun:
        """What it would do. Raises what planning raises."""
        async with self._plan_gate:
            planned, _ = await self._planner.plan(command, lambda *_: None)
            return await self._forecast(planned)

    async def estimate(self, command: CompactCommand) -> Estimate:
        """What it would read and cost. Raises what planning raises."""
        async with self._plan_gate:
            planned, _ = await self._planner.plan(command, lambda *_: None)
        tokens, handle = planned.plan.evicted_tokens, planned.summarizer.handle
        if planned.summarizer.embedded:
            return Estimate(tokens, 0.0)
        if self._catalog.cost(handle, 1, 1) is None:
            return Estimate(tokens, None)
        return Estimate(tokens, estimate_spend(self._sessions.open(planned, None), planned, self._catalog).usd)

    async def _forecast(self, planned: PlannedCompaction) -> DryRun:
        if planned.summarizer.embedded:
            return DryRun(planned, 0, 1)
        session = self._sessions.open(planned, None)
        return DryRun(planned, session.terms.window, await ModelSummarizer(session, self._loader).forecast(planned))

    def _read_evicted(self, planned: PlannedCompaction, reading: ContextReading) -> Evicted:
        """What the chosen summarizer will certainly read of the evicted messages, and what the receipt will."""
        first, summarizer = planned.plan.first_evicted, planned.summarizer
        of_context = first, planned.sums.last_position, planned.plan.new_start
        if summarizer.embedded:
            sources = reading.digests(first, planned.plan.last_evicted)
            return Evicted(sources=sources, mentions=reading.mentions(*of_context))
        if summarizer.request_form is RequestForm.TRANSCRIPT and self._sessions.fits_one_request(planned):
            transcript, mentions = reading.transcript_and_mentions(*of_context)
            return Evicted(transcript=transcript, mentions=mentions)
        return Evicted(mentions=reading.mentions(*of_context))

    async def _summarize(
        self,
        planned: PlannedCompaction,
        material: Material,
        command: CompactCommand,
        deadline: Deadline,
        spending: Spending,
        progress: Progress,
    ) -> Attempt:
        """The chosen summarizer has until the deadline; the embedded one steps in if that fails and the caller allows
        it."""
        if planned.summarizer.embedded:
            progress.planned(planned.plan.evicted_tokens, 1)
            return await self._by_embedded(material, Usage(), "")
        if command.allow_degraded:
            deadline = limit = deadline.shifted(-DEGRADE_RESERVE)
        else:
            limit = deadline.shifted(LEAVE_SECONDS)
        opened = self._sessions.open(planned, deadline, background=command.background, progress=progress)
        session = spending.of(opened)
        held = self._budget.held(material.key.namespace, session, planned)
        async with self._job_budget.held(command.owners, session, planned), held:
            attempt = await self._by_model(planned, material, session, limit)
        if isinstance(attempt, Attempt):
            return attempt
        if not command.allow_degraded:
            raise attempt.failure
        return await self._by_embedded(material, attempt.usage, attempt.failure.reason)

    async def _by_embedded(self, material: Material, usage: Usage, degraded_reason: str) -> Attempt:
        with self._summarizing(EMBEDDED):
            summary = await compose_summary(self._ending(self._embedded, material), material, self._tokenizer)
        return Attempt(summary, EMBEDDED, usage, degraded_reason)

    def _ending(self, summarizer: Summarizer, material: Material) -> Summarizer:
        """The summarizer, whose new part ends with a section of identifiers where that is asked for."""
        return LedgerSummarizer(summarizer, self._extractive, self._loader) if material.include_ledger else summarizer

    async def _draw_up_receipt(self, planned: PlannedCompaction, material: Material, attempt: Attempt) -> Receipt:
        plan = planned.plan
        changed = Changed(
            first=plan.first_evicted,
            new_start=plan.new_start,
            last=planned.sums.last_position,
            parts=attempt.summary.parts,
            earlier=material.earlier,
        )
        return await self._receipts.draw_up(material.key, changed, material.evicted, material.findings)

    def _summarizing(self, summarizer: ChosenSummarizer) -> AbstractContextManager[Span]:
        return self._tracer.step("summarize", {"compactd.summarizer": str(summarizer.handle)})

    async def _by_model(
        self, planned: PlannedCompaction, material: Material, session: ModelSession, limit: Deadline
    ) -> Attempt | FailedAttempt:
        try:
            with self._summarizing(planned.summarizer):
                async with limit.limit():
                    summarizer = self._ending(ModelSummarizer(session, self._loader), material)
                    summary = await compose_summary(summarizer, material, self._tokenizer)
        except TimeoutError:
            return self._failed(ProviderUnavailable(model=planned.summarizer.handle), session)
        except JobPutOff:
            raise
        except (ProviderFailure, SummaryFailure, SummarizerWindowExceeded) as failure:
            return self._failed(failure, session)
        return Attempt(summary, planned.summarizer, session.usage, largest=session.largest)

    def _failed(
        self, failure: ProviderFailure | SummaryFailure | SummarizerWindowExceeded, session: ModelSession
    ) -> FailedAttempt:
        self._circuits.say_when(session.terms.handle, failure)
        return FailedAttempt(failure, session.usage)
