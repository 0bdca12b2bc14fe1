"""PATCH with an update_mask of the client's own: what it names is changed, and cleared where it has no value."""

from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import Json, json_of, new_conversation
from tests.gateway.error_bodies import error_of
from tests.gateway.patches import SETTINGS, differences, full_agent

pytestmark = pytest.mark.asyncio(loop_scope="session")

# With a mask of one's own


async def apply_mask(rest: httpx.AsyncClient, agent: Json, mask: str, body: Any = None) -> Json:
    url = f"/v1/agents/{agent['id']}"
    changed: Json = json_of(await rest.patch(url, params={"update_mask": mask}, json=body))
    assert changed == json_of(await rest.get(url))
    return changed


@pytest.mark.parametrize("absent", [True, False])
@pytest.mark.parametrize(
    ("mask", "empty"),
    [
        ("context_window_limit", None),
        ("model_settings", None),
        ("description", ""),
        ("tags", []),
        ("memory_blocks", []),
        ("metadata", None),
    ],
)
async def test_a_field_of_the_mask_that_has_no_value_is_cleared(
    rest: httpx.AsyncClient, mask: str, empty: Any, absent: bool
) -> None:
    before = await full_agent(rest)
    after = await apply_mask(rest, before, mask, {} if absent else {mask: None})
    made_of = {"context_window_limit": {"context_window", "llm_config"}, "memory_blocks": {"blocks", "memory"}}
    assert differences(before, after) <= {mask} | made_of.get(mask, set()) | {"context_window_estimated"}
    assert after[mask] == empty


@pytest.mark.parametrize("body", [None, {}, {"compaction_settings": None}, {"compaction_settings": {"prompt": None}}])
@pytest.mark.parametrize("field", ["prompt", "model_settings", "clip_chars", "sliding_window_percentage"])
async def test_a_field_of_compaction_settings_is_cleared_and_its_neighbours_are_not(
    rest: httpx.AsyncClient, field: str, body: Any
) -> None:
    before = await full_agent(rest)
    after = await apply_mask(rest, before, f"compaction_settings.{field}", body)
    assert after["compaction_settings"] == before["compaction_settings"] | {field: None}


async def test_a_mode_that_is_cleared_takes_its_prompt_with_it(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    after = await apply_mask(rest, before, "compaction_settings.mode")
    assert after["compaction_settings"] == before["compaction_settings"] | {"mode": None, "prompt": None}


async def test_a_conversations_settings_are_cleared_by_a_mask(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(
        rest, summary="Kept", context_window_limit=9000, compaction_settings=SETTINGS, model="openai/gpt-5.2"
    )
    mask = "context_window_limit,compaction_settings.prompt,model"
    url = f"/v1/conversations/{conversation['id']}"
    after = json_of(await rest.patch(url, params={"update_mask": mask}))
    assert (after["context_window_limit"], after["model"], after["summary"]) == (None, "", "Kept")
    assert after["compaction_settings"] == conversation["compaction_settings"] | {"prompt": None}


@pytest.mark.parametrize("name", ["update_mask", "updateMask"])
@pytest.mark.parametrize("mask", ["name,context_window_limit", "name,contextWindowLimit", "name,,context_window_limit"])
async def test_a_mask_in_either_spelling_is_all_that_changes(rest: httpx.AsyncClient, name: str, mask: str) -> None:
    before = await full_agent(rest)
    url = f"/v1/agents/{before['id']}"
    body = {"name": "New", "description": "Not in the mask.", "context_window_limit": 5000}
    after = json_of(await rest.patch(url, params={name: mask}, json=body))
    assert (after["name"], after["context_window_limit"]) == ("New", 5000)
    assert after["description"] == before["description"]


@pytest.mark.parametrize(
    "mask",
    [
        "nonsense",
        "name,nonsense",
        "compaction_settings.nonsense",
        "compaction_settings.",
        "name.",
        ".name",
        "name.x",
        "model_settings.openai.temperature",
        "memory_blocks.value",
        "id",
        "NAME",
        "name name",
        "ü",
    ],
)
async def test_a_mask_of_what_cannot_be_changed_is_rejected_and_nothing_is(rest: httpx.AsyncClient, mask: str) -> None:
    before = await full_agent(rest)
    url = f"/v1/agents/{before['id']}"
    error = error_of(await rest.patch(url, params={"update_mask": mask}, json={"name": "New"}))
    assert (error.status, error.reason, error.fields) == (400, "INVALID_FIELD", ("update_mask",))
    assert json_of(await rest.get(url)) == before


async def test_a_mask_is_given_once(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    error = error_of(await rest.patch(f"/v1/agents/{before['id']}?update_mask=name&updateMask=system", json={}))
    assert error.fields == ("update_mask",)


async def test_an_empty_mask_changes_nothing(rest: httpx.AsyncClient) -> None:
    before = await full_agent(rest)
    assert differences(before, await apply_mask(rest, before, "", {"name": "New"})) == set()
