"""What is loaded for a planned compaction, and what is not."""

from typing import Any, cast

import pytest

from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.cpu_worker import CpuWorker
from compactd.application.material import Evicted, MaterialLoader
from compactd.domain.compactions import RequestForm
from compactd.domain.handles import EXTRACTIVE
from compactd.domain.keys import AgentKey
from compactd.domain.messages import Role
from compactd.domain.settings import CompactionMode
from compactd.ports.agents import AgentStore
from compactd.ports.contexts import ContextStore
from compactd.strategies.call_naming import AS_STORED
from compactd.strategies.modes import MODES
from compactd.tokenizers.counter import TiktokenTokenizer
from tests.builders.materials import StoredMessages, compacted_twice, conversation_of, part, sources_of
from tests.builders.planned_compactions import planned_compaction
from tests.builders.stored_conversation import StoredConversation

TOOLS = [{"type": "function", "function": {"name": "bash"}}]
SELF_MODES = [mode for mode, row in MODES.items() if row.request_form is RequestForm.SELF]
TRANSCRIPT_MODES = [mode for mode, row in MODES.items() if row.request_form is RequestForm.TRANSCRIPT]


class AgentWithTools:
    """The store's get_agent, as far as its tools are asked for."""

    tool_schemas = TOOLS

    async def get_agent(self, _: AgentKey) -> Any:
        return self


def loader_over(
    conversation: StoredConversation, tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> tuple[MaterialLoader, StoredMessages]:
    store = StoredMessages(conversation)
    agents, contexts = cast("AgentStore", AgentWithTools()), cast("ContextStore", store)
    return MaterialLoader(agents, contexts, lambda _: AS_STORED, tokenizer, worker), store


def read_whole(conversation: StoredConversation, planned: PlannedCompaction) -> Evicted:
    rendered = conversation.rendered(planned.plan.first_evicted, planned.plan.last_evicted)
    return Evicted(transcript="\n".join(message.text for message in rendered))


@pytest.mark.parametrize("mode", TRANSCRIPT_MODES)
async def test_what_was_read_with_the_plan_is_not_loaded_again(
    tokenizer: TiktokenTokenizer, worker: CpuWorker, mode: CompactionMode
) -> None:
    conversation = await conversation_of(30, tokenizer)
    loader, store = loader_over(conversation, tokenizer, worker)
    planned = planned_compaction(conversation, mode, has_tools=True)
    evicted = read_whole(conversation, planned)
    material = await loader.material(planned, evicted)
    assert await loader.evicted_transcript(material).whole() == evicted.transcript
    assert store.ranges == []
    assert material.own_context is None


@pytest.mark.parametrize("mode", TRANSCRIPT_MODES)
async def test_what_was_not_read_is_loaded_in_the_form_in_which_it_is_wanted(
    tokenizer: TiktokenTokenizer, worker: CpuWorker, mode: CompactionMode
) -> None:
    conversation = await conversation_of(30, tokenizer)
    loader, store = loader_over(conversation, tokenizer, worker)
    planned = planned_compaction(conversation, mode)
    material = await loader.material(planned, Evicted())
    assert store.ranges == []
    transcript = loader.evicted_transcript(material)
    whole = await transcript.whole()
    assert whole == read_whole(conversation, planned).transcript
    assert "\n".join(text for item in await transcript.items() for text in item.texts) == whole
    last = planned.plan.last_evicted
    assert [source.position for source in await loader.evicted_sources(material)] == list(range(1, last + 1))
    assert store.ranges == [(1, last)] * 3


@pytest.mark.parametrize("mode", SELF_MODES)
async def test_in_a_self_mode_the_own_context_goes_up_to_the_cut_and_has_the_tools(
    tokenizer: TiktokenTokenizer, worker: CpuWorker, mode: CompactionMode
) -> None:
    conversation = await compacted_twice(tokenizer)
    loader, _ = loader_over(conversation, tokenizer, worker)
    planned = planned_compaction(conversation, mode, has_tools=True)
    material = await loader.material(planned, Evicted())
    assert material.own_context is not None
    own_context = await material.own_context()
    assert own_context.tools == TOOLS
    system, summary, *rest = [entry.message for entry in own_context.view]
    assert (system.role, summary.role) == (Role.SYSTEM, Role.USER)
    assert "the first part" in summary.text
    evicted = conversation.between(planned.plan.first_evicted, planned.plan.last_evicted)
    assert [message.text for message in rest] == [stored.message.text for stored in evicted]
    assert sum(entry.token_count for entry in own_context.view) + conversation.tools_tokens == (
        planned.plan.own_context_tokens
    )
    without_tools = (await loader.material(planned_compaction(conversation, mode), Evicted())).own_context
    assert without_tools is not None
    assert (await without_tools()).tools == ()


@pytest.mark.parametrize("mode", SELF_MODES)
async def test_an_own_context_is_not_loaded_before_a_session_has_room_for_it(
    tokenizer: TiktokenTokenizer, worker: CpuWorker, mode: CompactionMode
) -> None:
    conversation = await conversation_of(30, tokenizer)
    loader, store = loader_over(conversation, tokenizer, worker)
    await loader.material(planned_compaction(conversation, mode, has_tools=True), Evicted())
    embedded = planned_compaction(conversation, mode, handle=EXTRACTIVE, has_tools=True)
    assert (await loader.material(embedded, Evicted())).own_context is None
    assert all(first > 0 for first, _ in store.ranges)


async def test_parts_that_another_tokenizer_counted_are_counted_again(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    loader, _ = loader_over(conversation, tokenizer, worker)
    [stored] = await loader.earlier_parts(planned_compaction(conversation))
    [recounted] = await loader.earlier_parts(planned_compaction(conversation, tokenizer="cl100k_base"))
    assert (stored.tokens, recounted.tokens) == (60, 3)
    assert stored.text == recounted.text == "the first part"


async def test_originals_are_read_only_as_far_as_they_are_not_at_hand(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    loader, store = loader_over(conversation, tokenizer, worker)
    planned = planned_compaction(conversation, CompactionMode.ALL)
    evicted = sources_of(conversation.between(planned.plan.first_evicted, planned.plan.last_evicted))
    material = await loader.material(planned, Evicted(sources=evicted))
    at_hand = await loader.originals(material, 22, 25)
    assert store.ranges == []
    both = await loader.originals(material, 3, 25)
    assert store.ranges == [(3, 21)]
    assert [stored.position for stored in both] == [*range(3, 21), *range(22, 26)]
    assert at_hand == both[-4:]


async def test_a_transcript_of_two_parts_is_read_only_as_far_as_it_is_not_at_hand(
    tokenizer: TiktokenTokenizer, worker: CpuWorker
) -> None:
    conversation = await compacted_twice(tokenizer)
    loader, store = loader_over(conversation, tokenizer, worker)
    planned = planned_compaction(conversation, CompactionMode.ALL)
    one, other = part(3, 20, 9, "one"), part(22, 41, 9, "other")
    loaded = loader.merged_transcript(await loader.material(planned, Evicted()), one, other)
    half_at_hand = loader.merged_transcript(
        await loader.material(planned, read_whole(conversation, planned)), one, other
    )
    assert await loaded.whole() == await half_at_hand.whole()
    assert store.ranges == [(3, 41), (3, 21)]
    assert [len(item.texts) for item in await loaded.items()] == [1] * 38
