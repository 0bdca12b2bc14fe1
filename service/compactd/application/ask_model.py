"""Asks a model for a summary: in one request where it fits, else in chunks that are merged."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from compactd.application.asking import Asker
from compactd.application.merge_summaries import merge_summaries
from compactd.domain.compactions import SummaryPart
from compactd.domain.context import Entry
from compactd.ports.model import PromptTooLong
from compactd.strategies.chunks import (
    MIN_CHUNK_TOKENS,
    TranscriptItem,
    TranscriptRoom,
    chunk_count,
    pack,
    total_tokens,
    transcript_tokens,
)
from compactd.strategies.groups import Group
from compactd.strategies.view import ViewEntry

CHUNKS_AT_ONCE = 4
"""How many chunks of one compaction are with the provider at the same time, after the first has shown the size."""


@dataclass(slots=True)
class Writer:
    """Has summaries written by one model for one attempt. `chunks` is into how many the latest transcript was cut."""

    asker: Asker
    chunks: int = 1

    async def from_context(
        self, view: Sequence[ViewEntry], tools: Sequence[dict[str, Any]], *, summarized: bool = False
    ) -> str:
        """The model reads its own context, which begins with a summary if it is `summarized` already.

        PromptTooLong passes through: the transcript is the way then.
        """
        return await self.asker.ask_context(view, tools, summarized=summarized)

    async def from_transcript(self, items: Sequence[TranscriptItem], parts: Sequence[SummaryPart]) -> str:
        """The model reads a transcript of `items`, in chunks where it does not fit; `parts` are shown as reference."""
        shown = await self.asker.room_beside(parts)
        if total_tokens(items) > shown.tokens:
            self._refuse_tiny(shown.tokens)
        return await self._in_chunks(items, shown)

    async def forecast(self, groups: Sequence[Group], entries: Sequence[Entry], parts: Sequence[SummaryPart]) -> int:
        """How many chunks from_transcript would begin with. Raises what it would raise before asking."""
        shown = await self.asker.room_beside(parts)
        if transcript_tokens(entries) <= shown.tokens:
            return 1
        self._refuse_tiny(shown.tokens)
        return chunk_count(groups, entries, shown.tokens)

    async def merge_texts(self, texts: Sequence[str]) -> str:
        """Merges summaries of neighbouring stretches into one."""
        return await merge_summaries(self.asker, texts, await self.asker.room())

    async def fits(self, tokens: int) -> bool:
        """Whether so many tokens can be read in one request."""
        return tokens <= await self.asker.room()

    async def _in_chunks(self, items: Sequence[TranscriptItem], shown: TranscriptRoom) -> str:
        first, *others = pack(items, shown.tokens)
        limit = self.asker.partial_limit(shown.tokens) if others else self.asker.output_limit()
        try:
            partials = [await self.asker.ask(first, limit, shown.earlier, final=not others)]
        except PromptTooLong as refusal:
            smaller = await self.asker.smaller(total_tokens(first), shown, limit, refusal)
            return await self._in_chunks(items, smaller)
        gate = asyncio.Semaphore(CHUNKS_AT_ONCE)
        async with _Together() as together:
            tasks = [together.create_task(self._chunk(chunk, shown, gate)) for chunk in others]
        for task in tasks:
            partials += task.result()
        self.chunks = len(partials)
        if len(partials) == 1:
            return partials[0]
        return await merge_summaries(self.asker, partials, shown.tokens + shown.earlier_tokens)

    async def _chunk(
        self, chunk: Sequence[TranscriptItem], shown: TranscriptRoom, gate: asyncio.Semaphore
    ) -> list[str]:
        """The partial summary of a chunk, or several if the provider wants it smaller."""
        limit = self.asker.partial_limit(shown.tokens)
        try:
            async with gate:
                return [await self.asker.ask(chunk, limit, shown.earlier, final=False)]
        except PromptTooLong as refusal:
            smaller = await self.asker.smaller(total_tokens(chunk), shown, limit, refusal)
        partials: list[str] = []
        for part in pack(chunk, smaller.tokens):
            partials += await self._chunk(part, smaller, gate)
        return partials

    def _refuse_tiny(self, tokens: int) -> None:
        if tokens < MIN_CHUNK_TOKENS:
            raise self.asker.exceeded()


class _Together(asyncio.TaskGroup):
    """A task group that raises the first failure as itself: callers handle failures, not groups of one."""

    async def __aexit__(self, *exc_info: Any) -> None:
        try:
            await super().__aexit__(*exc_info)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
