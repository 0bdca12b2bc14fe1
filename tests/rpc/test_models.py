"""Compact with a model, through the real server and a model server on loopback."""

from typing import Any

import grpc
import pytest

from compactd.summarizers import litellm_model
from compaction.v1 import (
    compaction_pb2,
    compaction_settings_pb2,
)
from tests.builders.chat import (
    append,
    compact,
    context_alone,
    context_of,
    history_of,
    new_agent,
    new_conversation,
    talk,
)
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, LIGHT, MODEL, MODES, SELF_ALL, SELF_SLIDING, TOOL, with_model
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("mode", MODES)
async def test_the_models_answer_is_the_summary(client: Client, model: LoopbackModel, mode: int) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("  Twenty invoices, all paid.\n"))
    done = await compact(client, conversation_id, mode)
    made = done.compaction
    own = mode in (SELF_ALL, SELF_SLIDING)
    assert done.summary == "Twenty invoices, all paid."
    assert (made.method, made.chunks) == (compaction_pb2.COMPACTION_METHOD_MODEL, 1)
    assert made.ask == (compaction_pb2.COMPACTION_ASK_SELF if own else compaction_pb2.COMPACTION_ASK_TRANSCRIPT)
    assert made.model == (MODEL if own else LIGHT)
    assert (made.usage.input_tokens, made.usage.output_tokens, made.usage.cached_tokens) == (60, 50, 40)
    assert made.usage.calls == 1
    assert made.usage.cost_usd > 0
    assert model.only.body["model"] == made.model.removeprefix("openai/")
    context = await context_of(client, conversation_id)
    assert context.context_tokens == made.tokens_after
    assert "Twenty invoices, all paid." in context.messages[1].content


async def test_the_transcript_is_asked_without_tools(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client, tool_schemas=[TOOL])
    await compact(client, conversation_id, ALL)
    body = model.only.body
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert "INV-0020" in body["messages"][1]["content"]
    assert "tools" not in body


async def test_a_self_mode_sends_the_context_as_it_is(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client, tool_schemas=[TOOL])
    context = await context_of(client, conversation_id)
    await compact(client, conversation_id, SELF_ALL, compaction_settings={"prompt": "As a ledger."})
    body = model.only.body
    *sent, prompt = body["messages"]
    assert prompt == {"role": "user", "content": "As a ledger."}
    assert [message["role"] for message in sent] == [
        {1: "system", 2: "user", 3: "assistant", 4: "tool"}[message.role] for message in context.messages
    ]
    assert sent[3]["content"] == context.messages[3].content
    assert sent[2]["tool_calls"][0]["function"]["arguments"] == context.messages[2].tool_calls[0].function.arguments
    assert body["tools"] == [TOOL]
    assert body["tool_choice"] == "none"


async def test_what_is_kept_is_not_sent(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    done = await compact(client, conversation_id, SELF_SLIDING)
    history = await history_of(client, conversation_id)
    asked = {stored.position: stored.message.content for stored in history if stored.message.role == 2}
    last = done.compaction.last_evicted_position
    sent = {position for position, text in asked.items() if text in model.only.raw.decode()}
    assert sent == {position for position in asked if 0 < position <= last}


async def test_settings_of_each_layer_reach_the_wire(client: Client, model: LoopbackModel) -> None:
    settings = {
        "model": "openai/gpt-4.1-mini",
        "model_settings": {"openai": {"temperature": 0.25, "max_output_tokens": 777, "strict": True}},
        "prompt": "of the agent",
        "prompt_acknowledgement": True,
    }
    agent = await new_agent(client, model=MODEL, compaction_settings=settings)
    conversation_id = await new_conversation(
        client,
        talk(20),
        agent_id=agent.id,
        compaction_settings=compaction_settings_pb2.CompactionSettings(prompt="of the conversation"),
    )
    done = await compact(client, conversation_id, compaction_settings={"model": "openai/gpt-4.1-nano"})
    body = model.only.body
    assert (body["model"], body["temperature"], body["max_completion_tokens"]) == ("gpt-4.1-nano", 0.25, 777)
    assert "strict" not in body
    assert [message["role"] for message in body["messages"]] == ["system", "assistant", "user"]
    assert body["messages"][0]["content"] == "of the conversation"
    assert list(done.compaction.unused_settings) == ["model_settings.openai.strict"]
    assert done.compaction.settings.model_settings == agent.compaction_settings.model_settings


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"model_settings": {"groq": {}}}, "compaction_settings.model"),
        (
            {"model": "openai/gpt-5", "model_settings": {"openai": {"temperature": 0.5}}},
            "compaction_settings.model_settings.openai.temperature",
        ),
    ],
)
async def test_settings_that_cannot_be_sent_are_rejected_before_the_call(
    client: Client, model: LoopbackModel, given: dict[str, Any], field: str
) -> None:
    conversation_id = await with_model(client)
    failed = await failure_of(compact(client, conversation_id, compaction_settings=given))
    assert failed.fields == (field,)
    assert model.requests == []


