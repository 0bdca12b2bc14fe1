"""Where messages are appended, and listed as history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from compactd.domain.context import ContextSums
from compactd.domain.keys import ConversationRef
from compactd.domain.messages import ChatMessage, MessageType, StoredMessage
from compactd.domain.paging import Page
from compactd.ports.contexts import ConversationState
from compactd.ports.operations import Once


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to append with their counts, one per message, made with `tokenizer`; and what was worked out of them
    already, one per message: their digests, as far as the embedded summarizer has read them, and what is `spoken` by
    them in a transcript (`strategies.transcript`), where there is much to read."""

    messages: Sequence[ChatMessage]
    token_counts: Sequence[int]
    tokenizer: str
    expected_last_position: int | None = None
    digests: Sequence[bytes | None] | None = None
    spoken: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """`ids` and `positions` of the batch, and the context after it, read in the same transaction."""

    ids: Sequence[str]
    positions: Sequence[int]
    state: ConversationState
    sums: ContextSums


class MessageStore(Protocol):
    """The messages of conversations."""

    async def append(self, ref: ConversationRef, batch: Batch, once: Once[Appended] | None = None) -> Appended:
        """Appends the batch in order. A system message at index 0 of the first batch ever replaces the text at
        position 0 (id and position are that row's), and the old text is kept. Raises InvalidField naming
        `messages[i].role` for a system message elsewhere or later, `messages[i].tool_call_id` for a result without
        an unanswered call, `messages[i].tool_calls` where more than MAX_OPEN_CALLS would wait; ContextChanged if
        `expected_last_position` is not the last appended one's."""

    async def list_messages(
        self, ref: ConversationRef, page: Page, types: Collection[MessageType] | None = None
    ) -> list[StoredMessage]:
        """History, summaries where they stand and the system message at position 0. With `types` only messages of one
        of them, whole; it filters before the page's limit."""
