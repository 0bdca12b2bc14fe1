"""The settings of every provider, as Letta's clients write them: in, through gRPC, and out again."""

from typing import Any

import httpx
import pytest

from compaction.v1 import (
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    model_settings_pb2,
)
from tests.gateway.documented_settings import (
    DOCUMENTED_SETTINGS,
    JSON_SCHEMA,
    PROTO_JSON_OBJECT,
    PROTO_JSON_SCHEMA,
    PROTO_TEXT,
    SCHEMA,
    VALUES,
)
from tests.gateway.error_bodies import error_of
from tests.gateway.recording_servicers import RecordingServicers
from tests.gateway.rest_resources import UNKNOWN_CONVERSATION, Json, json_of, new_agent, new_conversation, talk
from tests.loopback_model import LoopbackModel
from tests.rpc.chat import make
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

ModelSettings = model_settings_pb2.ModelSettings
MEMBERS = set(ModelSettings.DESCRIPTOR.fields_by_name)
ALL_VALUES = [
    (provider, path, value)
    for provider, fields in VALUES.items()
    for path, values in fields.items()
    for value in values.split()
]


def flat(provider: str) -> Json:
    return {"provider_type": provider, **DOCUMENTED_SETTINGS[provider].sent}


def arrived(provider: str) -> model_settings_pb2.ModelSettings:
    return make(ModelSettings, **{provider: DOCUMENTED_SETTINGS[provider].member})


async def stored(client: Client, agent_id: str) -> Any:
    return await client.agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent_id))


async def stored_settings(rest: httpx.AsyncClient, client: Client, given: Any, **beside: Any) -> Any:
    """ModelSettings as stored, of an agent that is created with `given`."""
    agent = await new_agent(rest, model_settings=given, **beside)
    return (await stored(client, agent["id"])).model_settings


