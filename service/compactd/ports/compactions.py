"""Where compactions and restores are committed, and their records kept."""

from dataclasses import dataclass
from typing import Protocol

from compactd.domain.compactions import Compaction
from compactd.domain.context import ContextSums
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import CompactionStats
from compactd.domain.paging import Page
from compactd.ports.contexts import ConversationState, Snapshot
from compactd.ports.operations import Claimed, Once


@dataclass(frozen=True, slots=True)
class CompactionCommit:
    """What a compaction changes, and what must still hold for it.

    `context_version` and `system_version` are those of the plan. `record.context_start` is the new start;
    `record.summary_position` is filled in by the store, which takes the next position for the summary.
    `max_system_tokens` is the room that the new summary and the kept entries leave for the system message in
    `window`, the one of the plan; it is looked at if there is another system message than that of the plan. `stats` are
    kept with the summary.
    """

    record: Compaction
    context_version: int
    system_version: int
    summary_message_id: str
    summary_text: str
    summary_tokens: int
    max_system_tokens: int
    window: int
    stats: CompactionStats


@dataclass(frozen=True, slots=True)
class Restoration:
    """What undoing a record would change, all of one moment.

    `last` is the record in force. `restored` is the state of the context as it would be, but for its version, which is
    the present one; it is what `earlier` left, the record before the undone one, or the first state where that is None.
    `sums` are those of the context in `state`, `restored_sums` those of the context in `restored`.
    """

    state: ConversationState
    last: Compaction
    earlier: Compaction | None
    restored: ConversationState
    sums: ContextSums
    restored_sums: ContextSums

    @property
    def changes_nothing(self) -> bool:
        """Whether the context is so already: no two summaries have one position."""
        state, restored = self.state, self.restored
        return (state.context_start, state.summary_position) == (restored.context_start, restored.summary_position)


@dataclass(frozen=True, slots=True)
class RestoreCommit:
    """What a restore changes, and what must still hold for it: `context_version` is in force, and `system_version` as
    well unless it is None. `evicted_count` is how many messages stand outside the restored context, `agent_id` whose
    conversation it is."""

    record: Compaction
    agent_id: str
    context_version: int
    system_version: int | None
    evicted_count: int


class CompactionStore(Protocol):
    """Compactions, restores and their records."""

    async def commit_compaction(
        self, key: ConversationKey, commit: CompactionCommit, claimed: Claimed[Compaction] | None = None
    ) -> Compaction:
        """One transaction: compare-and-set on the conversation row, summary row, record; with `claimed` also the end of
        the attempt, and ContextChanged if its lease is not the last one that was taken. Returns the record with its
        summary_position. ConversationNotFound if deleted meanwhile; ContextChanged if `context_version` is no longer
        the one in force; SummaryNotSmaller if the system message in force exceeds `max_system_tokens`;
        OutcomeUnknown if the connection was lost during COMMIT and the record cannot be looked up."""

    async def get_compaction(self, ref: ConversationRef, compaction_id: str, *, message_ids: bool) -> Compaction:
        """With `message_ids` the record carries evicted_message_ids, and kept_message_ids: the system message's, and
        those from its context_start to its last_seen_position, without summaries. CompactionNotFound."""

    async def list_compactions(self, ref: ConversationRef, page: Page) -> list[Compaction]:
        """A page of records, in the order of the versions that they made."""

    async def restoration(self, ref: ConversationRef, compaction_id: str) -> Restoration:
        """What undoing this record would change. CompactionNotFound."""

    async def snapshot_before(self, ref: ConversationRef, compaction_id: str) -> Snapshot:
        """The snapshot of the context as undoing this record would leave it; its `last_compaction` is the record before
        that one. CompactionNotFound."""

    async def commit_restore(
        self, key: ConversationKey, commit: RestoreCommit, once: Once[Compaction] | None = None
    ) -> Compaction:
        """One transaction: compare-and-set on the conversation row, record. Returns the record. ConversationNotFound if
        deleted meanwhile; ContextChanged if the versions are no longer in force; OutcomeUnknown if the connection was
        lost during COMMIT and the record cannot be looked up."""
