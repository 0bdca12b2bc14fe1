"""Calls and their results: whose is whose, whatever their ids and their order."""

import json
from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import Json, append, json_of, new_conversation
from tests.field.cases import messages_of, needs_cases
from tests.field.sessions import compacted, parcel_talk, self_request, shown, stored
from tests.gateway.error_bodies import error_of
from tests.loopback.model import LoopbackModel

pytestmark = [needs_cases, pytest.mark.asyncio(loop_scope="session")]


def pairs(messages: list[Json]) -> list[tuple[str, str]]:
    """The arguments of each call, with what its result says; ids have to be unique among the messages."""
    calls = [call for message in messages for call in message.get("tool_calls", ())]
    results = {message["tool_call_id"]: message["content"] for message in messages if message["role"] == "tool"}
    assert len({call["id"] for call in calls}) == len(calls)
    return [(call["function"]["arguments"], results.get(call["id"], "")) for call in calls]


async def test_results_in_the_order_of_calls_of_one_id_go_with_them(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    paris, oslo = ('{"city": "Paris"}', "Paris: 21 degrees"), ('{"city": "Oslo"}', "Oslo: 8 degrees")
    conversation_id = await stored(rest, messages_of("B25"))
    assert pairs(await shown(rest, conversation_id)) == [paris, oslo]
    sent = await self_request(rest, model, "openai/gpt-4.1", [*messages_of("B25"), *parcel_talk(4)])
    assert pairs([message for message in sent["messages"] if isinstance(message, dict)]) == [paris, oslo]
    sent = await self_request(rest, model, "anthropic/claude-sonnet-4-5", [*messages_of("B25"), *parcel_talk(4)])
    blocks = [block for message in sent["messages"] for block in message["content"] if isinstance(block, dict)]
    results = {block["tool_use_id"]: json.dumps(block["content"]) for block in blocks if block["type"] == "tool_result"}
    called = {block["input"]["city"]: results[block["id"]] for block in blocks if block["type"] == "tool_use"}
    assert "21 degrees" in called["Paris"]
    assert "8 degrees" in called["Oslo"]


async def test_the_embedded_summarizer_tells_each_call_with_its_own_result(rest: httpx.AsyncClient) -> None:
    calls = [
        {"id": "create_order", "type": "function", "function": {"name": "create_order", "arguments": arguments}}
        for arguments in ('{"item": "flour-25kg"}', '{"item": "yeast-1kg"}')
    ]
    messages: list[Json] = [
        {"role": "user", "content": "Order flour and yeast."},
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "create_order", "content": '{"order_id": "ORD-1111"}'},
        {"role": "tool", "tool_call_id": "create_order", "content": '{"order_id": "ORD-2222"}'},
        *parcel_talk(4),
    ]
    lines = (await compacted(rest, await stored(rest, messages), mode="all"))["summary"].splitlines()
    done = [line for line in lines if "create_order" in line]
    assert any("flour-25kg" in line and "ORD-1111" in line for line in done), done
    assert any("yeast-1kg" in line and "ORD-2222" in line for line in done), done


@pytest.mark.parametrize("mode", ["all", "sliding_window"])
async def test_ids_that_begin_anew_in_every_turn_stay_with_their_turns(rest: httpx.AsyncClient, mode: str) -> None:
    conversation_id = await stored(rest, messages_of("B24"))
    for _ in range(2):
        found = pairs(await shown(rest, conversation_id))
        for arguments, result in found:
            number = json.loads(arguments)["path"][1]
            assert result.startswith(f"code word of f{number} is W{number}{number}")
        await append(rest, conversation_id, parcel_talk(2))
        await compacted(rest, conversation_id, mode=mode)


async def test_a_result_without_its_call_is_refused_by_its_index_or_kept_late_with_repair(
    rest: httpx.AsyncClient,
) -> None:
    for messages, line in zip(
        messages_of("B27"), ("an unknown tool, call call_gone", "the tool ls, call c9"), strict=True
    ):
        conversation_id = (await new_conversation(rest))["id"]
        path, body = f"/v1/conversations/{conversation_id}/messages:append", {"messages": messages}
        error = error_of(await rest.post(path, json=body))
        assert (error.reason, error.fields) == ("INVALID_FIELD", ("messages[1].tool_call_id",))
        answer = json_of(await rest.post(path, json={**body, "repair": True}))
        assert answer["repairs"] == [{"index": 1, "kind": "late_result"}]
        late = (await shown(rest, conversation_id))[2]
        assert late == {"role": "user", "content": f"[late result of {line}]\n{messages[1]['content']}"}


@pytest.mark.parametrize("mode", ["all", "sliding_window"])
async def test_a_compaction_keeps_a_call_that_waits_with_its_message(rest: httpx.AsyncClient, mode: str) -> None:
    conversation_id = await stored(rest, messages_of("B29"))
    await compacted(rest, conversation_id, mode=mode)
    *_, calling, first = await shown(rest, conversation_id)
    assert [call["id"] for call in calling["tool_calls"]] == ["p1", "p2"]
    assert (first["tool_call_id"], first["content"]) == ("p1", "a is up")
    await append(rest, conversation_id, [{"role": "tool", "tool_call_id": "p2", "content": "b is up"}])
    found = pairs(await shown(rest, conversation_id))
    assert found[-2:] == [('{"s": "a"}', "a is up"), ('{"s": "b"}', "b is up")]


async def test_results_in_whatever_order_are_shown_in_that_of_their_calls(rest: httpx.AsyncClient) -> None:
    conversation_id = await stored(rest, messages_of("B31"))
    wanted = [('{"n": 0}', "zero"), ('{"n": 1}', "one"), ('{"n": 2}', "two")]
    context: list[Any] = await shown(rest, conversation_id)
    assert pairs(context) == wanted
    assert [message["content"] for message in context if message["role"] == "tool"] == ["zero", "one", "two"]
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        other = await stored(rest, messages_of("B31"))
        await compacted(rest, other, mode="sliding_window", sliding_window_percentage=share)
        assert pairs(await shown(rest, other)) in ([], wanted)
