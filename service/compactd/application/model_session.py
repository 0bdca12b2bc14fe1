"""A model session: the requests of one attempt to one model, what fits into them, what they cost and taught."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from compactd.application.learned_windows import LearnedWindows
from compactd.application.model_calls import ModelCaller
from compactd.application.model_steps import ModelSteps, Told
from compactd.application.observed_requests import AnsweredRequest
from compactd.domain.compactions import SummaryPart, Usage
from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage
from compactd.domain.model_failures import MinuteExceeded, ProviderFailure, SummarizerWindowExceeded
from compactd.domain.model_settings import ModelSettings
from compactd.ports.model import ModelAnswer, ModelRequest, PromptTooLong
from compactd.ports.tokenizer import Tokenizer
from compactd.ports.trace import Tracer
from compactd.strategies.answer_check import accept_answer
from compactd.strategies.chunks import MIN_CHUNK_TOKENS, TranscriptItem, TranscriptRoom, share_room, total_tokens
from compactd.strategies.output import least_output, output_limit, thinking_tokens
from compactd.strategies.request_forms import (
    FRAME_TOKENS,
    AnswerLength,
    answer_length,
    self_request,
    transcript_request,
)
from compactd.strategies.view import ViewEntry

BYTES_PER_TOKEN = 3
"""Of a prompt that is not counted: English has four, most other languages between two and four."""

SHRINK = 0.75
"""A request that a provider calls too long is followed by requests of this share of it, or less if it names its
window."""


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """All that stays the same over the requests of one session. Sizes in tokens.

    `output_limit` is that of the whole `window`; it is sent only if `sends_limit`, but its room is kept free in any
    case. `factor` is how many tokens of the model's own a counted one is taken for, at least 1 (`request_factor`).
    `self_mode` says that the model and its settings are the conversation's own. `tokens_per_minute` is there where the
    window is no larger than what the provider's limit gives in a minute.
    """

    handle: ModelHandle
    settings: ModelSettings | None
    prompt: str
    acknowledge: bool
    strict_turns: bool
    window: int
    output_limit: int
    sends_limit: bool
    tokenizer: str
    factor: float
    self_mode: bool
    tokens_per_minute: int | None = None


class ModelSession:
    """Sends requests to one model on the same terms. Each answer is checked: it is a text that can be a summary."""

    def __init__(
        self,
        caller: ModelCaller,
        tokenizer: Tokenizer,
        learned: LearnedWindows,
        terms: SessionTerms,
        tracer: Tracer,
        steps: ModelSteps | None = None,
    ) -> None:
        """`steps` are told of each request."""
        self.terms = terms
        self.steps = steps or ModelSteps()
        self.largest: AnsweredRequest | None = None
        """Of the requests whose answers were accepted the one that the model read most for."""
        self._caller = caller
        self._tokenizer = tokenizer
        self._learned = learned
        self._tracer = tracer
        # Whether an answer was accepted that would be lost, though paid for, if a later request fails.
        self._has_answers = False

    @property
    def usage(self) -> Usage:
        """What the requests so far cost, also those of an attempt that failed."""
        return self._caller.usage

    @property
    def broken_off(self) -> int:
        """How many requests were given up while the model was at work on them: nobody learns what they cost."""
        return self._caller.broken_off

    async def read_own_context(
        self,
        view: Sequence[ViewEntry],
        tools: Sequence[dict[str, Any]],
        *,
        summarized: bool,
        tokens: int,
        characters: int = 0,
    ) -> str:
        """The answer to the model's own context, of so many `tokens`, with the prompt after it; `summarized`: it begins
        with a summary. The model is told how many `characters` it may write, unless that is 0.

        PromptTooLong passes through, with the window learned: the transcript is the way then.
        """
        limit = self.output_limit()
        length = self._answer_length(limit, characters)
        messages = self_request(self.terms.prompt, view, summarized=summarized, length=length)
        self.steps.cut(1)
        told = self.steps.request(merge=False)
        try:
            with self._tracer.step("own context", {"compactd.entries": len(view)}):
                return await self._send(messages, tokens, limit, told, tools)
        except PromptTooLong as too_long:
            await self._learn(int(sum(entry.token_count for entry in view) * SHRINK), too_long)
            raise

    async def read_transcript(
        self,
        items: Sequence[TranscriptItem],
        limit: int,
        earlier: Sequence[SummaryPart] = (),
        *,
        characters: int = 0,
        merge: bool = False,
    ) -> str:
        """The answer to a transcript of `items`, of at most `limit` tokens and, as the model is told unless it is 0, so
        many `characters`. With `merge` the items are partial summaries. PromptTooLong passes through: `smaller_room`
        says how to go on."""
        messages = transcript_request(
            self.terms.prompt,
            (text for item in items for text in item.texts),
            strict_turns=self.terms.strict_turns,
            acknowledge=self.terms.acknowledge,
            earlier=[part.text for part in earlier],
            merge=merge,
            length=self._answer_length(limit, characters),
        )
        tokens = total_tokens(items) + sum(part.tokens for part in earlier)
        told = self.steps.request(merge=merge)
        with self._tracer.step("merge" if merge else "chunk", {"compactd.items": len(items)}):
            return await self._send(messages, tokens, limit, told)

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, by the tokenizer of the stored counts."""
        return await self._tokenizer.count_texts(texts, self.terms.tokenizer)

    async def room(self) -> int:
        """Tokens that the window leaves for a transcript or a context; none or fewer if the prompt fills it."""
        window = self._window()
        return self._room(window, await self._fixed_tokens(window))

    def least_room(self) -> int:
        """As `room`, or less: told without counting the prompt."""
        return self._room(self._window(), FRAME_TOKENS + len(self.terms.prompt.encode()))

    def _room(self, window: int, fixed_tokens: int) -> int:
        """What is left of the window, in counted tokens as the fixed ones are. What was only observed refuses nothing:
        the smallest chunk is tried wherever the window could hold it."""
        before_answer = window - self.output_limit()
        room = int(before_answer / self.terms.factor) - fixed_tokens
        return max(room, min(MIN_CHUNK_TOKENS, before_answer - fixed_tokens))

    async def fits(self, tokens: int) -> bool:
        """Whether so many tokens can be read in one request."""
        return tokens <= await self.room()

    async def room_beside(self, parts: Sequence[SummaryPart]) -> TranscriptRoom:
        """The room for a transcript and the parts to show beside it. SummarizerWindowExceeded if there is none."""
        room = await self.room()
        if room <= 0:
            raise self.window_exceeded()
        return share_room(room, parts)

    async def smaller_room(
        self, tokens: int, room: TranscriptRoom, limit: int, too_long: PromptTooLong
    ) -> TranscriptRoom:
        """What to go on with after a request with `tokens` of transcript beside the parts of `room`, and the output
        limit `limit`, was too long. SummarizerWindowExceeded if nothing smaller is left to try."""
        sent = tokens + room.earlier_tokens
        total = max(MIN_CHUNK_TOKENS - 1, int(sent * SHRINK))
        await self._learn(total, too_long)
        left = await self.room()
        if sent < MIN_CHUNK_TOKENS and self.output_limit() >= limit:
            raise self.window_exceeded()
        if too_long.window is not None and left < MIN_CHUNK_TOKENS - 1:
            raise self.window_exceeded()
        return share_room(min(total, max(left, MIN_CHUNK_TOKENS - 1)), room.earlier)

    def output_limit(self, window: int | None = None) -> int:
        """The limit of the terms, or less where a learned window is too small for it."""
        return output_limit(self.terms.settings, self.terms.output_limit, window or self._window())

    def partial_limit(self, room: int) -> int:
        """The output limit of a partial summary: at most a quarter of the room, so that a merge takes three; but
        never so little that thinking would leave nothing of it."""
        most = self.output_limit()
        return min(most, max(MIN_CHUNK_TOKENS // 4, room // 4, least_output(self.terms.settings)))

    def window_exceeded(self) -> SummarizerWindowExceeded:
        """The error for what fits no request of this model."""
        terms = self.terms
        if terms.tokens_per_minute is not None:
            return MinuteExceeded(model=terms.handle, tokens_per_minute=terms.tokens_per_minute)
        return SummarizerWindowExceeded(model=terms.handle)

    def _answer_length(self, limit: int, characters: int) -> AnswerLength:
        return answer_length(characters, limit - thinking_tokens(self.terms.settings))

    def _window(self) -> int:
        return self._learned.at_most(self.terms.handle, self.terms.window, self.terms.factor)

    async def _fixed_tokens(self, window: int) -> int:
        """Tokens of a request beside what is to be summarized and the answer."""
        # A token is at least one byte, so the bytes of the prompt bound its tokens: most prompts need no counting.
        prompt = len(self.terms.prompt.encode())
        if prompt * 16 > window:
            [prompt] = await self.count([self.terms.prompt])
        return FRAME_TOKENS + prompt

    async def _learn(self, size: int, too_long: PromptTooLong) -> None:
        """Keeps the window that the provider names, else one in which `size` tokens have room."""
        terms = self.terms
        if too_long.window is not None and too_long.window < terms.window:
            self._learned.learn(terms.handle, too_long.window)
            return
        before_answer = math.ceil((size + await self._fixed_tokens(terms.window)) * terms.factor)
        # Of a window a third larger than that, the answer's share is a quarter: what the output limit leaves is `size`.
        answer = self.output_limit(before_answer * 4 // 3)
        self._learned.learn(terms.handle, before_answer + answer, terms.factor)

    async def _send(
        self,
        messages: Sequence[ChatMessage],
        tokens: int,
        limit: int,
        told: Told,
        tools: Sequence[dict[str, Any]] = (),
    ) -> str:
        """`tokens` are what the messages hold beside the prompt."""
        terms = self.terms
        request = ModelRequest(
            terms.handle,
            terms.settings,
            messages,
            limit if terms.sends_limit else None,
            tools,
            terms.self_mode,
            most_tokens=math.ceil((tokens + len(terms.prompt) // BYTES_PER_TOKEN) * terms.factor) + limit,
        )
        answer = await self._ask(request, told)
        summary = accept_answer(answer.text, answer.finish, str(terms.handle))
        self._has_answers = True
        if self.largest is None or answer.usage.input_tokens > self.largest.input_tokens:
            self.largest = AnsweredRequest(request, answer.usage.input_tokens, terms.tokenizer)
        return summary

    async def _ask(self, request: ModelRequest, told: Told) -> ModelAnswer:
        """Asks once more, in the same way, what has failed for a moment where answers would be lost by it."""
        try:
            return await self._caller.ask(request, told)
        except ProviderFailure as failure:
            if not self._has_answers or not await self._caller.rest(failure):
                raise
        return await self._caller.ask(request, told)
