"""Sessions as other tools keep them, with system messages amid what is said: each is put in whole, shown and compacted.

The samples are written for this, in the shapes of those tools' files."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest

from tests.builders.conversations import chat_message
from tests.builders.rest_resources import Json, append, call, json_of, new_conversation
from tests.field.sessions import compacted, parcel_talk, shown
from tests.shapes import faults

pytestmark = pytest.mark.asyncio(loop_scope="session")


def claude_result(call_id: str, text: str) -> Json:
    block = {"type": "tool_result", "tool_use_id": call_id, "content": text}
    return {"type": "user", "message": {"role": "user", "content": [block]}}


GPTME: list[Json] = [
    {"role": "system", "content": "You are gptme.", "timestamp": "2026-03-02T09:00:00+00:00"},
    {"role": "system", "content": "# Working directory: /srv/depot", "timestamp": "2026-03-02T09:00:00+00:00"},
    {"role": "user", "content": "Why does import.py fail for order A-7?", "timestamp": "2026-03-02T09:00:05+00:00"},
    {"role": "assistant", "content": "```shell\npython import.py\n```", "timestamp": "2026-03-02T09:00:09+00:00"},
    {"role": "system", "content": "Ran command: `python import.py`\nKeyError: 'weight'"},
    {"role": "system", "content": "Running pre-commit: passed"},
    {
        "role": "assistant",
        "content": "A-7 has no column `weight`.",
        "timestamp": "2026-03-02T09:00:20+00:00",
    },
]

CLAUDE_CODE: list[Json] = [
    {"type": "user", "message": {"role": "user", "content": "Fix the failing test in tests/test_rates.py."}},
    {
        "type": "assistant",
        "message": {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "I read it."},
                {"type": "tool_use", "id": "toolu_01", "name": "Read", "input": {"file_path": "tests/test_rates.py"}},
                {"type": "tool_use", "id": "toolu_02", "name": "Bash", "input": {"command": "pytest -q"}},
            ],
        },
    },
    {
        "type": "user",
        "message": {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "toolu_02", "content": "1 failed"}],
        },
    },
    {"type": "system", "content": "PostToolUse:Bash [ruff check] completed successfully", "level": "info"},
    {
        "type": "user",
        "message": {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "toolu_01", "content": "def test"}],
        },
    },
    {"type": "assistant", "message": {"role": "assistant", "content": [{"type": "text", "text": "The rate is 0.21."}]}},
    {"type": "system", "content": "Conversation compacted", "level": "info"},
    {
        "type": "assistant",
        "message": {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "toolu_03", "name": "Edit", "input": {"new_string": "0.21"}}],
        },
    },
    # Killed here, and gone on with.
    {"type": "user", "message": {"role": "user", "content": "continue"}},
    claude_result("toolu_99", "ok"),
]

LANGCHAIN: list[Json] = [
    {"type": "system", "data": {"content": "You book freight.", "type": "system"}},
    {"type": "human", "data": {"content": "Book Ghent to Antwerp on 2026-04-07.", "type": "human"}},
    {
        "type": "ai",
        "data": {
            "content": "",
            "type": "ai",
            "tool_calls": [{"name": "book", "args": {"to": "Antwerp"}, "id": "call_b1", "type": "tool_call"}],
        },
    },
    {"type": "tool", "data": {"content": "B-9911", "type": "tool", "name": "book", "tool_call_id": "call_b1"}},
    {"type": "system", "data": {"content": "Budget left: 240 EUR.", "type": "system"}},
    {"type": "ai", "data": {"content": "", "type": "ai", "tool_calls": []}},
    {"type": "ai", "data": {"content": "Booked as B-9911.", "type": "ai", "tool_calls": []}},
]

LETTA: list[Json] = [
    {"role": "system", "content": [{"type": "text", "text": "You are Rook. <memory_blocks>…"}]},
    {"role": "assistant", "content": [{"type": "text", "text": "Bootup sequence complete."}]},
    {"role": "user", "content": [{"type": "text", "text": "The carrier is Verhaegen NV, 260,000 EUR."}]},
    {
        "role": "assistant",
        "content": [],
        "tool_calls": [
            {"id": "call-1", "type": "function", "function": {"name": "archival_memory_insert", "arguments": "{}"}}
        ],
    },
    {"role": "tool", "content": [{"type": "text", "text": '{"status": "OK"}'}], "tool_call_id": "call-1"},
    {"role": "system", "content": [{"type": "text", "text": "Memory was changed by another agent."}]},
    {"role": "user", "content": [{"type": "text", "text": "And the date?"}]},
    {"role": "assistant", "content": [{"type": "text", "text": "7 April."}]},
]


def of_gptme(line: Json) -> list[Json]:
    created = {"created_at": line["timestamp"]} if "timestamp" in line else {}
    return [{"role": line["role"], "content": line["content"], **created}]


def of_claude_code(line: Json) -> list[Json]:
    if line["type"] == "system":
        return [{"role": "system", "content": line["content"]}]
    role, content = line["message"]["role"], line["message"]["content"]
    if isinstance(content, str):
        return [{"role": role, "content": content}]
    results = [
        {"role": "tool", "tool_call_id": block["tool_use_id"], "content": block["content"]}
        for block in content
        if block["type"] == "tool_result"
    ]
    calls = [
        call(block["id"], block["name"], json.dumps(block["input"])) for block in content if block["type"] == "tool_use"
    ]
    text = "".join(block["text"] for block in content if block["type"] == "text")
    return results or [{"role": role, "content": text or None, "tool_calls": calls}]


def of_langchain(line: Json) -> list[Json]:
    data: Json = line["data"]
    role = {"human": "user", "ai": "assistant"}.get(line["type"], line["type"])
    message: Json = {"role": role, "content": data["content"]}
    message.update({key: data[key] for key in ("name", "tool_call_id") if key in data})
    if calls := [call(one["id"], one["name"], json.dumps(one["args"])) for one in data.get("tool_calls", ())]:
        message["tool_calls"] = calls
    return [message]


def of_letta(line: Json) -> list[Json]:
    return [line]


SESSIONS: dict[str, tuple[Sequence[Json], Callable[[Json], list[Json]], list[Json], list[str]]] = {
    "gptme": (GPTME, of_gptme, [], ["# Working directory: /srv/depot", "KeyError: 'weight'", "Running pre-commit"]),
    "Claude Code": (
        CLAUDE_CODE,
        of_claude_code,
        [{"index": 9, "kind": "late_result"}],
        ["PostToolUse:Bash", "Conversation compacted"],
    ),
    "LangChain": (LANGCHAIN, of_langchain, [{"index": 5, "kind": "left_out"}], ["Budget left: 240 EUR."]),
    "Letta": (LETTA, of_letta, [], ["Memory was changed by another agent."]),
}
MODES = ("all", "sliding_window", "self_compact_all", "self_compact_sliding_window")


def as_shown(messages: Sequence[Json]) -> list[Any]:
    """For the checks of shapes, which know texts and calls."""
    return [chat_message({**message, "content": _text(message["content"])}) for message in messages]


def _text(content: Any) -> str | None:
    return "".join(part["text"] for part in content) if isinstance(content, list) else content


@pytest.mark.parametrize("tool", SESSIONS)
async def test_a_session_is_taken_whole_and_every_context_of_it_may_be_sent(rest: httpx.AsyncClient, tool: str) -> None:
    lines, convert, repairs, notes = SESSIONS[tool]
    messages = [message for line in lines for message in convert(line)]
    for mode in MODES:
        conversation = (await new_conversation(rest))["id"]
        body = {"messages": messages, "repair": True}
        answer = json_of(await rest.post(f"/v1/conversations/{conversation}/messages:append", json=body))
        assert answer["repairs"] == repairs
        context = await shown(rest, conversation)
        assert faults(as_shown(context)) == []
        framed = [_text(message["content"]) or "" for message in context[1:] if message["role"] == "user"]
        for note in notes:
            assert any(text.startswith("[note of the system") and note in text for text in framed)
        await append(rest, conversation, parcel_talk(3))
        done = await compacted(rest, conversation, mode=mode)
        assert done["num_messages_after"] < done["num_messages_before"]
        assert faults(as_shown(await shown(rest, conversation))) == []


async def test_a_hook_that_ran_between_results_parts_none_of_them_from_its_call(rest: httpx.AsyncClient) -> None:
    conversation = (await new_conversation(rest))["id"]
    messages = [message for line in CLAUDE_CODE for message in of_claude_code(line)]
    body = {"messages": messages, "repair": True}
    json_of(await rest.post(f"/v1/conversations/{conversation}/messages:append", json=body))
    context = await shown(rest, conversation)
    results = {message["tool_call_id"]: message["content"] for message in context if message["role"] == "tool"}
    # The third call's session was killed.
    assert results == {"toolu_01": "def test", "toolu_02": "1 failed", "toolu_03": "[no result was recorded]"}
    [after] = [index for index, message in enumerate(context) if "PostToolUse" in (_text(message["content"]) or "")]
    assert [message["role"] for message in context[after - 3 : after]] == ["assistant", "tool", "tool"]
