"""Numbers, booleans and texts of JSON, bare answers, and both spellings of a field's name."""

import httpx
import pytest

from compaction.v1 import compaction_settings_pb2
from tests.builders.chat import make
from tests.builders.rest_resources import Json, json_of, new_agent
from tests.gateway.stored_agents import rejected_agent, stored
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Numbers, booleans, texts


@pytest.mark.parametrize("text", ["10", "10.0", "1e1", "100E-1"])
async def test_a_whole_number_may_be_written_in_any_way_of_json(
    rest: httpx.AsyncClient, client: Client, text: str
) -> None:
    body = f'{{"compaction_settings": {{"clip_chars": {text}}}}}'
    agent = json_of(await rest.post("/v1/agents", content=body))
    assert (await stored(client, agent)).compaction_settings.clip_chars == 10
    assert agent["compaction_settings"]["clip_chars"] == 10


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"context_window_limit": "8000"}, "agent.context_window_limit"),
        ({"context_window_limit": 8000.5}, "agent.context_window_limit"),
        ({"context_window_limit": True}, "agent.context_window_limit"),
        ({"context_window_limit": 2**31}, "agent.context_window_limit"),
        ({"context_window_limit": -(2**31) - 1}, "agent.context_window_limit"),
        ({"context_window_limit": 10**300}, "agent.context_window_limit"),
        ({"context_window_limit": 1e300}, "agent.context_window_limit"),
        ({"compaction_settings": {"clip_chars": "5"}}, "agent.compaction_settings.clip_chars"),
        (
            {"compaction_settings": {"sliding_window_percentage": "0.5"}},
            "agent.compaction_settings.sliding_window_percentage",
        ),
        (
            {"compaction_settings": {"sliding_window_percentage": False}},
            "agent.compaction_settings.sliding_window_percentage",
        ),
        (
            {"compaction_settings": {"sliding_window_percentage": 10**400}},
            "agent.compaction_settings.sliding_window_percentage",
        ),
        ({"compaction_settings": {"prompt_acknowledgement": 1}}, "agent.compaction_settings.prompt_acknowledgement"),
        (
            {"compaction_settings": {"prompt_acknowledgement": "true"}},
            "agent.compaction_settings.prompt_acknowledgement",
        ),
        ({"memory_blocks": [{"label": "a"}, {"label": "b", "read_only": 0}]}, "agent.memory_blocks[1].read_only"),
        ({"memory_blocks": [{"label": "a", "limit": "9"}]}, "agent.memory_blocks[0].limit"),
        ({"name": 7}, "agent.name"),
        ({"name": ["x"]}, "agent.name"),
        ({"name": {"first": "x"}}, "agent.name"),
        ({"tags": ["a", 7]}, "agent.tags[1]"),
        ({"tags": ["a", None]}, "agent.tags[1]"),
        ({"tags": "a"}, "agent.tags"),
        ({"memory_blocks": {"label": "a"}}, "agent.memory_blocks"),
        ({"memory_blocks": [None]}, "agent.memory_blocks[0]"),
        ({"memory_blocks": ["a"]}, "agent.memory_blocks[0]"),
        ({"metadata": [1]}, "agent.metadata"),
        ({"tool_schemas": [[]]}, "agent.tool_schemas[0]"),
        ({"compaction_settings": 5}, "agent.compaction_settings"),
    ],
)
async def test_a_value_of_another_type_is_rejected_by_the_fields_path(
    rest: httpx.AsyncClient, body: Json, field: str
) -> None:
    error = await rejected_agent(rest, **body)
    assert (error.status, error.reason, error.fields) == (400, "INVALID_FIELD", (field,))
    assert error.metadata["field"] == field


@pytest.mark.parametrize("value", [2**31 - 1, 1000])
async def test_a_number_of_32_bits_arrives(rest: httpx.AsyncClient, client: Client, value: int) -> None:
    agent = await new_agent(rest, context_window_limit=value)
    assert (await stored(client, agent)).context_window_limit == value


async def test_a_double_may_be_a_whole_number(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, compaction_settings={"sliding_window_percentage": 1})
    assert agent["compaction_settings"]["sliding_window_percentage"] == 1.0


@pytest.mark.parametrize("text", ["", "謝謝 \U0001f600", 'a\nb\t"c" \\ </script>', "\x00\x7f\u2028", "é é"])
async def test_a_text_comes_back_character_for_character(rest: httpx.AsyncClient, client: Client, text: str) -> None:
    agent = await new_agent(rest, description=text)
    assert (await stored(client, agent)).description == agent["description"] == text


# Replies


@pytest.mark.parametrize(
    "path",
    [
        "agents",
        "conversations",
        "agents/{agent}/core-memory/blocks",
        "agents/{agent}/messages",
        "conversations/{conversation}/messages",
        "conversations/{conversation}/compactions",
    ],
)
async def test_a_list_is_a_bare_array(rest: httpx.AsyncClient, path: str) -> None:
    agent = await new_agent(rest)
    where = path.format(agent=agent["id"], conversation=agent["default_conversation_id"])
    assert isinstance(json_of(await rest.get(f"/v1/{where}")), list)


@pytest.mark.parametrize("path", ["conversations/{conversation}/recompile", "agents/{agent}/recompile"])
async def test_recompile_answers_with_a_bare_string(rest: httpx.AsyncClient, path: str) -> None:
    agent = await new_agent(rest, system="Be „exact“. {CORE_MEMORY}")
    where = path.format(agent=agent["id"], conversation=agent["default_conversation_id"])
    prompt = json_of(await rest.post(f"/v1/{where}"))
    assert prompt.startswith("Be „exact“.")


# Spellings


async def test_fields_may_be_written_in_camel_case(rest: httpx.AsyncClient, client: Client) -> None:
    agent = await new_agent(
        rest,
        contextWindowLimit=9000,
        memoryBlocks=[{"label": "a", "readOnly": True}],
        compactionSettings={"slidingWindowPercentage": 0.5, "promptAcknowledgement": True},
    )
    kept = await stored(client, agent)
    assert (kept.context_window_limit, kept.memory_blocks[0].read_only) == (9000, True)
    assert kept.compaction_settings == make(
        compaction_settings_pb2.CompactionSettings, sliding_window_percentage=0.5, prompt_acknowledgement=True
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"context_window_limit": 9000, "contextWindowLimit": 9000}, "agent.context_window_limit"),
        ({"compaction_settings": {"clip_chars": 1, "clipChars": None}}, "agent.compaction_settings.clip_chars"),
        (
            {"compactionSettings": {"promptAcknowledgement": True, "prompt_acknowledgement": True}},
            "agent.compaction_settings.prompt_acknowledgement",
        ),
        ({"memory_blocks": [{"label": "a", "limit": 1}], "memoryBlocks": []}, "agent.memory_blocks"),
        ({"memory_blocks": [{"label": "a", "readOnly": True, "read_only": True}]}, "agent.memory_blocks[0].read_only"),
    ],
)
async def test_a_field_in_both_spellings_is_rejected(rest: httpx.AsyncClient, body: Json, field: str) -> None:
    error = await rejected_agent(rest, **body)
    assert (error.status, error.fields) == (400, (field,))
    assert error.descriptions == ("is given in both spellings: give it once.",)


async def test_a_provider_type_in_both_spellings_is_rejected(rest: httpx.AsyncClient) -> None:
    settings = {"provider_type": "openai", "providerType": "anthropic"}
    assert (await rejected_agent(rest, model_settings=settings)).fields == ("agent.model_settings.provider_type",)
