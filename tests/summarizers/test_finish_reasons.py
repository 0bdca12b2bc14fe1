"""How an answer ended, what it says and what it cost, from every API."""

from collections.abc import Callable
from typing import Any

import pytest

from compactd.domain.compactions import Usage
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import transcript_request
from tests.loopback.dialects import (
    SUMMARY,
    anthropic_message,
    bedrock_converse,
    gemini_content,
    openai_chat,
    responses_object,
    responses_stream,
)
from tests.loopback.model import LoopbackModel

CHAT = "openai/gpt-4o"
CLAUDE = "anthropic/claude-haiku-4-5"
GEMINI = "google_ai/gemini-2.5-flash"
NOVA = "bedrock/amazon.nova-lite-v1:0"
PRO = "openai/gpt-5-pro"

CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
TOOL_USE = [{"type": "tool_use", "id": "c", "name": "look", "input": {}}]
REFUSAL_PART = {"type": "refusal", "refusal": "No."}
BLOCKED = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}


def _responses(**changes: Any) -> dict[str, Any]:
    return responses_object() | changes


def _gemini_calling() -> dict[str, Any]:
    body = gemini_content()
    body["candidates"][0]["content"]["parts"].append({"functionCall": {"name": "look", "args": {}}})
    return body


def _converse_calling() -> dict[str, Any]:
    body = bedrock_converse()
    call = {"toolUse": {"toolUseId": "c", "name": "look", "input": {}}}
    body["output"]["message"]["content"].append(call)
    return body


ENDINGS = [
    (CHAT, openai_chat(), "stop"),
    (CHAT, openai_chat(finish="length"), "length"),
    (CHAT, openai_chat(finish="content_filter"), "refusal"),
    (CHAT, openai_chat(None, refusal="No."), "refusal"),
    (CHAT, openai_chat(None, finish="tool_calls", tool_calls=[CALL]), "tool_calls"),
    (CHAT, openai_chat(finish="model_context_window_exceeded"), "length"),
    (CHAT, openai_chat(finish="sensitive"), "refusal"),
    (CHAT, openai_chat(tool_calls=[CALL]), "tool_calls"),
    (CHAT, openai_chat(finish="length", tool_calls=[CALL]), "tool_calls"),
    (CHAT, openai_chat(function_call={"name": "look", "arguments": "{}"}), "tool_calls"),
    (CHAT, openai_chat(finish="eos"), "stop"),
    ("openrouter/a/b", openai_chat(), "stop"),
    ("azure/gpt-4o", openai_chat(finish="length"), "length"),
    (CLAUDE, anthropic_message(), "stop"),
    (CLAUDE, anthropic_message(stop="max_tokens"), "length"),
    (CLAUDE, anthropic_message(stop="model_context_window_exceeded"), "length"),
    (CLAUDE, anthropic_message(stop="refusal"), "refusal"),
    (CLAUDE, anthropic_message(None, "tool_use", content=TOOL_USE), "tool_calls"),
    (CLAUDE, anthropic_message(None, content=[{"type": "text", "text": SUMMARY}, *TOOL_USE]), "tool_calls"),
    (CLAUDE, anthropic_message(stop="pause_turn"), "other"),
    (GEMINI, gemini_content(), "stop"),
    (GEMINI, gemini_content(finish="MAX_TOKENS"), "length"),
    (GEMINI, gemini_content(None, finish="MAX_TOKENS"), "length"),
    (GEMINI, gemini_content(finish="SAFETY"), "refusal"),
    (GEMINI, gemini_content(finish="RECITATION"), "refusal"),
    (GEMINI, gemini_content(None, finish="MALFORMED_FUNCTION_CALL"), "tool_calls"),
    (GEMINI, _gemini_calling(), "tool_calls"),
    (GEMINI, BLOCKED, "refusal"),
    (NOVA, bedrock_converse(), "stop"),
    (NOVA, bedrock_converse(stop="max_tokens"), "length"),
    (NOVA, bedrock_converse(stop="guardrail_intervened"), "refusal"),
    (NOVA, bedrock_converse(stop="malformed_tool_use"), "tool_calls"),
    (NOVA, _converse_calling(), "tool_calls"),
    (PRO, _responses(), "stop"),
    (PRO, responses_object(status="incomplete"), "length"),
    (PRO, _responses(status="incomplete", incomplete_details={"reason": "content_filter"}), "refusal"),
    (
        PRO,
        _responses(output=[{"type": "message", "role": "assistant", "id": "m", "content": [REFUSAL_PART]}]),
        "refusal",
    ),
]


