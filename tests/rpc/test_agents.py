"""Agents and their memory blocks through the real server."""

import re
from typing import Any, cast
from uuid import uuid4

import pytest
from google.protobuf import struct_pb2

from compaction.v1 import agent_pb2, agent_service_pb2, compaction_settings_pb2, model_settings_pb2, sort_order_pb2
from tests.rpc.chat import as_given, context_of, make, new_agent, new_conversation
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

UUID4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def full_agent() -> agent_pb2.Agent:
    agent = agent_pb2.Agent(
        name="rook",
        description="reads invoices",
        system="You are Rook.\n{CORE_MEMORY}",
        model="openai/gpt-5",
        context_window_limit=64_000,
        memory_blocks=[
            agent_pb2.Block(label="persona", value="I am Rook.", description="who I am", limit=500, read_only=True),
            agent_pb2.Block(label="team", value="Ines signs."),
        ],
        tags=["ops", "billing"],
    )
    agent.model_settings.openai.reasoning.reasoning_effort = model_settings_pb2.REASONING_EFFORT_MINIMAL
    agent.compaction_settings.mode = compaction_settings_pb2.COMPACTION_MODE_ALL
    agent.compaction_settings.prompt = "Summarize as a ledger."
    agent.compaction_settings.clip_chars = 0
    agent.tool_schemas.add().update({"type": "function", "function": {"name": "look", "parameters": {"maxItems": 3}}})
    agent.metadata.update({"team": {"floor": 4, "share": 0.5, "night": False, "head": None}})
    return agent


async def update(client: Client, agent_id: str, paths: list[str], **fields: Any) -> agent_pb2.Agent:
    request = make(agent_service_pb2.UpdateAgentRequest, agent_id=agent_id, agent=agent_pb2.Agent(**fields))
    request.update_mask.paths.extend(paths)
    return await client.agents.UpdateAgent(request)


async def get(client: Client, agent_id: str) -> agent_pb2.Agent:
    return await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent_id))


async def names(client: Client, **fields: Any) -> list[str]:
    answer = await client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, **fields))
    return [agent.name for agent in answer.agents]


async def test_an_agent_is_answered_as_it_was_given_with_ids_and_times(client: Client) -> None:
    given = full_agent()
    created = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, agent=given))
    assert re.fullmatch(f"agent-{UUID4}", created.id)
    assert re.fullmatch(f"conv-{UUID4}", created.default_conversation_id)
    assert all(re.fullmatch(f"block-{UUID4}", block.id) for block in created.memory_blocks)
    assert created.created_at == created.updated_at
    assert created.memory_blocks[1].limit == 100_000
    assert await get(client, created.id) == created
    bare = as_given(created)
    bare.memory_blocks[1].ClearField("limit")
    assert bare == given


async def test_an_agent_of_nothing_gets_a_name_and_the_placeholder_as_its_template(client: Client) -> None:
    agent = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, request_id=str(uuid4())))
    assert agent.name
    assert agent.system == "{CORE_MEMORY}"
    assert not agent.model
    for name in ("model_settings", "compaction_settings", "context_window_limit"):
        assert not agent.HasField(name)


async def test_what_the_service_writes_is_not_taken_from_a_client(client: Client) -> None:
    made_up = f"agent-{uuid4()}"
    agent = await new_agent(
        client,
        id=made_up,
        default_conversation_id="mine",
        memory_blocks=[{"label": "a", "id": "x"}],
        context_window=5,
    )
    assert made_up not in (agent.id, agent.default_conversation_id)
    assert agent.context_window == 128_000
    assert agent.memory_blocks[0].id != "x"


@pytest.mark.parametrize(
    ("fields", "window", "estimated"),
    [
        ({}, 128_000, True),
        ({"context_window_limit": 9_000}, 9_000, False),
        ({"model": "anthropic/claude-haiku-4-5"}, 200_000, False),
        ({"model": "anthropic/claude-haiku-4-5", "context_window_limit": 9_000}, 9_000, False),
        ({"model": "anthropic/of-tomorrow"}, 128_000, True),
        ({"model": "nobody/model"}, 128_000, True),
        ({"model": "local/extractive"}, 128_000, True),
    ],
)
async def test_every_answer_with_an_agent_tells_its_window(
    client: Client, fields: dict[str, Any], window: int, estimated: bool
) -> None:
    name = str(uuid4())
    created = await new_agent(client, name=name, **fields)
    listed = await client.agents.ListAgents(make(agent_service_pb2.ListAgentsRequest, name=name))
    updated = await update(client, created.id, ["description"], description="new")
    for agent in (created, await get(client, created.id), *listed.agents, updated):
        assert (agent.context_window, agent.context_window_estimated) == (window, estimated)


