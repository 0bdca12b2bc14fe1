"""Asks a model for a summary: in one request where it fits, else in chunks that are merged."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from compactd.application.ports import Model, ModelRequest, PromptTooLong, Tokenizer
from compactd.domain.compactions import Part, Usage
from compactd.domain.errors import ProviderUnavailable, SummarizerWindowExceeded
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage
from compactd.domain.model_settings import ModelSettings
from compactd.strategies.ask import FRAME_TOKENS, ask_self, ask_transcript, render_partial
from compactd.strategies.check import accept_answer
from compactd.strategies.chunks import MAX_MERGE_LEVELS, MIN_CHUNK_TOKENS, Piece, earlier_texts, pack, total_tokens
from compactd.strategies.view import ViewEntry

CHUNKS_AT_ONCE = 4
"""How many chunks of one compaction are with the provider at the same time, after the first has shown the size."""

SHRINK = 0.75
"""A chunk that a provider calls too long is followed by chunks of this share of it, or less if it names its window."""

ESTIMATE_MARGIN = 0.9
"""Share of the room that is used where the stored counts are not of the model's own tokenizer."""

LEARNED_SECONDS = 600.0


class LearnedWindows:
    """Windows that providers have named or shown by refusing, per model, kept for ten minutes."""

    def __init__(self) -> None:
        self._windows: dict[ModelHandle, tuple[int, float]] = {}

    def learn(self, handle: ModelHandle, window: int) -> None:
        self._windows[handle] = (window, time.monotonic() + LEARNED_SECONDS)

    def at_most(self, handle: ModelHandle, window: int) -> int:
        """The smaller of `window` and what was learned."""
        learned, until = self._windows.get(handle, (window, 0.0))
        if until and until < time.monotonic():
            del self._windows[handle]
            return window
        return min(learned, window)


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that stays the same over the requests of one attempt. Sizes in tokens.

    `output_limit` is sent only if `sends_limit`, but its room is kept free in any case. `exact` says that the stored
    counts are of the model's own tokenizer. `deadline` is in seconds of the monotonic clock.
    """

    handle: ModelHandle
    settings: ModelSettings | None
    prompt: str
    acknowledge: bool
    window: int
    output_limit: int
    sends_limit: bool
    tokenizer: str
    exact: bool
    deadline: float | None


@dataclass(slots=True)
class Writer:
    """Has summaries written by one model for one attempt, and keeps count of what that took."""

    model: Model
    tokenizer: Tokenizer
    learned: LearnedWindows
    task: Assignment
    usage: Usage = field(default_factory=Usage)
    chunks: int = 1

    async def from_context(self, view: Sequence[ViewEntry], tools: Sequence[dict[str, Any]]) -> str:
        """The model reads its own context. PromptTooLong passes through: the transcript is the way then."""
        messages = ask_self(self.task.prompt, view)
        return await self._send(messages, self.task.output_limit, tools=tools, self_context=True)

    async def from_transcript(self, pieces: Sequence[Piece], parts: Sequence[Part]) -> str:
        """The model reads a transcript of `pieces`, in chunks where it does not fit; `parts` are shown as reference."""
        room = await self.room()
        earlier = earlier_texts(parts, room)
        room -= sum(part.tokens for part in parts[len(parts) - len(earlier) :])
        if room < MIN_CHUNK_TOKENS:
            raise SummarizerWindowExceeded(model=self.task.handle)
        size = total_tokens(pieces)
        if size <= room:
            try:
                return await self._ask(pieces, earlier, self.task.output_limit)
            except PromptTooLong as refusal:
                room = self._smaller(size, refusal)
        return await self._in_chunks(pieces, earlier, room)

    async def merge_texts(self, texts: Sequence[str]) -> str:
        """Merges summaries of neighbouring stretches into one."""
        return await self._merge(texts, await self.room(), self.task.output_limit)

    async def fits(self, tokens: int) -> bool:
        """Whether a transcript of that size can be read in one request."""
        return tokens <= await self.room()

    async def room(self) -> int:
        """Tokens that the window leaves for a transcript."""
        window = self.learned.at_most(self.task.handle, self.task.window)
        room = window - self.task.output_limit - FRAME_TOKENS
        # A token is at least one byte, so the bytes of the prompt bound its tokens: most prompts need no counting.
        prompt = len(self.task.prompt.encode())
        if prompt * 8 > room:
            [prompt] = await self.tokenizer.count_texts([self.task.prompt], self.task.tokenizer)
        room -= prompt
        return room if self.task.exact else int(room * ESTIMATE_MARGIN)

    async def _in_chunks(self, pieces: Sequence[Piece], earlier: Sequence[str], size: int) -> str:
        limit = min(self.task.output_limit, max(MIN_CHUNK_TOKENS // 4, size // 4))
        first, *others = pack(pieces, size)
        try:
            partials = [await self._ask(first, earlier, limit)]
        except PromptTooLong as refusal:
            smaller = self._smaller(min(size, total_tokens(first)), refusal)
            return await self._in_chunks(pieces, earlier, smaller)
        gate = asyncio.Semaphore(CHUNKS_AT_ONCE)
        async with _Together() as together:
            tasks = [together.create_task(self._chunk(chunk, earlier, limit, gate)) for chunk in others]
        for task in tasks:
            partials += task.result()
        self.chunks = len(partials)
        if len(partials) == 1:
            return partials[0]
        return await self._merge(partials, size, self.task.output_limit)

    async def _chunk(
        self, chunk: Sequence[Piece], earlier: Sequence[str], limit: int, gate: asyncio.Semaphore
    ) -> list[str]:
        """The partial summary of a chunk, or several if the provider wants it smaller."""
        try:
            async with gate:
                return [await self._ask(chunk, earlier, limit)]
        except PromptTooLong as refusal:
            size = self._smaller(total_tokens(chunk), refusal)
        partials: list[str] = []
        for smaller in pack(chunk, size):
            partials += await self._chunk(smaller, earlier, limit, gate)
        return partials

    async def _merge(self, texts: Sequence[str], room: int, limit: int) -> str:
        """Merges texts in their order, level by level, until one is left."""
        level = list(texts)
        for _ in range(MAX_MERGE_LEVELS):
            sizes = await self.tokenizer.count_texts(level, self.task.tokenizer)
            pieces = [
                Piece((render_partial(number, text),), size + FRAME_TOKENS // 4)
                for number, (text, size) in enumerate(zip(level, sizes, strict=True), start=1)
            ]
            batches = _whole_batches(pieces, room)
            if len(batches) == len(level):
                break
            try:
                level = [await self._merged(batch, level, limit, last=len(batches) == 1) for batch in batches]
            except PromptTooLong as refusal:
                room = self._smaller(min(room, total_tokens(pieces)), refusal)
                continue
            if len(level) == 1:
                return level[0]
        raise SummarizerWindowExceeded(model=self.task.handle)

    async def _merged(self, batch: "_Batch", level: Sequence[str], limit: int, *, last: bool) -> str:
        if len(batch.pieces) == 1:
            return level[batch.first]
        share = limit if last else min(limit, max(MIN_CHUNK_TOKENS // 4, batch.room // 4))
        return await self._ask(batch.pieces, (), share, merge=True)

    def _smaller(self, tokens: int, refusal: PromptTooLong) -> int:
        """The size to go on with after a request with `tokens` of transcript was refused as too long."""
        task = self.task
        size = int(tokens * SHRINK)
        if refusal.window is not None and refusal.window < task.window:
            size = min(size, int((refusal.window - task.output_limit - FRAME_TOKENS) * ESTIMATE_MARGIN))
            self.learned.learn(task.handle, refusal.window)
        else:
            overhead = task.output_limit + FRAME_TOKENS + len(task.prompt) // 2
            self.learned.learn(task.handle, size + overhead)
        if size < MIN_CHUNK_TOKENS:
            raise SummarizerWindowExceeded(model=task.handle)
        return size

    async def _ask(self, pieces: Sequence[Piece], earlier: Sequence[str], limit: int, *, merge: bool = False) -> str:
        messages = ask_transcript(
            self.task.prompt,
            (text for piece in pieces for text in piece.texts),
            provider=self.task.handle.provider,
            acknowledge=self.task.acknowledge,
            earlier=earlier,
            merge=merge,
        )
        return await self._send(messages, limit)

    async def _send(
        self,
        messages: Sequence[ChatMessage],
        limit: int,
        *,
        tools: Sequence[dict[str, Any]] = (),
        self_context: bool = False,
    ) -> str:
        task = self.task
        timeout = None if task.deadline is None else task.deadline - time.monotonic()
        if timeout is not None and timeout <= 0:
            raise ProviderUnavailable(model=task.handle)
        request = ModelRequest(
            task.handle, task.settings, messages, limit if task.sends_limit else None, tools, self_context, timeout
        )
        answer = await self.model.ask(request)
        self.usage = self.usage + answer.usage
        return accept_answer(answer.text, answer.finish, str(task.handle))


class _Together(asyncio.TaskGroup):
    """A task group that raises the first failure as itself: callers handle failures, not groups of one."""

    async def __aexit__(self, *exc_info: Any) -> None:
        try:
            await super().__aexit__(*exc_info)
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None


@dataclass(frozen=True, slots=True)
class _Batch:
    first: int
    pieces: list[Piece]
    room: int


def _whole_batches(pieces: Sequence[Piece], room: int) -> list[_Batch]:
    """Neighbouring pieces that fit `room` together; a piece larger than that stands alone."""
    batches: list[_Batch] = []
    used = 0
    for index, piece in enumerate(pieces):
        if batches and used + piece.tokens <= room:
            batches[-1].pieces.append(piece)
            used += piece.tokens
        else:
            batches.append(_Batch(index, [piece], room))
            used = piece.tokens
    return batches
