"""Servers that are killed, or stop, in the middle of jobs: others go on with them, and each has one effect."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from compactd.application.audit import audit
from compaction.v1 import job_pb2
from tests.builders.chat import context_of, new_conversation, talk, user
from tests.loopback.dialects import openai_chat
from tests.process.test_kills import (
    ALL,
    IN_TIME,
    STEPS,
    HoldingModel,
    Step,
    held_server,
    last_words,
    model,  # noqa: F401 - a fixture
    records_of,
    url,  # noqa: F401 - a fixture
)
from tests.rpc.jobs import ended, in_state, job_of, running_jobs, submit
from tests.rpc.models import received
from tests.server import local_server

pytestmark = pytest.mark.timeout(180)

AT_ONCE = {"COMPACTD_DRAIN_SECONDS": "0", "COMPACTD_DRAIN_GRACE_SECONDS": "0"}
"""How a server stops that waits for nothing."""

LONGER_THAN_A_LOOK = 1.5
"""Seconds in which whoever takes jobs would have taken one."""

JOB_STEPS: Mapping[str, Step] = {
    **{name: step for name, step in STEPS.items() if name != "in the commit"},
    "before it is told": Step("before=compactd.storage.job_store:SqlJobStore.end_job", is_committed=True),
    "after it is told": Step("after=compactd.storage.job_store:SqlJobStore.end_job", is_committed=True),
    # The last one: on SQLite nobody else writes from now on.
    "while it is told": Step("before=compactd.storage.job_ends:end_job", is_committed=True),
}


def settings_of(step: Step) -> dict[str, object]:
    return {"mode": ALL, "model": step.model}


async def test_jobs_of_a_server_that_is_killed_at_any_step_are_done_by_another_one(
    tmp_path: Path,
    url: str,  # noqa: F811
    model: HoldingModel,  # noqa: F811
) -> None:
    async with local_server(url) as here:
        client = here.client
        ids = {
            name: await new_conversation(client, [*talk(step.turns), user(last_words(name))])
            for name, step in JOB_STEPS.items()
        }
        holds = [f"{step.held}={ids[name]}" for name, step in JOB_STEPS.items() if step.held]
        jobs: dict[str, str] = {}
        async with held_server(tmp_path, url, model, holds, COMPACTD_JOBS_AT_ONCE=str(len(JOB_STEPS))) as server:
            for name, step in JOB_STEPS.items():
                event = None if step.held else model.hold(last_words(name))
                jobs[name] = (await submit(client, ids[name], compaction_settings=settings_of(step))).id
                async with asyncio.timeout(IN_TIME):
                    await (server.held(ids[name]) if event is None else event.wait())
            await server.kill()
        states = {name: (await job_of(client, jobs[name])).state for name in JOB_STEPS}
        assert {name for name, state in states.items() if state != job_pb2.JOB_STATE_RUNNING} == {"after it is told"}
        asked = {name: model.requests_with(last_words(name)) for name in JOB_STEPS}
        async with running_jobs(here), asyncio.timeout(IN_TIME):
            for name, step in JOB_STEPS.items():
                done = await in_state(client, jobs[name], job_pb2.JOB_STATE_SUCCEEDED, patience=IN_TIME)
                assert await records_of(client, ids[name]) == [done.compaction_id]
                assert done.attempts == (1 if name == "after it is told" else 2)
                assert (model.requests_with(last_words(name)) == asked[name]) is step.is_committed
                assert len((await context_of(client, ids[name])).messages) == 2
        assert (await audit(here.service.store)).findings == []


async def test_a_server_that_stops_takes_no_more_jobs_and_ends_those_that_it_has(
    tmp_path: Path,
    url: str,  # noqa: F811
    model: HoldingModel,  # noqa: F811
) -> None:
    async with local_server(url) as here:
        running, waiting = [await new_conversation(here.client, talk(20)) for _ in range(2)]
        async with held_server(tmp_path, url, model, []) as server:
            model.answer(openai_chat(), delay=LONGER_THAN_A_LOOK)
            begun = await submit(here.client, running, compaction_settings=settings_of(Step()))
            await received(model)
            stopped = asyncio.create_task(server.terminate())
            await server.event("stopping")
            late = await submit(here.client, waiting, compaction_settings=settings_of(Step()))
            assert await stopped == 0
        done, left = await job_of(here.client, begun.id), await job_of(here.client, late.id)
        assert (done.state, done.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 1)
        assert (left.state, left.attempts) == (job_pb2.JOB_STATE_QUEUED, 0)


async def test_a_server_that_stops_gives_back_what_it_has_begun(
    tmp_path: Path,
    url: str,  # noqa: F811
    model: HoldingModel,  # noqa: F811
) -> None:
    async with local_server(url) as here:
        conversation_id = await new_conversation(here.client, [*talk(20), user(last_words("slowly"))])
        async with held_server(tmp_path, url, model, [], **AT_ONCE) as server:
            asked = model.hold(last_words("slowly"))
            job = await submit(here.client, conversation_id, compaction_settings=settings_of(Step()))
            await asyncio.wait_for(asked.wait(), IN_TIME)
            assert await server.terminate() == 0
        given_back = await job_of(here.client, job.id)
        assert (given_back.state, given_back.attempts) == (job_pb2.JOB_STATE_QUEUED, 0)
        async with running_jobs(here):
            done = await ended(here.client, job.id)
        assert (done.state, done.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 1)
        assert await records_of(here.client, conversation_id) == [done.compaction_id]
