"""The embedded summarizer."""

from collections.abc import Sequence
from typing import Protocol

from compactd.domain.messages import ChatMessage


class Extractive(Protocol):
    """The embedded summarizer, off the event loop."""

    def default_limit(self, characters: int) -> int:
        """The most code points of a summary of messages that have so many."""

    async def summarize(self, messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
        """A summary of at most `limit` code points; `earlier` are the parts before it, which it does not repeat."""

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""
