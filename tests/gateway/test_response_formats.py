"""Response formats as Letta's clients write them, and what is none."""

from typing import Any

import httpx
import pytest

from compaction.v1 import model_settings_pb2
from tests.builders.documented_settings import JSON_SCHEMA, PROTO_JSON_OBJECT, PROTO_JSON_SCHEMA, PROTO_TEXT, SCHEMA
from tests.builders.rest_resources import Json, new_agent
from tests.gateway.error_bodies import error_of
from tests.gateway.settings_members import stored_settings
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

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
