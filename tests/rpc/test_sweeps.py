"""Sweeps through the real server, on both databases: each conversation once, whatever happens in between."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import httpx
import pytest
import pytest_asyncio

from compactd.domain.circuit import CircuitRules
from compactd.domain.jobs import End, JobState
from compactd.domain.sweeps import HELD_UNTIL
from compactd.storage import sweep_pages
from compaction.v1 import (
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    job_pb2,
    job_service_pb2,
    sweep_pb2,
    sweep_service_pb2,
)
from tests.builders.chat import context_alone, make, new_agent, new_conversation, talk
from tests.builders.stored_figures import lose_figures
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import PATIENCE, make_due, running_jobs
from tests.rpc.models import MODEL
from tests.rpc.sweeps import cancel, counts, ended, fleet_of, get, jobs_of, leave_nothing, pause, resume, start
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "agent-00000000-0000-4000-8000-000000000000"
NIGHT_HOURS, REQUESTS_OF_AN_ATTEMPT = 6, 3
NO_SWEEP = "sweep-00000000-0000-4000-8000-000000000000"
SUCCEEDED, PAUSED, CANCELLED, RUNNING = (
    sweep_pb2.SWEEP_STATE_SUCCEEDED,
    sweep_pb2.SWEEP_STATE_PAUSED,
    sweep_pb2.SWEEP_STATE_CANCELLED,
    sweep_pb2.SWEEP_STATE_RUNNING,
)


class SteppedClock:
    """The time of the circuits, which goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('sweeps')}/compactd.db"
    found: str = request.getfixturevalue("module_postgres_url")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(url: str) -> AsyncIterator[LocalServer]:
    # A provider that is down is asked again each time.
    async with local_server(url, http=True, model_retry_seconds=0, breaker_failures=1000) as running:
        await running.service.model.warm()
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> AsyncIterator[Client]:
    yield server.client
    await leave_nothing(server.client)


async def compactions_of(client: Client, conversation_id: str) -> int:
    request = compaction_service_pb2.ListCompactionsRequest(conversation_id=conversation_id)
    return len((await client.compactions.ListCompactions(request)).compactions)


async def test_a_sweep_compacts_each_conversation_once(server: LocalServer, client: Client) -> None:
    agent_id, conversations = await fleet_of(client, 5)
    sweep = await start(client, agent_id, name="Night")
    assert (sweep.state, sweep.conversations, sweep.looked_at, sweep.selected) == (RUNNING, 6, 0, 0)
    assert (sweep.name, sweep.priority) == ("Night", job_pb2.JOB_PRIORITY_LOW)
    async with running_jobs(server):
        done = await ended(server, sweep.id)
    assert (done.state, done.looked_at, done.selected) == (SUCCEEDED, 6, 6)
    assert counts(done) == {("SUCCEEDED", ""): 5, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}
    assert (done.queued, done.running, done.HasField("time_left")) == (0, 0, False)
    assert done.jobs_per_minute > 0
    jobs = await jobs_of(client, sweep.id)
    assert done.tokens_saved == sum(job.tokens_before - job.tokens_after for job in jobs) > 0
    assert [await compactions_of(client, conversation_id) for conversation_id in conversations] == [1] * 5


async def test_what_it_costs_is_added_up(server: LocalServer, client: Client, model: LoopbackModel) -> None:
    agent_id, _ = await fleet_of(client, 2, model=MODEL)
    sweep = await start(client, agent_id, compaction_settings={})
    async with running_jobs(server):
        done = await ended(server, sweep.id)
    costs = [job.cost_usd for job in await jobs_of(client, sweep.id)]
    assert done.usd_spent == pytest.approx(sum(costs))
    assert done.usd_spent > 0
    # As the model says of each answer.
    assert (len(model.requests), done.tokens_spent) == (2, 2 * (60 + 50))


