"""The quota of queued jobs, on both databases: who asks for one too many is refused, what asks by itself waits."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import httpx
import pytest
import pytest_asyncio

from compaction.v1 import job_pb2, job_service_pb2
from tests.builders.chat import append, new_conversation, talk, user
from tests.gateway.error_bodies import error_of
from tests.rpc import test_agent_policies
from tests.rpc.failures import failure_of
from tests.rpc.jobs import cancel, ended, job_of, running_jobs, submit
from tests.rpc.sweeps import EMBEDDED, counts, fleet_of, get, jobs_of, leave_nothing, pause, start
from tests.rpc.sweeps import cancel as cancel_sweep
from tests.rpc.sweeps import ended as swept
from tests.rpc.test_rests import create as create_policy
from tests.rpc.test_rests import look, pass_time
from tests.rpc.test_triggers import FEW
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("shared_postgres_url"))


@pytest_asyncio.fixture(loop_scope="session")
async def server(url: str, tmp_path: Path) -> AsyncIterator[LocalServer]:
    file = tmp_path / "namespaces.toml"
    file.write_text("[default]\nqueued_jobs = 2\nunfinished_sweeps = 1\n")
    async with local_server(url, http=True, namespaces_file=file) as running:
        yield running
        await leave_nothing(running.client)


async def active(server: LocalServer) -> list[str]:
    """The ids of jobs that wait or run."""
    states = [job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING]
    return [job.id for job in (await server.client.jobs.ListJobs(job_service_pb2.ListJobsRequest(states=states))).jobs]


async def fill(server: LocalServer) -> list[str]:
    """The jobs that leave no room for another one."""
    conversation_id = await new_conversation(server.client, talk(20))
    return [(await submit(server.client, conversation_id, compaction_settings=EMBEDDED)).id for _ in range(2)]


async def test_one_job_too_many_is_refused_until_another_has_ended(server: LocalServer) -> None:
    client = server.client
    conversation_id, request_id = await new_conversation(client, talk(20)), "8d7e45a4-4b0f-4ac1-8c58-4b1d12a1f0a4"
    first = await submit(client, conversation_id, compaction_settings=EMBEDDED, request_id=request_id)
    second = await submit(client, conversation_id, compaction_settings=EMBEDDED)
    failed = await failure_of(submit(client, conversation_id, compaction_settings=EMBEDDED))
    assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
    assert failed.quotas == (("namespace:default", failed.sentence),)
    assert (failed.metadata["quota"], failed.metadata["limit"], failed.metadata["used"]) == ("queued_jobs", "2", "2")
    assert failed.retry_seconds == 5
    async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as rest:
        body = {"compaction_settings": EMBEDDED | {"mode": "all"}}
        error = error_of(await rest.post(f"/v1/conversations/{conversation_id}/compact:submit", json=body))
    assert (error.status, error.reason, error.retry_delay) == (429, "QUOTA_EXCEEDED", "5s")
    assert await submit(client, conversation_id, compaction_settings=EMBEDDED, request_id=request_id) == first
    await cancel(client, second.id)
    third = await submit(client, conversation_id, compaction_settings=EMBEDDED)
    async with running_jobs(server):
        assert [(await ended(client, job.id)).attempts for job in (first, third)] == [1, 1]
        await submit(client, conversation_id, compaction_settings=EMBEDDED)


async def test_one_sweep_too_many_is_refused_until_another_has_ended(server: LocalServer) -> None:
    client = server.client
    await new_conversation(client, talk(20))
    first = await pause(client, (await start(client)).id)
    failed = await failure_of(start(client))
    assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
    assert (failed.metadata["quota"], failed.metadata["used"]) == ("unfinished_sweeps", "1")
    assert failed.retry_seconds == 60
    await cancel_sweep(client, first.id)
    assert (await start(client)).id != first.id


async def test_an_append_goes_through_and_a_later_one_asks_again(server: LocalServer) -> None:
    client = server.client
    filling = await fill(server)
    await create_policy(client, trigger=FEW)
    conversation_id = await new_conversation(client)
    without = await append(client, conversation_id, talk(20))
    assert (without.compaction_due, without.job_id) == (True, "")
    await cancel(client, filling[0])
    asked = await append(client, conversation_id, [user("And?")])
    assert (await job_of(client, asked.job_id)).state == job_pb2.JOB_STATE_QUEUED
    # It is named although there is no room for another one.
    again = await append(client, conversation_id, [user("And?")])
    assert (again.compaction_due, again.job_id) == (True, asked.job_id)


async def test_what_rests_is_asked_for_as_there_is_room(server: LocalServer) -> None:
    client = server.client
    policy_id = await create_policy(client)
    conversations = {await new_conversation(client, talk(20)) for _ in range(5)}
    await pass_time(server, 61)
    asked: set[str] = set()
    for expected in (2, 2, 1):
        await asyncio.gather(look(server), look(server))
        # By another look, as soon as it is due.
        await pass_time(server, 61)
        await look(server)
        jobs = [await job_of(client, job_id) for job_id in await active(server)]
        assert {job.policy_id for job in jobs} == {policy_id}
        assert len(jobs) == expected
        asked |= {job.conversation_id for job in jobs}
        for job in jobs:
            await cancel(client, job.id)
        await pass_time(server, 61)
    assert asked == conversations


async def test_what_rests_by_its_agents_policy_is_asked_for_as_there_is_room(server: LocalServer) -> None:
    client = server.client
    agent = await test_agent_policies.agent_with(client, test_agent_policies.MINUTE)
    conversations = {await new_conversation(client, talk(20), agent_id=agent.id) for _ in range(3)}
    asked: set[str] = set()
    for expected in (2, 1):
        await test_agent_policies.pass_time(server, 61)
        await look(server)
        jobs = [await job_of(client, job_id) for job_id in await active(server)]
        assert len(jobs) == expected
        asked |= {job.conversation_id for job in jobs}
        for job in jobs:
            await cancel(client, job.id)
    assert asked == conversations


async def test_a_sweep_queues_as_much_as_there_is_room_for_and_comes_to_its_end(server: LocalServer) -> None:
    client = server.client
    agent_id, _ = await fleet_of(client, 5)
    sweep = await start(client, agent_id)
    for _ in range(3):
        await server.service.clockwork.tick()
    assert len(await active(server)) == 2
    assert (await get(client, sweep.id)).looked_at == 2
    async with running_jobs(server):
        done = await swept(server, sweep.id)
    assert (done.looked_at, done.selected, len(await jobs_of(client, sweep.id))) == (6, 6, 6)
    assert counts(done) == {("SUCCEEDED", ""): 5, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}
