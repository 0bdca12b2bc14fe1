"""The limits of a provider before real servers: who waits, who is told to come back, and what the operator sees."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from compactd.application import provider_line
from compaction.v1 import compaction_pb2, compaction_service_pb2, error_reason_pb2, job_pb2
from tests.builders.chat import compact, context_alone, make, new_agent, new_conversation, talk
from tests.gateway.error_bodies import error_of
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.rpc.failures import failure_of
from tests.rpc.jobs import ended, job_of, running_jobs, submit
from tests.rpc.models import ALL, LIGHT, MODEL, PATIENCE, received, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

SUMMARY = {"body": openai_chat("A short summary.")}

LONG = 20
"""Seconds that a caller would wait for."""


@asynccontextmanager
async def server_with(folder: Path, limits: str, url: str = "", **settings: Any) -> AsyncIterator[LocalServer]:
    file = folder / "providers.toml"
    file.write_text(f"[openai]\n{limits}\n")
    async with local_server(url, providers_file=file, model_retry_seconds=0, linger_seconds=0, **settings) as server:
        await server.service.model.warm()
        yield server


async def in_time(client: Client, conversation_id: str, **fields: Any) -> compaction_service_pb2.CompactResponse:
    """Compacts for a caller with a deadline."""
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id, **fields)
    request.compaction_settings.mode = ALL  # type: ignore[assignment]  # a number stands for the enum's value
    return await client.compactions.Compact(request, timeout=LONG)


async def all_wait(server: LocalServer, count: int) -> None:
    """Returns once so many requests wait for their turn."""
    async with asyncio.timeout(PATIENCE):
        # Nobody is told of who waits.
        while sum(int(str(line["waiting"])) for line in server.service.permits.told) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def made(client: Client, count: int) -> list[str]:
    return [await with_model(client) for _ in range(count)]


async def test_a_caller_whose_turn_comes_too_late_is_told_when_to_come_back_and_no_model_is_asked(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with server_with(tmp_path, "requests_per_minute = 1", http=True) as server:
        client = server.client
        first, second = await made(client, 2)
        await compact(client, first, ALL)
        before = await context_alone(client, second)
        failed = await failure_of(in_time(client, second))
        assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "PROVIDER_RATE_LIMITED")
        assert "limits set for the provider" in failed.sentence
        assert failed.retry_seconds is not None
        assert LONG < failed.retry_seconds <= 60
        assert await context_alone(client, second) == before
        done = await in_time(client, second, allow_degraded=True)
        assert done.compaction.degraded_reason == error_reason_pb2.ERROR_REASON_PROVIDER_RATE_LIMITED
        third = await with_model(client)
        async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as rest:
            path, seconds = f"/v1/conversations/{third}/compact", {"grpc-timeout": f"{LONG}S"}
            error = error_of(await rest.post(path, json={}, headers=seconds))
        assert (error.status, error.reason) == (429, "PROVIDER_RATE_LIMITED")
        assert len(model.requests) == 1


async def test_no_more_calls_are_with_the_provider_than_may_be_and_all_are_answered(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with server_with(tmp_path, "calls_at_once = 2") as server:
        ids = await made(server.client, 8)
        go = asyncio.Event()
        model.always(waits=go, **SUMMARY)
        calls = asyncio.gather(*(compact(server.client, conversation_id, ALL) for conversation_id in ids))
        await received(model, 2)
        # Longer than it takes to let others go.
        await asyncio.sleep(0.2)
        go.set()
        await calls
        assert (len(model.requests), model.most_at_once) == (8, 2)


async def test_two_servers_on_one_database_keep_a_limit_together(
    tmp_path: Path, model: LoopbackModel, shared_postgres_url: str
) -> None:
    async with (
        server_with(tmp_path, "calls_at_once = 3", shared_postgres_url) as one,
        server_with(tmp_path, "calls_at_once = 3", shared_postgres_url) as other,
    ):
        ids = await made(one.client, 12)
        # Long enough for each server to have three of its own there, if they did not know of each other.
        model.always(delay=0.3, **SUMMARY)
        clients = (one.client, other.client)
        await asyncio.gather(*(compact(clients[number % 2], name, ALL) for number, name in enumerate(ids)))
        assert len(model.requests) == 12
        assert model.most_at_once <= 3


async def test_a_provider_that_says_when_to_come_back_is_left_alone_by_every_caller(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with server_with(tmp_path, "") as server:
        first, second = await made(server.client, 2)
        model.always({"error": {"message": "slow down"}}, status=429, headers={"retry-after": "45"})
        failed = await failure_of(in_time(server.client, first))
        assert failed.reason == "PROVIDER_RATE_LIMITED"
        failed = await failure_of(in_time(server.client, second))
        assert failed.reason == "PROVIDER_RATE_LIMITED"
        assert failed.retry_seconds is not None
        assert LONG < failed.retry_seconds <= 45
        assert len(model.requests) == 1


async def test_a_short_pause_is_waited_for_by_every_caller(tmp_path: Path, model: LoopbackModel) -> None:
    times: list[float] = []

    def noted(_: Received) -> Reply:
        times.append(time.monotonic())
        if len(times) == 1:
            return Reply({"error": {"message": "slow down"}}, status=429, headers={"retry-after": "1"})
        return Reply(SUMMARY["body"])

    async with server_with(tmp_path, "") as server:
        first, second = await made(server.client, 2)
        model.otherwise = noted
        waits = asyncio.create_task(compact(server.client, first, ALL))
        await received(model)
        await asyncio.sleep(0.3)
        await asyncio.gather(waits, compact(server.client, second, ALL))
        paused, *later = times
        assert len(later) == 2
        assert min(later) - paused > 0.9


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_jobs_for_a_provider_at_its_limit_do_not_stop_one_for_another(
    tmp_path: Path,
    model: LoopbackModel,
    kind: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_line, "JOB_PATIENCE", 0.1)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", model.url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-other")
    url = "" if kind == "sqlite" else request.getfixturevalue("shared_postgres_url")
    # What a model would write is in no place of what has to wait.
    settings = {"compaction_settings": {"mode": ALL}, "allow_degraded": True}
    other = {"compaction_settings": {"mode": ALL, "model": "anthropic/claude-haiku-4-5"}}
    async with server_with(tmp_path, "requests_per_minute = 1", url) as server:
        client = server.client
        busy = [await submit(client, conversation_id, **settings) for conversation_id in await made(client, 10)]
        late = await submit(client, await with_model(client), **other)
        async with running_jobs(server):
            assert (await ended(client, late.id)).state == job_pb2.JOB_STATE_SUCCEEDED
            jobs = [await job_of(client, job.id) for job in busy]
        states = [job.state for job in jobs]
        assert states.count(job_pb2.JOB_STATE_SUCCEEDED) == 1
        off = [job for job in jobs if job.HasField("due_at")]
        assert len(off) >= 2
        assert {(job.attempts, job.error.reason) for job in off} == {(0, "PROVIDER_RATE_LIMITED")}
    assert len(model.requests) == 2


async def test_a_conversation_larger_than_a_minute_is_read_in_more_requests(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with server_with(tmp_path, "tokens_per_minute = 8000") as server:
        agent = await new_agent(server.client, model=MODEL)
        conversation_id = await new_conversation(server.client, talk(150), agent_id=agent.id)
        plan = (await compact(server.client, conversation_id, ALL, dry_run=True)).plan
        assert plan.model_window == 8_000
        assert plan.chunks > 1
        file = tmp_path / "providers.toml"
        file.write_text("[openai]\nrequests_per_minute = 100000\n")
        server.service.providers.look()
        done = (await compact(server.client, conversation_id, ALL)).compaction
        assert (done.method, len(model.requests)) == (compaction_pb2.COMPACTION_METHOD_MODEL, 1)


async def test_what_fits_no_minute_is_refused_with_the_limit(tmp_path: Path, model: LoopbackModel) -> None:
    async with server_with(tmp_path, "tokens_per_minute = 300") as server:
        failed = await failure_of(compact(server.client, await with_model(server.client), ALL))
        assert (failed.code, failed.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SUMMARIZER_WINDOW_EXCEEDED")
        assert failed.metadata == {"model": LIGHT, "tokens_per_minute": "300"}
        assert model.requests == []


async def test_who_waits_holds_no_probe_of_a_circuit(tmp_path: Path, model: LoopbackModel) -> None:
    async with server_with(tmp_path, "calls_at_once = 1", model_retries=0, breaker_failures=2) as server:
        first, *others = await made(server.client, 4)
        go = model.answer_later({"error": {"message": "busy"}}, status=503)
        model.always({"error": {"message": "busy"}}, status=503)
        calls = asyncio.gather(*(failure_of(compact(server.client, name, ALL)) for name in (first, *others)))
        await all_wait(server, len(others))
        go.set()
        failures = await calls
        assert {failure.reason for failure in failures} == {"PROVIDER_UNAVAILABLE"}
        # Two have opened it, and those behind them left no request.
        assert len(model.requests) == 2
        assert (await failure_of(compact(server.client, first, ALL))).retry_seconds is not None


async def test_without_limits_nothing_is_written_and_the_embedded_summarizer_has_none(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with local_server() as server:
        await server.service.model.warm()
        await compact(server.client, await with_model(server.client), ALL)
        assert server.service.permits.told == []
    async with server_with(tmp_path, "requests_per_minute = 1") as server:
        for _ in range(3):
            await compact(server.client, await new_conversation(server.client, talk(20)), ALL)
        assert server.service.permits.told == []
    assert len(model.requests) == 1


async def test_the_operator_sees_limits_and_lines(tmp_path: Path, model: LoopbackModel) -> None:
    async with server_with(tmp_path, "calls_at_once = 1") as server:
        first, second = await made(server.client, 2)
        go = model.answer_later(**SUMMARY)
        both = asyncio.gather(*(compact(server.client, name, ALL) for name in (first, second)))
        await received(model)
        await all_wait(server, 1)
        told = await server.service._providers_status()
        assert isinstance(told, dict)
        assert told["limits"] == {"openai": {"calls_at_once": 1, "jobs_share": 0.5}}
        [line] = told["lines"]
        assert (line["provider"], line["waiting"], line["in_hand"]) == ("openai", 1, 1)
        assert "sk-test" not in str(told)
        go.set()
        await both
