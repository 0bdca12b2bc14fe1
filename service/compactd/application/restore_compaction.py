"""RestoreCompaction: the context as it was before a compaction, with what was appended since."""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from compactd.application.token_counts import ContextCounter, tokenizer_of
from compactd.domain.compactions import Compaction, CompactionKind, SummaryPart
from compactd.domain.context import ContextSums
from compactd.domain.errors import ContextChanged, NothingToRestore
from compactd.domain.ids import new_id
from compactd.domain.keys import ConversationRef
from compactd.ports.clock import Clock
from compactd.ports.compactions import CompactionStore, Restoration, RestoreCommit
from compactd.ports.contexts import ContextStore
from compactd.ports.observer import Observer
from compactd.ports.operations import Once
from compactd.ports.tokenizer import Tokenizer, TokenizerName
from compactd.strategies.summary_parts import carried

MAX_ROUNDS = 10
"""How often a restore is planned anew because the context was changed first, or had to be counted again. Each lost
round is somebody else's success."""


class RestoreStore(ContextStore, CompactionStore, Protocol):
    """What RestoreCompaction needs of everything durable."""


@dataclass(frozen=True, slots=True)
class RestoreCompaction:
    """Moves the start of a context and its summary back to where they were. No message is read unless the model, and so
    the tokenizer, has changed."""

    store: RestoreStore
    counter: ContextCounter
    tokenizer: Tokenizer
    clock: Clock
    observer: Observer

    async def __call__(
        self,
        ref: ConversationRef,
        compaction_id: str,
        *,
        expected_version: str = "",
        once: Once[Compaction] | None = None,
    ) -> Compaction:
        """The record of the restore. Raises CompactionNotFound; NothingToRestore if the context is so already;
        ContextChanged if `expected_version` is given and not in force, or if others came first MAX_ROUNDS times."""
        started = time.monotonic()
        for _ in range(MAX_ROUNDS):
            found = await self.store.restoration(ref, compaction_id)
            if expected_version and expected_version != found.state.version:
                raise ContextChanged
            if found.changes_nothing:
                raise NothingToRestore(compaction_id=compaction_id)
            name = tokenizer_of(found.state, self.tokenizer)
            if {found.sums.tokenizer, found.restored_sums.tokenizer} != {name.name}:
                await self._count_again(ref, compaction_id, name.name)
                continue
            commit = await self._commit(found, compaction_id, name, self.clock.now(), started)
            if expected_version:
                commit = replace(commit, system_version=found.state.system_version)
            try:
                record = await self.store.commit_restore(found.state.key, commit, once)
            except ContextChanged:
                continue
            self.observer.context_restored(found.state.key, record)
            return record
        raise ContextChanged

    async def _count_again(self, ref: ConversationRef, compaction_id: str, name: str) -> None:
        """Stores the counts of both contexts in one tokenizer."""
        await self.counter.counted(await self.store.snapshot(ref), name)
        await self.counter.counted(await self.store.snapshot_before(ref, compaction_id), name)

    async def _commit(
        self, found: Restoration, compaction_id: str, name: TokenizerName, now: datetime, started: float
    ) -> RestoreCommit:
        parts = await self._parts(found.earlier, name.name)
        tools_tokens = await self.counter.tools_tokens(found.state, name.name)
        restored = found.restored
        record = Compaction(
            id=new_id("compaction"),
            conversation_id=found.state.conversation_id,
            created_at=now,
            kind=CompactionKind.RESTORE,
            parent_id=found.last.id,
            mode="",
            request_form=None,
            method=None,
            degraded_reason="",
            settings={},
            unused_settings=(),
            model="",
            prompt_sha256="",
            parts=parts,
            last_seen_position=found.state.last_position,
            first_evicted_position=0,
            last_evicted_position=0,
            evicted_count=0,
            tokens_before=_tokens(found.sums, tools_tokens),
            tokens_after=_tokens(found.restored_sums, tools_tokens),
            tokenizer=name.name,
            tokens_estimated=name.estimate,
            duration_ms=round((time.monotonic() - started) * 1000),
            context_start=restored.context_start,
            summary_position=restored.summary_position,
            restored_compaction_id=compaction_id,
            restored_cut=found.earlier.last_cut if found.earlier else None,
        )
        return RestoreCommit(record, found.state.agent_id, found.state.context_version, None, restored.evicted_count)

    async def _parts(self, earlier: Compaction | None, name: str) -> tuple[SummaryPart, ...]:
        """The parts of the summary that is in the context again, counted by the tokenizer of the record."""
        if earlier is None:
            return ()
        parts = carried(earlier.parts)
        if earlier.tokenizer == name:
            return tuple(parts)
        counts = await self.tokenizer.count_texts([part.text for part in parts], name)
        return tuple(replace(part, tokens=tokens) for part, tokens in zip(parts, counts, strict=True))


def _tokens(sums: ContextSums, tools_tokens: int) -> int:
    """What the view of the context takes, with the tool schemas."""
    return sums.system_tokens + tools_tokens + sums.rest_tokens
