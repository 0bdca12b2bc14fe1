"""The embedded summarizer as the use cases ask for it: off the event loop."""

from collections.abc import Sequence

from compactd.application.cpu_worker import CpuWorker
from compactd.domain.messages import ChatMessage
from compactd.extractive.part_merge import merge
from compactd.extractive.summary import advance, default_limit, summary_in_steps


class ExtractiveOnWorker:
    """The port Extractive, on the one CPU worker."""

    def __init__(self, worker: CpuWorker) -> None:
        self._worker = worker

    def default_limit(self, characters: int) -> int:
        """Code points a summary of messages with so many may have at most."""
        return default_limit(characters)

    async def summarize(self, messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
        """At most `limit` code points; `earlier` are the parts before it, not to be repeated.

        In steps, so that what others have for the worker gets its turn; a small conversation takes one.
        """
        work = summary_in_steps(messages, limit, earlier)
        summary = await self._worker.run(advance, work)
        while summary is None:
            summary = await self._worker.run(advance, work)
        return summary

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""
        return await self._worker.run(merge, texts, limit)
