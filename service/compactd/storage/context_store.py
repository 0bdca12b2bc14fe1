"""Contexts: what is in them, what is appended and found, and how they get smaller."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TypeVar

from compactd.domain.compactions import Compaction
from compactd.domain.context import Entry
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import ChatMessage, MessageType, StoredMessage
from compactd.domain.paging import Page
from compactd.ports.compactions import CompactionCommit, Restoration, RestoreCommit
from compactd.ports.contexts import (
    ContextReading,
    ConversationState,
    DigestSource,
    PutSystem,
    Snapshot,
    StoredDigest,
    SystemText,
)
from compactd.ports.messages import Appended, Batch
from compactd.ports.operations import Claimed, Once
from compactd.ports.search import Unindexed
from compactd.storage import (
    compactions,
    context_reading,
    contexts,
    conversation_state,
    digests,
    messages,
    restores,
    search_index,
    system_message,
    transcripts,
)
from compactd.storage.once import Subject
from compactd.storage.store_base import StoreBase, changing_nothing
from compactd.strategies.chunks import RenderedMessage
from compactd.strategies.search_terms import IndexedMessage

T = TypeVar("T")


class SqlContextStore(StoreBase):
    """Errors as of `SqlStore`."""

    async def state(self, ref: ConversationRef) -> ConversationState:
        return await self._database.read_once(conversation_state.read_state, ref)

    async def snapshot(self, ref: ConversationRef, *, bodies: bool = False) -> Snapshot:
        snapshot, unfilled = await self._database.read(contexts.read_snapshot, ref, bodies=bodies)
        self._fill_in(snapshot.state.key, unfilled)
        return snapshot

    async def load_messages(self, key: ConversationKey, first: int, last: int) -> list[StoredMessage]:
        messages, unfilled = await self._database.read(contexts.load_messages, key, first, last)
        self._fill_in(key, unfilled)
        return messages

    async def load_digests(self, key: ConversationKey, first: int, last: int) -> list[DigestSource]:
        sources, unfilled = await self._database.read(digests.load_digests, key, first, last)
        self._fill_in(key, unfilled)
        return sources

    def keep_digests(self, key: ConversationKey, digests_read: Sequence[tuple[int, StoredDigest]]) -> None:
        self._afterwork.add(digests.store_digests, key, digests_read)

    async def read_context(self, ref: ConversationRef, work: Callable[[ContextReading], T]) -> T:
        found, key, unfilled = await self._database.read(context_reading.read_context, ref, work)
        self._fill_in(key, unfilled)
        return found

    async def load_transcript(self, key: ConversationKey, first: int, last: int) -> str:
        transcript, unfilled = await self._database.read(transcripts.load_transcript, key, first, last)
        self._fill_in(key, unfilled)
        return transcript

    async def load_rendered(self, key: ConversationKey, first: int, last: int) -> list[RenderedMessage]:
        rendered, unfilled = await self._database.read(transcripts.load_rendered, key, first, last)
        self._fill_in(key, unfilled)
        return rendered

    async def load_entries(self, key: ConversationKey, first: int, last: int) -> list[Entry]:
        return await self._database.read(context_reading.load_entries, key, first, last)

    async def load_ids(self, key: ConversationKey, first: int, last: int) -> dict[int, str]:
        return await self._database.read(context_reading.load_ids, key, first, last)

    async def append(self, ref: ConversationRef, batch: Batch, once: Once[Appended] | None = None) -> Appended:
        effect = partial(messages.append, ref=ref, batch=batch, automation=self._automation)
        return await self._once(
            once, effect, lambda appended: Subject(appended.state.agent_id, appended.state.conversation_id)
        )

    async def store_counts(self, key: ConversationKey, tokenizer: str, counts: Sequence[tuple[int, int]]) -> None:
        await self._database.write_unsynced(messages.store_counts, key, tokenizer, counts)

    async def results_without_call(self, ref: ConversationRef, given: Sequence[ChatMessage]) -> list[int]:
        return await self._database.read(messages.results_without_call, ref, given)

    async def list_messages(
        self, ref: ConversationRef, page: Page, types: Collection[MessageType] | None = None
    ) -> list[StoredMessage]:
        return await self._database.read(messages.list_messages, ref, page, types)

    async def unindexed(self, ref: ConversationRef) -> Unindexed:
        return await self._database.read(search_index.read_unindexed, ref)

    async def index(self, unindexed: Unindexed, secret: bytes, indexed: Sequence[IndexedMessage]) -> None:
        with changing_nothing():
            await self._database.write_unsynced(search_index.extend_index, unindexed, secret, indexed)

    async def search(
        self, key: ConversationKey, terms: Sequence[str] | None, page: Page, *, evicted_only: bool
    ) -> list[StoredMessage]:
        return await self._database.read(search_index.search, key, terms, page, evicted_only=evicted_only)

    async def put_system(
        self,
        key: ConversationKey,
        system: SystemText,
        planned_version: int,
        expected_version: str | None,
        once: Once[PutSystem] | None = None,
    ) -> PutSystem:
        effect = partial(
            system_message.put_system,
            key=key,
            system=system,
            planned_version=planned_version,
            expected_version=expected_version,
        )
        return await self._once(
            once, self._refreshing(effect, key), lambda put: Subject(put.agent_id, put.conversation_id)
        )

    async def commit_compaction(
        self, key: ConversationKey, commit: CompactionCommit, claimed: Claimed[Compaction] | None = None
    ) -> Compaction:
        work = partial(compactions.commit_compaction, key=key, commit=commit, claimed=claimed)
        return await self._database.write_surely(
            self._refreshing(work, key),
            partial(compactions.is_committed, key=key, record=commit.record),
        )

    async def get_compaction(self, ref: ConversationRef, compaction_id: str, *, message_ids: bool) -> Compaction:
        return await self._database.read(compactions.get_compaction, ref, compaction_id, message_ids=message_ids)

    async def list_compactions(self, ref: ConversationRef, page: Page) -> list[Compaction]:
        return await self._database.read(compactions.list_compactions, ref, page)

    async def restoration(self, ref: ConversationRef, compaction_id: str) -> Restoration:
        return await self._database.read(restores.read_restoration, ref, compaction_id)

    async def snapshot_before(self, ref: ConversationRef, compaction_id: str) -> Snapshot:
        return await self._database.read(restores.read_snapshot_before, ref, compaction_id)

    async def commit_restore(
        self, key: ConversationKey, commit: RestoreCommit, once: Once[Compaction] | None = None
    ) -> Compaction:
        effect = self._refreshing(partial(restores.commit_restore, key=key, commit=commit), key)
        if once is None:
            is_done = partial(compactions.is_committed, key=key, record=commit.record)
            return await self._database.write_surely(effect, is_done)
        return await self._once(once, effect, lambda record: Subject(commit.agent_id, record.conversation_id))
