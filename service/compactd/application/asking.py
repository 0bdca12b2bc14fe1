"""One request to one model: how much fits, how long the answer may be, and what a refusal as too long teaches."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from compactd.application.learned_windows import LearnedWindows
from compactd.domain.compactions import SummaryPart, Usage
from compactd.domain.errors import ProviderUnavailable, SummarizerWindowExceeded
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage
from compactd.domain.model_settings import ModelSettings
from compactd.ports.model import Model, ModelRequest, PromptTooLong
from compactd.ports.tokenizer import Tokenizer
from compactd.strategies.answer_check import accept_answer
from compactd.strategies.chunks import MIN_CHUNK_TOKENS, TranscriptItem, TranscriptRoom, share_room
from compactd.strategies.output import least_output, output_limit, thinking_budget
from compactd.strategies.request_forms import (
    FRAME_TOKENS,
    AnswerLength,
    answer_length,
    self_request,
    transcript_request,
)
from compactd.strategies.view import ViewEntry

SHRINK = 0.75
"""A request that a provider calls too long is followed by requests of this share of it, or less if it names its
window."""

ESTIMATE_MARGIN = 0.9
"""Share of the room that is used where the stored counts are not of the model's own tokenizer."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that stays the same over the requests of one attempt. Sizes in tokens.

    `output_limit` is that of the whole `window`; it is sent only if `sends_limit`, but its room is kept free in any
    case. `exact` says that the stored counts are of the model's own tokenizer, `self_mode` that the model and its
    settings are the conversation's own. `clip_chars` is 0 for no limit. `deadline` is in seconds of the monotonic
    clock.
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
    clip_chars: int
    deadline: float | None


@dataclass(slots=True)
class Asker:
    """Asks the model of one attempt, and keeps count of what that took."""

    model: Model
    tokenizer: Tokenizer
    learned: LearnedWindows
    task: Assignment
    usage: Usage = field(default_factory=Usage)

    async def ask_context(self, view: Sequence[ViewEntry], tools: Sequence[dict[str, Any]], *, summarized: bool) -> str:
        """The model's own context, then the prompt. PromptTooLong passes through, with the window learned."""
        limit = self.output_limit()
        messages = self_request(self.task.prompt, view, summarized=summarized, length=self._length(limit, final=True))
        try:
            return await self._send(messages, limit, tools)
        except PromptTooLong as refusal:
            await self._learn(int(sum(entry.token_count for entry in view) * SHRINK), refusal)
            raise

    async def ask(
        self,
        items: Sequence[TranscriptItem],
        limit: int,
        earlier: Sequence[SummaryPart] = (),
        *,
        final: bool = True,
        merge: bool = False,
    ) -> str:
        """A transcript of `items`, answered in at most `limit` tokens. Without `final` the answer is a partial
        summary, with `merge` the items are."""
        messages = transcript_request(
            self.task.prompt,
            (text for item in items for text in item.texts),
            provider=self.task.handle.provider,
            acknowledge=self.task.acknowledge,
            earlier=[part.text for part in earlier],
            merge=merge,
            length=self._length(limit, final=final),
        )
        return await self._send(messages, limit)

    async def room(self) -> int:
        """Tokens that the window leaves for a transcript or a context; none or fewer if the prompt fills it."""
        window = self._window()
        room = window - self.output_limit() - await self._fixed_tokens(window)
        return room if self.task.exact else int(room * ESTIMATE_MARGIN)

    async def room_beside(self, parts: Sequence[SummaryPart]) -> TranscriptRoom:
        """The room for a transcript and the parts to show beside it. SummarizerWindowExceeded if there is none."""
        room = await self.room()
        if room <= 0:
            raise self.exceeded()
        return share_room(room, parts)

    async def smaller(self, tokens: int, shown: TranscriptRoom, limit: int, refusal: PromptTooLong) -> TranscriptRoom:
        """What to go on with after a request with `tokens` of transcript beside the parts of `shown`, and the output
        limit `limit`, was refused as too long. SummarizerWindowExceeded if nothing smaller is left to try."""
        asked = tokens + shown.earlier_tokens
        total = max(MIN_CHUNK_TOKENS - 1, int(asked * SHRINK))
        await self._learn(total, refusal)
        room = await self.room()
        if asked < MIN_CHUNK_TOKENS and self.output_limit() >= limit:
            raise self.exceeded()
        if refusal.window is not None and room < MIN_CHUNK_TOKENS - 1:
            raise self.exceeded()
        return share_room(min(total, max(room, MIN_CHUNK_TOKENS - 1)), shown.earlier)

    def output_limit(self, window: int | None = None) -> int:
        """The limit of the task, or less where a learned window is too small for it."""
        return output_limit(self.task.settings, self.task.output_limit, window or self._window())

    def partial_limit(self, room: int) -> int:
        """The output limit of a partial summary: at most a quarter of the room, so that a merge takes three; but
        never so little that thinking would leave nothing of it."""
        most = self.output_limit()
        return min(most, max(MIN_CHUNK_TOKENS // 4, room // 4, least_output(self.task.settings)))

    def exceeded(self) -> SummarizerWindowExceeded:
        return SummarizerWindowExceeded(model=self.task.handle)

    def _length(self, limit: int, *, final: bool) -> AnswerLength:
        return answer_length(self.task.clip_chars if final else 0, limit - thinking_budget(self.task.settings))

    def _window(self) -> int:
        return self.learned.at_most(self.task.handle, self.task.window)

    async def _fixed_tokens(self, window: int) -> int:
        """Tokens of a request beside what is to be summarized and the answer."""
        # A token is at least one byte, so the bytes of the prompt bound its tokens: most prompts need no counting.
        prompt = len(self.task.prompt.encode())
        if prompt * 16 > window:
            [prompt] = await self.tokenizer.count_texts([self.task.prompt], self.task.tokenizer)
        return FRAME_TOKENS + prompt

    async def _learn(self, size: int, refusal: PromptTooLong) -> None:
        """Keeps the window that a refusal names, else one in which `size` tokens have room."""
        task = self.task
        if refusal.window is not None and refusal.window < task.window:
            self.learned.learn(task.handle, refusal.window)
            return
        before_answer = (size if task.exact else int(size / ESTIMATE_MARGIN)) + await self._fixed_tokens(task.window)
        # Of a window a third larger than that, the answer's share is a quarter: what the output limit leaves is `size`.
        answer = self.output_limit(before_answer * 4 // 3)
        self.learned.learn(task.handle, before_answer + answer)

    async def _send(self, messages: Sequence[ChatMessage], limit: int, tools: Sequence[dict[str, Any]] = ()) -> str:
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
