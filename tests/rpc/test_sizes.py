"""What keeps every answer within the 4 MiB that gRPC clients receive, and every request cheap to look at."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import grpc
import pytest

from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    compaction_service_pb2,
    conversation_pb2,
    conversation_service_pb2,
    message_pb2,
    model_settings_pb2,
)
from tests.builders.chat import append, assistant, call, compact, make, new_agent, new_conversation, talk, user
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.limits import assert_names
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

KIB, MIB = 1024, 1024 * 1024
PAGE = 3 * MIB


def tool(description: str = "") -> dict[str, Any]:
    return {"type": "function", "function": {"name": "look", "description": description}}


async def update_agent(client: Client, agent_id: str, path: str, **fields: Any) -> agent_pb2.Agent:
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent_id, agent=fields, update_mask={"paths": [path]})
    return await client.agents.UpdateAgent(request)


async def fill_block(client: Client, agent_id: str, label: str, characters: int) -> agent_pb2.Block:
    request = make(
        agent_service_pb2.UpdateBlockRequest,
        agent_id=agent_id,
        block_label=label,
        block={"value": "x" * characters},
        update_mask={"paths": ["value"]},
    )
    return await client.agents.UpdateBlock(request)


BOMB = {"system": "{CORE_MEMORY}" * 300, "memory_blocks": [{"label": "a", "value": "x" * 100_000}]}


async def test_an_agent_whose_rendered_prompt_is_over_a_mebibyte_is_rejected(client: Client) -> None:
    failed = await failure_of(new_agent(client, **BOMB))
    assert_names(failed, "agent.system")
    assert "1048576 bytes" in failed.sentence


async def test_a_prompt_that_has_grown_over_a_mebibyte_is_rendered_for_no_conversation(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=BOMB["memory_blocks"])
    await update_agent(client, agent.id, "system", system=BOMB["system"])
    request = make(conversation_service_pb2.CreateConversationRequest, agent_id=agent.id)
    assert_names(await failure_of(client.conversations.CreateConversation(request)), "agent_id")
    for dry_run in (False, True):
        again = make(
            compaction_service_pb2.RecompileRequest, conversation_id=agent.default_conversation_id, dry_run=dry_run
        )
        assert_names(await failure_of(client.compactions.Recompile(again)), "conversation_id")


async def test_a_rendered_prompt_of_a_mebibyte_is_accepted(client: Client) -> None:
    shortest = await new_agent(client, system="x")
    request = make(compaction_service_pb2.RecompileRequest, conversation_id=shortest.default_conversation_id)
    beside = len((await client.compactions.Recompile(request)).system_prompt) - 1
    await new_agent(client, system="x" * (MIB - beside))
    assert_names(await failure_of(new_agent(client, system="x" * (MIB - beside + 1))), "agent.system")


TOO_LARGE: list[tuple[str, dict[str, Any], str]] = [
    ("description", {"description": "é" * (32 * KIB) + "x"}, "description"),
    ("metadata", {"metadata": {"a": "x" * MIB}}, "metadata"),
    ("metadata of many small values", {"metadata": {"a": [[0] * 10 for _ in range(12_000)]}}, "metadata"),
    ("tool schemas", {"tool_schemas": [tool("x" * (512 * KIB))] * 2}, "tool_schemas"),
    ("tags", {"tags": [f"{number}" for number in range(1_001)]}, "tags"),
    ("block description", {"memory_blocks": [{"label": "a", "description": "x" * (64 * KIB + 1)}]}, ""),
    ("whole", {"memory_blocks": [{"label": f"{n}", "value": "x" * 100_000} for n in range(32)]}, "whole"),
]
PATHS = {"": "agent.memory_blocks[0].description", "whole": "agent"}


@pytest.mark.parametrize(("_name", "given", "field"), TOO_LARGE, ids=[row[0] for row in TOO_LARGE])
async def test_an_agent_too_large_to_be_answered_is_rejected(
    client: Client, _name: str, given: dict[str, Any], field: str
) -> None:
    assert_names(await failure_of(new_agent(client, **given)), PATHS.get(field, f"agent.{field}"))


async def test_an_agent_that_would_grow_too_large_stays_as_it_is(client: Client) -> None:
    blocks = [{"label": label, "limit": 3_000_000} for label in "ab"]
    agent = await new_agent(client, memory_blocks=blocks)
    await fill_block(client, agent.id, "a", 2_200_000)
    before = await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent.id))
    assert_names(await failure_of(fill_block(client, agent.id, "b", 1_000_000)), "block")
    assert_names(await failure_of(update_agent(client, agent.id, "system", system="x" * MIB)), "agent")
    await update_agent(client, agent.id, "description", description="x" * (64 * KIB))
    after = await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent.id))
    assert list(after.memory_blocks) == list(before.memory_blocks)
    assert after.ByteSize() < PAGE


async def test_a_conversation_with_a_long_description_is_rejected(client: Client) -> None:
    agent = await new_agent(client)
    request = make(
        conversation_service_pb2.CreateConversationRequest,
        agent_id=agent.id,
        conversation={"description": "x" * (64 * KIB + 1)},
    )
    assert_names(await failure_of(client.conversations.CreateConversation(request)), "conversation.description")


async def test_settings_with_an_enormous_schema_are_rejected_before_they_are_read(client: Client) -> None:
    schema = {"response_format": {"json_schema": {"json_schema": {"a": [0] * 120_000}}}}
    request = make(
        compaction_service_pb2.CompactRequest,
        conversation_id=f"conv-{uuid4()}",
        compaction_settings={"model_settings": {"groq": schema}},
    )
    path = "compaction_settings.model_settings.groq.response_format.json_schema.json_schema"
    assert_names(await failure_of(client.compactions.Compact(request)), path)


def size_of(items: Any) -> int:
    return sum(item.ByteSize() for item in items)


# A third of a megabyte as a proto, a fifth of it as JSON.
BULKY = {"openai": {"response_format": {"json_schema": {"json_schema": {"a": [0] * 30_000}}}}}


async def test_a_page_of_conversations_ends_before_three_mebibytes(client: Client) -> None:
    agent = await new_agent(client)
    for _ in range(12):
        given = conversation_pb2.Conversation(model_settings=make(model_settings_pb2.ModelSettings, **BULKY))
        await new_conversation(client, agent_id=agent.id, model_settings=given.model_settings)
    request = make(conversation_service_pb2.ListConversationsRequest, agent_id=agent.id)
    page = (await client.conversations.ListConversations(request)).conversations
    assert 1 < len(page) < 12
    assert size_of(page) < PAGE


async def test_a_page_of_compactions_ends_before_three_mebibytes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LoopbackModel() as model:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{model.url}/v1")
        conversation_id = await new_conversation(client)
        for turn in range(12):
            await append(client, conversation_id, talk(3, first=3 * turn + 1))
            given = {"model": "openai/gpt-4.1", "mode": 1, "model_settings": BULKY}
            await compact(client, conversation_id, compaction_settings=given)
    request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id)
    page = (await client.compactions.ListCompactions(request)).compactions
    assert 1 < len(page) < 12
    assert size_of(page) < PAGE


def parts(count: int) -> message_pb2.ChatMessage:
    message = user("")
    message.ClearField("content")
    for _ in range(count):
        message.parts.add().text = ""
    return message


def calls(count: int) -> message_pb2.ChatMessage:
    return assistant(None, *(call(f"c{number}") for number in range(count)))


def notes(count: int) -> message_pb2.ChatMessage:
    message = user("x")
    message.metadata.update({f"{number}": "" for number in range(count)})
    return message


@pytest.mark.parametrize(
    ("kind", "field"), [(parts, "parts"), (calls, "tool_calls"), (notes, "metadata")], ids=["parts", "calls", "notes"]
)
async def test_a_message_has_at_most_a_thousand_items_of_a_kind(client: Client, kind: Any, field: str) -> None:
    conversation_id = await new_conversation(client, [kind(1_000)])
    failed = await failure_of(append(client, conversation_id, [user("x"), kind(1_001)]))
    assert_names(failed, f"messages[1].{field}")


async def test_a_batch_has_at_most_twenty_thousand_pieces(client: Client) -> None:
    conversation_id = await new_conversation(client, [parts(1_000)] * 20)
    assert_names(await failure_of(append(client, conversation_id, [parts(1_000)] * 20 + [parts(1)])), "messages")


async def test_what_is_no_text_counts_for_the_size_of_a_message(client: Client) -> None:
    message = assistant("x")
    message.name = "x"
    message.parts.add().opaque.data = b"x" * (8 * MIB)
    failed = await failure_of(append(client, f"conv-{uuid4()}", [message]))
    assert_names(failed, "messages[0]")


async def test_of_a_thousand_violations_ten_are_listed_and_the_others_counted(client: Client) -> None:
    failed = await failure_of(new_agent(client, tags=[""] * 1_000))
    assert failed.fields == tuple(f"agent.tags[{number}]" for number in range(10))
    assert failed.descriptions[-1].endswith("And 990 more fields are wrong.")
    assert failed.metadata == {"field": "agent.tags[0]", "description": failed.descriptions[0]}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"tool_schemas": [{}] * 1_000}, ("agent.tool_schemas[0]",)),
        (
            {"memory_blocks": [{"label": "a"}] + [{"limit": 0}] * 99},
            ("agent.memory_blocks[1].label", "agent.memory_blocks[1].limit"),
        ),
    ],
    ids=["tools", "blocks"],
)
async def test_of_bad_tools_and_blocks_the_first_is_reported(
    client: Client, given: dict[str, Any], fields: tuple[str, ...]
) -> None:
    assert (await failure_of(new_agent(client, **given))).fields == fields


LONG = "𠮷" * 20_000
LONG_ECHOES: dict[str, Callable[[Client], Awaitable[Any]]] = {
    "mask": lambda client: with_mask(client, LONG),
    "tags": lambda client: new_agent(client, tags=[LONG] * 20, name=LONG, model="openai/" + LONG),
    "pair": lambda client: new_agent(client, model="openai/" + LONG[:249], model_settings={"groq": {}}),
    "block": lambda client: named_block(client, LONG[:256]),
}


async def with_mask(client: Client, path: str) -> agent_pb2.Agent:
    return await update_agent(client, (await new_agent(client)).id, path)


async def named_block(client: Client, label: str) -> agent_pb2.Block:
    agent = await new_agent(client)
    return await client.agents.GetBlock(make(agent_service_pb2.GetBlockRequest, agent_id=agent.id, block_label=label))


@pytest.mark.parametrize("name", LONG_ECHOES)
async def test_what_a_caller_wrote_is_echoed_shortened(client: Client, name: str) -> None:
    failed = await failure_of(LONG_ECHOES[name](client))
    assert failed.code in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.NOT_FOUND)
    assert "𠮷" * 101 not in failed.sentence
