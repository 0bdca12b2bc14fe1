"""Each rule finds what breaks it, and finds nothing in a request that the documentation could show."""

import copy
import functools
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.dialect_rules import of_model
from tests.dialect_rules.values import NotJson, strict_json

Body = dict[str, Any]


def claude_image(data: str) -> Body:
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


TOOL: Body = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
IMAGE: Body = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}

CHAT: Body = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "a"}, IMAGE]},
        {
            "role": "assistant",
            "tool_calls": [
                {"id": "abc123XYZ", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}},
                {"id": "D681PevKs", "type": "function", "function": {"name": "look", "arguments": "{}"}},
            ],
        },
        {"role": "tool", "tool_call_id": "abc123XYZ", "content": "found"},
        {"role": "tool", "tool_call_id": "D681PevKs", "content": "found"},
        {"role": "assistant", "content": "done"},
        {"role": "user", "content": "PROMPT"},
    ],
    "tools": [TOOL],
    "tool_choice": "none",
}

RESPONSES: Body = {
    "model": "m",
    "instructions": "Be brief.",
    "store": False,
    "input": [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]},
        {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "found"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "PROMPT"}]},
    ],
    "tools": [{"type": "function", "name": "look", "parameters": {"type": "object"}}],
    "tool_choice": "none",
}

MESSAGES: Body = {
    "model": "m",
    "max_tokens": 100,
    "system": [{"type": "text", "text": "Be brief."}],
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "a"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "sig"},
                {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"},
                {"type": "text", "text": "and?"},
            ],
        },
        {"role": "assistant", "content": [{"type": "text", "text": "done"}]},
        {"role": "user", "content": [{"type": "text", "text": "PROMPT"}]},
    ],
    "tools": [{"name": "look", "input_schema": {"type": "object"}}],
    "tool_choice": {"type": "none"},
}

GEMINI: Body = {
    "system_instruction": {"parts": [{"text": "Be brief."}]},
    "contents": [
        {"role": "user", "parts": [{"text": "a"}, {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}]},
        {"role": "model", "parts": [{"text": "I look."}, {"functionCall": {"name": "look", "args": {}}}]},
        {"role": "user", "parts": [{"functionResponse": {"name": "look", "response": {"content": "found"}}}]},
        {"role": "model", "parts": [{"text": "done"}]},
        {"role": "user", "parts": [{"text": "PROMPT"}]},
    ],
    "tools": [{"functionDeclarations": [{"name": "look", "parameters": {"type": "object"}}]}],
    "toolConfig": {"functionCallingConfig": {"mode": "NONE"}},
}

CONVERSE: Body = {
    "system": [{"text": "Be brief."}],
    "messages": [
        {"role": "user", "content": [{"text": "a"}, {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}}]},
        {"role": "assistant", "content": [{"text": "done"}]},
        {"role": "user", "content": [{"text": "PROMPT"}]},
    ],
    "inferenceConfig": {"maxTokens": 100},
}

GOOD = {
    "openai/gpt-4.1": CHAT,
    "moonshot/kimi-k2": CHAT,
    "sglang/mistralai/Mistral-Small": CHAT,
    "openrouter/anthropic/claude-sonnet-4.5": CHAT,
    "openai/gpt-5-pro": RESPONSES,
    "chatgpt_oauth/gpt-5.2": RESPONSES,
    "anthropic/claude-haiku-4-5": MESSAGES,
    "moonshot_coding/kimi-for-coding": MESSAGES,
    "google_ai/gemini-2.5-flash": GEMINI,
    "bedrock/amazon.nova-lite-v1:0": CONVERSE,
}


@pytest.mark.parametrize("handle", GOOD)
def test_a_request_as_the_documentation_has_it_breaks_no_rule(handle: str) -> None:
    assert of_model.faults(handle, copy.deepcopy(GOOD[handle])) == []


def put(*path: Any) -> Callable[[Body], None]:
    """Sets what stands at the path to its last member; None takes it away."""
    *way, last, value = path

    def change(body: Body) -> None:
        inner = functools.reduce(lambda outer, key: outer[key], way, body)
        if value is None:
            del inner[last]
        else:
            inner[last] = value

    return change


