"""Requests that schemathesis makes of the OpenAPI document, against the adapter: nothing is answered but what the
document says, and nothing with a 5xx but the 501 that it says of calls that are not done yet.

Each operation is asked three ways: with anything that the document allows, with what it does not allow, and about an
agent and a conversation that are there, so that successes are seen too. And each is asked with the document's own
examples.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from importlib.resources import files
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from compactd.gateway.letta.not_offered import NOT_OFFERED_FIELDS
from tests.server import local_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT: dict[str, Any] = json.loads(files("compaction.v1").joinpath("openapi.json").read_bytes())
OPERATIONS = [(verb.upper(), path) for path, item in DOCUMENT["paths"].items() for verb in item]
PROVIDERS = DOCUMENT["components"]["schemas"]["ModelSettings"]["discriminator"]["mapping"]
EXAMPLES = 10
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
OPAQUE = {"provider": "google_ai", "model": "gemini-2.5-flash", "type": "thought_signature", "data": "AAEC"}
WORDS = "The trains to Graz leave from platform 7 every hour until nine in the evening. " * 20
HISTORY: list[dict[str, Any]] = [
    {"role": "user", "content": WORDS, "name": "Ada", "created_at": "2026-03-01T12:00:00Z", "metadata": {"a": "b"}},
    {"role": "assistant", "content": WORDS},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "And this?"},
            {"type": "image_url", "image_url": {"url": "https://example.com/timetable.png"}},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
        ],
    },
    {
        "role": "assistant",
        "content": [{"type": "text", "text": "I look it up."}, {"type": "opaque", "opaque": OPAQUE}],
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "trains", "arguments": "{}"}, "opaque": OPAQUE},
            {"id": "b", "function": {"name": "trains", "arguments": "{}"}},
        ],
    },
    {"role": "tool", "tool_call_id": "a", "content": "No such station.", "is_error": True, "name": "trains"},
    {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "9:15"}]},
    {"role": "assistant", "content": WORDS},
]
AGENT: dict[str, Any] = {
    "name": "Travel desk",
    "description": "Knows timetables.",
    "model": "openai/gpt-5-mini",
    "model_settings": {
        "provider_type": "openai",
        "max_output_tokens": 4000,
        "reasoning": {"reasoning_effort": "low"},
        "response_format": {"type": "json_schema", "json_schema": {"type": "object"}},
    },
    "context_window_limit": 50_000,
    "compaction_settings": {"model": "local/extractive", "mode": "sliding_window", "clip_chars": 4000},
    "memory_blocks": [{"label": "human", "value": "Ada", "description": "Who it is", "limit": 500}],
    "tool_schemas": [{"type": "function", "function": {"name": "trains", "parameters": {"type": "object"}}}],
    "tags": ["travel"],
    "metadata": {"cost_center": 7, "owners": ["Ada", None]},
}

PLAUSIBLE: dict[str, dict[str, Any]] = {
    "after": {"const": ""},
    "before": {"const": ""},
    "budget_tokens": {"type": "integer", "minimum": 1, "maximum": 4000},
    "clip_chars": {"type": "integer", "minimum": 0, "maximum": 100_000},
    "context_window_limit": {"type": "integer", "minimum": 10_000, "maximum": 1_000_000},
    "expected_last_position": {"type": "null"},
    "expected_version": {"const": ""},
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "max_output_tokens": {"type": "integer", "minimum": 5000, "maximum": 100_000},
    "messages": {"type": "array", "items": {"enum": [HISTORY[0], HISTORY[2], HISTORY[6]]}, "minItems": 1},
    "prompt": {"const": "Summarize."},
    "request_id": {"const": "6f1c8a52-3f0e-4d6a-9b0d-5a8f3c1e7b24"},
    "sliding_window_percentage": {"type": "number", "minimum": 0.1, "maximum": 0.5},
    "temperature": {"type": "number", "minimum": 0, "maximum": 2},
    "thinking_budget": {"type": "integer", "minimum": -1, "maximum": 4000},
    "tool_schemas": {"const": AGENT["tool_schemas"]},
    "update_mask": {"const": "description"},
}
"""What only the comments say of a parameter or a key, by its name."""

# No model is called, and none that could be.
SETTINGS = {
    "model": {"const": "local/extractive"},
    "model_settings": {"type": "null"},
    "mode": {"enum": ["all", "sliding_window"]},
}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in `value`, itself included."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """`document`, whose objects have no keys but those that are described, unless they say that they may."""
    document = deepcopy(document)
    for item in walk(document["components"]["schemas"]):
        if item.get("type") == "object" and "properties" in item:
            item.setdefault("additionalProperties", False)
    return document


def without_patterns(document: dict[str, Any]) -> dict[str, Any]:
    """`document` without the forms of ids and handles, which are any text then but the empty one:
    `test_document_limits` has what does not fit them, and making texts that do not takes four times as long."""
    document = deepcopy(document)
    for item in walk(document):
        if isinstance(item.get("pattern"), str):
            del item["pattern"]
            item["minLength"] = 1
    return document


def narrowed(document: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """`document`, whose parameters and keys take what is plausible, and as ids those that are `known`."""
    document = deepcopy(document)
    narrow = PLAUSIBLE | {name: {"const": value} for name, value in known.items()}
    for item in walk(document):
        if item.get("in") in ("path", "query") and item["name"] in narrow:
            item["schema"] = narrow[item["name"]]
        if isinstance(keys := item.get("properties"), dict):
            keys.update({name: narrow[name] for name in narrow if name in keys})
    compaction_settings = document["components"]["schemas"]["CompactionSettings"]
    compaction_settings["properties"].update(SETTINGS)
    compaction_settings["required"] = ["model"]
    return document


STRICT = schemathesis.openapi.from_dict(strict(DOCUMENT))


def exchange(url: str, document: dict[str, Any], verb: str, path: str, mode: GenerationMode) -> set[int]:
    """Makes requests and checks what comes back; the statuses that came."""
    operation = schemathesis.openapi.from_dict(document)[path][verb]
    described = STRICT[path][verb].Case(path_parameters=dict.fromkeys(re.findall(r"{(\w+)}", path), "-"))
    statuses = set()

    @seed(20)
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any]) -> None:
        # A deadline of nanoseconds would be all that is seen.
        case.headers.pop("Grpc-Timeout", None)
        response = case.call(base_url=url)
        described.validate_response(response, checks=CHECKS)
        not_offered = response.status_code == 501 and is_not_supported(path, case.body)
        assert response.status_code < 500 or not_offered, case.as_curl_command()
        statuses.add(response.status_code)

    ask()
    return statuses


def is_not_supported(path: str, body: Any) -> bool:
    """RestoreCompaction is not there yet; and fields that Letta's API stores and compactd does not are not offered."""
    return path.endswith("/restore") or (isinstance(body, dict) and any(body.get(name) for name in NOT_OFFERED_FIELDS))


