"""What a model thought, in the request in which it summarizes its own context: what really leaves, for every provider.

Which field each API takes back is from its documentation: DeepSeek's, Kimi's and Z.ai's guides to thinking, vLLM's
reasoning outputs, OpenRouter's reasoning tokens, Groq's and Together's pages on reasoning; OpenAI's, Azure's and xAI's
chat APIs have none.
"""

import json
from typing import Any

import pytest

from compactd.domain.handles import ModelHandle
from compactd.domain.messages import ChatMessage, OpaquePart, ReasoningField, Role, TextPart, ToolCall
from compactd.summarizers.litellm_model import LitellmModel
from tests.builders.model_requests import self_request
from tests.loopback.model import LoopbackModel
from tests.loopback.providers import LOOPBACK_PROVIDERS

CONTENT, REASONING = ReasoningField
THOUGHT = "I need the date first."
DETAILS = [{"type": "reasoning.encrypted", "data": "c2VjcmV0", "id": "r1"}, {"type": "reasoning.text", "text": "so"}]
USER = ChatMessage(Role.USER, "question")
END = ChatMessage(Role.USER, "PROMPT")

SAME, IN_CONTENT = {CONTENT: CONTENT, REASONING: REASONING}, {CONTENT: CONTENT, REASONING: CONTENT}
TAKEN: dict[str, dict[ReasoningField, ReasoningField]] = {
    "sglang": SAME,
    "together": SAME,
    "baseten": SAME,
    "openrouter": SAME,
    "deepseek": IN_CONTENT,
    "moonshot": IN_CONTENT,
    "zai": IN_CONTENT,
    "groq": {CONTENT: REASONING, REASONING: REASONING},
}
"""The field in which each provider gets text that came in another: none for those that are not here."""

PROVIDERS = pytest.mark.parametrize("provider", LOOPBACK_PROVIDERS)
FIELDS = pytest.mark.parametrize("field", ReasoningField)


async def sent(model: LitellmModel, server: LoopbackModel, provider: str, *messages: ChatMessage) -> Any:
    handle = LOOPBACK_PROVIDERS[provider].handle
    await model.ask(self_request(handle, messages=(USER, *messages, END), tools=(), max_output_tokens=500))
    return server.requests[-1].body


def thoughts_in(body: Any) -> list[dict[str, Any]]:
    """The fields of thoughts of each assistant message of a chat request."""
    names = ("reasoning_content", "reasoning", "reasoning_details")
    return [
        {name: message[name] for name in names if name in message}
        for message in body["messages"]
        if message["role"] == "assistant"
    ]


def calling(**thoughts: Any) -> tuple[ChatMessage, ...]:
    call = ToolCall("call_1", "date", "{}")
    return (
        ChatMessage(Role.ASSISTANT, tool_calls=(call,), **thoughts),
        ChatMessage(Role.TOOL, "1 May", tool_call_id="call_1"),
        ChatMessage(Role.ASSISTANT, "It is May."),
    )


def opaque(provider: str, kind: str, data: bytes) -> OpaquePart:
    handle = ModelHandle.parse(LOOPBACK_PROVIDERS[provider].handle)
    return OpaquePart(handle.provider, handle.name, kind, data)


@PROVIDERS
@FIELDS
async def test_reasoning_goes_back_in_the_field_that_the_api_takes(
    provider: str, field: ReasoningField, model: LitellmModel, server: LoopbackModel
) -> None:
    body = await sent(model, server, provider, *calling(reasoning=THOUGHT, reasoning_field=field))
    if provider in TAKEN:
        assert thoughts_in(body)[0] == {TAKEN[provider][field].value: THOUGHT}
    else:
        assert THOUGHT not in json.dumps(body)


@PROVIDERS
@FIELDS
async def test_opaque_parts_that_are_named_like_such_a_field_go_back_in_it(
    provider: str, field: ReasoningField, model: LitellmModel, server: LoopbackModel
) -> None:
    body = await sent(model, server, provider, *calling(parts=(opaque(provider, field, THOUGHT.encode()),)))
    if provider in TAKEN:
        assert thoughts_in(body)[0] == {TAKEN[provider][field].value: THOUGHT}
    else:
        assert THOUGHT not in json.dumps(body)


@PROVIDERS
async def test_details_go_back_to_openrouter_as_they_came(
    provider: str, model: LitellmModel, server: LoopbackModel
) -> None:
    part = opaque(provider, "reasoning_details", json.dumps(DETAILS).encode())
    body = await sent(model, server, provider, ChatMessage(Role.ASSISTANT, parts=(part, TextPart("It is May."))))
    if provider == "openrouter":
        assert thoughts_in(body) == [{"reasoning_details": DETAILS}]
        assert body["messages"][1]["content"] == "It is May."
    else:
        assert "c2VjcmV0" not in json.dumps(body)


@pytest.mark.parametrize("data", [b"", b"\xff", b"[1]", b'"text"'])
async def test_details_that_are_none_are_left_out(data: bytes, model: LitellmModel, server: LoopbackModel) -> None:
    part = opaque("openrouter", "reasoning_details", data)
    body = await sent(model, server, "openrouter", ChatMessage(Role.ASSISTANT, parts=(part, TextPart("May."))))
    assert not thoughts_in(body)[0].get("reasoning_details")


async def test_deepseek_is_sent_a_blank_where_a_turn_with_calls_has_no_thoughts(
    model: LitellmModel, server: LoopbackModel
) -> None:
    body = await sent(model, server, "deepseek", *calling())
    assert thoughts_in(body) == [{"reasoning_content": " "}, {}]


async def test_a_message_that_was_only_thought_has_content_all_the_same(
    model: LitellmModel, server: LoopbackModel
) -> None:
    only_thought = ChatMessage(Role.ASSISTANT, parts=(opaque("sglang", CONTENT, THOUGHT.encode()),))
    body = await sent(model, server, "sglang", only_thought)
    assert body["messages"][1] == {"role": "assistant", "content": "[empty]", "reasoning_content": THOUGHT}
