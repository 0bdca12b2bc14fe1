"""Memory blocks of an agent, one by one."""

from typing import Any

import pytest

from compaction.v1 import agent_pb2, agent_service_pb2, sort_order_pb2
from tests.builders.chat import make, new_agent
from tests.rpc.agents import full_agent, update_agent
from tests.rpc.failures import failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def get(client: Client, agent_id: str) -> agent_pb2.Agent:
    return await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent_id))


async def update_block(
    client: Client, agent_id: str, block_label: str, paths: list[str], **fields: Any
) -> agent_pb2.Block:
    request = make(
        agent_service_pb2.UpdateBlockRequest,
        agent_id=agent_id,
        block_label=block_label,
        block=agent_pb2.Block(**fields),
    )
    request.update_mask.paths.extend(paths)
    return await client.agents.UpdateBlock(request)


@pytest.mark.parametrize(
    ("path", "value"),
    [("label", "self"), ("value", "new"), ("description", "new"), ("limit", 44), ("read_only", False)],
)
async def test_a_block_is_changed_field_by_field(client: Client, path: str, value: Any) -> None:
    agent = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, agent=full_agent()))
    before = agent.memory_blocks[0]
    after = await update_block(client, agent.id, "persona", [path], **{path: value})
    expected = agent_pb2.Block()
    expected.CopyFrom(before)
    setattr(expected, path, value)
    assert after == expected
    label = str(value) if path == "label" else "persona"
    request = make(agent_service_pb2.GetBlockRequest, agent_id=agent.id, block_label=label)
    assert await client.agents.GetBlock(request) == after
    assert (await get(client, agent.id)).updated_at.ToNanoseconds() > agent.updated_at.ToNanoseconds()


async def test_a_block_keeps_its_id_when_the_list_is_replaced_by_label(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=[{"label": "a"}, {"label": "b"}])
    after = await update_agent(client, agent.id, ["memory_blocks"], memory_blocks=[{"label": "b", "value": "new"}])
    assert [(block.id, block.value) for block in after.memory_blocks] == [(agent.memory_blocks[1].id, "new")]


async def test_a_block_cannot_take_the_label_of_another(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=[{"label": "a"}, {"label": "b"}])
    failed = await failure_of(update_block(client, agent.id, "a", ["label"], label="b"))
    assert failed.fields == ("block.label",)


async def test_a_limit_below_the_present_value_is_rejected(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=[{"label": "a", "value": "four"}])
    failed = await failure_of(update_block(client, agent.id, "a", ["limit"], limit=3))
    assert failed.fields == ("block.value",)


async def test_an_empty_mask_changes_no_block(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=[{"label": "a", "value": "v"}])
    assert await update_block(client, agent.id, "a", [], value="w") == agent.memory_blocks[0]
    assert await get(client, agent.id) == agent


async def test_blocks_are_listed_by_place_both_ways(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=[{"label": label} for label in "abcde"])
    ids = {block.label: block.id for block in agent.memory_blocks}

    async def labels(**fields: Any) -> str:
        request = make(agent_service_pb2.ListBlocksRequest, agent_id=agent.id, **fields)
        return "".join(block.label for block in (await client.agents.ListBlocks(request)).blocks)

    ascending = sort_order_pb2.SORT_ORDER_ASC
    assert await labels() == "edcba"
    assert await labels(order=ascending, limit=2) == "ab"
    assert await labels(order=ascending, limit=2, after=ids["b"]) == "cd"
    assert await labels(order=ascending, limit=2, before=ids["e"]) == "cd"
    assert await labels(limit=2, before=ids["a"]) == "cb"


async def test_pages_of_blocks_leave_none_out(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=[{"label": label} for label in "abcdef"])
    for way, order, seed in (("after", 1, "a"), ("before", 1, "f"), ("after", 2, "f"), ("before", 2, "a")):
        cursor = next(block.id for block in agent.memory_blocks if block.label == seed)
        seen = {seed}
        while True:
            request = make(
                agent_service_pb2.ListBlocksRequest, agent_id=agent.id, order=order, limit=2, **{way: cursor}
            )
            page = (await client.agents.ListBlocks(request)).blocks
            if not page:
                break
            assert len(page) <= 2
            seen |= {block.label for block in page}
            cursor = page[-1 if way == "after" else 0].id
        assert seen == set("abcdef")