def many(*changes: Callable[[Body], None]) -> Callable[[Body], None]:
    def change(body: Body) -> None:
        for one in changes:
            one(body)

    return change


M, C = "messages", "content"
USER: Body = {"role": "user", "content": "more"}
OPENAI, MISTRAL, CLAUDE = "openai/gpt-4.1", "sglang/mistralai/Mistral-Small", "anthropic/claude-haiku-4-5"
PRO, GOOGLE, NOVA = "openai/gpt-5-pro", "google_ai/gemini-2.5-flash", "bedrock/amazon.nova-lite-v1:0"
CALL, FUNCTION = (M, 2, "tool_calls", 0), (M, 2, "tool_calls", 0, "function")
THINKING: Body = {"type": "thinking", "thinking": "hm", "signature": "s"}

BROKEN: list[tuple[str, Callable[[Body], None]]] = [
    (OPENAI, put(M, [])),
    (OPENAI, put(M, 1, "role", "summary")),
    (OPENAI, put(M, 5, "role", "system")),
    (OPENAI, put(M, 5, C, None)),
    (OPENAI, put(M, 5, C, " ")),
    (OPENAI, put(M, 6, None)),
    (OPENAI, put(M, 5, "reasoning_content", "hm")),
    (OPENAI, put(M, 1, C, 0, "text", "")),
    (OPENAI, put(M, 1, C, 1, "image_url", "url", "data:image/svg+xml;base64,PHN2Zz4=")),
    (OPENAI, put(M, 1, C, 1, {"type": "input_audio", "input_audio": {"format": "ogg", "data": "x"}})),
    (OPENAI, put(M, 1, C, 1, {"type": "file", "file": {"filename": "a.pdf"}})),
    (OPENAI, put(M, 5, C, [IMAGE])),
    (OPENAI, many(put(*CALL, "id", "x" * 65), put(M, 3, "tool_call_id", "x" * 65))),
    (OPENAI, put(*CALL, "id", "D681PevKs")),
    (OPENAI, put(*FUNCTION, "name", "fs.read")),
    (OPENAI, put(*FUNCTION, "name", "x" * 65)),
    (OPENAI, put(*FUNCTION, "arguments", "[1]")),
    (OPENAI, put(*FUNCTION, "arguments", '{"a": NaN}')),
    (OPENAI, put(*FUNCTION, "arguments", {"a": 1})),
    (OPENAI, put(M, 4, None)),
    (OPENAI, put(M, 2, {"role": "assistant", "content": "none"})),
    (OPENAI, put("tools", None)),
    (OPENAI, put("tool_choice", "auto")),
    (OPENAI, put("tools", [TOOL, TOOL])),
    (OPENAI, put("tools", 0, "function", "name", "fs:read")),
    ("moonshot/kimi-k2", put("tools", 0, "function", "name", "3d")),
    (MISTRAL, many(put(*CALL, "id", "call_1"), put(M, 3, "tool_call_id", "call_1"))),
    (MISTRAL, put(M, 5, None)),
    (MISTRAL, put(M, 5, USER)),
    (MISTRAL, put(M, 1, {"role": "assistant", "content": "Hello."})),
    ("openrouter/anthropic/claude-sonnet-4.5", many(put(*CALL, "id", "a:b"), put(M, 3, "tool_call_id", "a:b"))),
    (PRO, put("instructions", "")),
    (PRO, put("store", None)),
    (PRO, put("input", 1, "call_id", "x" * 65)),
    (PRO, put("input", 1, "name", "fs.read")),
    (PRO, put("input", 1, "arguments", "")),
    (PRO, put("input", 2, None)),
    (PRO, put("input", 3, C, 0, "type", "input_text")),
    (PRO, put("input", 4, None)),
    (PRO, put("tools", 0, {"type": "function", "function": {"name": "look"}})),
    ("chatgpt_oauth/gpt-5.2", put("input", 3, None)),
    (CLAUDE, put("max_tokens", None)),
    (CLAUDE, put("system", 0, "text", "")),
    (CLAUDE, put(M, 0, None)),
    (CLAUDE, put(M, 3, None)),
    (CLAUDE, put(M, 4, None)),
    (CLAUDE, put(M, 3, C, [])),
    (CLAUDE, put(M, 3, C, 0, "text", "\n")),
    (CLAUDE, put(M, 3, C, [THINKING])),
    (CLAUDE, put(M, 1, C, 0, "signature", None)),
    (CLAUDE, put(M, 1, C, 2, "input", "{}")),
    (CLAUDE, put(M, 1, C, 2, "name", "fs.read")),
    (CLAUDE, many(put(M, 1, C, 2, "id", "a|b"), put(M, 2, C, 0, "tool_use_id", "a|b"))),
    (CLAUDE, put(M, 2, C, 0, None)),
    (CLAUDE, lambda body: body[M][2][C].reverse()),
    (CLAUDE, put(M, 2, C, 0, "content", "")),
    (CLAUDE, put("tools", None)),
    (CLAUDE, put("tool_choice", {"type": "auto"})),
    (CLAUDE, put(M, 0, C, 0, {"type": "image", "source": {"type": "base64", "media_type": "image/tiff", "data": "x"}})),
    (GOOGLE, put("contents", 0, None)),
    (GOOGLE, put("contents", 4, None)),
    (GOOGLE, put("contents", 3, None)),
    (GOOGLE, put("contents", 0, "parts", [])),
    (GOOGLE, put("contents", 0, "parts", 0, "text", "")),
    (GOOGLE, put("contents", 0, "parts", 1, "inlineData", "mimeType", "image/svg+xml")),
    (GOOGLE, put("contents", 1, "parts", 1, "functionCall", "name", "3d")),
    (GOOGLE, put("contents", 1, "parts", 1, "functionCall", "args", [])),
    (GOOGLE, put("contents", 2, "parts", 0, "functionResponse", "name", "other")),
    (GOOGLE, put("contents", 2, "parts", 0, {"text": "found"})),
    (GOOGLE, put("contents", 3, "role", "assistant")),
    (GOOGLE, put("toolConfig", None)),
    (NOVA, put(M, 0, None)),
    (NOVA, put(M, 1, None)),
    (NOVA, put(M, 2, None)),
    (NOVA, put(M, 1, C, 0, "text", " ")),
    (NOVA, put(M, 0, C, 1, "image", "format", "svg")),
    (NOVA, put(M, 0, C, 0, {"words": "a"})),
    (NOVA, put(M, 1, C, 0, {"toolUse": {"toolUseId": "a|b", "name": "look", "input": {}}})),
    (NOVA, put("inferenceConfig", "maxTokens", "many")),
    (NOVA, lambda body: body[M][0][C].extend([body[M][0][C][1]] * 20)),
    (NOVA, put(M, 0, C, 1, "image", "source", "bytes", "A" * 5_000_004)),
    (OPENAI, lambda body: body[M][1][C].extend([IMAGE] * 500)),
    (CLAUDE, lambda body: body[M][0][C].extend([claude_image("AAAA")] * 101)),
    (CLAUDE, lambda body: body[M][0][C].append(claude_image("A" * 5_242_884))),
]


@pytest.mark.parametrize(("handle", "change"), BROKEN)
def test_a_rule_that_is_broken_is_found(handle: str, change: Callable[[Body], None]) -> None:
    body = copy.deepcopy(GOOD[handle])
    change(body)
    assert of_model.faults(handle, body) != []


@pytest.mark.parametrize("raw", [b'{"a": NaN}', b'{"a": Infinity}', b'{"a": "\\ud83d"}', b'{"a": "\xff"}', b"{"])
def test_a_body_that_is_no_json_is_found(raw: bytes) -> None:
    with pytest.raises((json.JSONDecodeError, UnicodeError, NotJson)):
        strict_json(raw)
