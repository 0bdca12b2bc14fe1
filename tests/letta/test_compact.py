"""conversations.messages.compact and agents.messages.compact, by the official Python clients."""

from typing import Any

import httpx
import pytest
from letta_client import AsyncLetta
from letta_client.types.conversations import CompactionResponse

from tests.builders.rest_resources import EXTRACTIVE, talk
from tests.letta.compaction_settings import BEFORE, MODES, SETTINGS, TURNS, without_nulls
from tests.letta.stored_data import in_default_conversation, last_compaction, new_conversation
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("provider_type", SETTINGS)
async def test_a_conversation_is_compacted_in_every_mode_with_every_providers_settings(
    letta: AsyncLetta, model: LoopbackModel, provider_type: str, mode: str
) -> None:
    documented = SETTINGS[provider_type]
    settings: Any = {"provider_type": provider_type, **documented.sent}
    wanted: Any = {"mode": mode, "model": documented.model, "model_settings": settings}
    conversation = await new_conversation(letta, talk(TURNS), model=documented.model, model_settings=settings)
    compacted = await letta.conversations.messages.compact(conversation.id, compaction_settings=wanted)
    assert type(compacted) is CompactionResponse
    assert (compacted.num_messages_before, compacted.summary) == (BEFORE, SUMMARY)
    record = await last_compaction(letta, conversation.id)
    assert (record["mode"], record["method"], record["model"]) == (mode, "model", documented.model)
    assert without_nulls(record["settings"]["model_settings"]) == settings
    assert len([request for request in model.requests if request.path != "/token"]) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_the_modes_keep_what_they_say(letta: AsyncLetta, mode: Any) -> None:
    conversation = await new_conversation(letta, talk(TURNS))
    compacted = await letta.conversations.messages.compact(conversation.id, compaction_settings={"mode": mode})
    context = (await letta.conversations.retrieve(conversation.id)).in_context_message_ids
    assert context is not None
    assert len(context) == compacted.num_messages_after
    assert (compacted.num_messages_after == 2) is not ("sliding" in mode)


async def test_a_compaction_without_settings_follows_the_agents(letta: AsyncLetta, model: LoopbackModel) -> None:
    settings = {"mode": "all", "model": "openai/gpt-4.1-nano", "prompt": "As a ledger."}
    conversation = await new_conversation(letta, talk(TURNS), compaction_settings=settings)
    model.answer(openai_chat("Twelve invoices, all paid."))
    compacted = await letta.conversations.messages.compact(conversation.id)
    assert (compacted.summary, compacted.num_messages_after) == ("Twelve invoices, all paid.", 2)
    body = model.only.body
    assert (body["model"], body["messages"][0]["content"]) == ("gpt-4.1-nano", "As a ledger.")


async def test_every_setting_beside_the_model_reaches_the_compaction(letta: AsyncLetta, model: LoopbackModel) -> None:
    conversation = await new_conversation(letta, talk(TURNS))
    model.answer(openai_chat("Twelve invoices were asked about. All of them were paid."))
    compacted = await letta.conversations.messages.compact(
        conversation.id,
        compaction_settings={
            "clip_chars": 40,
            "mode": "sliding_window",
            "model": "openai/gpt-4.1",
            "prompt": "As a ledger.",
            "prompt_acknowledgement": True,
            "sliding_window_percentage": 0.5,
        },
    )
    assert len(compacted.summary) <= 40
    assert [message["role"] for message in model.only.body["messages"]] == ["system", "assistant", "user"]
    record = await last_compaction(letta, conversation.id)
    assert (record["settings"]["clip_chars"], record["settings"]["sliding_window_percentage"]) == (40, 0.5)


async def test_settings_that_are_null_are_settings_that_are_not_given(letta: AsyncLetta) -> None:
    conversation = await new_conversation(letta, talk(TURNS), compaction_settings={"mode": "all"})
    nothing: Any = dict.fromkeys(("model", "model_settings", "prompt", "mode", "sliding_window_percentage"))
    compacted = await letta.conversations.messages.compact(conversation.id, agent_id=None, compaction_settings=nothing)
    assert compacted.num_messages_after == 2


async def test_agent_direct_mode_is_the_agents_default_conversation(letta: AsyncLetta) -> None:
    agent = await in_default_conversation(letta, TURNS)
    settings: Any = EXTRACTIVE
    compacted = await letta.conversations.messages.compact("default", agent_id=agent.id, compaction_settings=settings)
    assert compacted.num_messages_before == BEFORE
    assert (await last_compaction(letta, agent.id))["model"] == "local/extractive"


async def test_an_agent_id_in_place_of_a_conversation_is_the_same(letta: AsyncLetta) -> None:
    agent = await in_default_conversation(letta, TURNS)
    compacted = await letta.conversations.messages.compact(agent.id, compaction_settings={"mode": "all"})
    assert (compacted.num_messages_before, compacted.num_messages_after) == (BEFORE, 2)


async def test_beside_a_conversation_an_agent_id_is_ignored(letta: AsyncLetta) -> None:
    other = await in_default_conversation(letta, TURNS)
    conversation = await new_conversation(letta, talk(3))
    compacted = await letta.conversations.messages.compact(
        conversation.id, agent_id=other.id, compaction_settings={"mode": "all"}
    )
    assert compacted.num_messages_before == 1 + 4 * 3


async def test_the_agents_own_compact_is_summarize(letta: AsyncLetta, sent: list[httpx.Request]) -> None:
    agent = await in_default_conversation(letta, TURNS)
    compacted = await letta.agents.messages.compact(agent.id, compaction_settings={"mode": "all"})
    assert type(compacted) is CompactionResponse
    assert (compacted.num_messages_before, compacted.num_messages_after) == (BEFORE, 2)
    assert sent[-1].url.path == f"/v1/agents/{agent.id}/summarize"


async def test_a_dry_run_answers_the_counts_and_calls_no_model(letta: AsyncLetta, model: LoopbackModel) -> None:
    conversation = await new_conversation(letta, talk(TURNS), model="openai/gpt-4.1")
    before = (await letta.conversations.retrieve(conversation.id)).in_context_message_ids
    planned = await letta.conversations.messages.compact(
        conversation.id, compaction_settings={"mode": "all"}, extra_body={"dry_run": True}
    )
    assert (planned.num_messages_before, planned.num_messages_after, planned.summary) == (BEFORE, 2, "")
    assert model.requests == []
    assert (await letta.conversations.retrieve(conversation.id)).in_context_message_ids == before
