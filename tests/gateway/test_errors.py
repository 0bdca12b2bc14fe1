"""Errors over HTTP: status, body, headers; the sentences that existing clients look for."""

from typing import Any

import httpx
import pytest

from tests.builders.rest_resources import (
    UNKNOWN_AGENT,
    UNKNOWN_COMPACTION,
    UNKNOWN_CONVERSATION,
    Json,
    context_of,
    json_of,
    new_agent,
    new_conversation,
    talk,
    user,
)
from tests.gateway.error_bodies import error_of
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODEL = {"compaction_settings": {"mode": "all", "model": "openai/gpt-5-mini"}}


Row = tuple[str, str, Any, int, int, str]


STATUSES: dict[str, Row] = {
    "a malformed id": ("GET", "/v1/agents/nonsense", None, 400, 3, "INVALID_FIELD"),
    "broken JSON": ("POST", "/v1/agents", "{", 400, 3, "MALFORMED_REQUEST"),
    "an unknown agent": ("GET", f"/v1/agents/{UNKNOWN_AGENT}", None, 404, 5, "AGENT_NOT_FOUND"),
    "an unknown conversation": (
        "GET",
        f"/v1/conversations/{UNKNOWN_CONVERSATION}",
        None,
        404,
        5,
        "CONVERSATION_NOT_FOUND",
    ),
    "an unknown block": ("GET", "/v1/agents/{agent}/core-memory/blocks/x", None, 404, 5, "BLOCK_NOT_FOUND"),
    "an unknown compaction": (
        "GET",
        f"/v1/conversations/{{default}}/compactions/{UNKNOWN_COMPACTION}",
        None,
        404,
        5,
        "COMPACTION_NOT_FOUND",
    ),
    "an unknown path": ("GET", "/v1/runs", None, 404, 5, "ROUTE_NOT_FOUND"),
    "another method": ("PUT", "/v1/agents", None, 405, 12, "METHOD_NOT_ALLOWED"),
    "nothing to compact": ("POST", "/v1/conversations/{default}/compact", "{}", 400, 9, "NOTHING_TO_COMPACT"),
    "a default conversation": ("DELETE", "/v1/conversations/{default}", None, 400, 9, "DEFAULT_CONVERSATION"),
    "a version that has changed": (
        "POST",
        "/v1/conversations/{default}/recompile",
        '{"expected_version": "7.7"}',
        409,
        10,
        "CONTEXT_CHANGED",
    ),
    "what agents do": ("POST", "/v1/agents/{agent}/messages", "{}", 501, 12, "NOT_SUPPORTED"),
}


@pytest.mark.parametrize(("verb", "path", "body", "status", "code", "reason"), STATUSES.values(), ids=STATUSES)
async def test_the_status_is_that_of_the_code(
    rest: httpx.AsyncClient, verb: str, path: str, body: Any, status: int, code: int, reason: str
) -> None:
    agent = await new_agent(rest)
    where = path.replace("{agent}", agent["id"]).replace("{default}", agent["default_conversation_id"])
    error = error_of(await rest.request(verb, where, content=body))
    assert (error.status, error.code, error.reason) == (status, code, reason)
    assert error.headers["x-should-retry"] == "false"
    assert "retry-after" not in error.headers


async def test_what_is_too_large_is_413(rest: httpx.AsyncClient) -> None:
    error = error_of(await rest.post("/v1/agents", content=b" " * (16 * 1024 * 1024 + 1)))
    assert (error.status, error.code, error.reason) == (413, 8, "REQUEST_TOO_LARGE")
    assert error.metadata == {"size_bytes": "16777217", "limit_bytes": "16777216"}


async def test_what_is_just_not_too_large_is_read(rest: httpx.AsyncClient) -> None:
    assert json_of(await rest.post("/v1/agents", content=b'{"name": "x"}'.ljust(16 * 1024 * 1024)))["name"] == "x"


