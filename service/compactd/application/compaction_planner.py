"""Everything that is decided before a model is asked: settings, summarizer, what goes and what stays."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from compactd.application.chosen_summarizer import ChosenSummarizer, choose_summarizer
from compactd.application.context_window import Window, context_window, effective_model
from compactd.application.cpu_worker import CpuWorker
from compactd.application.token_counts import ContextCounter, tokenizer_of
from compactd.application.token_ratios import TokenRatios
from compactd.domain.compactions import Compaction
from compactd.domain.context import ContextSums
from compactd.domain.effective_settings import EffectiveSettings, effective_settings
from compactd.domain.errors import ContextChanged
from compactd.domain.keys import ConversationRef
from compactd.domain.settings import CompactionSettings
from compactd.domain.token_ratios import TokenRatio, context_factor
from compactd.ports.budgets import BudgetOwners
from compactd.ports.contexts import ContextReading, ContextStore, ConversationState
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.tokenizer import Tokenizer, TokenizerName
from compactd.strategies.cut import Plan, make_plan
from compactd.strategies.modes import MODES
from compactd.strategies.tail import Tail, sums_of, tail_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CompactCommand:
    """What a call asks for. `include_ledger`: the new part is to end with a section of identifiers. `background`: it is
    a job, which nobody waits for; `owners`: whose budgets it is held to, None for none."""

    ref: ConversationRef
    settings: CompactionSettings | None = None
    allow_degraded: bool = False
    expected_version: str = ""
    include_ledger: bool = False
    background: bool = False
    owners: BudgetOwners | None = None


@dataclass(frozen=True, slots=True)
class PlannedCompaction:
    """A plan with all that it was made from. `last_compaction` is the record in force, None before the first.

    Observed token ratios are looked up once, so that all of one compaction goes by the same: `own_ratio` is that of the
    conversation's model, by which the `window` was divided for what the plan keeps, `summarizer_ratio` that of the
    summarizer.
    """

    state: ConversationState
    sums: ContextSums
    last_compaction: Compaction | None
    settings: EffectiveSettings
    summarizer: ChosenSummarizer
    window: Window
    tokenizer: TokenizerName
    plan: Plan
    own_ratio: TokenRatio | None = None
    summarizer_ratio: TokenRatio | None = None

    @property
    def prompt(self) -> str:
        return self.settings.prompt or MODES[self.settings.mode].default_prompt

    @property
    def messages_before(self) -> int:
        return self.sums.message_count

    @property
    def messages_after(self) -> int:
        """The system message, the summary, and what is kept."""
        return 2 + self.plan.kept_count


def choose(
    command: CompactCommand, state: ConversationState, catalog: ModelCatalog
) -> tuple[EffectiveSettings, ChosenSummarizer]:
    """The settings in force and who summarizes. InvalidField for settings that cannot work; ContextChanged if the
    context is not at the version that the command expects."""
    if command.expected_version and command.expected_version != state.version:
        raise ContextChanged
    settings = effective_settings(
        [state.agent.compaction_settings, state.conversation.compaction_settings, command.settings]
    )
    return settings, choose_summarizer(settings, effective_model(state), catalog)


@dataclass(frozen=True, slots=True)
class CompactionPlanner:
    """Makes plans from sums and a tail of figures; reads no message body unless the model, and so the tokenizer, has
    changed."""

    contexts: ContextStore
    counter: ContextCounter
    catalog: ModelCatalog
    tokenizer: Tokenizer
    worker: CpuWorker
    ratios: TokenRatios

    async def plan(
        self, command: CompactCommand, read: Callable[[PlannedCompaction, ContextReading], T]
    ) -> tuple[PlannedCompaction, T | None]:
        """The plan, and what `read` reads for it in the same unit of work; None where the context had to be counted
        again first. Raises InvalidField, ContextChanged, NothingToCompact and CannotHelp, and what reading raises."""
        await self.ratios.refresh(command.ref.namespace)
        found = await self.contexts.read_context(command.ref, partial(self._plan_and_read, command, read))
        return found or (await self._plan_counted_again(command), None)

    def _plan_and_read(
        self, command: CompactCommand, read: Callable[[PlannedCompaction, ContextReading], T], reading: ContextReading
    ) -> tuple[PlannedCompaction, T] | None:
        """None where the context's figures are of another tokenizer than its model's."""
        draft = self._draft(command, reading.state)
        sums, name = reading.sums(), draft.tokenizer.name
        if sums.tokenizer != name or (reading.state.has_tools and reading.state.tools_tokenizer != name):
            return None
        planned = draft.planned(sums, reading.tail, reading.last_compaction)
        return planned, read(planned, reading)

    async def _plan_counted_again(self, command: CompactCommand) -> PlannedCompaction:
        snapshot = await self.contexts.snapshot(command.ref)
        draft = self._draft(command, snapshot.state)
        snapshot = await self.counter.counted(snapshot, draft.tokenizer.name)
        context = snapshot.context
        return await self.worker.run_over(
            len(context.entries),
            lambda: draft.planned(sums_of(context), tail_of(context), snapshot.last_compaction),
        )

    def _draft(self, command: CompactCommand, state: ConversationState) -> "_Draft":
        settings, summarizer = choose(command, state, self.catalog)
        own, tokenizer = effective_model(state), tokenizer_of(state, self.tokenizer)
        return _Draft(
            state,
            settings,
            summarizer,
            context_window(state, self.catalog),
            tokenizer,
            self.ratios.of(state.namespace, own.handle, tokenizer.name),
            self.ratios.of(state.namespace, summarizer.handle, tokenizer.name),
        )


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is decided from the state of a conversation alone."""

    state: ConversationState
    settings: EffectiveSettings
    summarizer: ChosenSummarizer
    window: Window
    tokenizer: TokenizerName
    own_ratio: TokenRatio | None
    summarizer_ratio: TokenRatio | None

    def planned(self, sums: ContextSums, tail: Tail, last_compaction: Compaction | None) -> PlannedCompaction:
        cut, keep_share = MODES[self.settings.mode].cut, self.settings.keep_share
        last_cut = last_compaction.last_cut if last_compaction else None
        counted_window = int(self.window.tokens / context_factor(self.own_ratio))
        plan = make_plan(sums, tail, cut, keep_share, self.window.tokens, last_cut, counted_window)
        return PlannedCompaction(
            self.state,
            sums,
            last_compaction,
            self.settings,
            self.summarizer,
            self.window,
            self.tokenizer,
            plan,
            self.own_ratio,
            self.summarizer_ratio,
        )
