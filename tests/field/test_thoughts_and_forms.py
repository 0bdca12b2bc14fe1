"""What a model thought, and the old and odd forms in which messages come."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.builders.chat import history_of
from tests.builders.rest_resources import json_of, new_agent, new_conversation
from tests.field.cases import messages_of, needs_cases
from tests.field.sessions import compacted, said, self_request, shown, stored
from tests.loopback.model import LoopbackModel
from tests.server import Client

pytestmark = [needs_cases, pytest.mark.asyncio(loop_scope="session")]


async def test_a_refusal_is_what_the_assistant_said(rest: httpx.AsyncClient) -> None:
    conversation = await stored(rest, messages_of("B02"))
    assert (await shown(rest, conversation))[2] == {"role": "assistant", "content": "I can't help with that."}


async def test_a_call_in_its_old_form_is_a_call(rest: httpx.AsyncClient) -> None:
    answered, with_text = messages_of("B04")
    [_, _, call, result] = await shown(rest, await stored(rest, answered))
    assert call["tool_calls"][0]["function"] == answered[1]["function_call"]
    assert result == {
        "role": "tool",
        "tool_call_id": call["tool_calls"][0]["id"],
        "name": "get_weather",
        "content": '{"t":21}',
    }
    [_, _, call] = await shown(rest, await stored(rest, with_text))
    assert (call["content"], call["tool_calls"][0]["function"]["name"]) == ("I look it up.", "get_weather")


async def test_marks_for_a_cache_change_nothing(rest: httpx.AsyncClient) -> None:
    conversation = await stored(rest, messages_of("B09"))
    [_, message, _] = await shown(rest, conversation)
    assert message["content"] == [{"type": "text", "text": "Remember the code name BLUE HERON."}]


async def test_arguments_that_are_an_object_become_text(rest: httpx.AsyncClient) -> None:
    [_, _, call, _] = await shown(rest, await stored(rest, messages_of("B12")))
    assert call["tool_calls"][0]["function"]["arguments"] == '{"path":"."}'


@pytest.mark.field_case("B18")
@pytest.mark.parametrize(
    "written", ["2026-03-01T12:00:00+00:00", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00", "2026-03-01 12:00:00"]
)
async def test_times_of_imports_are_taken(rest: httpx.AsyncClient, client: Client, written: Any) -> None:
    conversation = await stored(rest, [{"role": "user", "content": "Hi.", "created_at": written}])
    [_, message] = await history_of(client, conversation)
    assert message.created_at.ToDatetime(tzinfo=UTC) == datetime(2026, 3, 1, 12, tzinfo=UTC)


THOUGHT = "I need the date."


def thinking(handle: str, form: str) -> list[Any]:
    """The case's messages, with the thoughts of this model before its calls."""
    provider, name = handle.split("/")
    data = b64encode(THOUGHT.encode()).decode()
    opaque = {"provider": provider, "model": name, "type": "reasoning_content", "data": data}
    thoughts: dict[str, Any] = {
        "opaque": {"content": [{"type": "opaque", "opaque": opaque}]},
        "text": {"content": None, "reasoning_content": THOUGHT},
    }
    return [{**message, **thoughts[form]} if message.get("tool_calls") else message for message in messages_of("B64")]


@pytest.mark.parametrize("handle", ["deepseek/deepseek-reasoner", "moonshot/kimi-k2-thinking", "sglang/qwen3"])
@pytest.mark.parametrize("form", ["opaque", "text"])
async def test_thoughts_of_a_turn_with_calls_go_back_to_who_thought_them(
    rest: httpx.AsyncClient, model: LoopbackModel, handle: str, form: str
) -> None:
    body = await self_request(rest, model, handle, thinking(handle, form))
    [calling] = [message for message in body["messages"] if message.get("tool_calls")]
    assert calling["reasoning_content"] == THOUGHT


@pytest.mark.parametrize("form", ["opaque", "text"])
@pytest.mark.parametrize(
    ("settings", "change"),
    [
        ({"mode": "self_compact_all"}, {"model": "deepseek/another"}),
        ({"mode": "self_compact_all"}, {"model": "openai/gpt-5-mini"}),
        ({"mode": "all", "model": "deepseek/deepseek-reasoner"}, {}),
        ({"mode": "all", "model": "local/extractive"}, {}),
    ],
    ids=["another model of the provider", "another provider", "a transcript", "the embedded summarizer"],
)
async def test_nobody_else_gets_them(
    rest: httpx.AsyncClient, model: LoopbackModel, settings: dict[str, str], change: dict[str, str], form: str
) -> None:
    handle = "deepseek/deepseek-reasoner"
    agent = await new_agent(rest, model=handle)
    conversation = (await new_conversation(rest, thinking(handle, form), agent["id"]))["id"]
    json_of(await rest.patch(f"/v1/agents/{agent['id']}", json=change))
    done = await compacted(rest, conversation, **settings)
    assert THOUGHT not in done["summary"]
    assert all(THOUGHT not in said(request.body) for request in model.requests)
