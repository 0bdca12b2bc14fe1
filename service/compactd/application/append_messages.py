"""AppendMessages: check, count, append in one transaction, and say how large the context is now."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from compactd.application.context_size import ContextMeter, ContextSize
from compactd.application.token_counts import tokenizer_of
from compactd.domain.keys import ConversationRef
from compactd.domain.message_rules import check_batch
from compactd.domain.messages import ChatMessage
from compactd.ports.messages import Batch, MessageStore
from compactd.ports.tokenizer import Tokenizer

REMEMBERED = 10_000
"""Conversations whose tokenizer is remembered, so that messages can be counted before the conversation is read."""


@dataclass(frozen=True, slots=True)
class AppendResult:
    """Ids and positions, one for each message of the batch, and the context after it."""

    ids: Sequence[str]
    positions: Sequence[int]
    context: ContextSize


class AppendMessages:
    """Takes batches of messages into a conversation."""

    def __init__(self, messages: MessageStore, meter: ContextMeter, tokenizer: Tokenizer) -> None:
        self._messages = messages
        self._meter = meter
        self._tokenizer = tokenizer
        self._tokenizers: OrderedDict[ConversationRef, str] = OrderedDict()

    async def __call__(
        self,
        ref: ConversationRef,
        messages: Sequence[ChatMessage],
        expected_last_position: int | None = None,
    ) -> AppendResult:
        """Raises InvalidField naming the message at fault, and then nothing of the batch is stored; ContextChanged if
        `expected_last_position` is not that of the last message."""
        check_batch(messages)
        name = self._tokenizers.get(ref) or self._tokenizer.for_model(None).name
        counts = await self._tokenizer.count_messages(messages, name)
        appended = await self._messages.append(ref, Batch(messages, counts, name, expected_last_position))
        of_model = tokenizer_of(appended.state, self._tokenizer)
        self._remember(ref, of_model.name)
        return AppendResult(appended.ids, appended.positions, await self._meter.size_after(appended, of_model))

    def _remember(self, ref: ConversationRef, name: str) -> None:
        self._tokenizers[ref] = name
        self._tokenizers.move_to_end(ref)
        if len(self._tokenizers) > REMEMBERED:
            self._tokenizers.popitem(last=False)
