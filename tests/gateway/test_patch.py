"""PATCH over REST: the body's keys say what is changed."""

from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import UNKNOWN_AGENT, Json, json_of, new_agent, new_conversation
from tests.gateway.error_bodies import error_of
from tests.gateway.patches import SETTINGS, differences, full_agent

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def patched(rest: httpx.AsyncClient, agent: Json, **body: Any) -> Json:
    changed: Json = json_of(await rest.patch(f"/v1/agents/{agent['id']}", json=body))
    assert changed == json_of(await rest.get(f"/v1/agents/{agent['id']}"))
    return changed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "New"),
        ("description", ""),
        ("system", "Be brief."),
        ("context_window_limit", 5000),
        ("tags", ["z"]),
        ("tags", []),
        ("metadata", {"team": "B"}),
        ("tool_schemas", [{"type": "function", "function": {"name": "f"}}]),
    ],
)
async def test_a_key_changes_its_field_and_no_other(rest: httpx.AsyncClient, name: str, value: Any) -> None:
    before = await full_agent(rest)
    after = await patched(rest, before, **{name: value})
    made_of = {"context_window_limit": {"context_window", "llm_config"}, "tool_schemas": {"tools"}}
    assert differences(before, after) == {name} | made_of.get(name, set())
    assert after[name] == value


async def test_a_key_in_camel_case_changes_its_field(rest: httpx.AsyncClient) -> None:
    after = await patched(rest, await full_agent(rest), contextWindowLimit=5000, compactionSettings={"clipChars": 5})
    assert (after["context_window_limit"], after["compaction_settings"]["clip_chars"]) == (5000, 5)


@pytest.mark.parametrize(
    "field",
    [
        "name",
        "description",
        "system",
        "model",
        "model_settings",
        "context_window_limit",
        "compaction_settings",
        "memory_blocks",
        "tags",
        "metadata",
    ],
)
async def test_a_null_keeps_what_is_there(rest: httpx.AsyncClient, field: str) -> None:
    before = await full_agent(rest)
    assert differences(before, await patched(rest, before, **{field: None})) == set()


async def test_lists_are_replaced(rest: httpx.AsyncClient) -> None:
    after = await patched(rest, await full_agent(rest), memory_blocks=[{"label": "c", "value": "3"}])
    assert [(block["label"], block["value"]) for block in after["memory_blocks"]] == [("c", "3")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("clip_chars", 5), ("clip_chars", 0), ("sliding_window_percentage", 0.25), ("prompt", "Short."), ("mode", "all")],
)
async def test_compaction_settings_are_merged(rest: httpx.AsyncClient, name: str, value: Any) -> None:
    before = await full_agent(rest)
    after = await patched(rest, before, compaction_settings={name: value})
    assert after["compaction_settings"] == before["compaction_settings"] | {name: value}


async def test_a_null_in_compaction_settings_keeps_what_is_there(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    settings = {"mode": None, "model": None, "model_settings": None, "prompt": None, "sliding_window_percentage": None}
    assert differences(before, await patched(rest, before, compaction_settings=settings)) == set()


async def test_a_null_clip_chars_switches_clipping_off(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    after = await patched(rest, before, compaction_settings={"clip_chars": None})
    assert after["compaction_settings"] == before["compaction_settings"] | {"clip_chars": 0}


async def test_empty_compaction_settings_change_nothing(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    assert differences(before, await patched(rest, before, compaction_settings={})) == set()


@pytest.mark.parametrize("inside", [True, False])
async def test_model_settings_are_replaced_whole(rest: httpx.AsyncClient, inside: bool) -> None:
    before = await full_agent(rest)
    given = {"model_settings": {"provider_type": "openai", "max_output_tokens": 7}}
    after = await patched(rest, before, **({"compaction_settings": given} if inside else given))
    replaced = (after["compaction_settings"] if inside else after)["model_settings"]
    assert {name: value for name, value in replaced.items() if value is not None} == given["model_settings"]


async def test_model_settings_follow_the_model_beside_them(rest: httpx.AsyncClient) -> None:
    settings = {"model": "anthropic/claude-haiku-4-5", "model_settings": {"effort": "low"}}
    after = await patched(rest, await full_agent(rest), compaction_settings=settings)
    assert after["compaction_settings"]["model_settings"]["provider_type"] == "anthropic"


async def test_a_model_of_another_provider_drops_the_settings(rest: httpx.AsyncClient) -> None:
    after = await patched(rest, await full_agent(rest), model="anthropic/claude-haiku-4-5")
    assert after["model_settings"] is None


@pytest.mark.parametrize(
    "field", ["id", "default_conversation_id", "created_at", "updated_at", "context_window", "context_window_estimated"]
)
async def test_what_only_the_server_sets_is_ignored(rest: httpx.AsyncClient, field: str) -> None:
    before = await full_agent(rest)
    other = await new_agent(rest, name="Other")
    after = await patched(rest, before, name="New", **{field: other[field]})
    assert differences(before, after) == {"name"}


async def test_an_agent_as_it_was_read_changes_nothing(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    assert differences(before, await patched(rest, before, **before)) == set()


async def test_unknown_keys_are_ignored(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    body: Json = {"tools": [], "hidden": True, "update_mask": "name", "compaction_settings": {"nonsense": 1}}
    assert differences(before, await patched(rest, before, **body)) == set()


# Other errors, conversations and blocks


async def test_a_rejected_patch_changes_nothing(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    body = {"name": "New", "compaction_settings": {"clip_chars": -1}}
    error = error_of(await rest.patch(f"/v1/agents/{before['id']}", json=body))
    assert error.fields == ("agent.compaction_settings.clip_chars",)
    assert json_of(await rest.get(f"/v1/agents/{before['id']}")) == before


async def test_a_conversations_settings_are_merged(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, summary="Old", compaction_settings=SETTINGS)
    url = f"/v1/conversations/{conversation['id']}"
    after = json_of(await rest.patch(url, json={"compaction_settings": {"clip_chars": None}}))
    assert after["compaction_settings"] == conversation["compaction_settings"] | {"clip_chars": 0}
    assert after["summary"] == "Old"


async def test_a_conversation_stays_with_its_agent(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, summary="Old")
    body: Json = {"agent_id": UNKNOWN_AGENT, "in_context_message_ids": [], "last_message_at": None, "summary": "New"}
    after = json_of(await rest.patch(f"/v1/conversations/{conversation['id']}", json=body))
    assert (after["agent_id"], after["summary"]) == (conversation["agent_id"], "New")


async def test_a_block_is_changed_by_its_keys(rest: httpx.AsyncClient) -> None:
    agent = await full_agent(rest)
    url = f"/v1/agents/{agent['id']}/core-memory/blocks/a"
    before = json_of(await rest.get(url))
    after = json_of(await rest.patch(url, json={"value": "changed", "description": None, "id": "block-x"}))
    assert after == before | {"value": "changed"}


async def test_a_block_may_be_renamed(rest: httpx.AsyncClient) -> None:
    agent = await full_agent(rest)
    blocks = f"/v1/agents/{agent['id']}/core-memory/blocks"
    json_of(await rest.patch(f"{blocks}/a", json={"label": "new/one"}))
    assert json_of(await rest.get(f"{blocks}/new%2Fone"))["value"] == "1"
    assert error_of(await rest.get(f"{blocks}/a")).reason == "BLOCK_NOT_FOUND"