@pytest.mark.parametrize(("handle", "body", "expected"), ENDINGS)
async def test_the_end_is_the_providers_own(
    handle: str, body: dict[str, Any], expected: str, model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(body)
    answer = await model.ask(transcript_request(handle, max_output_tokens=500))
    assert answer.finish == expected
    assert expected != "stop" or answer.text == SUMMARY


async def test_a_native_stop_reason_behind_openrouter_counts(model: LitellmModel, server: LoopbackModel) -> None:
    body = openai_chat("")
    body["choices"][0]["native_finish_reason"] = "MALFORMED_FUNCTION_CALL"
    server.answer(body)
    assert (await model.ask(transcript_request("openrouter/google/gemini"))).finish == "tool_calls"


@pytest.mark.parametrize(("status", "expected"), [("completed", "stop"), ("incomplete", "length")])
async def test_the_end_of_a_stream_is_read(
    status: str, expected: str, model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(responses_stream(status=status), content_type="text/event-stream")
    answer = await model.ask(transcript_request("chatgpt_oauth/gpt-5.2"))
    assert answer.finish == expected
    assert expected != "stop" or answer.text == SUMMARY


async def test_an_empty_answer_is_an_empty_text(model: LitellmModel, server: LoopbackModel) -> None:
    server.answer(openai_chat(""))
    answer = await model.ask(transcript_request(CHAT))
    assert (answer.text or "", answer.finish) == ("", "stop")


async def test_an_answer_in_many_scripts_arrives_as_it_was_written(model: LitellmModel, server: LoopbackModel) -> None:
    text = "Zusammenfassung — 要約：設定ファイル 🧵 ملخص\u2028\n  two spaces  "
    for handle, body in ((CHAT, openai_chat(text)), (CLAUDE, anthropic_message(text)), (GEMINI, gemini_content(text))):
        server.answer(body)
        assert (await model.ask(transcript_request(handle, max_output_tokens=500))).text == text


async def test_thoughts_are_no_part_of_the_text(model: LitellmModel, server: LoopbackModel) -> None:
    body = gemini_content()
    body["candidates"][0]["content"]["parts"].insert(0, {"text": "Let me think.", "thought": True})
    server.answer(body)
    assert (await model.ask(transcript_request(GEMINI))).text == SUMMARY
    thinking = {"type": "thinking", "thinking": "Let me think.", "signature": "s"}
    server.answer(anthropic_message(None, content=[thinking, {"type": "text", "text": SUMMARY}]))
    assert (await model.ask(transcript_request(CLAUDE, max_output_tokens=500))).text == SUMMARY
    server.answer(openai_chat(SUMMARY, reasoning_content="Let me think."))
    assert (await model.ask(transcript_request("deepseek/deepseek-chat"))).text == SUMMARY


# The server says 60 tokens in, 40 of them cached, and 50 out; prices are those of litellm's table.
USAGE = [
    (CHAT, 20 * 2.5e-6 + 40 * 1.25e-6 + 50 * 10e-6),
    (CLAUDE, 20 * 1e-6 + 40 * 0.1e-6 + 50 * 5e-6),
    (GEMINI, 20 * 0.3e-6 + 40 * 0.03e-6 + 50 * 2.5e-6),
    (NOVA, 20 * 0.06e-6 + 40 * 0.015e-6 + 50 * 0.24e-6),
    ("openai/some-new-model", None),
    ("sglang/gpt-4o", None),
    ("moonshot_coding/kimi-for-coding", None),
    ("chatgpt_oauth/gpt-5.2", None),
]


@pytest.mark.parametrize(("handle", "cost"), USAGE)
async def test_usage_and_its_cost(handle: str, cost: float | None, model: LitellmModel, server: LoopbackModel) -> None:
    usage = (await model.ask(transcript_request(handle, max_output_tokens=500))).usage
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.calls) == (60, 50, 40, 1)
    assert usage.cost_usd == (pytest.approx(cost) if cost is not None else None)


MOST = 2**31 - 1
# Where providers count otherwise: what the answer says, and input, output and cached tokens.
COUNTS = [
    (
        CLAUDE,
        {"input_tokens": 5, "output_tokens": 2, "cache_read_input_tokens": 3, "cache_creation_input_tokens": 4},
        (12, 2, 3),
    ),
    (CLAUDE, {"input_tokens": 5, "output_tokens": 2, "cache_read_input_tokens": None}, (5, 2, 0)),
    (NOVA, {"inputTokens": 5, "outputTokens": 2, "cacheReadInputTokens": 3, "cacheWriteInputTokens": 1}, (9, 2, 3)),
    (
        GEMINI,
        {"promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 9, "totalTokenCount": 16},
        (5, 11, 0),
    ),
    (
        GEMINI,
        {"promptTokenCount": 5, "candidatesTokenCount": 11, "thoughtsTokenCount": 9, "totalTokenCount": 16},
        (5, 11, 0),
    ),
    (
        GEMINI,
        {"promptTokenCount": 5, "candidatesTokenCount": 2, "toolUsePromptTokenCount": 4, "totalTokenCount": 11},
        (9, 2, 0),
    ),
    (
        "xai/grok-4",
        {
            "prompt_tokens": 7,
            "completion_tokens": 3,
            "total_tokens": 30,
            "completion_tokens_details": {"reasoning_tokens": 20},
        },
        (7, 23, 0),
    ),
    (
        CHAT,
        {
            "prompt_tokens": 7,
            "completion_tokens": 23,
            "total_tokens": 30,
            "completion_tokens_details": {"reasoning_tokens": 20},
        },
        (7, 23, 0),
    ),
    ("deepseek/deepseek-chat", {"prompt_tokens": 7, "completion_tokens": 3, "prompt_cache_hit_tokens": 5}, (7, 3, 5)),
    (CHAT, {"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": None}, (7, 3, 0)),
    (PRO, {"input_tokens": 3, "output_tokens": 2, "input_tokens_details": None}, (3, 2, 0)),
    (CHAT, {}, (0, 0, 0)),
    (CHAT, {"prompt_tokens": "12", "completion_tokens": 3.0, "prompt_tokens_details": "none"}, (12, 3, 0)),
    (CHAT, {"prompt_tokens": 10**30, "completion_tokens": 1e300, "completion_tokens_details": [1]}, (0, 0, 0)),
    (CHAT, {"prompt_tokens": -1, "completion_tokens": True, "prompt_tokens_details": {"cached_tokens": {}}}, (0, 0, 0)),
    (CHAT, ["many"], (0, 0, 0)),
    (CLAUDE, {"input_tokens": "12", "output_tokens": "two", "cache_read_input_tokens": 3.0}, (15, 0, 3)),
    (CLAUDE, {"input_tokens": MOST, "output_tokens": MOST, "cache_read_input_tokens": MOST}, (MOST, MOST, MOST)),
    (NOVA, {"inputTokens": 5.0, "outputTokens": "2", "cacheReadInputTokens": []}, (5, 2, 0)),
    (GEMINI, {"promptTokenCount": "5", "candidatesTokenCount": 2.0, "totalTokenCount": "7"}, (5, 2, 0)),
    (PRO, {"input_tokens": "3", "output_tokens": 2.0, "input_tokens_details": "none"}, (3, 2, 0)),
]
_USUAL: dict[str, Callable[[], dict[str, Any]]] = {
    CLAUDE: anthropic_message,
    NOVA: bedrock_converse,
    GEMINI: gemini_content,
    PRO: responses_object,
}


@pytest.mark.parametrize(("handle", "said", "counts"), COUNTS)
async def test_tokens_are_counted_as_the_provider_means_them(
    handle: str, said: Any, counts: tuple[int, int, int], model: LitellmModel, server: LoopbackModel
) -> None:
    body = _USUAL.get(handle, openai_chat)()
    server.answer({**body, "usageMetadata" if handle == GEMINI else "usage": said})
    usage = (await model.ask(transcript_request(handle, max_output_tokens=500))).usage
    found = (usage.input_tokens, usage.output_tokens, usage.cached_tokens)
    assert found == counts
    assert {type(count) for count in found} == {int}


@pytest.mark.parametrize(
    ("handle", "body"),
    [
        (CLAUDE, anthropic_message(None, content=[{"type": "text", "text": "one "}, {"type": "text", "text": "two"}])),
        (PRO, _responses(output=[{"type": "message", "content": [{"type": "output_text", "text": "one two"}]}])),
        (CHAT, openai_chat("one two")),
        (CHAT, openai_chat([{"type": "thinking", "thinking": []}, {"type": "text", "text": "one two"}])),
    ],
)
async def test_a_text_in_pieces_is_one_text(
    handle: str, body: dict[str, Any], model: LitellmModel, server: LoopbackModel
) -> None:
    server.answer(body)
    assert (await model.ask(transcript_request(handle, max_output_tokens=500))).text == "one two"


async def test_an_answer_without_usage_is_counted(model: LitellmModel, server: LoopbackModel) -> None:
    body = openai_chat()
    del body["usage"]
    server.answer(body)
    answer = await model.ask(transcript_request(CHAT))
    assert answer.text == SUMMARY
    assert answer.usage.calls == 1
    assert answer.usage != Usage()
