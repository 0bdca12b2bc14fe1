"""What leaves keeps the rules of who reads it: call ids, names of tools, turns, arguments, ends."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import Json, append, new_agent, new_conversation, user
from tests.dialect_rules import of_model
from tests.dialect_rules.values import strict_json
from tests.field.cases import messages_of, needs_cases
from tests.field.sessions import answer_of_compact, compacted, parcel_talk, self_request, shown, stored
from tests.loopback.model import LoopbackModel

pytestmark = [needs_cases, pytest.mark.asyncio(loop_scope="session")]

OPENAI, CLAUDE = "openai/gpt-4.1", "anthropic/claude-sonnet-4-5"
GEMINI, MISTRAL = "google_ai/gemini-3-pro-preview", "sglang/mistralai/Mistral-Small-3.2-24B-Instruct-2506"
MODELS = (
    OPENAI,
    CLAUDE,
    GEMINI,
    MISTRAL,
    "bedrock/anthropic.claude-sonnet-4-20250514-v1:0",
    "chatgpt_oauth/gpt-5.2",
    "moonshot/kimi-k2",
    "google_vertex/gemini-2.5-flash",
)
CASES = ("B19", "B20", "B24", "B29", "B31", "B32", "B35", "B38", "B40")


async def sent(
    rest: httpx.AsyncClient, model: LoopbackModel, handle: str, messages: Sequence[Json], **agent: Any
) -> Json:
    """What the agent's own model is sent, which breaks no rule of its API."""
    await self_request(rest, model, handle, messages, **agent)
    body: Json = strict_json(model.last.raw)
    assert of_model.faults(handle, body) == []
    return body


