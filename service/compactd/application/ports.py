"""What the use cases need from the outside, as Protocols. Implementations: storage/, summarizers/, tokenizers/."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from compactd.domain.agents import Agent
from compactd.domain.compactions import Compaction, Usage
from compactd.domain.context import Context
from compactd.domain.conversations import Conversation
from compactd.domain.handles import ModelHandle
from compactd.domain.keys import AgentKey, ConversationKey, ConversationRef
from compactd.domain.messages import ChatMessage, CompactionStats, StoredMessage
from compactd.domain.model_settings import ModelSettings
from compactd.domain.paging import Page
from compactd.domain.resource_settings import ResourceSettings


@dataclass(frozen=True, slots=True)
class SystemText:
    """A text for position 0, counted with `tokenizer`."""

    text: str
    token_count: int
    tokenizer: str


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
    """One consistent reading of a conversation's context. `last_compaction` is the record in force, None before the
    first. `bodies` (system, summary, entries: in this order, as many
    as `context.message_count`) only where they were asked for; the summary's message has role SUMMARY and its bare
    text as content."""

    state: ConversationState
    context: Context
    last_compaction: Compaction | None
    bodies: Sequence[StoredMessage] | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to append with their counts, one per message, made with `tokenizer`."""

    messages: Sequence[ChatMessage]
    token_counts: Sequence[int]
    tokenizer: str
    expected_last_position: int | None = None


@dataclass(frozen=True, slots=True)
class ContextTotals:
    """Sums over the context: `tokens` of system message, framed summary and entries; how many late results, and how
    many dead calls (answered late or never) are shown with a stand-in; whether a stand-in opens it (there is no
    summary, and the first entry is neither a user message nor a late result); the tokenizer that made every count
    (None if they differ)."""

    tokens: int
    late_results: int
    stand_ins: int
    opening: bool
    tokenizer: str | None


@dataclass(frozen=True, slots=True)
class Appended:
    """`ids` and `positions` of the batch, and the context after it, read in the same transaction."""

    ids: Sequence[str]
    positions: Sequence[int]
    state: ConversationState
    totals: ContextTotals


@dataclass(frozen=True, slots=True)
class CompactionCommit:
    """What a compaction changes, and what must still hold for it.

    `context_version` and `system_version` are those of the plan. `record.context_start` is the new start;
    `record.summary_position` is filled in by the store, which takes the next position for the summary.
    `max_system_tokens` is the room that the new summary and the kept entries leave for the system message in
    the window of `stats`; it is looked at if there is another system message than that of the plan. `stats` are kept
    with the summary.
    """

    record: Compaction
    context_version: int
    system_version: int
    summary_message_id: str
    summary_text: str
    summary_tokens: int
    max_system_tokens: int
    stats: CompactionStats


@dataclass(frozen=True, slots=True)
class AgentFilter:
    """`tags`: with any of them, or with all if `match_all_tags`. `query_text`: part of the name, case-insensitive."""

    name: str | None = None
    tags: Sequence[str] = ()
    match_all_tags: bool = False
    query_text: str | None = None
    order_by: str = "created_at"


@dataclass(frozen=True, slots=True)
class ConversationFilter:
    """`summary_search`: part of the title, case-insensitive. `order_by`: created_at, updated_at, last_message_at."""

    agent_id: str | None = None
    summary_search: str | None = None
    order_by: str = "created_at"