async def test_a_model_of_an_unknown_provider_is_rejected_where_it_would_be_called(client: Client) -> None:
    conversation_id = await with_model(client, model="acme/rocket")
    assert (await failure_of(compact(client, conversation_id, SELF_ALL))).fields == ("model",)
    assert (await failure_of(compact(client, conversation_id, ALL))).fields == ("model",)
    assert (await compact(client, conversation_id, compaction_settings={"model": "local/extractive"})).summary


async def test_without_a_key_the_provider_is_not_asked(
    client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    conversation_id = await with_model(client)
    failed = await failure_of(compact(client, conversation_id))
    assert failed.code is grpc.StatusCode.FAILED_PRECONDITION
    assert (failed.reason, failed.metadata) == (
        "PROVIDER_UNAUTHENTICATED",
        {"model": LIGHT, "variables": "OPENAI_API_KEY"},
    )
    assert model.requests == []


async def test_a_request_that_cannot_be_written_is_the_servers_own_fault(
    client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise TypeError("invoice INV-0001 is no number")

    conversation_id = await with_model(client)
    with monkeypatch.context() as until_mended:
        until_mended.setattr(litellm_model, "provider_request", broken)
        failed = await failure_of(compact(client, conversation_id))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert b"INV-0001" not in failed.everything
    assert model.requests == []
    assert (await compact(client, conversation_id)).summary


async def test_a_prompt_too_long_in_every_chunk_exceeds_the_window(client: Client, model: LoopbackModel) -> None:
    agent = await new_agent(client, model=MODEL)
    conversation_id = await new_conversation(client, talk(40), agent_id=agent.id)
    before = await context_alone(client, conversation_id)
    too_long = {"error": {"message": "too long", "code": "context_length_exceeded"}}
    for _ in range(50):
        model.answer(too_long, status=400)
    settings = {"mode": ALL, "model": "openai/gpt-3.5-turbo-0125"}
    failed = await failure_of(compact(client, conversation_id, compaction_settings=settings))
    assert failed.reason == "SUMMARIZER_WINDOW_EXCEEDED"
    assert failed.metadata == {"model": "openai/gpt-3.5-turbo-0125"}
    bodies = [request.raw for request in model.requests]
    assert len(set(bodies)) == len(bodies)
    assert await context_alone(client, conversation_id) == before


async def test_what_does_not_fit_the_summarizer_is_read_in_chunks(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client, turns=150)
    settings = {"mode": ALL, "model": "openai/gpt-4"}
    plan = (await compact(client, conversation_id, compaction_settings=settings, dry_run=True)).plan
    assert model.requests == []
    assert plan.model_window == 8_192
    assert plan.chunks > 1
    done = await compact(client, conversation_id, compaction_settings=settings)
    made = done.compaction
    assert (made.method, made.chunks) == (compaction_pb2.COMPACTION_METHOD_MODEL_CHUNKED, plan.chunks)
    assert made.usage.calls == len(model.requests) > plan.chunks
    transcripts = [request.body["messages"][-1]["content"] for request in model.requests[: plan.chunks]]
    for turn in range(1, 151):
        asked = f"Please check invoice INV-{turn:04d} "
        assert sum(asked in transcript for transcript in transcripts) == 1


async def test_a_self_mode_that_does_not_fit_reads_the_transcript(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client, turns=150, model="openai/gpt-4")
    made = (await compact(client, conversation_id, SELF_ALL)).compaction
    assert made.ask == compaction_pb2.COMPACTION_ASK_TRANSCRIPT
    assert made.method == compaction_pb2.COMPACTION_METHOD_MODEL_CHUNKED
    assert (made.model, made.mode, made.degraded_reason) == ("openai/gpt-4", SELF_ALL, 0)


@pytest.mark.parametrize("mode", MODES)
async def test_parts_stay_as_they_were_over_three_rounds(client: Client, model: LoopbackModel, mode: int) -> None:
    conversation_id = await with_model(client, turns=15)
    for number in (0, 1):
        model.answer(openai_chat(f"Part {number}."))
        await compact(client, conversation_id, mode)
        await append(client, conversation_id, talk(15, first=16 + 15 * number))
    model.answer(openai_chat("Part 2."))
    done = await compact(client, conversation_id, mode)
    assert done.summary == "Part 0.\n\nPart 1.\n\nPart 2."
    kept, new = compaction_pb2.PART_STATE_KEPT, compaction_pb2.PART_STATE_NEW
    assert [part.state for part in done.compaction.parts] == [kept, kept, new]
    assert "Part 1." in model.last.raw.decode()
    assert "Please check invoice INV-0001 " not in model.last.raw.decode()
