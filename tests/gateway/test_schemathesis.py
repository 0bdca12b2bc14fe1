"""Requests that schemathesis makes of the OpenAPI document, against the adapter: nothing is answered but what the
document says, and nothing with a 5xx but the 501 that it says of calls that are not done yet.

Each operation is asked three ways: with anything that the document allows, with what it does not allow, and about an
agent and a conversation that are there, so that successes are seen too.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from copy import deepcopy
from importlib.resources import files
from typing import Any

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

from tests.server import local_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOCUMENT: dict[str, Any] = json.loads(files("compaction.v1").joinpath("openapi.json").read_bytes())
OPERATIONS = [(verb.upper(), path) for path, item in DOCUMENT["paths"].items() for verb in item]
EXAMPLES = 12
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

# RestoreCompaction is not there yet, and what the public API could store and compactd cannot is refused.
EXPECTED_OF_THE_SERVER = {501}

# What only the comments say, by the name of the parameter or the key.
PLAUSIBLE: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "request_id": {"const": "6f1c8a52-3f0e-4d6a-9b0d-5a8f3c1e7b24"},
    "after": {"const": ""},
    "before": {"const": ""},
    "expected_version": {"const": ""},
    "expected_last_position": {"type": "null"},
    "context_window_limit": {"type": "integer", "minimum": 1000, "maximum": 1_000_000},
    "clip_chars": {"type": "integer", "minimum": 0, "maximum": 100_000},
    "sliding_window_percentage": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    "max_output_tokens": {"type": "integer", "minimum": 5000, "maximum": 100_000},
    "budget_tokens": {"type": "integer", "minimum": 1, "maximum": 4000},
    "thinking_budget": {"type": "integer", "minimum": -1, "maximum": 4000},
    "temperature": {"type": "number", "minimum": 0, "maximum": 2},
    "metadata": {"type": "object", "additionalProperties": {"type": "string"}, "maxProperties": 3},
    "tool_schemas": {"const": []},
    "prompt": {"const": "Summarize."},
    "format": {"enum": ["openai", "native"]},
}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in `value`, itself included."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """`document`, whose objects have no keys but those that are described."""
    document = deepcopy(document)
    for item in walk(document["components"]["schemas"]):
        if item.get("type") == "object" and "properties" in item:
            item["additionalProperties"] = False
    return document


def narrowed(document: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """`document`, whose parameters and keys take what is plausible, and for the ids those that are `known`. A summary is
    written by the embedded summarizer: no model is called."""
    document = deepcopy(document)
    narrow = PLAUSIBLE | {name: {"const": value} for name, value in known.items()}
    for item in walk(document):
        if item.get("in") in ("path", "query") and item["name"] in narrow:
            item["schema"] = narrow[item["name"]]
        if isinstance(keys := item.get("properties"), dict):
            keys.update({name: narrow[name] for name in narrow if name in keys})
    compaction_settings = document["components"]["schemas"]["CompactionSettings"]
    compaction_settings["properties"]["model"] = {"const": "local/extractive"}
    compaction_settings["required"] = ["model"]
    return document


STRICT = schemathesis.openapi.from_dict(strict(DOCUMENT))


def exchange(url: str, document: dict[str, Any], verb: str, path: str, mode: GenerationMode) -> set[int]:
    """Makes requests and checks what comes back; the statuses that came."""
    operation = schemathesis.openapi.from_dict(document)[path][verb]
    described = STRICT[path][verb].Case()
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
    def ask(case: Case) -> None:
        # A deadline of nanoseconds would be all that is seen.
        case.headers.pop("Grpc-Timeout", None)
        response = case.call(base_url=url)
        described.validate_response(response, checks=CHECKS)
        assert response.status_code < 500 or response.status_code in EXPECTED_OF_THE_SERVER, case.as_curl_command()
        statuses.add(response.status_code)

    ask()
    return statuses


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

        agent = await post("/v1/agents", {"memory_blocks": [{"label": "human", "value": "Ada"}]})
        conversation = await post(f"/v1/conversations?agent_id={agent['id']}", {})
        words = "The trains to Graz leave from platform 7 every hour until nine in the evening. " * 20
        messages = [{"role": role, "content": words} for _ in range(4) for role in ("user", "assistant")]
        of_it = f"/v1/conversations/{conversation['id']}"
        await post(f"{of_it}/messages:append", {"messages": messages})
        compacted = await post(f"{of_it}/compact", {"compaction_settings": {"model": "local/extractive"}})
    return {
        "agent_id": agent["id"],
        "block_label": "human",
        "conversation_id": conversation["id"],
        "compaction_id": compacted["compaction"]["id"],
    }


every_operation = pytest.mark.parametrize(("verb", "path"), OPERATIONS)


@every_operation
async def test_what_the_document_allows_is_answered_as_it_says(url: str, verb: str, path: str) -> None:
    assert await asyncio.to_thread(exchange, url, DOCUMENT, verb, path, GenerationMode.POSITIVE)


@every_operation
async def test_what_the_document_does_not_allow_is_answered_as_it_says(url: str, verb: str, path: str) -> None:
    assert await asyncio.to_thread(exchange, url, DOCUMENT, verb, path, GenerationMode.NEGATIVE)


@every_operation
async def test_requests_about_what_is_there_are_answered_as_the_document_says(
    url: str, known: dict[str, str], verb: str, path: str
) -> None:
    statuses = await asyncio.to_thread(exchange, url, narrowed(DOCUMENT, known), verb, path, GenerationMode.POSITIVE)
    print(verb, path, statuses)