class Store(Protocol):
    """Everything durable. Each method is one unit of work: one transaction, one hop to a thread.

    Every method raises StoreUnavailable when the database cannot be reached. Methods that take a namespace see
    nothing of another one: what is there counts as missing (AgentNotFound, ConversationNotFound, …).
    Resolving a ConversationRef raises AgentNotFound if it names a missing agent, else ConversationNotFound.
    A cursor id of a Page that is unknown in the listed collection raises InvalidField naming `after` or `before`.
    Lists end before PAGE_BYTES (of stored bytes) with at least one item.
    """

    async def ping(self) -> None:
        """Returns if a trivial statement can be executed now."""

    async def create_agent(self, namespace: str, agent: Agent, default: Conversation, system: SystemText) -> None:
        """Stores the agent, its blocks and its default conversation, whose position 0 holds `system`."""

    async def get_agent(self, key: AgentKey) -> Agent: ...

    async def list_agents(self, namespace: str, where: AgentFilter, page: Page) -> list[Agent]: ...

    async def update_agent(self, key: AgentKey, change: Callable[[Agent], Agent]) -> Agent:
        """Reads, applies `change` (pure; its errors pass through and nothing is written) and writes, in one
        transaction. Memory blocks are compared by label: new ones are added, missing ones removed."""

    async def delete_agent(self, key: AgentKey) -> None:
        """Deletes the agent, its blocks, conversations, messages, system texts and records."""

    async def create_conversation(self, namespace: str, conversation: Conversation, system: SystemText) -> None:
        """AgentNotFound if the agent is gone by then."""

    async def get_conversation(self, key: ConversationKey) -> tuple[Conversation, list[str]]:
        """The conversation and the ids of its in-context messages: system, summary, entries, in order."""

    async def list_conversations(self, namespace: str, where: ConversationFilter, page: Page) -> list[Conversation]:
        """Without default conversations."""

    async def update_conversation(
        self, key: ConversationKey, change: Callable[[Conversation], Conversation]
    ) -> Conversation: ...

    async def delete_conversation(self, key: ConversationKey) -> None:
        """DefaultConversation if it is its agent's default one."""

    async def state(self, ref: ConversationRef) -> ConversationState: ...

    async def snapshot(self, ref: ConversationRef, *, bodies: bool = False) -> Snapshot:
        """Reads the conversation row first, then messages below that row's next position. Without `bodies` only
        narrow columns are read."""

    async def load_messages(self, key: ConversationKey, first: int, last: int) -> list[StoredMessage]:
        """Messages at positions first to last, inclusive, in order, without summaries. ConversationNotFound if the
        conversation is gone by then, even where there would be no message."""

    async def append(self, ref: ConversationRef, batch: Batch) -> Appended:
        """Appends the batch in order. A system message at index 0 of the first batch ever replaces the text at
        position 0 (id and position are that row's), and the old text is kept. Raises InvalidField naming
        `messages[i].role` for a system message elsewhere or later, `messages[i].tool_call_id` for a result without
        an unanswered call, `messages[i].tool_calls` where more than MAX_OPEN_CALLS would wait; ContextChanged if
        `expected_last_position` is not the last appended one's."""

    async def totals(self, ref: ConversationRef) -> tuple[ConversationState, ContextTotals]: ...

    async def store_counts(self, key: ConversationKey, tokenizer: str, counts: Sequence[tuple[int, int]]) -> None:
        """Replaces token counts by (position, tokens), all made with `tokenizer`."""

    async def list_messages(
        self, ref: ConversationRef, page: Page, message_types: Sequence[str] = ()
    ) -> list[StoredMessage]:
        """History, summaries where they stand and the system message at position 0. `message_types` keeps messages
        with one of: system_message, user_message, assistant_message (assistant with text, or without calls),
        tool_call_message (assistant with calls), tool_return_message, summary_message, so that every message has a
        type; it filters before `limit`."""

    async def put_system(
        self, key: ConversationKey, system: SystemText, planned: int, expected_version: str | None
    ) -> str:
        """Replaces the text at position 0, keeps the old one, raises system_version; returns the new version.
        ContextChanged if the system_version is not `planned`, or `expected_version` is not in force."""

    async def commit_compaction(self, key: ConversationKey, commit: CompactionCommit) -> Compaction:
        """One transaction: compare-and-set on the conversation row, summary row, record. Returns the record with its
        summary_position. ConversationNotFound if deleted meanwhile; ContextChanged if `context_version` is no longer
        the one in force; SummaryNotSmaller if the system message in force exceeds `max_system_tokens`;
        OutcomeUnknown if the connection was lost during COMMIT and the record cannot be looked up."""

    async def get_compaction(self, ref: ConversationRef, compaction_id: str, *, message_ids: bool) -> Compaction:
        """With `message_ids` the record carries evicted_message_ids, and kept_message_ids: the system message's, and
        those from its context_start to its last_seen_position, without summaries. CompactionNotFound."""

    async def list_compactions(self, ref: ConversationRef, page: Page) -> list[Compaction]:
        """Ordered by the version they made."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class TokenizerName:
    """`name` is the encoding counts are stored under; `estimate` if the model's own tokenizer is not public."""

    name: str
    estimate: bool


