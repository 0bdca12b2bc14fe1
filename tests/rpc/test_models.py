"""Compact with a model, through the real server and a model server on loopback."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio

from compaction.v1 import (
    compaction_pb2,
    compaction_service_pb2,
    compaction_settings_pb2,
    conversation_service_pb2,
    error_reason_pb2,
)
from tests.loopback_dialects import openai_chat
from tests.loopback_model import LoopbackModel, Received
from tests.rpc.chat import append, compact, context_of, history_of, make, new_agent, new_conversation, talk, user
from tests.rpc.failures import failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL, SLIDING, SELF_ALL, SELF_SLIDING = 1, 2, 3, 4
MODES = [ALL, SLIDING, SELF_ALL, SELF_SLIDING]
MODEL = "openai/gpt-4.1"
LIGHT = "openai/gpt-5-mini"
TOOL = {"type": "function", "function": {"name": "find_invoice", "parameters": {"type": "object", "properties": {}}}}


@pytest_asyncio.fixture(loop_scope="session")
async def model(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackModel]:
    """What OpenAI's models are for the length of a test."""
    async with LoopbackModel() as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        yield running


async def with_model(client: Client, turns: int = 20, **fields: Any) -> str:
    """A conversation of an agent that runs on MODEL."""
    agent = await new_agent(client, **({"model": MODEL} | fields))
    return await new_conversation(client, talk(turns), agent_id=agent.id)


async def received(model: LoopbackModel, count: int = 1) -> Received:
    """The last of so many requests, once it is there."""
    async with asyncio.timeout(10):
        # The model server tells nobody of a request.
        while len(model.requests) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return model.requests[count - 1]


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
    assert (made.usage.input_tokens, made.usage.output_tokens, made.usage.cached_tokens) == (1000, 50, 400)
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
async def test_settings_that_cannot_be_sent_are_refused_before_the_call(
    client: Client, model: LoopbackModel, given: dict[str, Any], field: str
) -> None:
    conversation_id = await with_model(client)
    failed = await failure_of(compact(client, conversation_id, compaction_settings=given))
    assert failed.fields == (field,)
    assert model.requests == []


async def test_a_model_of_an_unknown_provider_is_refused_where_it_would_be_called(client: Client) -> None:
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
    assert (failed.reason, failed.metadata) == ("PROVIDER_UNAUTHENTICATED", {"model": LIGHT})
    assert model.requests == []


def failing(body: Any = None, **reply: Any) -> dict[str, Any]:
    return {"body": {"error": {"message": "secret of the provider", "code": "x"}} if body is None else body} | reply


CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
FAILURES: dict[str, tuple[dict[str, Any], str, str]] = {
    "empty": (failing(openai_chat(" \n")), "SUMMARY_EMPTY", "FAILED_PRECONDITION"),
    "cut off": (failing(openai_chat("half a", finish="length")), "SUMMARY_TRUNCATED", "FAILED_PRECONDITION"),
    "filtered": (failing(openai_chat("", finish="content_filter")), "SUMMARY_REFUSED", "FAILED_PRECONDITION"),
    "refused": (failing(openai_chat(None, refusal="No.")), "SUMMARY_REFUSED", "FAILED_PRECONDITION"),
    "in words": (failing(openai_chat("I'm sorry, but I can't.")), "SUMMARY_REFUSED", "FAILED_PRECONDITION"),
    "a call": (failing(openai_chat(None, "tool_calls", tool_calls=[CALL])), "SUMMARY_NOT_TEXT", "FAILED_PRECONDITION"),
    "larger": (failing(openai_chat("word " * 9_000)), "SUMMARY_NOT_SMALLER", "FAILED_PRECONDITION"),
    "rate limit": (failing(status=429), "PROVIDER_RATE_LIMITED", "RESOURCE_EXHAUSTED"),
    "down": (failing(status=500), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "gateway": (failing(b"<html>", status=502, content_type="text/html"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "reset": (failing(fault="reset"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "half": (failing(openai_chat("half"), fault="half_body"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "no JSON": (failing(b"{", status=200), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "a page": (failing(b"<html>", content_type="text/html"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "key": (failing(status=401), "PROVIDER_UNAUTHENTICATED", "FAILED_PRECONDITION"),
    "forbidden": (failing(status=403), "PROVIDER_UNAUTHENTICATED", "FAILED_PRECONDITION"),
    "no credit": (failing(status=402), "PROVIDER_REJECTED", "FAILED_PRECONDITION"),
    "no model": (failing(status=404), "PROVIDER_REJECTED", "FAILED_PRECONDITION"),
    "bad request": (failing(status=400), "PROVIDER_REJECTED", "FAILED_PRECONDITION"),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("mode", [ALL, SELF_SLIDING])
async def test_a_failure_of_the_model_changes_nothing(
    client: Client, model: LoopbackModel, mode: int, name: str
) -> None:
    reply, reason, code = FAILURES[name]
    conversation_id = await with_model(client)
    before = await context_of(client, conversation_id)
    model.answer(**reply)
    failed = await failure_of(compact(client, conversation_id, mode))
    assert (failed.reason, failed.code.name) == (reason, code)
    assert b"secret" not in failed.everything
    if reason != "SUMMARY_NOT_SMALLER":
        assert failed.metadata["model"] == (LIGHT if mode == ALL else MODEL)
    assert (failed.preconditions == (reason,)) is (code == "FAILED_PRECONDITION")
    assert len(model.requests) == 1
    assert await context_of(client, conversation_id) == before


@pytest.mark.parametrize(("headers", "seconds"), [({}, 1.0), ({"retry-after": "7"}, 7.0)])
async def test_a_rate_limit_always_says_when_to_come_back(
    client: Client, model: LoopbackModel, headers: dict[str, str], seconds: float
) -> None:
    conversation_id = await with_model(client)
    model.answer(**failing(status=429, headers=headers))
    failed = await failure_of(compact(client, conversation_id))
    assert failed.retry_seconds == seconds
    assert failed.metadata["retry_after_seconds"] == f"{seconds:g}"


@pytest.mark.parametrize("name", FAILURES)
async def test_where_it_is_allowed_the_embedded_summarizer_steps_in_and_says_so(
    client: Client, model: LoopbackModel, name: str
) -> None:
    reply, reason, _ = FAILURES[name]
    conversation_id = await with_model(client)
    model.answer(**reply)
    settings = {"mode": SLIDING, "prompt": "As a ledger."}
    done = await compact(client, conversation_id, compaction_settings=settings, allow_degraded=True)
    made = done.compaction
    assert made.degraded_reason == error_reason_pb2.ErrorReason.Value(f"ERROR_REASON_{reason}")
    assert (made.method, made.model) == (compaction_pb2.COMPACTION_METHOD_EXTRACTIVE, "local/extractive")
    assert made.mode == SLIDING
    assert "INV-0001" in done.summary
    # What the model took before it failed was paid for.
    assert made.usage.calls == reason.startswith("SUMMARY_")


async def test_a_prompt_too_long_in_every_chunk_exceeds_the_window(client: Client, model: LoopbackModel) -> None:
    agent = await new_agent(client, model=MODEL)
    conversation_id = await new_conversation(client, talk(40), agent_id=agent.id)
    before = await context_of(client, conversation_id)
    too_long = {"error": {"message": "too long", "code": "context_length_exceeded"}}
    for _ in range(50):
        model.answer(too_long, status=400)
    settings = {"mode": ALL, "model": "openai/gpt-3.5-turbo-0125"}
    failed = await failure_of(compact(client, conversation_id, compaction_settings=settings))
    assert failed.reason == "SUMMARIZER_WINDOW_EXCEEDED"
    assert failed.metadata == {"model": "openai/gpt-3.5-turbo-0125"}
    bodies = [request.raw for request in model.requests]
    assert len(set(bodies)) == len(bodies)
    assert await context_of(client, conversation_id) == before


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


async def test_the_deadline_ends_the_call_and_the_request_to_the_model(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    before = await context_of(client, conversation_id)
    model.answer(openai_chat(), delay=20)
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await client.compactions.Compact(request, timeout=0.5)
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await asyncio.wait_for(model.hung_up.wait(), 1)
    assert await context_of(client, conversation_id) == before


async def test_a_cancelled_call_stops_the_model_and_changes_nothing(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    before = await context_of(client, conversation_id)
    model.answer(openai_chat(), delay=20)
    running = client.compactions.Compact(make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id))
    await received(model)
    running.cancel()
    await asyncio.wait_for(model.hung_up.wait(), 1)
    assert await context_of(client, conversation_id) == before
    await compact(client, conversation_id)


async def test_messages_appended_meanwhile_are_in_the_context_once(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("Twenty invoices."), delay=0.2)
    running = asyncio.create_task(compact(client, conversation_id, ALL))
    await received(model)
    await append(client, conversation_id, [user("and INV-9999?")])
    done = await running
    context = await context_of(client, conversation_id)
    assert [message.content for message in context.messages[2:]] == ["and INV-9999?"]
    assert done.num_messages_after == 2
    assert done.compaction.last_seen_position == 80
    assert context.context_tokens > done.compaction.tokens_after


async def test_the_second_of_two_compactions_finds_the_context_changed(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("First."), delay=0.2)
    first = asyncio.create_task(compact(client, conversation_id, ALL))
    await received(model)
    model.answer(openai_chat("Second."), delay=0.6)
    second = asyncio.create_task(failure_of(compact(client, conversation_id, ALL)))
    assert (await first).summary == "First."
    failed = await second
    assert (failed.code, failed.reason) == (grpc.StatusCode.ABORTED, "CONTEXT_CHANGED")
    assert "First." in (await context_of(client, conversation_id)).messages[1].content


async def test_a_recompile_meanwhile_is_no_conflict(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("Twenty invoices."), delay=0.2)
    running = asyncio.create_task(compact(client, conversation_id, ALL))
    await received(model)
    request = make(compaction_service_pb2.RecompileRequest, conversation_id=conversation_id)
    prompt = (await client.compactions.Recompile(request)).system_prompt
    assert (await running).summary == "Twenty invoices."
    assert (await context_of(client, conversation_id)).messages[0].content == prompt


async def test_a_deleted_conversation_cannot_be_committed_to(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("Twenty invoices."), delay=0.2)
    running = asyncio.create_task(failure_of(compact(client, conversation_id, ALL)))
    await received(model)
    await client.conversations.DeleteConversation(
        make(conversation_service_pb2.DeleteConversationRequest, conversation_id=conversation_id)
    )
    assert (await running).reason == "CONVERSATION_NOT_FOUND"


async def test_a_model_that_answers_too_late_leaves_time_to_degrade(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat(), delay=20)
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id, allow_degraded=True)
    done = await client.compactions.Compact(request, timeout=1.5)
    reason = error_reason_pb2.ERROR_REASON_PROVIDER_UNAVAILABLE
    assert done.compaction.degraded_reason == reason
