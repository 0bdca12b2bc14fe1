"""How JSON becomes messages and messages JSON: the rules that hold for every method."""

from typing import Any

import httpx
import pytest

from compaction.v1 import agent_service_pb2, compaction_settings_pb2, conversation_service_pb2
from tests.gateway.error_bodies import error_of
from tests.gateway.rest_resources import (
    EXTRACTIVE,
    Json,
    entries_of,
    json_of,
    new_agent,
    new_conversation,
    talk,
    user,
)
from tests.rpc.chat import make
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

Mode = compaction_settings_pb2.CompactionMode
MODES = {name: number for name, number in Mode.items() if number}


async def stored(client: Client, agent: Json) -> Any:
    return await client.agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent["id"]))


async def rejected_agent(rest: httpx.AsyncClient, **body: Any) -> Any:
    return error_of(await rest.post("/v1/agents", json=body))


# Enums


@pytest.mark.parametrize("number", MODES.values())
@pytest.mark.parametrize("spelling", ["short", "proto", "number"])
async def test_an_enum_may_be_written_short_as_in_the_proto_or_as_a_number(
    rest: httpx.AsyncClient, client: Client, number: int, spelling: str
) -> None:
    name = Mode.Name(number)  # type: ignore[arg-type]
    written = {"short": name.removeprefix("COMPACTION_MODE_").lower(), "proto": name, "number": number}
    agent = await new_agent(rest, compaction_settings={"mode": written[spelling]})
    assert (await stored(client, agent)).compaction_settings.mode == number
    assert agent["compaction_settings"]["mode"] == written["short"]


@pytest.mark.parametrize("value", ["ALL", "Sliding_Window", "", "compaction_mode_all", 99, 1.0, True, ["all"], {}])
async def test_an_enum_that_is_none_is_rejected_with_the_names_that_are(rest: httpx.AsyncClient, value: Any) -> None:
    error = await rejected_agent(rest, compaction_settings={"mode": value})
    assert (error.status, error.fields) == (400, ("agent.compaction_settings.mode",))
    assert "all, sliding_window, self_compact_all, self_compact_sliding_window" in error.sentence


async def test_an_enum_that_is_not_given_is_null(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, compaction_settings={"mode": "COMPACTION_MODE_UNSPECIFIED", "clip_chars": 5})
    assert agent["compaction_settings"]["mode"] is None


@pytest.mark.parametrize("order", ["asc", "SORT_ORDER_ASC"])
async def test_an_enum_of_a_query_is_written_alike(rest: httpx.AsyncClient, order: str) -> None:
    conversation = await new_conversation(rest, [user("One."), user("Two.")])
    entries = await entries_of(rest, conversation["id"], order=order)
    assert [entry["content"] for entry in entries[1:]] == ["One.", "Two."]


# Null, and what is printed


@pytest.mark.parametrize(
    "field",
    [
        "description",
        "tags",
        "metadata",
        "model",
        "model_settings",
        "memory_blocks",
        "compaction_settings",
        "tool_schemas",
    ],
)
async def test_a_null_is_absent(rest: httpx.AsyncClient, field: str) -> None:
    plain, with_null = await new_agent(rest, name="same"), await new_agent(rest, **{"name": "same", field: None})
    assert with_null[field] == plain[field]


async def test_a_null_clip_chars_is_no_clipping(rest: httpx.AsyncClient, client: Client) -> None:
    agent = await new_agent(rest, compaction_settings={"clip_chars": None})
    settings = (await stored(client, agent)).compaction_settings
    assert settings.HasField("clip_chars")
    assert settings.clip_chars == agent["compaction_settings"]["clip_chars"] == 0


async def test_a_null_in_either_spelling_is_no_clipping(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, compactionSettings={"clipChars": None})
    assert agent["compaction_settings"]["clip_chars"] == 0


async def test_a_null_clip_chars_in_a_request_goes_before_what_is_stored(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20), compaction_settings=EXTRACTIVE | {"clip_chars": 100})
    answer = await rest.post(
        f"/v1/conversations/{conversation['id']}/compact", json={"compaction_settings": {"clip_chars": None}}
    )
    done = json_of(answer)
    assert done["compaction"]["settings"]["clip_chars"] == 0
    assert len(done["summary"]) > 100


async def test_all_that_is_not_set_is_printed(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, name="Bare")
    assert {name: agent[name] for name in ("description", "system", "model")} == {
        "description": "",
        "system": "{CORE_MEMORY}",
        "model": "",
    }
    assert agent["memory_blocks"] == agent["tool_schemas"] == agent["tags"] == []
    unset = ("model_settings", "context_window_limit", "compaction_settings", "metadata")
    assert [agent[name] for name in unset] == [None] * 4


async def test_zeros_are_printed(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20))
    answer = await rest.post(
        f"/v1/conversations/{conversation['id']}/compact",
        json={"compaction_settings": EXTRACTIVE | {"mode": "all"}},
    )
    record = json_of(answer)["compaction"]
    assert record["usage"] == {
        "input_tokens": 0,
        "output_tokens": 0,
        "cached_tokens": 0,
        "calls": 0,
        "cost_usd": 0.0,
    }
    assert record["evicted_message_ids"] == record["kept_message_ids"] == []
    assert (record["parent_id"], record["restored_compaction_id"]) == ("", "")
    assert (record["kind"], record["ask"], record["method"]) == ("compaction", None, "extractive")
    assert record["degraded_reason"] is None


async def test_every_field_of_the_message_is_printed_and_no_other(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest)
    kind = conversation_service_pb2.DESCRIPTOR.services_by_name["ConversationService"].methods_by_name[
        "CreateConversation"
    ]
    assert set(conversation) == set(kind.output_type.fields_by_name)


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
