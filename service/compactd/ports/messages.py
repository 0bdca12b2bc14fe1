"""Where messages are appended, and listed as history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from compactd.domain.context import ContextSums
from compactd.domain.keys import ConversationRef
from compactd.domain.messages import ChatMessage, MessageType, StoredMessage
from compactd.domain.paging import Page
from compactd.ports.contexts import ConversationState, StoredDigest
from compactd.ports.operations import Once
from compactd.ports.quotas import Room


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to append with their counts, one per message, made with `tokenizer`; and what was worked out of them
    already, one per message: their digests, as far as the embedded summarizer has read them, and what is `spoken` by
    them in a transcript (`strategies.transcript`), where there is much to read. With `repair` a result without an
    unanswered call of its id is kept as a late one, and there may be no messages; `indexes` are those of the messages
    in the request, where others of it were left out. `looks_back`: the context before it is asked for as well.
    `room`: what the namespace may store, where it has a limit. `traceparent` says in which trace it is appended, empty
    for none."""

    messages: Sequence[ChatMessage]
    token_counts: Sequence[int]
    tokenizer: str
    expected_last_position: int | None = None
    digests: Sequence[StoredDigest | None] | None = None
    spoken: Sequence[str] | None = None
    repair: bool = False
    indexes: Sequence[int] | None = None
    looks_back: bool = False
    room: Room | None = None
    traceparent: str = ""

    def index_in_request(self, index: int) -> int:
        return index if self.indexes is None else self.indexes[index]


@dataclass(frozen=True, slots=True)
class Due:
    """A compaction that a policy asks for: the job that is to make it, empty where there is none because the last one
    has ended without an effect or the namespace has no room for one, and whether it was queued by this."""

    job_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Appended:
    """`ids` and `positions` of the batch, and the context after it, read in the same transaction; `without_call` are
    the indexes in the batch of results that answer no call. `text_before` are the sums of the context before it, where
    the batch looks back, and that context holds text alone (`domain.messages.is_text_alone`) as far as a quick look
    tells. `stored_bytes` is what it takes, as it is stored. `due`: what a policy asks for after it."""

    ids: Sequence[str]
    positions: Sequence[int]
    state: ConversationState
    sums: ContextSums
    without_call: Sequence[int] = ()
    text_before: ContextSums | None = None
    stored_bytes: int = 0
    due: Due | None = None


class MessageStore(Protocol):
    """The messages of conversations."""

    async def append(self, ref: ConversationRef, batch: Batch, once: Once[Appended] | None = None) -> Appended:
        """Appends the batch in order. A system message at index 0 of the first batch ever replaces the text at
        position 0 (id and position are that row's), and the old text is kept. Raises InvalidField naming
        `messages[i].tool_call_id` for each result without an unanswered call, unless the batch is to be repaired,
        `messages[i].tool_calls` where more than MAX_OPEN_CALLS would wait; ContextChanged if `expected_last_position`
        is not the last appended one's. No messages change nothing."""

    async def results_without_call(self, ref: ConversationRef, messages: Sequence[ChatMessage]) -> list[int]:
        """The indexes of results for which no call would wait, were these messages appended now."""

    async def list_messages(
        self, ref: ConversationRef, page: Page, types: Collection[MessageType] | None = None
    ) -> list[StoredMessage]:
        """History, summaries where they stand and the system message at position 0. With `types` only messages of one
        of them, whole; it filters before the page's limit."""