# What the body says


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/agents", {"compaction_settings": {"clip_chars": -1}}, "agent.compaction_settings.clip_chars"),
        ("/v1/agents", {"model_settings": {"openai": {"temperature": -1}}}, "agent.model_settings.openai.temperature"),
        ("/v1/agents", {"memory_blocks": [{"label": "a"}, {"label": ""}]}, "agent.memory_blocks[1].label"),
        ("/v1/agents?request_id=nonsense", {}, "request_id"),
        (f"/v1/conversations?agent_id={UNKNOWN_AGENT}x", {}, "agent_id"),
        (f"/v1/conversations/{UNKNOWN_CONVERSATION}/compact", {"request_id": "nonsense"}, "request_id"),
        ("/v1/conversations/default/compact", {}, "agent_id"),
        ("/v1/conversations/nonsense/compact", {}, "conversation_id"),
        (
            f"/v1/conversations/{UNKNOWN_CONVERSATION}/compact",
            {"compaction_settings": {"sliding_window_percentage": 2}},
            "compaction_settings.sliding_window_percentage",
        ),
        (
            f"/v1/conversations/{UNKNOWN_CONVERSATION}/messages:append",
            {"messages": [{"role": "x"}]},
            "messages[0].role",
        ),
    ],
)
async def test_a_bad_field_is_named_by_its_path_in_the_proto(
    rest: httpx.AsyncClient, path: str, body: Json, field: str
) -> None:
    error = error_of(await rest.post(path, json=body))
    assert (error.status, error.reason, error.fields) == (400, "INVALID_FIELD", (field,))
    assert error.metadata == {"field": field, "description": error.descriptions[0]}
    assert error.sentence == f"{field}: {error.descriptions[0]}"


@pytest.mark.parametrize("query", ["", "?agent_id=", "?agentId="])
async def test_an_id_that_is_needed_and_not_given_is_missing(rest: httpx.AsyncClient, query: str) -> None:
    error = error_of(await rest.post(f"/v1/conversations{query}", json={"summary": "x"}))
    assert (error.status, error.fields) == (400, ("agent_id",))
    assert error.descriptions[0].startswith("is missing: give agent-")


async def test_every_bad_field_is_listed(rest: httpx.AsyncClient) -> None:
    settings = {"clip_chars": -1, "sliding_window_percentage": 0, "prompt": " "}
    error = error_of(await rest.post("/v1/agents", json={"compaction_settings": settings}))
    assert set(error.fields) == {f"agent.compaction_settings.{name}" for name in settings}


async def test_nothing_to_compact_begins_with_the_words_that_clients_look_for(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, [user("Hello.")])
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact"))
    assert (error.status, error.reason) == (400, "NOTHING_TO_COMPACT")
    assert error.sentence.startswith("Summarization failed to reduce the number of messages")


async def test_a_summary_that_is_not_smaller_begins_with_the_same_words(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    conversation = await new_conversation(rest, talk(20))
    model.answer(openai_chat("Too long. " * 2000))
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact", json=MODEL))
    assert (error.status, error.reason) == (400, "SUMMARY_NOT_SMALLER")
    assert error.sentence.startswith("Summarization failed to reduce the number of messages")


# When to come back


@pytest.mark.parametrize(
    ("headers", "delay", "retry_after"),
    [
        ({"retry-after": "20"}, "20s", "20"),
        ({}, "1s", "1"),
        ({"retry-after": "60"}, "60s", "60"),
        ({"retry-after-ms": "1500"}, "1.500s", "2"),
    ],
)
async def test_a_model_that_limits_says_when_to_come_back(
    rest: httpx.AsyncClient, model: LoopbackModel, headers: dict[str, str], delay: str, retry_after: str
) -> None:
    conversation = await new_conversation(rest, talk(20))
    model.answer({"error": {"message": "secret"}}, status=429, headers=headers)
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact", json=MODEL))
    assert (error.status, error.code, error.reason) == (429, 8, "PROVIDER_RATE_LIMITED")
    assert (error.retry_delay, error.headers["retry-after"]) == (delay, retry_after)
    assert "x-should-retry" not in error.headers


async def test_nobody_should_wait_longer_than_a_minute(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    conversation = await new_conversation(rest, talk(20))
    model.answer({"error": {"message": "secret"}}, status=429, headers={"retry-after": "61"})
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/compact", json=MODEL))
    assert (error.status, error.headers["retry-after"]) == (429, "61")
    assert error.headers["x-should-retry"] == "false"


async def test_a_model_that_is_not_there_is_503_and_may_be_repeated(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    conversation = await new_conversation(rest, talk(20))
    before = await context_of(rest, conversation["id"])
    model.answer({"error": {"message": "secret"}}, status=500, headers={"retry-after": "7"})
    answer = await rest.post(f"/v1/conversations/{conversation['id']}/compact", json=MODEL)
    error = error_of(answer)
    assert (error.status, error.code, error.reason) == (503, 14, "PROVIDER_UNAVAILABLE")
    assert error.headers["retry-after"] == "7"
    assert "x-should-retry" not in error.headers
    assert "secret" not in answer.text
    assert await context_of(rest, conversation["id"]) == before
