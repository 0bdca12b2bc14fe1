"""Requests that a model has answered, held against what it says it has read."""

import asyncio
import time

from compactd.application.token_ratios import TokenRatios
from compactd.domain.messages import is_text_alone
from compactd.domain.token_ratios import FEWEST_TOKENS, Observation
from compactd.domain.value_class import value
from compactd.ports.model import ModelRequest
from compactd.ports.token_ratios import SHARED, RatioKey
from compactd.ports.tokenizer import Tokenizer

EVERY_SECONDS = 5.0
"""A model's requests are counted so often at most: counting one takes 60 to 250 ms of CPU a megabyte, in the worker."""

MOST_MODELS = 1_000
"""Names of models come from callers; of more than these the one looked at longest ago is forgotten."""


@value
class AnsweredRequest:
    """A request, how many tokens its answer says that the model read, and the tokenizer to hold against it."""

    request: ModelRequest
    input_tokens: int
    tokenizer: str


class ObservedRequests:
    """Counts now and then what a request really held, once its answer is there: nobody waits for it. What is stored of
    messages would not do: it knows an image by a constant, and not what a transcript leaves out."""

    def __init__(self, ratios: TokenRatios, tokenizer: Tokenizer) -> None:
        self.ratios = ratios
        self._tokenizer = tokenizer
        self._looked_at: dict[RatioKey, float] = {}
        self._counting: asyncio.Task[None] | None = None

    @property
    def is_counting(self) -> bool:
        return self._counting is not None and not self._counting.done()

    def answered(self, answered: AnsweredRequest) -> None:
        """Takes notice of a request whose summary is committed: what comes to nothing teaches nothing. Of what is not
        text alone nobody knows what it should have come to."""
        request, input_tokens = answered.request, answered.input_tokens
        if input_tokens < FEWEST_TOKENS // 2 or self.is_counting:
            return
        key = RatioKey(SHARED, str(request.handle), answered.tokenizer)
        now = time.monotonic()
        if now - self._looked_at.get(key, float("-inf")) < EVERY_SECONDS:
            return
        if not all(map(is_text_alone, request.messages)):
            return
        self._looked_at.pop(key, None)
        if len(self._looked_at) == MOST_MODELS:
            del self._looked_at[next(iter(self._looked_at))]
        self._looked_at[key] = now
        self._counting = asyncio.create_task(self._count(key, request, input_tokens), name="observed request")

    async def close(self) -> None:
        """Leaves what is being counted, and has what was seen written."""
        if self._counting is not None:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)
        await self.ratios.close()

    async def _count(self, key: RatioKey, request: ModelRequest, input_tokens: int) -> None:
        counts = await self._tokenizer.count_messages(request.messages, key.tokenizer)
        tools = await self._tokenizer.count_tools(request.tools, key.tokenizer) if request.tools else 0
        self.ratios.observe(key, Observation(sum(counts) + tools, input_tokens))