async def test_the_table_has_every_provider_and_every_field() -> None:
    assert set(DOCUMENTED_SETTINGS) == MEMBERS
    for documented in DOCUMENTED_SETTINGS.values():
        assert {field.name for field, _ in documented.member.ListFields()} == set(
            documented.member.DESCRIPTOR.fields_by_name
        )
        assert set(documented.sent) == set(documented.member.DESCRIPTOR.fields_by_name)


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_an_agents_settings_arrive_as_the_providers_member(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    model = DOCUMENTED_SETTINGS[provider].model
    agent = await new_agent(rest, model=model, model_settings=flat(provider))
    assert (await stored(client, agent["id"])).model_settings == arrived(provider)
    assert agent["model_settings"] == flat(provider)
    assert json_of(await rest.get(f"/v1/agents/{agent['id']}"))["model_settings"] == flat(provider)


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_an_agents_compaction_settings_arrive_as_the_providers_member(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    settings = {"mode": "all", "model": DOCUMENTED_SETTINGS[provider].model, "model_settings": flat(provider)}
    agent = await new_agent(rest, compaction_settings=settings)
    kept = (await stored(client, agent["id"])).compaction_settings
    assert (kept.model, kept.model_settings) == (DOCUMENTED_SETTINGS[provider].model, arrived(provider))
    assert agent["compaction_settings"]["model_settings"] == flat(provider)


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_a_conversations_settings_arrive_as_the_providers_member(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    model = DOCUMENTED_SETTINGS[provider].model
    settings: Json = {"model": model, "model_settings": flat(provider)}
    conversation = await new_conversation(rest, compaction_settings=settings, **settings)
    request = conversation_service_pb2.GetConversationRequest(conversation_id=conversation["id"])
    kept = await client.conversations.GetConversation(request)
    assert kept.model_settings == kept.compaction_settings.model_settings == arrived(provider)
    read = json_of(await rest.get(f"/v1/conversations/{conversation['id']}"))
    assert read["model_settings"] == read["compaction_settings"]["model_settings"] == flat(provider)


@pytest.mark.parametrize("path", ["conversations/{}/compact", "agents/{}/summarize", "conversations/{}/recompile"])
@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_the_settings_of_a_request_arrive_in_the_servicer_as_the_providers_member(
    door: httpx.AsyncClient, recorded: RecordingServicers, path: str, provider: str
) -> None:
    settings = {
        "clip_chars": 900,
        "mode": "self_compact_sliding_window",
        "model": DOCUMENTED_SETTINGS[provider].model,
        "model_settings": flat(provider),
        "prompt": "As a ledger.",
        "prompt_acknowledgement": False,
        "sliding_window_percentage": 0.25,
    }
    json_of(await door.post(f"/v1/{path.format(UNKNOWN_CONVERSATION)}", json={"compaction_settings": settings}))
    _, asked = recorded.calls[-1]
    settings_heard = asked.compaction_settings
    assert settings_heard.model_settings.WhichOneof("settings") == provider
    assert settings_heard == make(type(settings_heard), **settings | {"mode": 4, "model_settings": arrived(provider)})


@pytest.mark.parametrize(("provider", "path", "value"), ALL_VALUES)
async def test_every_documented_value_arrives_and_comes_back(
    rest: httpx.AsyncClient, client: Client, provider: str, path: str, value: str
) -> None:
    outer, _, inner = path.partition(".")
    given = {"provider_type": provider, outer: {inner: value} if inner else value}
    agent = await new_agent(rest, model_settings=given)
    member = getattr((await stored(client, agent["id"])).model_settings, provider)
    holder, name = (getattr(member, outer), inner) if inner else (member, outer)
    enum = holder.DESCRIPTOR.fields_by_name[name].enum_type
    assert enum.values_by_number[getattr(holder, name)].name.endswith(f"_{value.upper()}")
    back = agent["model_settings"][outer]
    assert (back[inner] if inner else back) == value


async def test_every_documented_value_is_every_value_of_the_contract() -> None:
    for provider, fields in VALUES.items():
        for path, values in fields.items():
            descriptor: Any = ModelSettings.DESCRIPTOR.fields_by_name[provider].message_type
            *outer, name = path.split(".")
            for step in outer:
                descriptor = descriptor.fields_by_name[step].message_type
            enum = descriptor.fields_by_name[name].enum_type
            assert [value.name.lower() for value in enum.values][1:] == [
                f"{enum.values[0].name.lower().removesuffix('unspecified')}{value}" for value in values.split()
            ]


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_what_was_not_given_is_null(rest: httpx.AsyncClient, provider: str) -> None:
    agent = await new_agent(rest, model_settings={"provider_type": provider})
    assert agent["model_settings"] == {"provider_type": provider, **dict.fromkeys(DOCUMENTED_SETTINGS[provider].sent)}


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_what_came_out_can_be_sent_in(rest: httpx.AsyncClient, client: Client, provider: str) -> None:
    """A client that reads an agent and creates another like it sends the nulls back."""
    first = await new_agent(rest, model=DOCUMENTED_SETTINGS[provider].model, model_settings={"provider_type": provider})
    assert await stored_settings(rest, client, first["model_settings"]) == make(ModelSettings, **{provider: {}})


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_the_python_clients_own_name_of_the_field_is_read(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    """Its objects say api_model_settings, and so do their dumps."""
    settings: Json = {"model": DOCUMENTED_SETTINGS[provider].model, "api_model_settings": flat(provider)}
    agent = await new_agent(rest, compaction_settings=settings, **settings)
    kept = await stored(client, agent["id"])
    assert kept.model_settings == kept.compaction_settings.model_settings == arrived(provider)
    assert "api_model_settings" not in agent


async def test_one_of_the_fields_two_names_is_given(rest: httpx.AsyncClient) -> None:
    body = {"model_settings": {"provider_type": "openai"}, "api_model_settings": {"provider_type": "openai"}}
    error = error_of(await rest.post("/v1/agents", json=body))
    assert (error.status, error.fields) == (400, ("agent.model_settings",))


async def test_what_is_wrong_below_the_clients_own_name_has_the_path_of_the_proto(rest: httpx.AsyncClient) -> None:
    body = {"api_model_settings": {"provider_type": "openai", "temperature": "hot"}}
    error = error_of(await rest.post("/v1/agents", json=body))
    assert error.fields == ("agent.model_settings.openai.temperature",)


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_canonical_protojson_is_read_too(rest: httpx.AsyncClient, client: Client, provider: str) -> None:
    given = {provider: DOCUMENTED_SETTINGS[provider].sent}
    assert await stored_settings(rest, client, given) == arrived(provider)


async def test_beside_canonical_protojson_nulls_and_unknown_keys_are_ignored(
    rest: httpx.AsyncClient, client: Client
) -> None:
    given = {"openai": {"temperature": 1}, "anthropic": None, "max_output_tokens": None, "effort": "low", "x": 1}
    assert await stored_settings(rest, client, given) == make(ModelSettings, openai={"temperature": 1})


async def test_canonical_protojson_may_be_in_camel_case(rest: httpx.AsyncClient, client: Client) -> None:
    given = {
        "googleAi": {
            "maxOutputTokens": 4000,
            "thinkingConfig": {"includeThoughts": False, "thinkingBudget": 0},
            "responseSchema": {"jsonSchema": {"jsonSchema": SCHEMA}},
        }
    }
    expected = make(
        ModelSettings,
        google_ai={
            "max_output_tokens": 4000,
            "thinking_config": {"include_thoughts": False, "thinking_budget": 0},
            "response_schema": PROTO_JSON_SCHEMA,
        },
    )
    assert await stored_settings(rest, client, given) == expected


async def test_the_flat_form_may_be_in_camel_case(rest: httpx.AsyncClient, client: Client) -> None:
    agent = await new_agent(
        rest,
        modelSettings={"providerType": "openai", "maxOutputTokens": 7, "reasoning": {"reasoningEffort": "low"}},
    )
    kept = (await stored(client, agent["id"])).model_settings
    low = model_settings_pb2.REASONING_EFFORT_LOW
    assert kept == make(ModelSettings, openai={"max_output_tokens": 7, "reasoning": {"reasoning_effort": low}})


@pytest.mark.parametrize("provider", DOCUMENTED_SETTINGS)
async def test_the_provider_may_be_left_out_beside_a_model(
    rest: httpx.AsyncClient, client: Client, provider: str
) -> None:
    documented = DOCUMENTED_SETTINGS[provider]
    assert await stored_settings(rest, client, documented.sent, model=documented.model) == arrived(provider)


async def test_the_provider_may_be_left_out_beside_the_model_of_compaction_settings(
    rest: httpx.AsyncClient, client: Client
) -> None:
    settings = {"model": "anthropic/claude-haiku-4-5", "model_settings": {"effort": "low"}}
    agent = await new_agent(rest, compaction_settings=settings)
    assert (await stored(client, agent["id"])).compaction_settings.model_settings.WhichOneof("settings") == "anthropic"


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"max_output_tokens": 7}, "agent.model_settings.provider_type"),
        ({}, "agent.model_settings.provider_type"),
        ({"provider_type": "cohere"}, "agent.model_settings.provider_type"),
        ({"provider_type": 7}, "agent.model_settings.provider_type"),
        ({"provider_type": ["openai"]}, "agent.model_settings.provider_type"),
        ({"provider_type": {"openai": {}}}, "agent.model_settings.provider_type"),
        ({"provider_type": ""}, "agent.model_settings.provider_type"),
        ({"openai": {}, "anthropic": {}}, "agent.model_settings.anthropic"),
        ({"google_ai": {}, "googleAi": {}}, "agent.model_settings.google_ai"),
        ({"provider_type": "openai", "openai": {}}, "agent.model_settings"),
        ({"provider_type": "openai", "anthropic": {}}, "agent.model_settings"),
        ({"openai": {}, "temperature": 1}, "agent.model_settings.temperature"),
        ({"openai": {}, "maxOutputTokens": 1}, "agent.model_settings.maxOutputTokens"),
        ({"openai": {"temperature": 1}, "temperature": 1}, "agent.model_settings.temperature"),
        ({"zai": {}, "thinking": {"type": "enabled"}}, "agent.model_settings.thinking"),
        ("openai", "agent.model_settings"),
        ([], "agent.model_settings"),
        ({"provider_type": "openai", "max_output_tokens": "7"}, "agent.model_settings.openai.max_output_tokens"),
        (
            {"provider_type": "openai", "reasoning": {"reasoning_effort": "max"}},
            "agent.model_settings.openai.reasoning.reasoning_effort",
        ),
        (
            {"provider_type": "chatgpt_oauth", "reasoning": {"reasoning_effort": "minimal"}},
            "agent.model_settings.chatgpt_oauth.reasoning.reasoning_effort",
        ),
        ({"provider_type": "zai", "thinking": "enabled"}, "agent.model_settings.zai.thinking"),
        (
            {"provider_type": "anthropic", "thinking": {"budget_tokens": 0}},
            "agent.model_settings.anthropic.thinking.budget_tokens",
        ),
        ({"provider_type": "xai", "temperature": -1}, "agent.model_settings.xai.temperature"),
        ({"openai": {"temperature": "hot"}}, "agent.model_settings.openai.temperature"),
    ],
)
async def test_settings_that_fit_no_provider_are_rejected_by_their_path(
    rest: httpx.AsyncClient, settings: Any, field: str
) -> None:
    error = error_of(await rest.post("/v1/agents", json={"model_settings": settings}))
    assert (error.status, error.reason, error.fields) == (400, "INVALID_FIELD", (field,))