async def test_what_failed_has_cost_as_well(server: LocalServer, client: Client, model: LoopbackModel) -> None:
    agent_id, _ = await fleet_of(client, 2, model=MODEL)
    model.answer(openai_chat("no summary " * 9_000))
    sweep = await start(client, agent_id, compaction_settings={})
    async with running_jobs(server):
        done = await ended(server, sweep.id)
    assert counts(done) | {("SKIPPED", "NOTHING_TO_COMPACT"): 1} == {
        ("FAILED", "SUMMARY_NOT_SMALLER"): 1,
        ("SUCCEEDED", ""): 1,
        ("SKIPPED", "NOTHING_TO_COMPACT"): 1,
    }
    [cost] = [job.cost_usd for job in await jobs_of(client, sweep.id, job_pb2.JOB_STATE_SUCCEEDED)]
    assert done.tokens_spent == 2 * (60 + 50)
    assert done.usd_spent == pytest.approx(2 * cost)


async def test_the_selector_says_which(server: LocalServer, client: Client) -> None:
    tag = str(uuid4())
    agent_id, [long] = await fleet_of(client, 1, tags=[tag])
    short = await new_conversation(client, talk(1), agent_id=agent_id)
    await fleet_of(client, 1)
    sweep = await start(client, selector={"tags": [tag], "min_context_tokens": 500})
    async with running_jobs(server):
        done = await ended(server, sweep.id)
    assert (done.selected, done.looked_at) == (1, done.conversations)
    assert [job.conversation_id for job in await jobs_of(client, sweep.id)] == [long] != [short]


async def test_a_selector_that_no_context_reaches_says_how_full_the_fullest_is(client: Client) -> None:
    tag = str(uuid4())
    agent_id, [long] = await fleet_of(client, 1, tags=[tag])
    tokens = (await context_alone(client, long)).context_tokens
    await fleet_of(client, 1, turns=40)
    for selector in ({"agent_ids": [agent_id]}, {"tags": [tag]}):
        failure = await failure_of(start(client, selector=selector | {"min_context_tokens": tokens + 1}))
        assert failure.fields == ("sweep.selector.min_context_tokens",)
        assert f"the fullest has {tokens}." in failure.sentence
        assert (await start(client, selector=selector | {"min_context_tokens": tokens})).selected == 0


async def test_what_an_earlier_version_stored_is_selected_before_and_after_its_figures_are_filled_in(
    server: LocalServer, client: Client
) -> None:
    agent_id, [long] = await fleet_of(client, 1)
    await new_conversation(client, talk(1), agent_id=agent_id)
    await lose_figures(server.service.store)
    selector = {"agent_ids": [agent_id], "min_context_tokens": 500}
    for _ in range(2):
        sweep = await start(client, selector=selector)
        await server.service.clockwork.tick()
        assert [job.conversation_id for job in await jobs_of(client, sweep.id)] == [long]
        await cancel(client, sweep.id)
        await server.service.backfill.run()
    failure = await failure_of(start(client, selector=selector | {"min_context_tokens": 1_000_000}))
    assert failure.fields == ("sweep.selector.min_context_tokens",)


async def test_pages_follow_each_other_and_wait_for_jobs_to_end(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_pages, "PAGE_SIZE", 2)
    monkeypatch.setattr(sweep_pages, "MOST_QUEUED", 3)
    agent_id, _ = await fleet_of(client, 6)
    sweep = await start(client, agent_id)
    for _ in range(5):
        await server.service.clockwork.tick()
    stopped = await get(client, sweep.id)
    assert (stopped.looked_at, stopped.selected, stopped.queued) == (4, 4, 4)
    later = await new_conversation(client, talk(20), agent_id=agent_id)
    async with running_jobs(server):
        done = await ended(server, sweep.id)
    assert (done.selected, sum(counts(done).values())) == (7, 7)
    # What was created since it started is not its affair.
    assert await compactions_of(client, later) == 0


