"""AppendMessages: check, count, append in one transaction, and say how large the context is now."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from compactd.application.chosen_summarizer import chooses_embedded
from compactd.application.context_size import ContextMeter, ContextSize
from compactd.application.token_counts import tokenizer_of
from compactd.domain.keys import ConversationRef
from compactd.domain.message_rules import check_batch
from compactd.domain.messages import ChatMessage
from compactd.ports.contexts import ContextStore, ConversationState
from compactd.ports.extractive import Extractive
from compactd.ports.messages import Batch, MessageStore
from compactd.ports.tokenizer import Tokenizer, TokenizerName

REMEMBERED = 10_000
"""Conversations that are remembered, so that their messages can be worked on before the conversation is read."""


@dataclass(frozen=True, slots=True)
class AppendResult:
    """Ids and positions, one for each message of the batch, and the context after it."""

    ids: Sequence[str]
    positions: Sequence[int]
    context: ContextSize


@dataclass(frozen=True, slots=True)
class _Readers:
    """Who will read the messages of a conversation: its model, whose tokenizer it is, and for a summary perhaps the
    embedded summarizer."""

    tokenizer: TokenizerName
    embedded: bool


class AppendMessages:
    """Takes batches of messages into a conversation."""

    def __init__(
        self,
        messages: MessageStore,
        contexts: ContextStore,
        meter: ContextMeter,
        tokenizer: Tokenizer,
        extractive: Extractive,
    ) -> None:
        self._messages = messages
        self._contexts = contexts
        self._meter = meter
        self._tokenizer = tokenizer
        self._extractive = extractive
        self._readers: OrderedDict[ConversationRef, _Readers] = OrderedDict()

    async def __call__(
        self,
        ref: ConversationRef,
        messages: Sequence[ChatMessage],
        expected_last_position: int | None = None,
    ) -> AppendResult:
        """Raises InvalidField naming the message at fault, and then nothing of the batch is stored; ContextChanged if
        `expected_last_position` is not that of the last message."""
        check_batch(messages)
        readers = self._readers.get(ref) or self._readers_of(await self._contexts.state(ref))
        name = readers.tokenizer.name
        counts = await self._tokenizer.count_messages(messages, name)
        digests = await self._extractive.read(messages) if readers.embedded else None
        appended = await self._messages.append(ref, Batch(messages, counts, name, expected_last_position, digests))
        readers = self._readers_of(appended.state)
        self._remember(ref, readers)
        size = await self._meter.size_after(appended, readers.tokenizer)
        return AppendResult(appended.ids, appended.positions, size)

    def _readers_of(self, state: ConversationState) -> _Readers:
        return _Readers(tokenizer_of(state, self._tokenizer), chooses_embedded(state))

    def _remember(self, ref: ConversationRef, readers: _Readers) -> None:
        self._readers[ref] = readers
        self._readers.move_to_end(ref)
        if len(self._readers) > REMEMBERED:
            self._readers.popitem(last=False)