class Tokenizer(Protocol):
    """Counts tokens, off the event loop. Raises nothing for any text."""

    def for_model(self, handle: ModelHandle | None) -> TokenizerName:
        """The tokenizer of a model, or the nearest; o200k_base as an estimate without one."""

    async def count_texts(self, texts: Sequence[str], tokenizer: str) -> list[int]: ...

    async def count_messages(self, messages: Sequence[ChatMessage], tokenizer: str) -> list[int]:
        """As shown in a view: role, name, text, tool calls, images by a constant; empty content as `[empty]`."""

    async def count_tools(self, tool_schemas: Sequence[dict[str, Any]], tokenizer: str) -> int: ...


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What a summarizer model is asked. `tools` only with the agent's own context (their use is forbidden).

    `timeout` is in seconds from now, None without a deadline.
    """

    handle: ModelHandle
    settings: ModelSettings | None
    messages: Sequence[ChatMessage]
    max_output_tokens: int | None
    tools: Sequence[dict[str, Any]] = ()
    self_context: bool = False
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """`text` as the model gave it, None if it gave something else. `finish` is one of stop, length, refusal,
    tool_calls, other: from the provider's own stop reason."""

    text: str | None
    finish: str
    usage: Usage


class PromptTooLong(Exception):
    """The provider says that the prompt does not fit its window. `window` is the size it names, if it does."""

    def __init__(self, window: int | None = None) -> None:
        super().__init__(window)
        self.window = window


class Model(Protocol):
    """Asks the models of every provider."""

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Raises PromptTooLong, a ProviderFailure, or CancelledError when cancelled (the connection is closed)."""


class ModelCatalog(Protocol):
    """What is known about models without asking them: one table, pure look-ups."""

    def is_known_provider(self, handle: ModelHandle) -> bool: ...

    def light_default(self, provider: str) -> ModelHandle | None: ...

    def window(self, handle: ModelHandle) -> int | None:
        """Input tokens, None if unknown."""

    def max_output(self, handle: ModelHandle) -> int | None: ...

    def sends_output_limit(self, handle: ModelHandle) -> bool:
        """False where the provider takes none (chatgpt_oauth)."""

    def unsupported_settings(
        self, handle: ModelHandle, settings: ModelSettings, *, self_context: bool
    ) -> Sequence[tuple[str, str]]:
        """(path below model_settings, sentence) for every given field that this provider or model cannot take."""

    def unused_settings(self, settings: ModelSettings) -> Sequence[str]:
        """Paths below model_settings, the member's name first, of given fields that are never sent to that provider."""


class Extractive(Protocol):
    """The embedded summarizer, off the event loop."""

    def default_limit(self, characters: int) -> int:
        """Code points a summary of messages with so many may have at most."""

    async def summarize(self, messages: Sequence[ChatMessage], limit: int, earlier: Sequence[str] = ()) -> str:
        """At most `limit` code points; `earlier` are the parts before it, not to be repeated."""

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        """The texts of neighbouring parts shortened into one of at most `limit` code points."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present time in UTC."""