async def test_the_window_of_an_agent_is_that_of_its_conversations(client: Client) -> None:
    agent = await new_agent(client, model="anthropic/claude-haiku-4-5")
    context = await context_of(client, await new_conversation(client, agent_id=agent.id))
    assert (agent.context_window, agent.context_window_estimated) == (
        context.context_window,
        context.context_window_estimated,
    )


TOOL = struct_pb2.Struct()
TOOL.update({"type": "function", "function": {"name": "look"}})

CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": "pawn"}),
    ("description", {"description": "new"}),
    ("system", {"system": "Be brief."}),
    ("model", {"model": "openai/gpt-5-mini"}),
    ("model_settings", {"model_settings": {"openai": {"temperature": 1.0}}}),
    ("context_window_limit", {"context_window_limit": 9_000}),
    ("compaction_settings", {"compaction_settings": {"clip_chars": 7}}),
    ("memory_blocks", {"memory_blocks": [{"label": "only", "limit": 9, "value": "x"}]}),
    ("tool_schemas", {"tool_schemas": [TOOL]}),
    ("tags", {"tags": ["one"]}),
    ("metadata", {"metadata": {"fields": {"a": {"number_value": 1}}}}),
]


@pytest.mark.parametrize(("path", "fields"), CHANGES, ids=[path for path, _ in CHANGES])
async def test_an_update_changes_the_masked_field_and_no_other(
    client: Client, path: str, fields: dict[str, Any]
) -> None:
    before = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, agent=full_agent()))
    noise = {"name": "noise", "description": "noise", "tags": ["noise"]}
    after = await update(client, before.id, [path], **(noise | fields))
    expected = agent_pb2.Agent()
    expected.CopyFrom(before)
    expected.ClearField(cast("Any", path))
    expected.MergeFrom(agent_pb2.Agent(**fields))
    expected.updated_at.CopyFrom(after.updated_at)
    expected.context_window = fields.get("context_window_limit", before.context_window)
    if path == "memory_blocks":
        expected.memory_blocks[0].id = after.memory_blocks[0].id
    assert after == expected
    assert after.updated_at.ToNanoseconds() > before.updated_at.ToNanoseconds()
    assert await get(client, before.id) == after


@pytest.mark.parametrize(("path", "_fields"), CHANGES, ids=[path for path, _ in CHANGES])
async def test_a_masked_field_that_is_unset_is_cleared(client: Client, path: str, _fields: dict[str, Any]) -> None:
    before = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, agent=full_agent()))
    after = await update(client, before.id, [path])
    kept = {"name": "rook", "system": "{CORE_MEMORY}"}
    if path in kept:
        assert getattr(after, path) == kept[path]
    else:
        assert path not in [field.name for field, _ in after.ListFields()]


async def test_an_empty_mask_changes_nothing(client: Client) -> None:
    before = await new_agent(client, name="rook")
    assert await update(client, before.id, [], name="pawn") == before


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("clip_chars", {"clip_chars": 12}),
        ("mode", {"mode": 3, "prompt": "ignored"}),
        ("model", {"model": "openai/gpt-5-nano"}),
        ("model_settings", {"model_settings": {"openai": {"temperature": 0.5}}}),
        ("prompt", {"prompt": "another"}),
        ("prompt_acknowledgement", {"prompt_acknowledgement": True}),
        ("sliding_window_percentage", {"sliding_window_percentage": 0.25}),
    ],
)
async def test_a_path_below_compaction_settings_changes_that_field_alone(
    client: Client, path: str, given: dict[str, Any]
) -> None:
    before = await new_agent(client, compaction_settings={"clip_chars": 5, "model": "openai/gpt-5", "prompt": "P"})
    after = await update(client, before.id, [f"compaction_settings.{path}"], compaction_settings=given)
    expected = compaction_settings_pb2.CompactionSettings(clip_chars=5, model="openai/gpt-5", prompt="P")
    expected.MergeFrom(compaction_settings_pb2.CompactionSettings(**{path: given[path]}))
    if path == "mode":
        expected.ClearField("prompt")
    assert after.compaction_settings == expected


async def test_a_change_of_mode_with_its_prompt_keeps_both(client: Client) -> None:
    before = await new_agent(client, compaction_settings={"mode": 1, "prompt": "old"})
    paths = ["compaction_settings.mode", "compaction_settings.prompt"]
    after = await update(client, before.id, paths, compaction_settings={"mode": 2, "prompt": "new"})
    assert (after.compaction_settings.mode, after.compaction_settings.prompt) == (2, "new")