def request_of(verb: str, path: str, ids: dict[str, str]) -> tuple[str, dict[str, str], Any]:
    """URL, query and body of a request as the document shows it, with the ids of what is there."""
    operation = DOCUMENT["paths"][path][verb.lower()]
    needed = [item["name"] for item in operation["parameters"] if item.get("in") == "query" and item["required"]]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    return path.format_map(ids), {name: ids[name] for name in needed}, example


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def url() -> AsyncIterator[str]:
    async with local_server(http=True) as server:
        yield server.http_url


@pytest_asyncio.fixture(loop_scope="module")
async def known(url: str) -> dict[str, str]:
    """The ids of an agent, its block, its conversation and a compaction of that, as they are named in requests."""
    async with httpx.AsyncClient(base_url=url) as client:

        async def post(path: str, body: Any) -> Any:
            response = await client.post(path, json=body)
            assert response.status_code == 200, response.text
            return response.json()

        agent = await post("/v1/agents", AGENT)
        conversation = await post(f"/v1/conversations?agent_id={agent['id']}", {"summary": "Graz"})
        in_it = f"/v1/conversations/{conversation['id']}"
        await post(f"{in_it}/messages:append", {"messages": HISTORY})
        compacted = await post(f"{in_it}/compact", {})
        for path in (f"{in_it}/messages:append", f"/v1/conversations/{agent['id']}/messages:append"):
            await post(path, {"messages": HISTORY})
    return {
        "agent_id": agent["id"],
        "block_label": "human",
        "conversation_id": conversation["id"],
        "compaction_id": compacted["compaction"]["id"],
    }


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(url: str) -> dict[str, str]:
    """The ids of an agent, its block and a conversation as the document shows them, with nothing said yet."""
    async with httpx.AsyncClient(base_url=url) as client:

        async def made(path: str, ids: dict[str, str]) -> Any:
            target, query, example = request_of("POST", path, ids)
            response = await client.post(target, params=query, json=example)
            assert response.status_code == 200, response.text
            return response.json()

        agent = await made("/v1/agents", {})
        conversation = await made("/v1/conversations", {"agent_id": agent["id"]})
    return {
        "agent_id": agent["id"],
        "block_label": agent["memory_blocks"][0]["label"],
        "conversation_id": conversation["id"],
        "compaction_id": f"compaction-{uuid4()}",
    }


