"""Other ways to write model_settings: ProtoJSON's, camelCase, without a provider; and what is none of them."""

from typing import Any

import httpx
import pytest

from compaction.v1 import model_settings_pb2
from tests.builders.chat import make
from tests.builders.documented_settings import DOCUMENTED_SETTINGS, PROTO_JSON_SCHEMA, SCHEMA
from tests.builders.rest_resources import UNKNOWN_CONVERSATION, Json, new_agent
from tests.gateway.error_bodies import error_of
from tests.gateway.settings_members import ModelSettings, arrived, flat, stored, stored_settings
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


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
