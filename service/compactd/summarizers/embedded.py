"""The embedded summarizer as the use cases ask for it: off the event loop."""

import time
from collections.abc import Sequence
from typing import TypeVar

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.messages import ChatMessage
from compactd.extractive.part_merge import merge_in_steps
from compactd.extractive.reader import Reader
from compactd.extractive.steps import Steps
from compactd.extractive.summary import default_limit, draft_summary

T = TypeVar("T")

_TURN_SECONDS = 0.02
"""How long one summary has the worker before what others have for it gets its turn."""


class ExtractiveOnWorker:
    """The port Extractive, on the one CPU worker."""

    def __init__(self, worker: CpuWorker) -> None:
        self._worker = worker
        self._reader = Reader()

    def default_limit(self, characters: int) -> int:
        """Code points a summary of messages with so many may have at most."""
        return default_limit(characters)

    async def summarize(self, messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
        """At most `limit` code points; `earlier` are the parts before it, not to be repeated."""
        return await self._in_turns(self._summary(messages, limit, earlier))

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""
        return await self._in_turns(merge_in_steps(texts, limit))

    def _summary(self, messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str]) -> Steps[str]:
        digests = yield from self._reader.read(messages)
        return (yield from draft_summary(digests, limit, earlier))

    async def _in_turns(self, work: Steps[T]) -> T:
        """What the work gives; a small conversation takes one turn."""
        finished = await self._worker.run(_turn, work)
        while finished is None:
            finished = await self._worker.run(_turn, work)
        return finished[0]


def _turn(work: Steps[T]) -> tuple[T] | None:
    """Goes on with the work for one turn; gives what came out if that finished it."""
    end = time.perf_counter() + _TURN_SECONDS
    while time.perf_counter() < end:
        try:
            next(work)
        except StopIteration as last:
            return (last.value,)
    return None