async def test_settings_of_another_provider_than_the_models_are_rejected(rest: httpx.AsyncClient) -> None:
    body = {"model": "openai/gpt-5-mini", "model_settings": {"provider_type": "anthropic"}}
    error = error_of(await rest.post("/v1/agents", json=body))
    assert (error.status, error.fields) == (400, ("agent.model_settings",))
    assert "openai" in error.sentence
    assert "anthropic" in error.sentence


async def test_the_path_of_a_request_goes_down_to_the_member(rest: httpx.AsyncClient) -> None:
    settings = {"model": "zai/glm-4.6", "model_settings": {"thinking": {"type": "perhaps"}}}
    answer = await rest.post(
        f"/v1/conversations/{UNKNOWN_CONVERSATION}/compact", json={"compaction_settings": settings}
    )
    assert error_of(answer).fields == ("compaction_settings.model_settings.zai.thinking.type",)


FORMATS = {
    "text": ({"type": "text"}, PROTO_TEXT),
    "json_object": ({"type": "json_object"}, PROTO_JSON_OBJECT),
    "json_schema": (JSON_SCHEMA, PROTO_JSON_SCHEMA),
    "a schema implies its type": ({"json_schema": SCHEMA}, PROTO_JSON_SCHEMA),
    "a type of null is none": ({"type": None, "json_schema": SCHEMA}, PROTO_JSON_SCHEMA),
    "canonical text": ({"text": {}}, PROTO_TEXT),
    "canonical json_object": ({"json_object": {}}, PROTO_JSON_OBJECT),
    "canonical json_schema": ({"json_schema": {"json_schema": SCHEMA}}, PROTO_JSON_SCHEMA),
    "in camel case": ({"jsonSchema": SCHEMA}, PROTO_JSON_SCHEMA),
    "canonical in camel case": ({"jsonObject": {}}, PROTO_JSON_OBJECT),
    "beside what nobody knows": ({"type": "text", "nonsense": 1}, PROTO_TEXT),
}


