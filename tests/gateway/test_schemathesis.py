"""Requests that schemathesis makes of the OpenAPI document, against the adapter: nothing is answered but what the
document says, and nothing with a 5xx but the 501 that it says of calls that are not done yet.

Each operation is asked three ways: with anything that the document allows, with what it does not allow, and about an
agent and a conversation that are there, so that successes are seen too. And each is asked with the document's own
examples.
"""

import asyncio
import re
from collections.abc import AsyncIterator
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
from tests.gateway.openapi_documents import (
    AGENT,
    DOCUMENT,
    HISTORY,
    narrowed,
    strict,
    without_deadlines,
    without_patterns,
)
from tests.server import local_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPERATIONS = [(verb.upper(), path) for path, item in DOCUMENT["paths"].items() for verb in item]
PROVIDERS = DOCUMENT["components"]["schemas"]["ModelSettings"]["discriminator"]["mapping"]
EXAMPLES = 10
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

UNHURRIED = without_deadlines(DOCUMENT)
STRICT = schemathesis.openapi.from_dict(strict(DOCUMENT))
ALLOWED = schemathesis.openapi.from_dict(UNHURRIED)
ANY_FORM = schemathesis.openapi.from_dict(without_patterns(UNHURRIED))


def exchange(url: str, schema: Any, verb: str, path: str, mode: GenerationMode) -> set[int]:
    """Makes requests and checks what comes back; the statuses that came."""
    operation = schema[path][verb]
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
        response = case.call(base_url=url)
        described.validate_response(response, checks=CHECKS)
        not_offered = response.status_code == 501 and is_not_offered(case.body)
        assert response.status_code < 500 or not_offered, case.as_curl_command()
        statuses.add(response.status_code)

    ask()
    return statuses


def is_not_offered(body: Any) -> bool:
    """Fields that Letta's API stores and compactd does not are not offered."""
    return isinstance(body, dict) and any(body.get(name) for name in NOT_OFFERED_FIELDS)


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
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:

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
        # It waits: nothing runs jobs here.
        job = await post(f"{in_it}/compact:submit", {})
        policy = await post("/v1/policies", {"trigger": {"context_tokens": 1_000_000}})
        sweep = await post("/v1/sweeps", {})
    return {
        "agent_id": agent["id"],
        "block_label": "human",
        "conversation_id": conversation["id"],
        "compaction_id": compacted["compaction"]["id"],
        "job_id": job["id"],
        "policy_id": policy["id"],
        "sweep_id": sweep["id"],
    }


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(url: str) -> dict[str, str]:
    """The ids of an agent, its block and a conversation as the document shows them, with nothing said yet."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:

        async def made(path: str, ids: dict[str, str]) -> Any:
            target, query, example = request_of("POST", path, ids)
            response = await client.post(target, params=query, json=example)
            assert response.status_code == 200, response.text
            return response.json()

        agent = await made("/v1/agents", {})
        conversation = await made("/v1/conversations", {"agent_id": agent["id"]})
        policy = await made("/v1/policies", {})
    return {
        "agent_id": agent["id"],
        "block_label": agent["memory_blocks"][0]["label"],
        "conversation_id": conversation["id"],
        "compaction_id": f"compaction-{uuid4()}",
        "job_id": f"job-{uuid4()}",
        "policy_id": policy["id"],
        "sweep_id": f"sweep-{uuid4()}",
    }


OF_NOTHING_SAID = {
    "/compact": (400, "NOTHING_TO_COMPACT"),
    "/summarize": (400, "NOTHING_TO_COMPACT"),
    "/restore": (404, "COMPACTION_NOT_FOUND"),
    "/{job_id}:cancel": (404, "JOB_NOT_FOUND"),
    "/{sweep_id}:cancel": (404, "SWEEP_NOT_FOUND"),
    "/{sweep_id}:pause": (404, "SWEEP_NOT_FOUND"),
    "/{sweep_id}:resume": (404, "SWEEP_NOT_FOUND"),
}
"""What is answered where there is no message, compaction, job or sweep, by the end of the path."""

every_operation = pytest.mark.parametrize(("verb", "path"), OPERATIONS)
every_body = pytest.mark.parametrize(
    ("verb", "path"),
    [(verb, path) for verb, path in OPERATIONS if "requestBody" in DOCUMENT["paths"][path][verb.lower()]],
)


@every_operation
async def test_what_the_document_allows_is_answered_as_it_says(url: str, verb: str, path: str) -> None:
    assert await asyncio.to_thread(exchange, url, ALLOWED, verb, path, GenerationMode.POSITIVE)


@every_operation
async def test_what_the_document_does_not_allow_is_answered_as_it_says(url: str, verb: str, path: str) -> None:
    assert await asyncio.to_thread(exchange, url, ANY_FORM, verb, path, GenerationMode.NEGATIVE)


@every_operation
async def test_requests_about_what_is_there_are_answered_as_the_document_says(
    url: str, known: dict[str, str], verb: str, path: str
) -> None:
    if path.endswith(":watch"):
        # Or the stream would go on for as long as the job waits.
        async with httpx.AsyncClient(base_url=url) as client:
            await client.post(f"/v1/jobs/{known['job_id']}:cancel")
    schema = schemathesis.openapi.from_dict(narrowed(UNHURRIED, known))
    statuses = await asyncio.to_thread(exchange, url, schema, verb, path, GenerationMode.POSITIVE)
    # Of a stream nothing may be left.
    assert statuses & {200, 204}


@every_body
async def test_an_example_is_done_as_it_stands(url: str, known: dict[str, str], verb: str, path: str) -> None:
    target, query, example = request_of(verb, path, known)
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        response = await client.request(verb, target, params=query, json=example)
    assert response.status_code == 200, response.text


@every_body
async def test_an_example_is_done_as_it_stands_where_nothing_was_said_yet(
    url: str, fresh: dict[str, str], verb: str, path: str
) -> None:
    target, query, example = request_of(verb, path, fresh)
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        response = await client.request(verb, target, params=query, json=example)
    expected = next((what for end, what in OF_NOTHING_SAID.items() if path.endswith(end)), None)
    if expected is not None:
        assert (response.status_code, response.json()["details"][0]["reason"]) == expected
    else:
        assert response.status_code == 200, response.text


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
