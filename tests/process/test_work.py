"""`compactd work`: processes that run the jobs of others."""

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest

from compaction.v1 import job_pb2
from tests.builders.chat import new_conversation, talk
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.process.test_commands import command
from tests.rpc.jobs import ended, job_of, submit
from tests.rpc.models import received, with_model
from tests.server import NO_JOBS, connected, local_server, server_process, worker_process

pytestmark = pytest.mark.timeout(120)

EMBEDDED = {"mode": 1, "model": "local/extractive"}
TOO_LONG = 100
LONGER_THAN_A_LOOK = 1.5


async def test_it_runs_jobs_until_it_is_told_to_stop(postgres_url: str, tmp_path: Path) -> None:
    settings = {"COMPACTD_DATABASE_URL": postgres_url}
    async with (
        server_process(tmp_path, **settings, **NO_JOBS) as server,
        worker_process(tmp_path, "--concurrency", "2", **settings, COMPACTD_ADMIN_ADDRESS="127.0.0.1:0") as worker,
        connected(server.address) as client,
        httpx.AsyncClient(base_url=worker.admin_url) as admin,
    ):
        assert (await admin.get("/healthz")).text == "ok\n"
        for process in (server, worker):
            await process.event("serving")
        assert (await admin.get("/readyz")).status_code == 200
        assert "compactd_database_up 1.0" in (await admin.get("/metrics")).text
        assert "calls_in_hand" not in (await admin.get("/statusz")).text
        conversations = [await new_conversation(client, talk(20)) for _ in range(4)]
        jobs = [await submit(client, found, compaction_settings=EMBEDDED) for found in conversations]
        done = [await ended(client, job.id) for job in jobs]
        assert [job.state for job in done] == [job_pb2.JOB_STATE_SUCCEEDED] * 4
        assert await worker.terminate() == 0
        waiting = await submit(client, await new_conversation(client, talk(20)), compaction_settings=EMBEDDED)
        assert (await job_of(client, waiting.id)).state == job_pb2.JOB_STATE_QUEUED
    ran = [line for line in worker.lines if '"job ended"' in line]
    assert len(ran) == 4
    warnings = [line for line in (*server.lines, *worker.lines) if '"warning"' in line or '"error"' in line]
    # The PostgreSQL of the tests need not survive a crash of its machine.
    assert [line for line in warnings if '"not durable"' not in line] == []


async def test_one_that_is_told_to_stop_takes_no_more_and_ends_what_it_has(postgres_url: str, tmp_path: Path) -> None:
    async with LoopbackModel() as model, local_server(postgres_url) as here:
        settings = {
            "COMPACTD_DATABASE_URL": postgres_url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{model.url}/v1",
        }
        conversations = [await with_model(here.client) for _ in range(2)]
        async with worker_process(tmp_path, **settings) as worker:
            model.answer(openai_chat(), delay=LONGER_THAN_A_LOOK)
            begun = await submit(here.client, conversations[0])
            await received(model)
            stopped = asyncio.create_task(worker.terminate())
            await worker.event("stopping")
            late = await submit(here.client, conversations[1])
            assert await stopped == 0
        done, left = await job_of(here.client, begun.id), await job_of(here.client, late.id)
    assert (done.state, done.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 1)
    assert (left.state, left.attempts) == (job_pb2.JOB_STATE_QUEUED, 0)


async def test_one_that_is_told_so_twice_gives_its_jobs_to_the_next(postgres_url: str, tmp_path: Path) -> None:
    async with LoopbackModel() as model:
        settings = {
            "COMPACTD_DATABASE_URL": postgres_url,
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{model.url}/v1",
        }
        async with (
            server_process(tmp_path, **settings, **NO_JOBS) as server,
            worker_process(tmp_path, **settings) as first,
            connected(server.address) as client,
        ):
            model.answer(openai_chat(), delay=TOO_LONG)
            job = await submit(client, await with_model(client))
            await received(model)
            stopped = asyncio.create_task(first.terminate())
            await first.event("stopping")
            os.kill(first.pid, signal.SIGTERM)
            assert await stopped == 0
            given_back = await job_of(client, job.id)
            assert (given_back.state, given_back.attempts) == (job_pb2.JOB_STATE_QUEUED, 0)
            async with worker_process(tmp_path, **settings):
                done = await ended(client, job.id)
    assert (done.state, done.attempts, len(model.requests)) == (job_pb2.JOB_STATE_SUCCEEDED, 1, 2)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {},
            "compactd: COMPACTD_DATABASE_URL: on SQLite the server itself runs jobs: start compactd serve alone.\n",
        ),
        (
            {"COMPACTD_DATABASE_URL": "postgresql://nobody@/none", **NO_JOBS},
            "compactd: COMPACTD_JOBS_AT_ONCE: with 0 there is nothing to do here: set --concurrency to 1 or more.\n",
        ),
        (
            {"COMPACTD_DATABASE_URL": "postgresql:nonsense"},
            "compactd: COMPACTD_DATABASE_URL: write the database URL as postgresql://user:password@host:5432/database.",
        ),
    ],
)
async def test_where_it_cannot_work_it_says_so(settings: dict[str, str], sentence: str, tmp_path: Path) -> None:
    status, output, errors = await command(tmp_path, "work", **settings, COMPACTD_ADMIN_ADDRESS="off")
    assert (status, output) == (2, "")
    assert sentence in errors