@pytest.mark.parametrize("case", CASES)
async def test_no_case_breaks_a_rule_of_any_provider(case: str, rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    for handle in MODELS:
        await sent(rest, model, handle, messages_of(case))


async def test_a_long_call_id_is_shortened_for_a_provider_and_stays_in_the_context(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    messages = messages_of("B19")
    [given] = [call["id"] for message in messages for call in message.get("tool_calls", ())]
    ids = [call["id"] for message in await shown(rest, await stored(rest, messages)) for call in calls_of(message)]
    assert ids == [given]
    body = await sent(rest, model, OPENAI, messages)
    [made] = [call["id"] for message in body["messages"] for call in calls_of(message)]
    [answered] = [message["tool_call_id"] for message in body["messages"] if message["role"] == "tool"]
    assert made == answered
    assert len(made) <= 64


def calls_of(message: Json) -> list[Json]:
    calls: list[Json] = message.get("tool_calls") or []
    return calls


async def test_an_id_that_is_used_twice_does_not_grow_over_the_limit(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    messages = messages_of("B20")
    conversation_id = await stored(rest, messages)
    for view in (await shown(rest, conversation_id), await shown(rest, conversation_id, format="strict")):
        first, second = [call["id"] for message in view for call in calls_of(message)]
        assert first == messages[-8]["tool_calls"][0]["id"]
        assert second != first
        assert len(second) == 64
        assert [message["tool_call_id"] for message in view if message["role"] == "tool"] == [first, second]


@pytest.mark.parametrize("handle", [OPENAI, CLAUDE, GEMINI])
async def test_names_of_tools_are_mapped_alike_in_calls_and_schemas(
    handle: str, rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    messages = messages_of("B32")
    names = [call["function"]["name"] for message in messages for call in message.get("tool_calls", ())]
    schemas = [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]
    body = await sent(rest, model, handle, messages, tool_schemas=schemas)
    if handle == OPENAI:
        called = [call["function"]["name"] for message in body["messages"] for call in calls_of(message)]
        declared = [tool["function"]["name"] for tool in body["tools"]]
    elif handle == CLAUDE:
        called = [block["name"] for message in body["messages"] for block in message["content"] if "input" in block]
        declared = [tool["name"] for tool in body["tools"]]
    else:
        parts = [part for content in body["contents"] for part in content["parts"]]
        called = [part["function_call"]["name"] for part in parts if "function_call" in part]
        declared = [tool["name"] for tool in body["tools"][0]["function_declarations"]]
    assert called == declared
    assert len(set(called)) == len(names) == 3
    view = await shown(rest, await stored(rest, messages))
    assert [call["function"]["name"] for message in view for call in calls_of(message)] == names


async def test_a_request_ends_with_the_user_whatever_the_assistant_said_last(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    body = await sent(rest, model, CLAUDE, messages_of("B35"))
    assert body["messages"][-1]["role"] == "user"
    body = await sent(rest, model, GEMINI, messages_of("B40"))
    assert [sorted(part) for part in body["contents"][-1]["parts"]] == [["text"]]


async def test_each_thought_stays_before_its_own_words(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    body = await sent(rest, model, CLAUDE, messages_of("B38"))
    [turn] = [message["content"] for message in body["messages"] if "thinking" in str(message["content"])]
    kinds = [block["type"] for block in turn]
    assert kinds == ["thinking", "text", "thinking", "text", "tool_use"]


ARGUMENTS = {"nested": '{"a":' * 2_000 + "1" + "}" * 2_000, "overflow": '{"a": 1e400}', "negative": "-1"}


@pytest.mark.parametrize("handle", MODELS)
async def test_no_request_fails_on_arguments_that_are_no_object(
    handle: str, rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    recipe = messages_of("B67")
    texts = [*recipe["arguments"].values(), *recipe["more"], *ARGUMENTS.values()]
    calls = [
        {"id": f"c{at}", "type": "function", "function": {"name": "run", "arguments": text}}
        for at, text in enumerate(texts)
    ]
    results = [{"role": "tool", "tool_call_id": f"c{at}", "content": "done"} for at in range(len(texts))]
    messages = [user("run"), {"role": "assistant", "content": None, "tool_calls": calls}, *results, *parcel_talk(3)]
    body = await sent(rest, model, handle, messages)
    if handle == CLAUDE:
        inputs = [block["input"] for message in body["messages"] for block in message["content"] if "input" in block]
        assert {"wei": 18446744073709551616} in inputs
        assert {"wei": 100000000000000000000} in inputs


async def test_half_a_character_is_refused_in_a_text_and_leaves_as_text_in_arguments(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    in_text, in_arguments = messages_of("B13")
    conversation_id = (await new_conversation(rest, agent_id=(await new_agent(rest))["id"]))["id"]
    body = json.dumps({"messages": in_text}).encode()
    path = f"/v1/conversations/{conversation_id}/messages:append"
    answer = await rest.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "messages[2].content" in answer.json()["message"]
    for handle in MODELS:
        await sent(rest, model, handle, [*in_arguments, *parcel_talk(3)])


@pytest.mark.field_case("B83")
@pytest.mark.parametrize(
    ("handle", "roles"),
    [
        (MISTRAL, ["user", "assistant", "user"]),
        ("deepseek/deepseek-chat", ["user", "assistant", "user"]),
        ("azure/gpt-4o", ["system", "assistant", "user"]),
    ],
)
async def test_before_an_acknowledgement_the_prompt_is_the_users_for_strict_templates(
    handle: str, roles: list[str], rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    conversation_id = await stored(rest, parcel_talk(8))
    await compacted(rest, conversation_id, mode="all", model=handle, prompt_acknowledgement=True)
    body = strict_json(model.only.raw)
    assert [message["role"] for message in body["messages"]] == roles
    if handle == MISTRAL:
        assert of_model.faults(handle, body) == []


@pytest.mark.field_case("B83")
async def test_consecutive_messages_of_a_user_leave_as_one_turn(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    messages = [{"role": "assistant", "content": "Hello."}, user("one"), user("two"), *parcel_talk(3)]
    body = await sent(rest, model, MISTRAL, messages)
    assert "one\n\ntwo\n\nQuestion 0" in json.dumps([message["content"] for message in body["messages"]]).replace(
        "\\n", "\n"
    )
    conversation_id = await stored(rest, messages)
    roles = [message["role"] for message in await shown(rest, conversation_id, format="strict")]
    assert roles == ["system", *["user", "assistant"] * 4]
    await append(rest, conversation_id, [user("more")])
    answer = await answer_of_compact(rest, conversation_id, mode="all", model=MISTRAL)
    assert answer.status_code == 200
