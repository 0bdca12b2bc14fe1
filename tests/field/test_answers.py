"""What a model answered, and whether it is a summary: whatever the mode, the request and the part of the work."""

import httpx
import pytest

from tests.builders.rest_resources import append, context_of
from tests.field.sessions import answer_of_compact, compacted, parcel_talk, shown, stored
from tests.gateway.error_bodies import error_of
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUMMARY = "Parcels P-7000 to P-7009 were delivered."
CALL = '<tool_call>{"name":"read_file","arguments":{"path":"a"}}</tool_call>'
NO_SUMMARIES = (
    CALL,
    '<function_calls><invoke name="Bash"><parameter name="command">ls</parameter></invoke></function_calls>',
    'API Error: 400 {"type":"error","error":{"type":"invalid_request_error","message":"no"}}',
    "API Error: 529 Overloaded",
    '```json\n{"tool":"bash","arguments":{"cmd":"ls"}}\n```',
    "<html><head><title>504 Gateway Time-out</title></head></html>",
    "<think>The user wants a summary, so",
    "error code: 524",
    '[assistant calls read, id c1] {"p":1}',
    '{"tool_uses": [{"recipient_name": "functions.read", "parameters": {}}]}',
)
MODES = ("all", "sliding_window", "self_compact_all", "self_compact_sliding_window")


@pytest.mark.field_case("B45")
@pytest.mark.parametrize(
    "answer",
    [
        f"<think>The user wants a summary.</think>\n{SUMMARY}",
        f"Okay, the user wants a summary, so let me go through it.\n</think>\n\n{SUMMARY}",
        f"Okay, the user wants a summary, so let me go through it.</think>\n\n{SUMMARY}",
        f"<|channel|>analysis<|message|>So.<|end|><|start|>assistant<|channel|>final<|message|>{SUMMARY}<|return|>",
    ],
)
async def test_thoughts_before_a_summary_are_not_of_it(
    rest: httpx.AsyncClient, model: LoopbackModel, answer: str
) -> None:
    conversation_id = await stored(rest, parcel_talk(10), "sglang/qwen3")
    model.answer(openai_chat(answer))
    assert (await compacted(rest, conversation_id, mode="all"))["summary"] == SUMMARY


@pytest.mark.field_case("B45")
@pytest.mark.parametrize("answer", NO_SUMMARIES)
async def test_what_is_no_summary_is_refused_and_changes_nothing(
    rest: httpx.AsyncClient, model: LoopbackModel, answer: str
) -> None:
    conversation_id = await stored(rest, parcel_talk(10), "sglang/qwen3")
    before = await context_of(rest, conversation_id)
    model.answer(openai_chat(answer))
    assert error_of(await answer_of_compact(rest, conversation_id, mode="all")).reason == "SUMMARY_NOT_TEXT"
    assert await context_of(rest, conversation_id) == before


@pytest.mark.parametrize("mode", ["all", "self_compact_sliding_window"])
@pytest.mark.parametrize(
    "told",
    [
        "openai.RateLimitError kept failing the nightly job. We added a pause, and the user confirmed that it works.",
        "API error: the Stripe webhook returned malformed JSON. Fixed in webhook.py; order ORD-1111 was re-run.",
        "Traceback (most recent call last): the user pasted one from app.py line 12. Fixed by .get(); tests pass.",
        "The user asked about tags.\n</think>\nwas found in the log of llm.py, line 3; the client strips it now.",
    ],
)
async def test_a_summary_may_tell_of_an_error_and_of_a_tag(
    rest: httpx.AsyncClient, model: LoopbackModel, told: str, mode: str
) -> None:
    conversation_id = await stored(rest, parcel_talk(10), "sglang/qwen3")
    model.answer(openai_chat(told))
    assert (await compacted(rest, conversation_id, mode=mode))["summary"] == told


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("...", "SUMMARY_EMPTY"),
        ("## Goals", "SUMMARY_EMPTY"),
        ("I don't see any conversation to summarize. Please provide the transcript.", "SUMMARY_REFUSED"),
        ("Извините, я не могу помочь с этим.", "SUMMARY_REFUSED"),
    ],
)
async def test_an_idle_answer_is_refused_by_its_name(
    rest: httpx.AsyncClient, model: LoopbackModel, answer: str, reason: str
) -> None:
    conversation_id = await stored(rest, parcel_talk(10), "sglang/qwen3")
    model.answer(openai_chat(answer))
    assert error_of(await answer_of_compact(rest, conversation_id, mode="all")).reason == reason


async def test_of_an_analysis_before_a_summary_nothing_is_kept(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    conversation_id = await stored(rest, parcel_talk(10), "sglang/qwen3")
    model.answer(openai_chat(f"<analysis>I go through it.</analysis>\n<summary>{SUMMARY}</summary>"))
    assert (await compacted(rest, conversation_id, mode="all"))["summary"] == SUMMARY


@pytest.mark.parametrize("mode", MODES)
async def test_a_call_is_no_summary_in_any_mode(rest: httpx.AsyncClient, model: LoopbackModel, mode: str) -> None:
    conversation_id = await stored(rest, parcel_talk(10), "sglang/qwen3")
    model.answer(openai_chat(CALL))
    assert error_of(await answer_of_compact(rest, conversation_id, mode=mode)).reason == "SUMMARY_NOT_TEXT"


async def test_a_call_is_no_partial_summary(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    conversation_id = await stored(rest, parcel_talk(100), "openai/gpt-5-mini")
    model.answer(openai_chat(SUMMARY))
    model.answer(openai_chat(CALL))
    answer = await answer_of_compact(rest, conversation_id, mode="all", model="openai/gpt-4")
    assert error_of(answer).reason == "SUMMARY_NOT_TEXT"
    assert len(model.requests) >= 2


async def test_a_call_is_no_merged_summary(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    settings = {"mode": "all", "model": "openai/gpt-5-mini", "clip_chars": 100}
    conversation_id = await stored(rest, parcel_talk(10), "openai/gpt-5-mini")
    model.answer(openai_chat(SUMMARY * 2))
    first = (await compacted(rest, conversation_id, **settings))["summary"]
    await append(rest, conversation_id, parcel_talk(10, 10))
    model.answer(openai_chat(SUMMARY * 2))
    model.answer(openai_chat(CALL))
    assert error_of(await answer_of_compact(rest, conversation_id, **settings)).reason == "SUMMARY_NOT_TEXT"
    assert len(model.requests) == 3
    assert any(first in message["content"] for message in await shown(rest, conversation_id))


@pytest.mark.parametrize("mode", MODES)
async def test_where_it_may_be_the_embedded_summarizer_answers_instead_of_a_call(
    rest: httpx.AsyncClient, model: LoopbackModel, mode: str
) -> None:
    def calls(request: Received) -> Reply:
        return Reply(openai_chat(CALL))

    model.otherwise = calls
    conversation_id = await stored(rest, parcel_talk(40), "sglang/qwen3")
    body = {"compaction_settings": {"mode": mode}, "allow_degraded": True}
    answer = await rest.post(f"/v1/conversations/{conversation_id}/compact", json=body)
    record = answer.json()["compaction"]
    assert (record["method"], record["degraded_reason"]) == ("extractive", "summary_not_text")
    assert "tool_call" not in answer.json()["summary"]
