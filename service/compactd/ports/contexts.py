"""Contexts as the store knows them: their state, their figures, and the messages in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from compactd.domain.compactions import Compaction
from compactd.domain.context import Context, ContextSums, Entry
from compactd.domain.keys import AgentKey, ConversationKey, ConversationRef
from compactd.domain.messages import ChatMessage, ContextMessage, StoredMessage
from compactd.domain.resource_settings import ResourceSettings
from compactd.domain.value_class import value
from compactd.ports.operations import Once
from compactd.strategies.chunks import RenderedMessage
from compactd.strategies.tail import Tail

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SystemText:
    """A text for position 0, counted with `tokenizer`."""

    text: str
    token_count: int
    tokenizer: str


@dataclass(frozen=True, slots=True)
class PutSystem:
    """A text that was put at position 0 of an agent's conversation, and the context's version after it."""

    agent_id: str
    conversation_id: str
    text: str
    version: str


@dataclass(frozen=True, slots=True)
class ConversationState:
    """The state of a conversation's context, and what is set for it, without any entry.

    `agent` and `conversation` are the settings of each. `has_tools` says whether the agent has tool schemas, which
    take `tools_tokens` when counted with `tools_tokenizer`. `context_version` counts compactions and restores,
    `system_version` texts of the system message; `version` is what callers see. `evicted_count` is how many messages
    stand outside the context.
    """

    namespace: str
    agent_id: str
    conversation_id: str
    agent: ResourceSettings
    conversation: ResourceSettings
    has_tools: bool
    tools_tokens: int
    tools_tokenizer: str
    context_version: int
    system_version: int
    context_start: int
    summary_position: int | None
    last_position: int
    evicted_count: int

    @property
    def key(self) -> ConversationKey:
        return ConversationKey(self.namespace, self.conversation_id)

    @property
    def agent_key(self) -> AgentKey:
        return AgentKey(self.namespace, self.agent_id)

    @property
    def version(self) -> str:
        return f"{self.context_version}.{self.system_version}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent reading of a conversation's context.

    `last_compaction` is the record in force, None before the first. `bodies` are there only where they were asked for:
    system message, summary, entries, in this order and as many as `context.message_count`. The summary's message has
    role SUMMARY and its bare text as content.
    """

    state: ConversationState
    context: Context
    last_compaction: Compaction | None
    bodies: Sequence[ContextMessage] | None = None


@value
class DigestSource:
    """A message as the embedded summarizer takes it: its digest, or the message itself where it has not been read by
    today's rules."""

    position: int
    digest_or_message: bytes | ChatMessage


class StoredDigest(NamedTuple):
    """What was read of a message, as it is kept: its digest, and what it names and mentions by itself, for those who
    ask for nothing else (`extractive.ledger.members`)."""

    digest: bytes
    identifiers: bytes
    passing: bytes | None


@value
class Mentions:
    """What the messages of a context name, joined (`extractive.ledger.members`): the `evicted` ones, and the `kept`
    ones with what they mention in passing. `system` is the text of the system message, None where it was not read."""

    evicted: str
    kept: str
    system: str | None


class ContextReading(Protocol):
    """A context inside one unit of work, read only as far as it is asked for.

    Nothing here waits for the event loop: what is asked runs where the statements run. `first` and `last` are
    positions, inclusive; summaries between them are passed over.
    """

    @property
    def state(self) -> ConversationState: ...

    @property
    def last_compaction(self) -> Compaction | None:
        """The record in force, None before the first."""

    def sums(self) -> ContextSums: ...

    @property
    def tail(self) -> Tail:
        """The entries from the last one backwards, read in pages as they are gone through."""

    def transcript_and_mentions(self, first: int, last: int, kept: int) -> tuple[str, Mentions | None]:
        """The messages before position `kept` as one transcript, without its markers; and what `mentions` gives."""

    def digests(self, first: int, last: int) -> list[DigestSource]:
        """The messages as the embedded summarizer takes them, in order."""

    def mentions(self, first: int, last: int, kept: int) -> Mentions | None:
        """What the messages name, of which those from position `kept` on are kept; None where one of them has not been
        read."""


class ContextStore(Protocol):
    """Contexts read, counted again, and given another system message."""

    async def read_context(self, ref: ConversationRef, work: Callable[[ContextReading], T]) -> T:
        """What `work` returns or raises; all that it reads is of one moment. It is pure but for its reading, and short:
        it may run twice, and holds a connection."""

    async def state(self, ref: ConversationRef) -> ConversationState:
        """The state alone; what it says of agent and conversation is of one moment."""

    async def snapshot(self, ref: ConversationRef, *, bodies: bool = False) -> Snapshot:
        """Reads the conversation row first, then messages below that row's next position. Without `bodies` only
        narrow columns are read."""

    async def load_messages(self, key: ConversationKey, first: int, last: int) -> list[StoredMessage]:
        """Messages at positions first to last, inclusive, in order, without summaries. ConversationNotFound if the
        conversation is gone by then, even where there would be no message."""

    async def load_digests(self, key: ConversationKey, first: int, last: int) -> list[DigestSource]:
        """The same messages as the embedded summarizer takes them. Raises what load_messages raises."""

    def keep_digests(self, key: ConversationKey, digests_read: Sequence[tuple[int, StoredDigest]]) -> None:
        """Keeps what the embedded summarizer read of messages, by position, soon, and for the next reader: nobody waits
        for it, and nothing fails for it. In a conversation that is not there it keeps nothing."""

    async def load_transcript(self, key: ConversationKey, first: int, last: int) -> str:
        """The same messages as one transcript, without its markers. Raises what load_messages raises."""

    async def load_rendered(self, key: ConversationKey, first: int, last: int) -> list[RenderedMessage]:
        """The same messages, each as a transcript shows it. Raises what load_messages raises."""

    async def load_entries(self, key: ConversationKey, first: int, last: int) -> list[Entry]:
        """The same messages as figures. Raises what load_messages raises."""

    async def load_ids(self, key: ConversationKey, first: int, last: int) -> dict[int, str]:
        """The ids of the same messages, by position. Raises what load_messages raises."""

    async def store_counts(self, key: ConversationKey, tokenizer: str, counts: Sequence[tuple[int, int]]) -> None:
        """Replaces token counts by (position, tokens), all made with `tokenizer`. A count that was made with it already
        is left alone: the text at position 0 may be a newer one."""

    async def put_system(
        self,
        key: ConversationKey,
        system: SystemText,
        planned_version: int,
        expected_version: str | None,
        once: Once[PutSystem] | None = None,
    ) -> PutSystem:
        """Replaces the text at position 0, keeps the old one, raises system_version; returns the new version.
        ContextChanged if the system_version is not `planned_version`, or `expected_version` is not in force."""
