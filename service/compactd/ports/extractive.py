"""The embedded summarizer."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from compactd.domain.messages import ChatMessage
from compactd.extractive.ledger.holders import Holders
from compactd.extractive.ledger.receipt import Outcome
from compactd.extractive.reading.identifiers import Identifier
from compactd.ports.contexts import DigestSource, Mentions, StoredDigest
from compactd.strategies.secrets import Redactions

DigestsRead = Sequence[tuple[int, StoredDigest]]
"""By position, what had to be read of messages: for whoever keeps it."""


@dataclass(frozen=True, slots=True)
class Extract:
    """A summary, and what had to be read of messages for it. `quoted` are lines of it that a message has word by word,
    without their bullets."""

    text: str
    digests_read: DigestsRead
    quoted: Collection[str] = ()


class Extractive(Protocol):
    """The embedded summarizer, off the event loop."""

    def default_limit(self, characters: int, tokens: int) -> int:
        """The most code points of a summary of messages that have so many `characters` and take so many `tokens`."""

    async def read(self, messages: Sequence[ChatMessage], redactions: Redactions) -> list[StoredDigest | None]:
        """The digests of messages, in their order, for whoever keeps them; None for one that is read only when it is
        summarized. What it redacts for that is in the `redactions` afterwards."""

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
        self, mentions: Mentions, summary: str, written: Sequence[str], quoted: Collection[str] = ()
    ) -> Outcome | None:
        """What became of the identifiers of the evicted messages where the context is the `summary` and the kept ones.
        `written` are the new texts in it, `quoted` lines of them that a message has word by word: what these hold is
        not doubtful. None where rules of another version have read one of the messages."""

    async def outcome_by_digests(
        self, evicted: Sequence[DigestSource], kept: Sequence[DigestSource], summary: str, written: Sequence[str]
    ) -> tuple[Outcome, DigestsRead]:
        """The same of the messages themselves, and what had to be read of them for it."""

    async def unfounded(
        self, doubtful: Sequence[Identifier], sources: Sequence[DigestSource], written: Sequence[str]
    ) -> tuple[Sequence[Identifier], DigestsRead]:
        """Those of the doubtful ones that stand nowhere in what was read of the messages, and that a line of `written`
        names which no message has word by word; and what had to be read for it."""

    async def add_to(self, holders: Holders, sources: Sequence[DigestSource]) -> DigestsRead:
        """Adds what the messages name, in their order; returns what had to be read of them for it."""

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""
