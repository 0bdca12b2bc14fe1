"""What summarizers work on, over a conversation in memory."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import cast

from compactd.application.cpu_worker import CpuWorker
from compactd.application.embedded_summarizer import EmbeddedSummarizer
from compactd.application.material import Evicted, Material, MaterialLoader, OwnContext
from compactd.domain.compactions import SummaryPart
from compactd.domain.context import Entry
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.domain.settings import CompactionMode
from compactd.extractive.ledger.holders import Holders
from compactd.extractive.ledger.receipt import Outcome
from compactd.extractive.reading.identifiers import Identifier
from compactd.ports.agents import AgentStore
from compactd.ports.contexts import ContextStore, DigestSource, Mentions, StoredDigest
from compactd.ports.extractive import DigestsRead, Extract
from compactd.strategies.call_naming import AS_STORED
from compactd.strategies.chunks import RenderedMessage
from compactd.strategies.modes import Cut
from compactd.strategies.secrets import Redactions
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.stored_conversation import StoredConversation


class StoredMessages:
    """What the store loads, over a conversation in memory, and of which positions contents were asked for, how often
    as one transcript."""

    def __init__(self, conversation: StoredConversation) -> None:
        self.ranges: list[tuple[int, int]] = []
        self.transcripts = 0
        self.digests: dict[int, StoredDigest] = {}
        self._conversation = conversation

    async def load_messages(self, _: ConversationKey, first: int, last: int) -> list[StoredMessage]:
        self.ranges.append((first, last))
        return self._conversation.between(first, last)

    async def load_digests(self, _: ConversationKey, first: int, last: int) -> list[DigestSource]:
        self.ranges.append((first, last))
        return sources_of(self._conversation.between(first, last))

    def keep_digests(self, _: ConversationKey, digests_read: DigestsRead) -> None:
        self.digests.update(digests_read)

    async def load_transcript(self, _: ConversationKey, first: int, last: int) -> str:
        self.ranges.append((first, last))
        self.transcripts += 1
        return "\n".join(message.text for message in self._conversation.rendered(first, last))

    async def load_rendered(self, _: ConversationKey, first: int, last: int) -> list[RenderedMessage]:
        self.ranges.append((first, last))
        return self._conversation.rendered(first, last)

    async def load_entries(self, _: ConversationKey, first: int, last: int) -> list[Entry]:
        return self._conversation.entries_between(first, last)


def sources_of(messages: Sequence[StoredMessage]) -> list[DigestSource]:
    """Messages of which nothing has been read."""
    return [DigestSource(stored.position, stored.message) for stored in messages]


async def conversation_of(size: int, tokenizer: TiktokenTokenizer) -> StoredConversation:
    conversation = StoredConversation()
    messages = [ChatMessage(Role.USER, f"number {at}: " + "fact " * 60) for at in range(size)]
    conversation.append(messages, await tokenizer.count_messages(messages, "o200k_base"))
    return conversation


def material(
    conversation: StoredConversation,
    earlier: Sequence[SummaryPart] = (),
    clip_chars: int = 0,
    own_context: Callable[[], Awaitable[OwnContext]] | None = None,
) -> Material:
    """What a model is given: all that is evicted has been read, as one transcript."""
    plan = conversation.plan(Cut.ALL, 0.3, 128_000)
    rendered = conversation.rendered(plan.first_evicted, plan.last_evicted)
    evicted = Evicted(transcript="\n".join(message.text for message in rendered))
    key = ConversationKey("tests", "conv-1")
    return Material(key, plan, evicted, earlier, clip_chars, "o200k_base", own_context=own_context)


def loader_of(
    conversation: StoredConversation, tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> tuple[MaterialLoader, StoredMessages]:
    store = StoredMessages(conversation)
    return MaterialLoader(
        cast("AgentStore", None), cast("ContextStore", store), lambda _: AS_STORED, tokenizer, worker
    ), store


def part(first: int, last: int, tokens: int, text: str, source_tokens: int = 100) -> SummaryPart:
    return SummaryPart(first, last, tokens, text, source_tokens=source_tokens)


async def compacted_twice(tokenizer: TiktokenTokenizer) -> StoredConversation:
    """Twenty messages are evicted, twenty more have come since."""
    conversation = await conversation_of(20, tokenizer)
    plan = conversation.plan(Cut.ALL, 0.3, 128_000)
    conversation.commit(plan, CompactionMode.ALL, 0.3, "the first part", 60)
    more = await conversation_of(20, tokenizer)
    conversation.append([stored.message for stored in more.messages.values()], [64] * 20)
    return conversation


READ = StoredDigest(b"read", b"", None)


class FilledExtractive:
    """The port Extractive, whose texts are as long as they may be."""

    def __init__(self, text: Callable[[int], str]) -> None:
        self.limits: list[int] = []
        self._text = text

    def default_limit(self, characters: int, tokens: int) -> int:
        return characters // 10

    async def read(self, messages: Sequence[ChatMessage], redactions: Redactions) -> list[StoredDigest | None]:
        return [READ for _ in messages]

    async def summarize(
        self, sources: Sequence[DigestSource], limit: Callable[[int], int], earlier: Sequence[str] = ()
    ) -> Extract:
        unread = {s.position: s.digest_or_message for s in sources if not isinstance(s.digest_or_message, bytes)}
        self.limits.append(limit(sum(message.characters for message in unread.values())))
        return Extract(self._text(self.limits[-1]), [(position, READ) for position in unread])

    async def add_ledger(
        self,
        text: str,
        sources: Sequence[DigestSource],
        limit: Callable[[int], int],
        earlier: Sequence[str] = (),
        *,
        cut: bool,
    ) -> Extract:
        return Extract(text, [])

    async def outcome(
        self, mentions: Mentions, summary: str, written: Sequence[str], quoted: Collection[str] = ()
    ) -> Outcome | None:
        return Outcome({}, (), ())

    async def outcome_by_digests(
        self, evicted: Sequence[DigestSource], kept: Sequence[DigestSource], summary: str, written: Sequence[str]
    ) -> tuple[Outcome, DigestsRead]:
        return Outcome({}, (), ()), []

    async def unfounded(
        self, doubtful: Sequence[Identifier], sources: Sequence[DigestSource], written: Sequence[str]
    ) -> tuple[Sequence[Identifier], DigestsRead]:
        return (), []

    async def add_to(self, holders: Holders, sources: Sequence[DigestSource]) -> DigestsRead:
        return []

    async def merge(self, texts: Sequence[str], limit: int) -> str:
        self.limits.append(limit)
        return "".join(texts)[:limit]


def embedded_summarizer(
    text: Callable[[int], str], conversation: StoredConversation, tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> EmbeddedSummarizer:
    loader, _ = loader_of(conversation, tokenizer, worker)
    return EmbeddedSummarizer(FilledExtractive(text), loader)
