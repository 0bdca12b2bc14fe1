"""The embedded summarizer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from compactd.domain.messages import ChatMessage
from compactd.extractive.ledger.holders import Holders
from compactd.extractive.ledger.receipt import Outcome
from compactd.ports.contexts import DigestSource


@dataclass(frozen=True, slots=True)
class Extract:
    """A summary, and the digests, by position, of the messages that had to be read for it."""

    text: str
    digests_read: Sequence[tuple[int, bytes]]


class Extractive(Protocol):
    """The embedded summarizer, off the event loop."""

    def default_limit(self, characters: int, tokens: int) -> int:
        """The most code points of a summary of messages that have so many `characters` and take so many `tokens`."""

    async def read(self, messages: Sequence[ChatMessage]) -> list[bytes | None]:
        """The digests of messages, in their order, for whoever keeps them; None for one that is read only when it is
        summarized."""

    async def summarize(
        self, sources: Sequence[DigestSource], limit: Callable[[int], int], earlier: Sequence[str] = ()
    ) -> Extract:
        """A summary of at most so many code points as `limit` says for the characters of the messages; `earlier` are
        the parts before it, which it does not repeat."""

    async def add_ledger(
        self,
        text: str,
        sources: Sequence[DigestSource],
        limit: Callable[[int], int],
        earlier: Sequence[str] = (),
        *,
        cut: bool,
    ) -> Extract:
        """The text with a section of identifiers behind it that neither it nor the parts before it hold, together
        within `limit` for the characters of the messages; of a text that leaves no room for it the end is cut off, if
        it is to be `cut`."""

    async def outcome(
        self, evicted: Sequence[DigestSource], kept: Sequence[DigestSource], summary: str, written: Sequence[str]
    ) -> tuple[Outcome, Sequence[tuple[int, bytes]]]:
        """What became of the identifiers of the evicted messages where the context is the `summary` and the kept ones;
        `written` are the new texts in it. Beside it the digests, by position, of messages that had to be read."""

    async def add_to(self, holders: Holders, sources: Sequence[DigestSource]) -> Sequence[tuple[int, bytes]]:
        """Adds what the messages name, in their order; returns the digests, by position, of those that had to be read
        for it."""

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""