@pytest.mark.parametrize(("given", "expected"), FORMATS.values(), ids=FORMATS)
async def test_a_response_format_arrives(
    rest: httpx.AsyncClient, client: Client, given: Json, expected: model_settings_pb2.ResponseFormat
) -> None:
    settings = {"provider_type": "openai", "response_format": given}
    assert (await stored_settings(rest, client, settings)).openai.response_format == expected


@pytest.mark.parametrize(("given", "expected"), FORMATS.values(), ids=FORMATS)
async def test_a_response_schema_of_google_is_the_same(
    rest: httpx.AsyncClient, client: Client, given: Json, expected: model_settings_pb2.ResponseFormat
) -> None:
    settings = {"provider_type": "google_vertex", "response_schema": given}
    assert (await stored_settings(rest, client, settings)).google_vertex.response_schema == expected


async def test_a_named_schema_comes_back_as_it_was(rest: httpx.AsyncClient) -> None:
    given = {"type": "json_schema", "json_schema": {"name": "facts", "schema": SCHEMA, "strict": True}}
    agent = await new_agent(rest, model_settings={"provider_type": "openai", "response_format": given})
    assert agent["model_settings"]["response_format"] == given


@pytest.mark.parametrize(
    ("given", "below"),
    [
        ({}, ".type"),
        ({"type": None}, ".type"),
        ({"type": "xml"}, ".type"),
        ({"type": 1}, ".type"),
        ({"type": ["text"]}, ".type"),
        ({"type": "text", "json_schema": SCHEMA}, ".type"),
        ({"text": {}, "json_object": {}}, ".json_object"),
        ({"json_schema": SCHEMA, "jsonSchema": SCHEMA}, ".json_schema"),
        ({"json_schema": [SCHEMA]}, ".json_schema.json_schema"),
        ({"type": "json_schema"}, ".json_schema.json_schema"),
        ({"type": "json_schema", "json_schema": "{}"}, ".json_schema.json_schema"),
        ("text", ""),
    ],
)
@pytest.mark.parametrize("field", ["openai.response_format", "google_ai.response_schema"])
async def test_a_response_format_that_is_none_is_rejected_by_its_path(
    rest: httpx.AsyncClient, field: str, given: Any, below: str
) -> None:
    provider, _, name = field.partition(".")
    settings = {"provider_type": provider, name: given}
    error = error_of(await rest.post("/v1/agents", json={"model_settings": settings}))
    assert (error.status, error.reason) == (400, "INVALID_FIELD")
    assert error.fields == (f"agent.model_settings.{field}{below}",)


async def test_settings_of_a_model_reach_the_wire_and_the_record(
    rest: httpx.AsyncClient, client: Client, model: LoopbackModel
) -> None:
    conversation = await new_conversation(rest, talk(20))
    given = {"provider_type": "openai", "max_output_tokens": 700, "reasoning": {"reasoning_effort": "low"}}
    settings = {"mode": "all", "model": "openai/gpt-5-mini", "model_settings": given}
    answer = await rest.post(f"/v1/conversations/{conversation['id']}/compact", json={"compaction_settings": settings})
    record = json_of(answer)["compaction"]
    assert (model.only.body["max_completion_tokens"], model.only.body["reasoning_effort"]) == (700, "low")
    in_force = record["settings"]["model_settings"]
    assert {name: value for name, value in in_force.items() if value is not None} == given
    request = compaction_service_pb2.GetCompactionRequest(
        conversation_id=conversation["id"], compaction_id=record["id"]
    )
    kept = await client.compactions.GetCompaction(request)
    assert kept.settings.model_settings.WhichOneof("settings") == "openai"
