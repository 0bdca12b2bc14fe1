"""Everything that is decided before a model is asked: settings, who is asked, what goes and what stays."""

from dataclasses import dataclass

from compactd.application.counting import in_one_tokenizer, tokenizer_in_force
from compactd.application.in_force import Asked, Window, model_in_force, who_is_asked, window_in_force
from compactd.application.ports import ConversationRef, ModelCatalog, Snapshot, Store, Tokenizer, TokenizerName
from compactd.application.worker import CpuWorker
from compactd.domain.errors import ContextChanged
from compactd.domain.layers import SettingsInForce, lay_over
from compactd.domain.settings import CompactionSettings
from compactd.strategies.cut import CUT_OF_MODE, Plan, make_plan
from compactd.strategies.prompts import DEFAULT_PROMPTS


@dataclass(frozen=True, slots=True)
class CompactCommand:
    """One call. `deadline` is in seconds of the monotonic clock, None without one."""

    ref: ConversationRef
    settings: CompactionSettings | None = None
    dry_run: bool = False
    allow_degraded: bool = False
    expected_version: str = ""
    deadline: float | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with all that it was made from."""

    snapshot: Snapshot
    settings: SettingsInForce
    asked: Asked
    window: Window
    tokenizer: TokenizerName
    plan: Plan

    @property
    def prompt(self) -> str:
        return self.settings.prompt or DEFAULT_PROMPTS[self.settings.mode]

    @property
    def messages_before(self) -> int:
        return self.snapshot.context.message_count

    @property
    def messages_after(self) -> int:
        """The system message, the summary, and what is kept."""
        return 2 + len(self.plan.kept)


@dataclass(frozen=True, slots=True)
class Planning:
    """Makes plans from stored figures; reads no message body unless the model, and so the tokenizer, has changed."""

    store: Store
    catalog: ModelCatalog
    tokenizer: Tokenizer
    worker: CpuWorker

    async def plan(self, namespace: str, command: CompactCommand) -> Planned:
        """Raises InvalidField, ContextChanged, NothingToCompact and CannotHelp, and what reading raises."""
        snapshot = await self.store.snapshot(namespace, command.ref)
        head = snapshot.head
        if command.expected_version and command.expected_version != head.version:
            raise ContextChanged
        settings = lay_over([head.agent.compaction_settings, head.conversation.compaction_settings, command.settings])
        asked = who_is_asked(settings, model_in_force(head), self.catalog)
        tokenizer = tokenizer_in_force(head, self.tokenizer)
        snapshot = await in_one_tokenizer(snapshot, tokenizer.name, self.store, self.tokenizer)
        window = window_in_force(head, self.catalog)
        plan = await self.worker.run_over(
            len(snapshot.context.entries),
            make_plan,
            snapshot.context,
            CUT_OF_MODE[settings.mode],
            settings.percentage,
            window.tokens,
            snapshot.last_compaction,
        )
        return Planned(snapshot, settings, asked, window, tokenizer, plan)
