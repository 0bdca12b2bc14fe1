"""Everything that is decided before a model is asked: settings, summarizer, what goes and what stays."""

from dataclasses import dataclass

from compactd.application.chosen_summarizer import ChosenSummarizer, choose_summarizer
from compactd.application.context_window import Window, context_window, effective_model
from compactd.application.cpu_worker import CpuWorker
from compactd.application.token_counts import ContextCounter, tokenizer_of
from compactd.domain.effective_settings import EffectiveSettings, effective_settings
from compactd.domain.errors import ContextChanged
from compactd.domain.keys import ConversationRef
from compactd.domain.settings import CompactionSettings
from compactd.ports.contexts import ContextStore, Snapshot
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.tokenizer import Tokenizer, TokenizerName
from compactd.strategies.cut import Plan, make_plan
from compactd.strategies.modes import MODES


@dataclass(frozen=True, slots=True)
class CompactCommand:
    """What one call asks for. `deadline` is in seconds of the monotonic clock, None without one."""

    ref: ConversationRef
    settings: CompactionSettings | None = None
    dry_run: bool = False
    allow_degraded: bool = False
    expected_version: str = ""
    deadline: float | None = None


@dataclass(frozen=True, slots=True)
class PlannedCompaction:
    """A plan with all that it was made from."""

    snapshot: Snapshot
    settings: EffectiveSettings
    summarizer: ChosenSummarizer
    window: Window
    tokenizer: TokenizerName
    plan: Plan

    @property
    def prompt(self) -> str:
        return self.settings.prompt or MODES[self.settings.mode].default_prompt

    @property
    def messages_before(self) -> int:
        return self.snapshot.context.message_count

    @property
    def messages_after(self) -> int:
        """The system message, the summary, and what is kept."""
        return 2 + len(self.plan.kept)


@dataclass(frozen=True, slots=True)
class CompactionPlanner:
    """Makes plans from stored figures; reads no message body unless the model, and so the tokenizer, has changed."""

    contexts: ContextStore
    counter: ContextCounter
    catalog: ModelCatalog
    tokenizer: Tokenizer
    worker: CpuWorker

    async def plan(self, command: CompactCommand) -> PlannedCompaction:
        """Raises InvalidField, ContextChanged, NothingToCompact and CannotHelp, and what reading raises."""
        snapshot = await self.contexts.snapshot(command.ref)
        state = snapshot.state
        if command.expected_version and command.expected_version != state.version:
            raise ContextChanged
        settings = effective_settings(
            [state.agent.compaction_settings, state.conversation.compaction_settings, command.settings]
        )
        summarizer = choose_summarizer(settings, effective_model(state), self.catalog)
        tokenizer = tokenizer_of(state, self.tokenizer)
        snapshot = await self.counter.counted(snapshot, tokenizer.name)
        window = context_window(state, self.catalog)
        plan = await self.worker.run_over(
            len(snapshot.context.entries),
            make_plan,
            snapshot.context,
            MODES[settings.mode].cut,
            settings.keep_share,
            window.tokens,
            snapshot.last_compaction,
        )
        return PlannedCompaction(snapshot, settings, summarizer, window, tokenizer, plan)