async def test_the_same_mode_again_keeps_the_prompt(client: Client) -> None:
    before = await new_agent(client, compaction_settings={"mode": 1, "prompt": "old"})
    after = await update(client, before.id, ["compaction_settings.mode"], compaction_settings={"mode": 1})
    assert after.compaction_settings == before.compaction_settings


async def test_a_model_of_another_provider_drops_the_settings_that_were_stored(client: Client) -> None:
    stored = {"openai": {"temperature": 0.5}}
    before = await new_agent(
        client,
        model="openai/gpt-4.1",
        model_settings=stored,
        compaction_settings={"model": "openai/gpt-4.1-mini", "model_settings": stored},
    )
    after = await update(
        client,
        before.id,
        ["model", "compaction_settings.model"],
        model="anthropic/claude-haiku-4-5",
        compaction_settings={"model": "google_ai/gemini-2.5-flash"},
    )
    assert not after.HasField("model_settings")
    assert not after.compaction_settings.HasField("model_settings")


async def test_a_model_of_the_same_provider_keeps_them(client: Client) -> None:
    before = await new_agent(client, model="openai/gpt-4.1", model_settings={"openai": {"temperature": 0.5}})
    after = await update(client, before.id, ["model"], model="openai/gpt-4.1-mini")
    assert after.model_settings == before.model_settings


@pytest.mark.parametrize(
    "path", ["id", "created_at", "default_conversation_id", "nothing", "name.first", "compaction_settings.nothing", ""]
)
async def test_a_mask_with_a_path_that_is_none_is_refused(client: Client, path: str) -> None:
    agent = await new_agent(client)
    failed = await failure_of(update(client, agent.id, [path], name="x"))
    assert failed.fields == ("update_mask",)
    assert await get(client, agent.id) == agent


async def test_a_deleted_agent_is_gone_with_its_default_conversation(client: Client) -> None:
    agent = await new_agent(client)
    await client.agents.DeleteAgent(make(agent_service_pb2.DeleteAgentRequest, agent_id=agent.id))
    assert (await failure_of(get(client, agent.id))).reason == "AGENT_NOT_FOUND"


async def test_agents_are_listed_both_ways_in_pages(client: Client) -> None:
    tag = str(uuid4())
    agents = [await new_agent(client, name=f"agent {number}", tags=[tag]) for number in range(5)]
    ids = [agent.id for agent in agents]
    ascending = sort_order_pb2.SORT_ORDER_ASC
    assert await names(client, tags=[tag]) == [f"agent {number}" for number in (4, 3, 2, 1, 0)]
    assert await names(client, tags=[tag], order=ascending, limit=2) == ["agent 0", "agent 1"]
    assert await names(client, tags=[tag], order=ascending, limit=2, after=ids[1]) == ["agent 2", "agent 3"]
    assert await names(client, tags=[tag], order=ascending, limit=2, before=ids[4]) == ["agent 2", "agent 3"]
    assert await names(client, tags=[tag], limit=2, before=ids[0]) == ["agent 2", "agent 1"]
    assert await names(client, tags=[tag], after=ids[1], before=ids[0]) == []
    assert await names(client, tags=[tag], after=ids[3], before=ids[0]) == ["agent 2", "agent 1"]
    assert await names(client, tags=[tag], after=ids[0]) == []


async def test_agents_are_listed_by_their_last_change_where_asked(client: Client) -> None:
    tag = str(uuid4())
    first = await new_agent(client, name="first", tags=[tag])
    await new_agent(client, name="second", tags=[tag])
    await update(client, first.id, ["description"], description="changed")
    by = agent_service_pb2.AGENT_ORDER_BY_UPDATED_AT
    assert await names(client, tags=[tag], order_by=by) == ["first", "second"]


async def test_agents_are_found_by_name_part_of_the_name_and_tags(client: Client) -> None:
    one, other = str(uuid4()), str(uuid4())
    await new_agent(client, name=f"Ärger 100%_{one}", tags=[one, "both"])
    await new_agent(client, name=f"plain {one}", tags=[one, other])
    assert await names(client, name=f"plain {one}") == [f"plain {one}"]
    assert await names(client, name="plain") == []
    assert await names(client, query_text=f"ÄRGER 100%_{one[:8]}") == [f"Ärger 100%_{one}"]
    assert await names(client, query_text=f"1000_{one}") == []
    assert len(await names(client, tags=[one, other])) == 2
    assert await names(client, tags=[one, other], match_all_tags=True) == [f"plain {one}"]


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
    after = await update(client, agent.id, ["memory_blocks"], memory_blocks=[{"label": "b", "value": "new"}])
    assert [(block.id, block.value) for block in after.memory_blocks] == [(agent.memory_blocks[1].id, "new")]