every_operation = pytest.mark.parametrize(("verb", "path"), OPERATIONS)
every_body = pytest.mark.parametrize(
    ("verb", "path"),
    [(verb, path) for verb, path in OPERATIONS if "requestBody" in DOCUMENT["paths"][path][verb.lower()]],
)


@every_operation
async def test_what_the_document_allows_is_answered_as_it_says(url: str, verb: str, path: str) -> None:
    assert await asyncio.to_thread(exchange, url, DOCUMENT, verb, path, GenerationMode.POSITIVE)


@every_operation
async def test_what_the_document_does_not_allow_is_answered_as_it_says(url: str, verb: str, path: str) -> None:
    assert await asyncio.to_thread(exchange, url, without_patterns(DOCUMENT), verb, path, GenerationMode.NEGATIVE)


@every_operation
async def test_requests_about_what_is_there_are_answered_as_the_document_says(
    url: str, known: dict[str, str], verb: str, path: str
) -> None:
    statuses = await asyncio.to_thread(exchange, url, narrowed(DOCUMENT, known), verb, path, GenerationMode.POSITIVE)
    assert (501 if path.endswith("/restore") else 200) in statuses


@every_body
async def test_an_example_is_done_as_it_stands(url: str, known: dict[str, str], verb: str, path: str) -> None:
    target, query, example = request_of(verb, path, known)
    async with httpx.AsyncClient(base_url=url) as client:
        response = await client.request(verb, target, params=query, json=example)
    assert response.status_code == (501 if path.endswith("/restore") else 200), response.text


@every_body
async def test_an_example_is_done_as_it_stands_where_nothing_was_said_yet(
    url: str, fresh: dict[str, str], verb: str, path: str
) -> None:
    target, query, example = request_of(verb, path, fresh)
    async with httpx.AsyncClient(base_url=url) as client:
        response = await client.request(verb, target, params=query, json=example)
    if path.endswith(("/compact", "/summarize")):
        assert (response.status_code, response.json()["details"][0]["reason"]) == (400, "NOTHING_TO_COMPACT")
    else:
        assert response.status_code == (501 if path.endswith("/restore") else 200), response.text


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_settings_of_every_provider_are_answered_as_the_document_says(url: str, provider: str) -> None:
    operation = STRICT["/v1/agents"]["POST"]
    case = operation.Case(body={"model_settings": {"provider_type": provider}}, media_type="application/json")
    response = await asyncio.to_thread(case.call_and_validate, base_url=url, checks=CHECKS)
    assert response.json()["model_settings"]["provider_type"] == provider


async def test_a_plan_is_answered_as_the_document_says(url: str, known: dict[str, str]) -> None:
    operation = STRICT["/v1/conversations/{conversation_id}/compact"]["POST"]
    case = operation.Case(
        path_parameters={"conversation_id": known["conversation_id"]},
        body={"dry_run": True},
        media_type="application/json",
    )
    response = await asyncio.to_thread(case.call_and_validate, base_url=url, checks=CHECKS)
    assert response.json()["plan"]["kept_count"] > 0