async def test_a_sweep_that_only_waits_for_its_jobs_costs_no_transaction(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 1)
    sweep, sweeps = await start(client, agent_id), server.service.store.sweeps
    assert sweep.id in await sweeps.sweeps_to_advance()
    await server.service.clockwork.tick()
    assert (await get(client, sweep.id)).queued == 2
    assert sweep.id not in await sweeps.sweeps_to_advance()
    async with running_jobs(server):
        assert (await ended(server, sweep.id)).state == sweep_pb2.SWEEP_STATE_SUCCEEDED


async def test_processes_that_go_on_at_once_queue_each_conversation_once(server: LocalServer, client: Client) -> None:
    agent_id, conversations = await fleet_of(client, 8, turns=1)
    sweep = await start(client, agent_id)
    await asyncio.gather(*(server.service.clockwork.tick() for _ in range(6)))
    assert len(await jobs_of(client, sweep.id)) == len(conversations) + 1


async def test_a_page_that_is_broken_off_leaves_nothing_and_comes_again(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent_id, _ = await fleet_of(client, 3, turns=1)
    sweep = await start(client, agent_id)

    def killed(*_: object) -> None:
        raise RuntimeError("killed between the jobs and the cursor")

    with monkeypatch.context() as patched:
        patched.setattr(sweep_pages._MOVE, "run", killed)
        with pytest.raises(RuntimeError):
            await server.service.store.sweeps.advance_sweep(sweep.id)
    assert await jobs_of(client, sweep.id) == []
    assert (await get(client, sweep.id)).looked_at == 0
    await server.service.clockwork.tick()
    assert len(await jobs_of(client, sweep.id)) == 4


async def test_a_paused_sweep_begins_nothing_until_it_is_resumed(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 3)
    sweep = await start(client, agent_id)
    await server.service.clockwork.tick()
    paused = await pause(client, sweep.id)
    assert (paused.state, paused.pause_reason) == (PAUSED, sweep_pb2.SWEEP_PAUSE_REASON_REQUESTED)
    assert (await pause(client, sweep.id)).state == PAUSED
    assert {job.due_at.seconds for job in await jobs_of(client, sweep.id)} == {int(HELD_UNTIL)}
    async with running_jobs(server):
        other_id, _ = await fleet_of(client, 1)
        await ended(server, (await start(client, other_id)).id)
        assert (await get(client, sweep.id)).queued == 4
        assert (await resume(client, sweep.id)).state == RUNNING
        done = await ended(server, sweep.id)
    assert (done.state, sum(counts(done).values())) == (SUCCEEDED, 4)


async def test_what_comes_to_wait_while_a_sweep_is_paused_waits_with_it(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 1)
    sweep = await start(client, agent_id)
    await server.service.clockwork.tick()
    jobs = server.service.store.jobs
    taken = await jobs.take_jobs("a runner", 2)
    await pause(client, sweep.id)
    assert await jobs.give_back_jobs("a runner") == len(taken) == 2
    await server.service.clockwork.tick()
    assert {job.due_at.seconds for job in await jobs_of(client, sweep.id)} == {int(HELD_UNTIL)}


async def test_a_cancelled_sweep_cancels_what_waits(server: LocalServer, client: Client) -> None:
    agent_id, conversations = await fleet_of(client, 3)
    sweep = await start(client, agent_id)
    await server.service.clockwork.tick()
    cancelled = await cancel(client, sweep.id)
    assert (cancelled.state, cancelled.queued, counts(cancelled)) == (CANCELLED, 0, {("CANCELLED", ""): 4})
    async with running_jobs(server):
        await server.service.clockwork.tick()
    assert [await compactions_of(client, conversation_id) for conversation_id in conversations] == [0] * 3
    for call in (pause, resume, cancel):
        failure = await failure_of(call(client, sweep.id))
        assert (failure.code, failure.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SWEEP_ENDED")


async def test_a_conversation_has_one_automatic_job_among_sweeps(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 2)
    first = await start(client, agent_id)
    await server.service.clockwork.tick()
    second = await start(client, agent_id)
    done = await ended(server, second.id)
    assert (done.selected, counts(done)) == (3, {("SKIPPED", "ALREADY_QUEUED"): 3})
    assert (await get(client, first.id)).queued == 3


async def test_conversations_that_are_deleted_are_counted(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 2)
    sweep = await start(client, agent_id)
    await server.service.clockwork.tick()
    await client.agents.DeleteAgent(agent_service_pb2.DeleteAgentRequest(agent_id=agent_id))
    done = await ended(server, sweep.id)
    assert counts(done) == {("SKIPPED", "AGENT_NOT_FOUND"): 3}


async def test_counts_add_up_whatever_is_deleted_while_it_waits_or_runs(server: LocalServer, client: Client) -> None:
    agent_id, conversations = await fleet_of(client, 4, turns=1)
    sweep = await start(client, agent_id)
    await server.service.clockwork.tick()
    taken = await server.service.store.jobs.take_jobs("a runner", 2)
    running = [one.job.conversation_id for one in taken if one.job.conversation_id in conversations]
    waiting = [one for one in conversations if one not in running]
    for conversation_id in (running[0], waiting[0]):
        request = conversation_service_pb2.DeleteConversationRequest(conversation_id=conversation_id)
        await client.conversations.DeleteConversation(request)
    now = await get(client, sweep.id)
    assert counts(now) == {("SKIPPED", "CONVERSATION_NOT_FOUND"): 2}
    assert (now.selected, now.queued, now.running) == (5, 2, 1)
    # Who ran the job of one that is gone is told that it is gone, and it is counted once.
    assert [await server.service.store.jobs.end_job(one, End(JobState.FAILED)) for one in taken].count(False) == 1
    done = await cancel(client, sweep.id)
    assert sum(counts(done).values()) == done.selected == 5


async def test_a_provider_that_is_down_all_night_costs_no_job(
    server: LocalServer, client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SteppedClock()
    monkeypatch.setattr(server.service.circuits, "_rules", CircuitRules(failures=2, seconds=30.0))
    monkeypatch.setattr(server.service.circuits, "_clock", clock)
    agent_id, _ = await fleet_of(client, 2, model=MODEL)
    model.always({"error": {"message": "down"}}, status=500)
    sweep = await start(client, agent_id, compaction_settings={})
    await server.service.clockwork.tick()
    for _ in range(NIGHT_HOURS):
        await try_each_once(server, sweep.id)
        clock.now += 3600
    # The first failure opened nothing; whatever came behind it is none of a job's own. A probe an hour.
    assert sum(job.attempts for job in await jobs_of(client, sweep.id, job_pb2.JOB_STATE_QUEUED)) == 1
    assert len(model.requests) <= 2 * REQUESTS_OF_AN_ATTEMPT + NIGHT_HOURS - 1
    model.otherwise = lambda request: None
    # Who comes while another one probes comes back once more.
    for _ in range(2):
        await try_each_once(server, sweep.id)
    done = await ended(server, sweep.id)
    assert counts(done) == {("SUCCEEDED", ""): 2, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}


async def try_each_once(server: LocalServer, sweep_id: str) -> None:
    """As if every pause were over; until each job of the sweep has ended, or waits for a time again."""
    await make_due(server)
    async with running_jobs(server), asyncio.timeout(PATIENCE):
        # Nobody is told of it.
        while not all(  # noqa: ASYNC110
            job.due_at.seconds or job.HasField("ended_at") for job in await jobs_of(server.client, sweep_id)
        ):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"selector": {"tags": ["nobody has it"]}}, "sweep.selector.tags"),
        ({"selector": {"min_context_tokens": -1}}, "sweep.selector.min_context_tokens"),
        ({"selector": {"min_context_tokens": 2_000_000_000}}, "sweep.selector.min_context_tokens"),
        ({"budget": {"usd": 0}}, "sweep.budget.usd"),
        ({"budget": {}}, "sweep.budget"),
        ({"priority": 9}, "sweep.priority"),
        ({"compaction_settings": {"model": "nonsense/x"}}, "sweep.compaction_settings.model"),
    ],
)
async def test_what_cannot_be_is_told_by_its_field(client: Client, fields: dict[str, Any], field: str) -> None:
    await new_agent(client)
    failure = await failure_of(start(client, **fields))
    assert (failure.code, failure.fields) == (grpc.StatusCode.INVALID_ARGUMENT, (field,))


