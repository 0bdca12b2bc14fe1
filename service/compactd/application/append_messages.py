"""AppendMessages: check, count, append in one transaction, and say how large the context is now."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from compactd.application.context_size import ContextMeter, ContextSize, CountedOtherwise, ToolsTokens, with_ratio
from compactd.application.context_window import effective_model
from compactd.application.cpu_worker import CpuWorker
from compactd.application.first_failure import FirstFailure
from compactd.application.stored_quotas import StoredQuotas
from compactd.application.token_counts import tokenizer_of
from compactd.application.token_ratios import TokenRatios
from compactd.domain.error_shape import CompactdError
from compactd.domain.errors import InvalidField
from compactd.domain.keys import ConversationRef
from compactd.domain.message_rules import (
    NO_FAULTS,
    Faults,
    Repair,
    RepairKind,
    faults_of,
    in_order,
    no_call_waits,
    says_nothing,
)
from compactd.domain.messages import ChatMessage, Role
from compactd.domain.token_ratios import Observation
from compactd.ports.contexts import ContextStore, ConversationState
from compactd.ports.extractive import Extractive
from compactd.ports.fleet import Fleet
from compactd.ports.messages import Appended, Batch, Due, MessageStore
from compactd.ports.operations import Once
from compactd.ports.token_ratios import RatioKey
from compactd.ports.tokenizer import Tokenizer, TokenizerName
from compactd.strategies.secrets import Redactions
from compactd.strategies.steps import Steps
from compactd.strategies.stretches import STRETCH
from compactd.strategies.transcript import spoken_in_steps

REMEMBERED = 10_000
"""Conversations that are remembered, so that their messages can be worked on before the conversation is read."""


@dataclass(frozen=True, slots=True)
class AppendResult:
    """Ids and positions, one for each message of the request, and the context after it; of a message that a repair has
    left out, an empty id and position 0. `repairs` are in the order of the messages. `told` is what the caller has said
    of the context before it. `due`: the compaction that a policy asks for after it."""

    ids: Sequence[str]
    positions: Sequence[int]
    context: ContextSize
    repairs: Sequence[Repair] = ()
    told: Observation | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """The messages of a request that can be stored, their indexes in it, and how many it has; and how many tokens the
    caller says that the context before them had."""

    messages: Sequence[ChatMessage]
    indexes: Sequence[int]
    count: int
    repair: bool
    observed_tokens: int | None
    traceparent: str


class AppendMessages:
    """Takes batches of messages into a conversation."""

    def __init__(
        self,
        messages: MessageStore,
        contexts: ContextStore,
        meter: ContextMeter,
        tokenizer: Tokenizer,
        extractive: Extractive,
        worker: CpuWorker,
        ratios: TokenRatios,
        quotas: StoredQuotas,
        fleet: Fleet,
    ) -> None:
        self._messages = messages
        self._contexts = contexts
        self._meter = meter
        self._tokenizer = tokenizer
        self._extractive = extractive
        self._worker = worker
        self._ratios = ratios
        self._quotas = quotas
        self._fleet = fleet
        self._tokenizers: OrderedDict[ConversationRef, TokenizerName] = OrderedDict()

    async def __call__(
        self,
        ref: ConversationRef,
        messages: Sequence[ChatMessage],
        expected_last_position: int | None = None,
        once: Once[AppendResult] | None = None,
        *,
        unread: Faults = NO_FAULTS,
        repair: bool = False,
        observed_tokens: int | None = None,
        traceparent: str = "",
    ) -> AppendResult:
        """`unread` are the faults of messages that could not be read, in whose place there are blanks. With `repair`
        an empty assistant message is left out, and a result without an unanswered call of its id kept as a late one: a
        batch of which nothing is left is none, and no error. Raises InvalidField naming each message at fault, and then
        nothing of the batch is stored; QuotaExceeded if the namespace may not store as much; ContextChanged if
        `expected_last_position` is not that of the last message. `observed_tokens` is what the provider of the
        conversation's model has counted for the context before the batch. A job that is queued for it goes on in the
        trace of `traceparent`."""
        given = await self._checked(ref, messages, unread, observed_tokens, traceparent, repair=repair)
        await self._ratios.refresh(ref.namespace)
        if once is not None:
            return await self._append_once(ref, given, expected_last_position, once)
        batch = await self._batch(ref, given, expected_last_position)
        appended = await self._messages.append(ref, batch)
        size = await self._meter.size_after(appended, self._stored(ref, appended))
        return self._learned(appended, batch, self._with_ratio(given, batch, appended, size))

    async def _checked(
        self,
        ref: ConversationRef,
        messages: Sequence[ChatMessage],
        unread: Faults,
        observed_tokens: int | None,
        traceparent: str,
        *,
        repair: bool,
    ) -> _Given:
        """What is stored of a request. Where messages are at fault by themselves, the error names results without a
        call beside them: an import is told all of it at once."""
        indexes: Sequence[int] = range(len(messages))
        kept = messages
        if repair:
            indexes = [index for index in indexes if not says_nothing(messages[index])]
            kept = [messages[index] for index in indexes]
        faults = {**faults_of(kept, indexes), **unread}
        if faults:
            for index in () if repair else await self._without_call(ref, kept):
                faults.setdefault(index, [no_call_waits(index)])
            raise InvalidField.of(in_order(faults))
        return _Given(kept, indexes, len(messages), repair, observed_tokens, traceparent)

    async def _without_call(self, ref: ConversationRef, messages: Sequence[ChatMessage]) -> Sequence[int]:
        try:
            return await self._messages.results_without_call(ref, messages)
        except CompactdError:
            # Whatever it is, the messages are at fault, and that can be told.
            return ()

    async def _append_once(
        self,
        ref: ConversationRef,
        given: _Given,
        expected_last_position: int | None,
        once: Once[AppendResult],
    ) -> AppendResult:
        """The size is part of the reply that is kept, so it is told in the transaction: what has to be counted again
        for it is counted before."""
        tools: ToolsTokens | None = None
        # Who counts again may be overtaken by another change of the model, and takes an estimate then.
        for may_estimate in (False, False, True):
            batch = await self._batch(ref, given, expected_last_position)
            measured = partial(self._measured, given, batch, tools=tools, may_estimate=may_estimate)
            try:
                appended = await self._messages.append(ref, batch, once.after(measured))
            except CountedOtherwise as otherwise:
                tools = await self._meter.count_again(otherwise.state, self._remember(ref, otherwise.state))
            else:
                self._stored(ref, appended)
                return self._learned(appended, batch, measured(appended))
        raise AssertionError("an estimate needs no counting")

    def _measured(
        self, given: _Given, batch: Batch, appended: Appended, *, tools: ToolsTokens | None, may_estimate: bool
    ) -> AppendResult:
        """Changes nothing, since what was appended may not be committed."""
        name = self._tokenizer_of(appended.state)
        size = self._meter.size_at_once(appended, name, tools, may_estimate=may_estimate)
        return self._with_ratio(given, batch, appended, size)

    def _with_ratio(self, given: _Given, batch: Batch, appended: Appended, size: ContextSize) -> AppendResult:
        state = appended.state
        told = self._told_before(given, batch, appended, size)
        ratio = self._ratios.of(state.namespace, effective_model(state).handle, batch.tokenizer, told)
        return _result(given, appended, with_ratio(size, ratio), told)

    def _learned(self, appended: Appended, batch: Batch, result: AppendResult) -> AppendResult:
        """The result of what is stored by now: what was told with it counts, once."""
        if result.told is not None and (handle := effective_model(appended.state).handle) is not None:
            self._ratios.observe(RatioKey(appended.state.namespace, str(handle), batch.tokenizer), result.told)
        if appended.due is not None and appended.due.is_new:
            self._fleet.wake()
        return result

    def _told_before(self, given: _Given, batch: Batch, appended: Appended, size: ContextSize) -> Observation | None:
        """What a caller tells of the context before the batch, of which this is the size behind it. None where nothing
        is told, or that context was counted by several tokenizers or another one than its model's, held more than text,
        or was not there yet: a first batch may bring the system message."""
        before, name = appended.text_before, batch.tokenizer
        if given.observed_tokens is None or before is None:
            return None
        if {before.tokenizer, appended.sums.tokenizer, self._tokenizer_of(appended.state).name} != {name}:
            return None
        if batch.messages and batch.messages[0].role is Role.SYSTEM and not appended.positions[0]:
            return None
        tools_tokens = size.tokens - appended.sums.tokens_with(0)
        return Observation(before.tokens_with(tools_tokens), given.observed_tokens, told=True)

    async def _batch(self, ref: ConversationRef, given: _Given, expected_last_position: int | None) -> Batch:
        messages = given.messages
        tokenizer, passed_over = self._tokenizers.get(ref), 0
        if tokenizer is None:
            state = await self._contexts.state(ref)
            tokenizer = self._tokenizer_of(state)
            # Of the conversation's system message nothing is evicted. One that turns out to be a note behind another
            # one's first batch is read when it is summarized.
            passed_over = int(not state.last_position and bool(messages) and messages[0].role is Role.SYSTEM)
        name = tokenizer.name
        redactions = Redactions()
        count = partial(self._tokenizer.count_messages, messages, name)
        # Whoever will summarize them: the ledger and the receipt are made of digests.
        read = partial(self._extractive.read, messages[passed_over:], redactions)
        if _are_many(messages):
            # Tokens are counted without the interpreter's lock, while Python reads.
            async with FirstFailure() as group:
                counting, reading = group.create_task(count()), group.create_task(read())
            counts, digests = counting.result(), reading.result()
        else:
            counts, digests = await count(), await read()
        spoken = await self._spoken(messages, redactions)
        return Batch(
            messages,
            counts,
            name,
            expected_last_position,
            [*[None] * passed_over, *digests],
            spoken,
            given.repair,
            given.indexes,
            looks_back=bool(given.observed_tokens),
            room=await self._quotas.room(ref.namespace),
            traceparent=given.traceparent,
        )

    async def _spoken(self, messages: Sequence[ChatMessage], redactions: Redactions) -> list[str] | None:
        """What the messages say in a transcript. Of few characters the store works it out itself, at once; of many that
        would keep all others that write waiting."""
        if not _are_many(messages):
            return None
        return await self._worker.run_in_turns(_spoken_by(messages, redactions))

    def _tokenizer_of(self, state: ConversationState) -> TokenizerName:
        return tokenizer_of(state, self._tokenizer)

    def _stored(self, ref: ConversationRef, appended: Appended) -> TokenizerName:
        """What is to be known of a batch once it is stored."""
        self._quotas.added(ref.namespace, len(appended.ids), appended.stored_bytes)
        return self._remember(ref, appended.state)

    def _remember(self, ref: ConversationRef, state: ConversationState) -> TokenizerName:
        name = self._tokenizers[ref] = self._tokenizer_of(state)
        self._tokenizers.move_to_end(ref)
        if len(self._tokenizers) > REMEMBERED:
            self._tokenizers.popitem(last=False)
        return name


def _result(given: _Given, appended: Appended, size: ContextSize, told: Observation | None) -> AppendResult:
    if not given.repair:
        return AppendResult(appended.ids, appended.positions, size, told=told, due=appended.due)
    ids, positions = [""] * given.count, [0] * given.count
    for index, message_id, position in zip(given.indexes, appended.ids, appended.positions, strict=True):
        ids[index], positions[index] = message_id, position
    repairs = dict.fromkeys(set(range(given.count)).difference(given.indexes), RepairKind.LEFT_OUT)
    repairs |= {given.indexes[index]: RepairKind.LATE_RESULT for index in appended.without_call}
    done = [Repair(index, repairs[index]) for index in sorted(repairs)]
    return AppendResult(ids, positions, size, done, told, appended.due)


def _are_many(messages: Sequence[ChatMessage]) -> bool:
    """Whether work on the messages takes so long that others are to have their turn meanwhile."""
    return sum(message.characters for message in messages) > STRETCH


def _spoken_by(messages: Sequence[ChatMessage], redactions: Redactions) -> Steps[list[str]]:
    spoken: list[str] = []
    for message in messages:
        spoken += ((yield from spoken_in_steps(message, redactions.redact)),)
        yield
    return spoken
