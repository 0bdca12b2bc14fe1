"""Agents are changed by the fields of a mask."""

from typing import Any, cast

import pytest

from compaction.v1 import agent_pb2, agent_service_pb2, compaction_settings_pb2
from tests.builders.chat import make, new_agent
from tests.rpc.agents import TOOL, full_agent, update_agent
from tests.rpc.failures import failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def get(client: Client, agent_id: str) -> agent_pb2.Agent:
    return await client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent_id))


CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("name", {"name": "pawn"}),
    ("description", {"description": "new"}),
    ("system", {"system": "Be brief."}),
    ("model", {"model": "openai/gpt-5-mini"}),
    ("model_settings", {"model_settings": {"openai": {"temperature": 1.0}}}),
    ("context_window_limit", {"context_window_limit": 9_000}),
    ("compaction_settings", {"compaction_settings": {"clip_chars": 7}}),
    ("auto_compaction", {"auto_compaction": {"trigger": {"context_tokens": 9_000}, "priority": 3}}),
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
    after = await update_agent(client, before.id, [path], **(noise | fields))
    expected = agent_pb2.Agent()
    expected.CopyFrom(before)
    expected.ClearField(cast("Any", path))
    expected.MergeFrom(agent_pb2.Agent(**fields))
    expected.updated_at.CopyFrom(after.updated_at)
    expected.context_window = fields.get("context_window_limit", before.context_window)
    if path == "memory_blocks":
        expected.memory_blocks[0].id = after.memory_blocks[0].id
    expected.auto_compaction.policy_id = before.auto_compaction.policy_id
    assert after == expected
    assert after.updated_at.ToNanoseconds() > before.updated_at.ToNanoseconds()
    assert await get(client, before.id) == after


@pytest.mark.parametrize(("path", "_fields"), CHANGES, ids=[path for path, _ in CHANGES])
async def test_a_masked_field_that_is_unset_is_cleared(client: Client, path: str, _fields: dict[str, Any]) -> None:
    before = await client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest, agent=full_agent()))
    after = await update_agent(client, before.id, [path])
    kept = {"name": "rook", "system": "{CORE_MEMORY}"}
    if path in kept:
        assert getattr(after, path) == kept[path]
    else:
        assert path not in [field.name for field, _ in after.ListFields()]


async def test_an_empty_mask_changes_nothing(client: Client) -> None:
    before = await new_agent(client, name="rook")
    assert await update_agent(client, before.id, [], name="pawn") == before


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
    after = await update_agent(client, before.id, [f"compaction_settings.{path}"], compaction_settings=given)
    expected = compaction_settings_pb2.CompactionSettings(clip_chars=5, model="openai/gpt-5", prompt="P")
    expected.MergeFrom(compaction_settings_pb2.CompactionSettings(**{path: given[path]}))
    if path == "mode":
        expected.ClearField("prompt")
    assert after.compaction_settings == expected


async def test_a_change_of_mode_with_its_prompt_keeps_both(client: Client) -> None:
    before = await new_agent(client, compaction_settings={"mode": 1, "prompt": "old"})
    paths = ["compaction_settings.mode", "compaction_settings.prompt"]
    after = await update_agent(client, before.id, paths, compaction_settings={"mode": 2, "prompt": "new"})
    assert (after.compaction_settings.mode, after.compaction_settings.prompt) == (2, "new")


async def test_the_same_mode_again_keeps_the_prompt(client: Client) -> None:
    before = await new_agent(client, compaction_settings={"mode": 1, "prompt": "old"})
    after = await update_agent(client, before.id, ["compaction_settings.mode"], compaction_settings={"mode": 1})
    assert after.compaction_settings == before.compaction_settings


async def test_a_model_of_another_provider_drops_the_settings_that_were_stored(client: Client) -> None:
    stored = {"openai": {"temperature": 0.5}}
    before = await new_agent(
        client,
        model="openai/gpt-4.1",
        model_settings=stored,
        compaction_settings={"model": "openai/gpt-4.1-mini", "model_settings": stored},
    )
    after = await update_agent(
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
    after = await update_agent(client, before.id, ["model"], model="openai/gpt-4.1-mini")
    assert after.model_settings == before.model_settings


@pytest.mark.parametrize(
    "path", ["id", "created_at", "default_conversation_id", "nothing", "name.first", "compaction_settings.nothing", ""]
)
async def test_a_mask_with_a_path_that_is_none_is_rejected(client: Client, path: str) -> None:
    agent = await new_agent(client)
    failed = await failure_of(update_agent(client, agent.id, [path], name="x"))
    assert failed.fields == ("update_mask",)
    assert await get(client, agent.id) == agent
