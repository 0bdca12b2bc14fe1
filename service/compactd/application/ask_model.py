"""Asks a model for a summary: in one request where it fits, else in chunks that are merged."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from compactd.application.ports import Model, ModelRequest, PromptTooLong, Tokenizer
from compactd.domain.compactions import Part, Usage
from compactd.domain.context import Entry
from compactd.domain.errors import ProviderUnavailable, SummarizerWindowExceeded
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage
from compactd.domain.model_settings import ModelSettings
from compactd.strategies.ask import FRAME_TOKENS, PARTIAL_LINE_TOKENS, ask_self, ask_transcript, render_partial
from compactd.strategies.check import accept_answer
from compactd.strategies.chunks import (
    MAX_MERGE_LEVELS,
    MIN_CHUNK_TOKENS,
    Piece,
    chunk_count,
    earlier_texts,
    pack,
    total_tokens,
    transcript_tokens,
)
from compactd.strategies.groups import Group
from compactd.strategies.output import output_limit
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
        """Keeps the smaller of `window` and what was learned before."""
        self._windows[handle] = (self.at_most(handle, window), time.monotonic() + LEARNED_SECONDS)

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

    `output_limit` is that of the whole `window`; it is sent only if `sends_limit`, but its room is kept free in any
    case. `exact` says that the stored
    counts are of the model's own tokenizer, `self_mode` that the model and its settings are the conversation's own.
    `deadline` is in seconds of the monotonic clock.
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
    self_mode: bool
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

    async def from_context(
        self, view: Sequence[ViewEntry], tools: Sequence[dict[str, Any]], *, summarized: bool = False
    ) -> str:
        """The model reads its own context, which begins with a summary if it is `summarized` already.

        PromptTooLong passes through: the transcript is the way then.
        """
        messages = ask_self(self.task.prompt, view, summarized=summarized)
        try:
            return await self._send(messages, self._output_limit(), tools=tools)
        except PromptTooLong as refusal:
            await self._learn(int(sum(entry.token_count for entry in view) * SHRINK), refusal)
            raise

    async def from_transcript(self, pieces: Sequence[Piece], parts: Sequence[Part]) -> str:
        """The model reads a transcript of `pieces`, in chunks where it does not fit; `parts` are shown as reference."""
        room, earlier = await self._room_beside(parts)
        size = total_tokens(pieces)
        if size <= room:
            try:
                return await self._ask(pieces, earlier, self._output_limit())
            except PromptTooLong as refusal:
                room = await self._smaller(size, refusal)
        else:
            self._refuse_tiny(room)
        return await self._in_chunks(pieces, earlier, room)

    async def forecast(self, groups: Sequence[Group], entries: Sequence[Entry], parts: Sequence[Part]) -> int:
        """How many chunks from_transcript would begin with. Raises what it would raise before asking."""
        room, _ = await self._room_beside(parts)
        if transcript_tokens(entries) <= room:
            return 1
        self._refuse_tiny(room)
        return chunk_count(groups, entries, room)

    async def merge_texts(self, texts: Sequence[str]) -> str:
        """Merges summaries of neighbouring stretches into one."""
        return await self._merge(texts, await self.room())

    async def fits(self, tokens: int) -> bool:
        """Whether so many tokens can be read in one request."""
        return tokens <= await self.room()

    async def room(self) -> int:
        """Tokens that the window leaves for a transcript or a context; none or fewer if the prompt fills it."""
        window = self._window()
        room = window - self._output_limit(window) - await self._fixed_tokens(window)
        return room if self.task.exact else int(room * ESTIMATE_MARGIN)

    def _window(self) -> int:
        return self.learned.at_most(self.task.handle, self.task.window)

    def _output_limit(self, window: int | None = None) -> int:
        """The limit of the task, or less where a learned window is too small for it."""
        return output_limit(self.task.settings, self.task.output_limit, window or self._window())

    async def _fixed_tokens(self, window: int) -> int:
        """Tokens of a request beside what is to be summarized and the answer."""
        # A token is at least one byte, so the bytes of the prompt bound its tokens: most prompts need no counting.
        prompt = len(self.task.prompt.encode())
        if prompt * 16 > window:
            [prompt] = await self.tokenizer.count_texts([self.task.prompt], self.task.tokenizer)
        return FRAME_TOKENS + prompt

    async def _room_beside(self, parts: Sequence[Part]) -> tuple[int, list[str]]:
        """The room for a transcript, and the parts to show beside it: none where they would leave too little."""
        room = await self.room()
        if room <= 0:
            raise SummarizerWindowExceeded(model=self.task.handle)
        earlier = earlier_texts(parts, room)
        left = room - sum(part.tokens for part in parts[len(parts) - len(earlier) :])
        return (left, earlier) if left >= MIN_CHUNK_TOKENS else (room, [])

    async def _in_chunks(self, pieces: Sequence[Piece], earlier: Sequence[str], size: int) -> str:
        limit = self._partial_limit(size)
        first, *others = pack(pieces, size)
        try:
            partials = [await self._ask(first, earlier, limit)]
        except PromptTooLong as refusal:
            smaller = await self._smaller(total_tokens(first), refusal)
            return await self._in_chunks(pieces, earlier, smaller)
        gate = asyncio.Semaphore(CHUNKS_AT_ONCE)
        async with _Together() as together:
            tasks = [together.create_task(self._chunk(chunk, earlier, limit, gate)) for chunk in others]
        for task in tasks:
            partials += task.result()
        self.chunks = len(partials)
        if len(partials) == 1:
            return partials[0]
        return await self._merge(partials, size)

    async def _chunk(
        self, chunk: Sequence[Piece], earlier: Sequence[str], limit: int, gate: asyncio.Semaphore
    ) -> list[str]:
        """The partial summary of a chunk, or several if the provider wants it smaller."""
        try:
            async with gate:
                return [await self._ask(chunk, earlier, limit)]
        except PromptTooLong as refusal:
            size = await self._smaller(total_tokens(chunk), refusal)
        partials: list[str] = []
        for smaller in pack(chunk, size):
            partials += await self._chunk(smaller, earlier, limit, gate)
        return partials

    async def _merge(self, texts: Sequence[str], room: int) -> str:
        """Merges texts in their order, level by level, until one is left."""
        level = list(texts)
        for _ in range(MAX_MERGE_LEVELS):
            merged, room = await self._merge_level(level, room)
            if len(merged) == 1:
                return merged[0]
            if len(merged) == len(level):
                break
            level = merged
        raise SummarizerWindowExceeded(model=self.task.handle)

    async def _merge_level(self, level: Sequence[str], room: int) -> tuple[list[str], int]:
        """Neighbours merged as far as they fit `room` together, and the room, smaller after a refusal."""
        sizes = await self.tokenizer.count_texts(level, self.task.tokenizer)
        pieces = [
            Piece((render_partial(number, text),), (size + PARTIAL_LINE_TOKENS,))
            for number, (text, size) in enumerate(zip(level, sizes, strict=True), start=1)
        ]
        merged: list[str] = []
        first = 0
        while first < len(pieces):
            count = _how_many_fit(pieces, first, room)
            batch = pieces[first : first + count]
            if count == 1:
                merged.append(level[first])
            else:
                limit = self._output_limit() if count == len(level) else self._partial_limit(room)
                try:
                    merged.append(await self._ask(batch, (), limit, merge=True))
                except PromptTooLong as refusal:
                    room = await self._smaller(total_tokens(batch), refusal)
                    continue
            first += count
        return merged, room

    def _partial_limit(self, room: int) -> int:
        """The output limit of a partial summary: at most a quarter of the room, so that a merge takes three."""
        return min(self._output_limit(), max(MIN_CHUNK_TOKENS // 4, room // 4))

    async def _smaller(self, tokens: int, refusal: PromptTooLong) -> int:
        """The size to go on with after a request with `tokens` of transcript was refused as too long."""
        self._refuse_tiny(tokens)
        size = max(MIN_CHUNK_TOKENS - 1, int(tokens * SHRINK))
        await self._learn(size, refusal)
        room = await self.room()
        if refusal.window is not None and room < MIN_CHUNK_TOKENS - 1:
            raise SummarizerWindowExceeded(model=self.task.handle)
        return min(size, max(room, MIN_CHUNK_TOKENS - 1))

    async def _learn(self, size: int, refusal: PromptTooLong) -> None:
        """Keeps the window that a refusal names, else one in which `size` tokens have room."""
        task = self.task
        if refusal.window is not None and refusal.window < task.window:
            self.learned.learn(task.handle, refusal.window)
            return
        before_answer = (size if task.exact else int(size / ESTIMATE_MARGIN)) + await self._fixed_tokens(task.window)
        # Of a window a third larger than that, the answer's share is a quarter: what the output limit leaves is `size`.
        answer = self._output_limit(before_answer * 4 // 3)
        self.learned.learn(task.handle, before_answer + answer)

    def _refuse_tiny(self, tokens: int) -> None:
        if tokens < MIN_CHUNK_TOKENS:
            raise SummarizerWindowExceeded(model=self.task.handle)

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
    ) -> str:
        task = self.task
        timeout = None if task.deadline is None else task.deadline - time.monotonic()
        if timeout is not None and timeout <= 0:
            raise ProviderUnavailable(model=task.handle)
        request = ModelRequest(
            task.handle, task.settings, messages, limit if task.sends_limit else None, tools, task.self_mode, timeout
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


def _how_many_fit(pieces: Sequence[Piece], first: int, room: int) -> int:
    """How many neighbours from `first` on fit `room` together; a piece larger than that stands alone."""
    used = 0
    for index in range(first, len(pieces)):
        used += pieces[index].tokens
        if used > room:
            return max(1, index - first)
    return len(pieces) - first
