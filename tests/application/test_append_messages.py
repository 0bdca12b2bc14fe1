"""What AppendMessages works out of messages before the store has them, and what it knows to do so."""

import asyncio
import threading
from dataclasses import replace
from typing import cast

import pytest

from compactd.application.append_messages import AppendMessages
from compactd.application.context_size import ContextMeter, ContextSize
from compactd.application.cpu_worker import CpuWorker
from compactd.application.stored_quotas import StoredQuotas
from compactd.application.token_ratios import TokenRatios
from compactd.domain.keys import ConversationKey, ConversationRef
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.namespaces import NO_QUOTAS
from compactd.domain.resource_settings import ResourceSettings
from compactd.domain.settings import CompactionSettings
from compactd.ports.contexts import ContextStore, ConversationState
from compactd.ports.extractive import Extractive
from compactd.ports.fleet import Fleet
from compactd.ports.messages import Appended, Batch, MessageStore
from compactd.ports.quotas import QuotaStore
from compactd.strategies.steps import Steps
from compactd.strategies.tail import sums_of
from compactd.strategies.transcript import spoken
from compactd.summarizers.providers.table import openai_model
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.materials import READ, FilledExtractive
from tests.builders.planned_compactions import state_of
from tests.builders.stored_conversation import StoredConversation
from tests.builders.stored_ratios import StoredRatios

REF = ConversationKey("tests", "conv-1")
SAID = (ChatMessage(Role.USER, "The order is ORD-12345."), ChatMessage(Role.ASSISTANT, "I see."))
EMBEDDED = ResourceSettings(compaction_settings=CompactionSettings(model="local/extractive"))
MODEL = ResourceSettings(model="openai/gpt-4")


class Conversation:
    """The store of one conversation, and what it was asked for."""

    def __init__(self, agent: ResourceSettings) -> None:
        self.now = state_of(agent, ResourceSettings())
        self.batches: list[Batch] = []
        self.states_read = 0

    async def state(self, _: ConversationRef) -> ConversationState:
        self.states_read += 1
        return self.now

    async def append(self, _: ConversationRef, batch: Batch) -> Appended:
        self.batches.append(batch)
        return Appended(["a", "b"], [1, 2], self.now, sums_of(StoredConversation().context))


class Meter:
    async def size_after(self, *_: object) -> ContextSize:
        return ContextSize(0, False, 0, False, "")


class EndlessReading:
    """Reads on its own worker until it is told to end."""

    def __init__(self, worker: CpuWorker) -> None:
        self._worker = worker

    async def read(self, *_: object) -> list[None]:
        return await self._worker.run_in_turns(self._steps())

    @staticmethod
    def _steps() -> Steps[list[None]]:
        while True:
            yield


def appending_to(
    conversation: Conversation,
    tokenizer: TiktokenTokenizer,
    worker: CpuWorker | None = None,
    extractive: Extractive | None = None,
) -> AppendMessages:
    messages, contexts = cast("MessageStore", conversation), cast("ContextStore", conversation)
    meter, extractive = cast("ContextMeter", Meter()), extractive or FilledExtractive(str)
    ratios = TokenRatios(StoredRatios())
    quotas = StoredQuotas(cast("QuotaStore", conversation), NO_QUOTAS)
    # Nothing is due.
    fleet = cast("Fleet", None)
    return AppendMessages(
        messages, contexts, meter, tokenizer, extractive, worker or CpuWorker(), ratios, quotas, fleet
    )


@pytest.mark.parametrize("agent", [EMBEDDED, ResourceSettings(), MODEL])
async def test_messages_are_read_whoever_will_summarize_them(
    tokenizer: TiktokenTokenizer, agent: ResourceSettings
) -> None:
    conversation = Conversation(agent)
    append = appending_to(conversation, tokenizer)
    for _ in range(2):
        await append(REF, SAID)
    assert [batch.digests for batch in conversation.batches] == [[READ] * 2] * 2
    assert conversation.states_read == 1


async def test_of_the_first_batch_the_conversations_system_message_is_not_read(tokenizer: TiktokenTokenizer) -> None:
    conversation = Conversation(MODEL)
    conversation.now = replace(conversation.now, last_position=0)
    append = appending_to(conversation, tokenizer)
    note = ChatMessage(Role.SYSTEM, "Today is Monday.")
    await append(REF, (note, *SAID))
    await append(REF, (note, *SAID))
    assert [batch.digests for batch in conversation.batches] == [[None, READ, READ], [READ] * 3]


async def test_the_first_batch_is_counted_with_the_tokenizer_of_the_conversations_model(
    tokenizer: TiktokenTokenizer,
) -> None:
    conversation = Conversation(MODEL)
    await appending_to(conversation, tokenizer)(REF, SAID)
    assert [batch.tokenizer for batch in conversation.batches] == ["cl100k_base"]


async def test_what_is_set_anew_holds_for_the_batch_after_the_next_one(tokenizer: TiktokenTokenizer) -> None:
    conversation = Conversation(MODEL)
    append = appending_to(conversation, tokenizer)
    await append(REF, SAID)
    conversation.now = state_of(ResourceSettings(model="openai/gpt-4o"), ResourceSettings())
    await append(REF, SAID)
    await append(REF, SAID)
    assert [batch.tokenizer for batch in conversation.batches] == ["cl100k_base", "cl100k_base", "o200k_base"]
    assert conversation.states_read == 1


async def test_what_much_text_says_in_a_transcript_is_worked_out_by_the_worker_while_others_are_appended(
    tokenizer: TiktokenTokenizer,
) -> None:
    conversation, worker, busy = Conversation(MODEL), CpuWorker(), threading.Event()
    append = appending_to(conversation, tokenizer, worker)
    much = [ChatMessage(Role.USER, "token: x " * 4_000), ChatMessage(Role.ASSISTANT, "api_key: abcd1234 " * 4_000)]
    try:
        held = asyncio.create_task(worker.run(busy.wait, 30))
        large = asyncio.create_task(append(REF, much))
        await append(REF, SAID)
        assert [batch.messages for batch in conversation.batches] == [SAID]
        busy.set()
        assert await held
        await large
    finally:
        busy.set()
        worker.close()
    small_batch, large_batch = conversation.batches
    assert small_batch.spoken is None
    assert large_batch.spoken == [spoken(message) for message in much]


async def test_messages_are_read_no_further_once_they_cannot_be_counted() -> None:
    reading, counting = CpuWorker(), CpuWorker("tokens")
    counting.close()
    extractive = cast("Extractive", EndlessReading(reading))
    append = appending_to(Conversation(MODEL), TiktokenTokenizer(counting, openai_model), reading, extractive)
    try:
        with pytest.raises(RuntimeError, match="closed"):
            await append(REF, [ChatMessage(Role.USER, f"pump {number}") for number in range(8_000)])
        assert asyncio.all_tasks() == {asyncio.current_task()}
    finally:
        reading.close()