async def test_a_sweep_is_over_agents_and_conversations_that_there_are(client: Client) -> None:
    failure = await failure_of(start(client, NOBODY))
    assert (failure.code, failure.resource) == (grpc.StatusCode.NOT_FOUND, ("compaction.v1.Agent", NOBODY))
    for call in (get, pause, resume, cancel):
        failure = await failure_of(call(client, NO_SWEEP))
        assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "SWEEP_NOT_FOUND")


async def test_the_same_request_starts_once(client: Client) -> None:
    agent_id, request_id = (await new_agent(client)).id, str(uuid4())
    first = await start(client, agent_id, request_id)
    assert await start(client, agent_id, request_id) == first
    assert (await failure_of(start(client, agent_id, request_id, name="other"))).reason == "REQUEST_ID_REUSED"


async def test_sweeps_are_paged_by_their_start(client: Client) -> None:
    agent_id = (await new_agent(client)).id
    started = [(await start(client, agent_id, name=f"{number}")).id for number in range(3)]
    request = make(sweep_service_pb2.ListSweepsRequest, limit=2, before=started[0])
    assert [sweep.id for sweep in (await client.sweeps.ListSweeps(request)).sweeps] == started[:0:-1]


async def test_jobs_are_listed_and_paged_by_their_sweep(server: LocalServer, client: Client) -> None:
    agent_id, _ = await fleet_of(client, 3, turns=1)
    sweep = await start(client, agent_id)
    await server.service.clockwork.tick()
    await cancel(client, sweep.id)
    other = await start(client, agent_id)
    await server.service.clockwork.tick()
    listed = [job.id for job in await jobs_of(client, sweep.id)]
    assert len(listed) == 4
    assert not set(listed) & {job.id for job in await jobs_of(client, other.id)}
    assert await jobs_of(client, sweep.id, job_pb2.JOB_STATE_QUEUED) == []
    async with httpx.AsyncClient(base_url=server.http_url) as http:
        query: dict[str, str | int] = {"sweep_id": sweep.id, "limit": 2, "after": listed[0], "states": "cancelled"}
        answer = await http.get("/v1/jobs", params=query)
    assert [job["id"] for job in answer.json()] == listed[1:3]
    # A cursor is one of the same list.
    cursor = make(job_service_pb2.ListJobsRequest, sweep_id=other.id, after=listed[0])
    assert (await failure_of(client.jobs.ListJobs(cursor))).fields == ("after",)
    assert (await failure_of(jobs_of(client, agent_id))).fields == ("sweep_id",)
    assert await jobs_of(client, NO_SWEEP) == []


async def test_a_server_that_takes_over_goes_on_where_the_other_one_was(
    url: str, server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep_pages, "PAGE_SIZE", 2)
    agent_id, _ = await fleet_of(client, 3)
    sweep = await start(client, agent_id)
    await server.service.clockwork.tick()
    assert (await get(client, sweep.id)).looked_at == 2
    async with local_server(url) as other, running_jobs(other):
        await other.service.model.warm()
        done = await ended(other, sweep.id)
    assert counts(done) == {("SUCCEEDED", ""): 3, ("SKIPPED", "NOTHING_TO_COMPACT"): 1}
