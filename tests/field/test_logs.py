"""Logs of evaluations, and sessions that end in the middle of a call, imported as their users would."""

import json
from typing import Any

import httpx
import pytest

from compactd.rpc.messages import batch_from_proto
from tests.builders.chat import context_of
from tests.builders.rest_resources import Json
from tests.field.sessions import answer_of_compact, compacted, said, stored
from tests.gateway.error_bodies import error_of
from tests.loopback.model import LoopbackModel
from tests.server import Client
from tests.shapes import faults

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODES = ("all", "sliding_window", "self_compact_all", "self_compact_sliding_window")

BROWSER_LOG: list[Json] = [
    {"id": "m1", "role": "system", "content": "You use a browser.", "source": "input"},
    {"id": "m2", "role": "user", "content": "What does the museum of Ghent cost for two adults?", "source": "input"},
    {
        "id": "m3",
        "role": "assistant",
        "content": "I open its page.",
        "tool_calls": [
            {
                "id": "call_a",
                "function": "web_go",
                "arguments": {"url": "https://museum.example/visit"},
                "type": "function",
            }
        ],
    },
    {
        "id": "m4",
        "role": "tool",
        "tool_call_id": "call_a",
        "function": "web_go",
        "content": [{"type": "text", "text": "[1] Tickets: adult 14 EUR, child free [2] Opening hours 10 to 18 " * 12}],
    },
    {
        "id": "m5",
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {
                "id": "call_b",
                "function": "web_click",
                "arguments": {"element": 2, "deep": {"tab": None}},
                "type": "function",
            },
            {"id": "call_c", "function": "web_scroll", "arguments": {}, "type": "function"},
        ],
    },
    {
        "id": "m6",
        "role": "tool",
        "tool_call_id": "call_c",
        "function": "web_scroll",
        "content": "bottom of the page " * 40,
    },
    {
        "id": "m7",
        "role": "tool",
        "tool_call_id": "call_b",
        "function": "web_click",
        "content": "open until 18:00 " * 40,
    },
    {"id": "m8", "role": "assistant", "content": "Two adults pay 28 EUR; it is open until 18:00."},
]
"""As inspect_ai logs an evaluation: arguments are objects, a call's function is its name."""

CLAUDE_CODE: list[Json] = [
    {"type": "user", "message": {"role": "user", "content": "<command-name>/clear</command-name>"}},
    {"type": "user", "message": {"role": "user", "content": "<local-command-stdout></local-command-stdout>"}},
    {"type": "user", "message": {"role": "user", "content": "Add a --json flag to the export command."}},
    {
        "type": "assistant",
        "message": {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "I look at it first."},
                {"type": "tool_use", "id": "toolu_01", "name": "Read", "input": {"file_path": "/app/src/export.ts"}},
            ],
        },
    },
    {
        "type": "user",
        "message": {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "toolu_01", "content": "1\u2192export function run() {}\n" * 60}
            ],
        },
    },
    {
        "type": "assistant",
        "message": {
            "role": "assistant",
            "content": [{"type": "text", "text": "Now the flag is parsed. " * 12}],
        },
    },
    {"type": "user", "message": {"role": "user", "content": "Run the tests."}},
    {
        "type": "assistant",
        "message": {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "toolu_02", "name": "Bash", "input": {"command": "npm test"}}],
        },
    },
]
"""As Claude Code writes a session, a line each. It ends in a call that nothing has answered."""


def of_inspect(line: Json) -> Json:
    """What an importer makes of a message of the log: the contract's keys, arguments as they are."""
    message = {key: line[key] for key in ("role", "content", "tool_call_id") if key in line}
    calls = [
        {"id": call["id"], "type": "function", "function": {"name": call["function"], "arguments": call["arguments"]}}
        for call in line.get("tool_calls", ())
    ]
    return message | ({"tool_calls": calls} if calls else {})


def of_claude_code(line: Json) -> list[Json]:
    """OpenAI's messages for a line: each result is one of its own."""
    content = line["message"]["content"]
    if isinstance(content, str):
        return [{"role": line["type"], "content": content}]
    results = [
        {"role": "tool", "tool_call_id": block["tool_use_id"], "content": block["content"]}
        for block in content
        if block["type"] == "tool_result"
    ]
    texts = [{"type": "text", "text": block["text"]} for block in content if block["type"] == "text"]
    calls = [_call(block) for block in content if block["type"] == "tool_use"]
    spoken = {"role": line["type"], "content": texts or None} | ({"tool_calls": calls} if calls else {})
    return results + ([spoken] if texts or calls else [])


def _call(block: Json) -> Json:
    function = {"name": block["name"], "arguments": json.dumps(block["input"])}
    return {"id": block["id"], "type": "function", "function": function}


async def rules_broken(client: Client, conversation_id: str, *, pending: bool = False) -> list[str]:
    shown, _ = batch_from_proto((await context_of(client, conversation_id)).messages)
    calling = max((index for index, message in enumerate(shown) if message.tool_calls), default=None)
    return faults(shown, calling if pending else None)


@pytest.mark.field_case("R4")
@pytest.mark.parametrize("mode", MODES)
async def test_an_evaluations_log_is_taken_and_stays_sendable(
    rest: httpx.AsyncClient, client: Client, model: LoopbackModel, mode: str
) -> None:
    conversation_id = await stored(rest, [of_inspect(line) for line in BROWSER_LOG], "openai/gpt-4.1")
    assert await rules_broken(client, conversation_id) == []
    done = await compacted(rest, conversation_id, mode=mode)
    assert await rules_broken(client, conversation_id) == []
    assert done["compaction"]["tokens_after"] < done["compaction"]["tokens_before"]
    sent: Any = said(model.only.body)
    assert "https://museum.example/visit" in sent


@pytest.mark.field_case("R4")
async def test_a_log_of_one_question_is_too_short_to_compact(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    conversation_id = await stored(rest, [of_inspect(line) for line in BROWSER_LOG[:2]], "openai/gpt-4.1")
    refused = error_of(await answer_of_compact(rest, conversation_id, mode="all"))
    assert refused.reason == "NOTHING_TO_COMPACT"
    assert model.requests == []


@pytest.mark.field_case("R6")
@pytest.mark.parametrize("mode", MODES)
async def test_a_session_that_ends_in_an_open_call_keeps_it(
    rest: httpx.AsyncClient, client: Client, model: LoopbackModel, mode: str
) -> None:
    messages = [message for line in CLAUDE_CODE for message in of_claude_code(line)]
    conversation_id = await stored(rest, messages, "anthropic/claude-sonnet-4-5")
    assert await rules_broken(client, conversation_id, pending=True) == []
    await compacted(rest, conversation_id, mode=mode)
    assert len(model.requests) == 1
    context = await context_of(client, conversation_id)
    assert [call.function.name for call in context.messages[-1].tool_calls] == ["Bash"]
    assert await rules_broken(client, conversation_id, pending=True) == []