async def test_a_block_cannot_take_the_label_of_another(client: Client) -> None:
    agent = await new_agent(client, memory_blocks=[{"label": "a"}, {"label": "b"}])
    failed = await failure_of(update_block(client, agent.id, "a", ["label"], label="b"))
    assert failed.fields == ("block.label",)


async def test_a_limit_below_the_present_value_is_refused(client: Client) -> None:
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


async def test_pages_of_agents_whose_metadata_is_many_small_values_leave_none_out(client: Client) -> None:
    tag = str(uuid4())
    # 1.0 MB as a proto, a fifth of it as JSON.
    metadata = {"values": [[0] * 10 for _ in range(8_500)]}
    agents = [await new_agent(client, name=name, tags=[tag], metadata=metadata) for name in "abcde"]
    assert 4 * agents[0].ByteSize() > 3 * 1024 * 1024
    assert await names(client, tags=[tag], order=1, limit=5) == ["a", "b", "c"]
    assert await names(client, tags=[tag], order=1, limit=5, before=agents[4].id) == ["b", "c", "d"]


async def tools_tokens(client: Client, conversation_id: str) -> int:
    """What the context of an empty conversation has beside the system message."""
    context = await context_of(client, conversation_id)
    return context.context_tokens - context.sources[0].token_count


async def test_an_update_of_the_tools_is_one_change(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    client, store = server.client, server.service.store
    agent = await new_agent(client, tool_schemas=[TOOL])
    larger = struct_pb2.Struct()
    larger.update({"type": "function", "function": {"name": "look", "description": "words " * 500}})
    changes: list[str] = []
    written = store.update_agent

    async def once(*given: Any) -> Any:
        changes.append("update")
        assert len(changes) == 1, "what fails here leaves the agent between two states"
        return await written(*given)

    monkeypatch.setattr(store, "update_agent", once)
    await update(client, agent.id, ["tool_schemas", "model"], tool_schemas=[larger], model="openai/gpt-4")
    conversation_id = await new_conversation(client, agent_id=agent.id)
    fresh = await new_agent(client, tool_schemas=[larger], model="openai/gpt-4")
    other_id = await new_conversation(client, agent_id=fresh.id)
    here, there = await tools_tokens(client, conversation_id), await tools_tokens(client, other_id)
    assert here == there > 500


async def test_tools_that_changed_while_they_were_counted_are_counted_when_needed(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, store = server.client, server.service.store
    agent = await new_agent(client, tool_schemas=[TOOL])
    larger = struct_pb2.Struct()
    larger.update({"type": "function", "function": {"name": "look", "description": "words " * 500}})
    written = store.update_agent

    async def late(*given: Any) -> Any:
        monkeypatch.setattr(store, "update_agent", written)
        await update(client, agent.id, ["tool_schemas"], tool_schemas=[larger])
        return await written(*given)

    monkeypatch.setattr(store, "update_agent", late)
    await update(client, agent.id, ["model"], model="openai/gpt-4")
    conversation_id = await new_conversation(client, agent_id=agent.id)
    fresh = await new_agent(client, tool_schemas=[larger], model="openai/gpt-4")
    other_id = await new_conversation(client, agent_id=fresh.id)
    here, there = await tools_tokens(client, conversation_id), await tools_tokens(client, other_id)
    assert here == there > 500


@pytest.mark.parametrize("model", ["openai/", "openai", "/", "/gpt-5", "openai/" + "x" * 300, "x" * 300])
async def test_a_malformed_model_is_refused_by_an_update_too(client: Client, model: str) -> None:
    stored = {"openai": {"temperature": 0.5}}
    settings = {"model": "openai/gpt-4.1", "model_settings": stored}
    agent = await new_agent(client, model="openai/gpt-4.1", model_settings=stored, compaction_settings=settings)
    failed = await failure_of(update(client, agent.id, ["model"], model=model))
    assert failed.fields == ("agent.model",)
    given = {"model": model}
    failed = await failure_of(update(client, agent.id, ["compaction_settings.model"], compaction_settings=given))
    assert failed.fields == ("agent.compaction_settings.model",)
    assert await get(client, agent.id) == agent


async def test_nulls_of_a_schema_are_kept(client: Client) -> None:
    schema = {"a": None, "b": {"default": None, "enum": ["x", None]}}
    form = {"openai": {"response_format": {"json_schema": {"json_schema": schema}}}}
    agent = await new_agent(client, model_settings=form, compaction_settings={"model_settings": form})
    given = make(agent_pb2.Agent, model_settings=form)
    assert agent.model_settings == given.model_settings
    assert agent.compaction_settings.model_settings == given.model_settings
    assert await get(client, agent.id) == agent
