"""Jobs through the real server, on both databases: what Compact does is done in its turn, once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from compactd.application import model_calls
from compactd.background import job_runner
from compactd.domain.errors import StoreUnavailable
from compaction.v1 import compaction_service_pb2, job_pb2, job_service_pb2
from tests.builders.chat import append, compact, context_alone, make, new_conversation, talk, user
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import cancel, ended, in_state, job_of, make_due, put_off, running_jobs, submit
from tests.rpc.models import ALL, received, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMBEDDED = {"mode": ALL, "model": "local/extractive"}
TOO_LONG = 60
NOBODY = "conv-00000000-0000-4000-8000-000000000000"
NO_JOB = "job-00000000-0000-4000-8000-000000000000"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url, http=True, model_retry_seconds=0) as running:
        await running.service.model.warm()
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


async def test_a_job_does_what_compact_does(server: LocalServer, client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    job = await submit(client, conversation_id, compaction_settings=EMBEDDED, priority=job_pb2.JOB_PRIORITY_HIGH)
    assert (job.state, job.priority, job.attempts) == (job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_PRIORITY_HIGH, 0)
    assert (job.conversation_id, job.request.conversation_id) == (conversation_id, conversation_id)
    assert job.request.compaction_settings.model == "local/extractive"
    assert job == await job_of(client, job.id)
    async with running_jobs(server):
        done = await ended(client, job.id)
    assert (done.state, done.attempts, done.HasField("error")) == (job_pb2.JOB_STATE_SUCCEEDED, 1, False)
    record = await client.compactions.GetCompaction(
        compaction_service_pb2.GetCompactionRequest(conversation_id=conversation_id, compaction_id=done.compaction_id)
    )
    assert (done.tokens_before, done.tokens_after) == (record.tokens_before, record.tokens_after)
    assert done.tokens_after < done.tokens_before
    assert done.queued_at.ToNanoseconds() <= done.started_at.ToNanoseconds() <= done.ended_at.ToNanoseconds()


async def test_a_model_is_asked_and_paid_as_by_compact(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    async with running_jobs(server):
        done = await ended(client, (await submit(client, conversation_id)).id)
    assert done.state == job_pb2.JOB_STATE_SUCCEEDED
    assert done.cost_usd > 0
    assert len(model.requests) == 1


async def test_the_same_request_is_one_job_and_one_effect(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id, request_id = await with_model(client), str(uuid4())
    first, *others = await asyncio.gather(
        *(submit(client, conversation_id, request_id=request_id.upper()) for _ in range(4))
    )
    assert others == [first] * 3
    async with running_jobs(server):
        done = await ended(client, first.id)
    assert await submit(client, conversation_id, request_id=request_id) == done
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id, request_id=request_id)
    assert (await client.compactions.Compact(request)).compaction.id == done.compaction_id
    assert len(model.requests) == 1
    failure = await failure_of(submit(client, conversation_id, request_id=request_id, allow_degraded=True))
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED")


@pytest.mark.parametrize(
    ("fields", "code", "reason", "field"),
    [
        ({"conversation_id": "nonsense"}, "INVALID_ARGUMENT", "INVALID_FIELD", "conversation_id"),
        ({"conversation_id": NOBODY}, "NOT_FOUND", "CONVERSATION_NOT_FOUND", ""),
        ({"priority": 9}, "INVALID_ARGUMENT", "INVALID_FIELD", "priority"),
        ({"request_id": "nonsense"}, "INVALID_ARGUMENT", "INVALID_FIELD", "request_id"),
        ({"expected_version": "0.nonsense"}, "ABORTED", "CONTEXT_CHANGED", ""),
        (
            {"compaction_settings": {"model": "nonsense/x"}},
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "compaction_settings.model",
        ),
        (
            {"compaction_settings": {"clip_chars": -1}},
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "compaction_settings.clip_chars",
        ),
        (
            {"compaction_settings": {"model": "openai/gpt-5-mini", "model_settings": {"anthropic": {}}}},
            "INVALID_ARGUMENT",
            "INVALID_FIELD",
            "compaction_settings.model_settings",
        ),
    ],
)
async def test_what_cannot_work_fails_at_once_and_queues_nothing(
    client: Client, fields: dict[str, Any], code: str, reason: str, field: str
) -> None:
    conversation_id = await new_conversation(client, talk(5))
    failure = await failure_of(submit(client, **({"conversation_id": conversation_id} | fields)))
    assert (failure.code.name, failure.reason) == (code, reason)
    assert failure.fields == ((field,) if field else ())
    listed = await client.jobs.ListJobs(job_service_pb2.ListJobsRequest(conversation_id=conversation_id))
    assert not listed.jobs


async def test_a_request_id_of_another_call_is_taken(client: Client) -> None:
    conversation_id, request_id = await new_conversation(client), str(uuid4())
    await append(client, conversation_id, talk(5), request_id=request_id)
    failure = await failure_of(submit(client, conversation_id, request_id=request_id))
    assert failure.reason == "REQUEST_ID_REUSED"


async def test_where_there_is_nothing_to_do_the_job_is_skipped(server: LocalServer, client: Client) -> None:
    conversation_id = await new_conversation(client, [user("Hello.")])
    async with running_jobs(server):
        done = await ended(client, (await submit(client, conversation_id, compaction_settings=EMBEDDED)).id)
    assert (done.state, done.error.code, done.error.reason) == (
        job_pb2.JOB_STATE_SKIPPED,
        "FAILED_PRECONDITION",
        "NOTHING_TO_COMPACT",
    )
    assert done.error.message.startswith("Summarization failed to reduce the number of messages")


async def test_what_will_not_go_right_later_fails_at_once(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    model.answer({"error": {"message": "no such model"}}, status=400)
    async with running_jobs(server):
        done = await ended(client, (await submit(client, await with_model(client))).id)
    assert (done.state, done.attempts, done.error.reason) == (job_pb2.JOB_STATE_FAILED, 1, "PROVIDER_REJECTED")


async def test_what_may_go_right_later_is_tried_again_after_a_pause(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    for _ in range(10):
        model.answer({"error": {"message": "down"}}, status=500)
    conversation_id = await with_model(client)
    before = await context_alone(client, conversation_id)
    async with running_jobs(server):
        job = await submit(client, conversation_id)
        waiting = await put_off(client, job.id)
        assert (waiting.state, waiting.attempts) == (job_pb2.JOB_STATE_QUEUED, 1)
        assert (waiting.error.code, waiting.error.reason) == ("UNAVAILABLE", "PROVIDER_UNAVAILABLE")
        pause = waiting.due_at.ToNanoseconds() - waiting.started_at.ToNanoseconds()
        assert pause >= 15e9
        assert await context_alone(client, conversation_id) == before
        model.replies.clear()
        await make_due(server)
        done = await ended(client, job.id)
    assert (done.state, done.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 2)
    assert not done.HasField("error")


async def test_a_provider_that_says_when_to_come_back_costs_no_attempt(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    for _ in range(10):
        model.answer({"error": {"message": "slow down"}}, status=429, headers={"retry-after": "600"})
    async with running_jobs(server):
        job = await submit(client, await with_model(client))
        waiting = await put_off(client, job.id)
    assert (waiting.attempts, waiting.error.reason) == (0, "PROVIDER_RATE_LIMITED")
    await cancel(client, job.id)


async def test_a_provider_that_never_answers_is_one_that_is_away(
    model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_calls, "PATIENCE", 0.1)
    model.always(delay=TOO_LONG)
    async with local_server(max_call_seconds=1.0, model_retries=0, breaker_failures=2) as server:
        await server.service.model.warm()
        jobs = [await submit(server.client, await with_model(server.client)) for _ in range(2)]
        async with running_jobs(server):
            waiting = [await put_off(server.client, job.id) for job in jobs]
    assert [job.error.reason for job in waiting] == ["PROVIDER_UNAVAILABLE"] * 2
    # The second one opened the circuit.
    assert sum(job.attempts for job in waiting) <= 1


async def test_a_job_that_waits_is_cancelled_at_once(server: LocalServer, client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    before = await context_alone(client, conversation_id)
    job = await submit(client, conversation_id, compaction_settings=EMBEDDED)
    cancelled = await cancel(client, job.id)
    assert cancelled.state == job_pb2.JOB_STATE_CANCELLED
    assert cancelled.HasField("ended_at")
    async with running_jobs(server):
        await ended(client, (await submit(client, conversation_id, expected_version="")).id)
    assert await job_of(client, job.id) == cancelled
    assert (await failure_of(cancel(client, job.id))).reason == "JOB_ENDED"
    assert await context_alone(client, conversation_id) != before


async def test_a_job_that_runs_is_stopped_and_its_model_with_it(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    before = await context_alone(client, conversation_id)
    model.answer(openai_chat(), delay=TOO_LONG)
    async with running_jobs(server):
        job = await submit(client, conversation_id)
        await received(model)
        assert (await cancel(client, job.id)).state == job_pb2.JOB_STATE_RUNNING
        done = await ended(client, job.id)
    assert done.state == job_pb2.JOB_STATE_CANCELLED
    assert await context_alone(client, conversation_id) == before
    await asyncio.wait_for(model.hung_up.wait(), 20)


async def test_a_job_that_is_stopped_while_the_database_is_away_has_ended_once_it_is_back(
    server: LocalServer, client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, tries = server.service.store, 0
    find_reply = store.find_reply

    async def away_at_first(*asked: Any) -> Any:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise StoreUnavailable
        return await find_reply(*asked)

    monkeypatch.setattr(job_runner, "STORE_SECONDS", 0.01)
    conversation_id = await with_model(client)
    model.answer(openai_chat(), delay=TOO_LONG)
    async with running_jobs(server):
        job = await submit(client, conversation_id)
        await received(model)
        monkeypatch.setattr(store, "find_reply", away_at_first)
        await cancel(client, job.id)
        with capture_logs() as log:
            done = await ended(client, job.id)
    assert (done.state, tries) == (job_pb2.JOB_STATE_CANCELLED, 3)
    assert not [line for line in log if line["log_level"] == "error"]


async def test_a_server_that_stops_gives_its_jobs_back(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat(), delay=TOO_LONG)
    async with running_jobs(server):
        job = await submit(client, conversation_id)
        await received(model)
    # An attempt that still runs would be joined.
    await asyncio.wait_for(model.hung_up.wait(), 20)
    given_back = await job_of(client, job.id)
    assert (given_back.state, given_back.attempts) == (job_pb2.JOB_STATE_QUEUED, 0)
    async with running_jobs(server):
        done = await ended(client, job.id)
    assert (done.state, done.attempts, len(model.requests)) == (job_pb2.JOB_STATE_SUCCEEDED, 1, 2)


async def test_an_online_call_and_a_job_for_one_conversation_follow_each_other(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("Twenty invoices."), delay=0.3)
    async with running_jobs(server):
        online = asyncio.create_task(compact(client, conversation_id, ALL))
        await received(model)
        job = await submit(client, conversation_id)
        await in_state(client, job.id, job_pb2.JOB_STATE_RUNNING, job_pb2.JOB_STATE_SKIPPED)
        await online
        done = await ended(client, job.id)
    assert (done.state, done.error.reason) == (job_pb2.JOB_STATE_SKIPPED, "NOTHING_TO_COMPACT")


async def test_jobs_are_listed_by_state_and_conversation(server: LocalServer, client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20))
    jobs = [await submit(client, conversation_id, compaction_settings=EMBEDDED) for _ in range(3)]
    await cancel(client, jobs[1].id)

    async def listed(**fields: Any) -> list[str]:
        request = make(job_service_pb2.ListJobsRequest, conversation_id=conversation_id, **fields)
        return [job.id for job in (await client.jobs.ListJobs(request)).jobs]

    newest_first = [job.id for job in reversed(jobs)]
    assert await listed() == newest_first
    assert await listed(limit=1, after=newest_first[0]) == [newest_first[1]]
    assert await listed(states=[job_pb2.JOB_STATE_CANCELLED]) == [jobs[1].id]
    assert await listed(states=[job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_QUEUED]) == [jobs[2].id, jobs[0].id]
    failure = await failure_of(client.jobs.ListJobs(make(job_service_pb2.ListJobsRequest, states=[77])))
    assert failure.fields == ("states[0]",)
    async with running_jobs(server):
        for job in (jobs[0], jobs[2]):
            await ended(client, job.id)


async def test_a_job_that_is_not_there_is_not_found(client: Client) -> None:
    for call in (job_of, cancel):
        failure = await failure_of(call(client, NO_JOB))
        assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND")
        assert failure.resource == ("compaction.v1.Job", NO_JOB)
        assert (await failure_of(call(client, "nonsense"))).fields == ("job_id",)
