"""WatchJob over REST: server-sent events, as curl and browsers read them."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from compactd.gateway import event_stream
from compaction.v1 import agent_service_pb2
from tests.builders.chat import new_agent, new_conversation, talk
from tests.gateway.error_bodies import error_of
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.jobs import PATIENCE, cancel, running_jobs, submit
from tests.rpc.models import ALL, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMBEDDED = {"mode": ALL, "model": "local/extractive"}
LONG = 60
NO_JOB = "job-00000000-0000-4000-8000-000000000000"


class Event(NamedTuple):
    name: str
    id: str
    data: Any


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[LocalServer]:
    async with local_server(http=True, model_retries=0) as running:
        await running.service.model.warm()
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


@pytest_asyncio.fixture(loop_scope="session")
async def rest(server: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.http_url, timeout=PATIENCE) as door:
        yield door


def events_of(text: str) -> list[Event]:
    """By the rules of the standard, as far as they are used."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if "data" in fields:
            events.append(Event(fields["event"], fields.get("id", ""), json.loads(fields["data"])))
    return events


async def read_until(answer: httpx.Response, name: str) -> list[Event]:
    """Events of a stream that goes on, up to the first one of that name."""
    text = ""
    async for part in answer.aiter_text():
        text += part
        if any(event.name == name for event in events_of(text.rpartition("\n\n")[0])):
            return events_of(text)
    raise AssertionError(f"the stream has ended without {name}: {text}")


async def done_job(server: LocalServer) -> str:
    job = await submit(server.client, await new_conversation(server.client, talk(20)), compaction_settings=EMBEDDED)
    return job.id


async def test_a_job_is_told_as_events_with_kind_ordinal_and_json(server: LocalServer, rest: httpx.AsyncClient) -> None:
    job_id = await done_job(server)
    async with running_jobs(server):
        answer = await rest.get(f"/v1/jobs/{job_id}:watch")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["x-accel-buffering"] == "no"
    assert "content-length" not in answer.headers
    assert answer.text.startswith("retry: 2000\n\n")
    events = events_of(answer.text)
    assert [event.name for event in events] == ["queued", "planned", "committed"]
    for event in events:
        assert (event.data["kind"], str(event.data["ordinal"])) == (event.name, event.id)
    assert events[-1].data["compaction_id"].startswith("compaction-")


async def test_a_client_that_comes_back_goes_on_behind_what_it_has_seen(
    server: LocalServer, rest: httpx.AsyncClient
) -> None:
    job_id = await done_job(server)
    async with running_jobs(server):
        events = events_of((await rest.get(f"/v1/jobs/{job_id}:watch")).text)
    # The address is the one that it began with.
    url = f"/v1/jobs/{job_id}:watch?after_ordinal=1"
    for at, event in enumerate(events[:-1]):
        again = await rest.get(url, headers={"Last-Event-ID": event.id})
        assert events_of(again.text) == events[max(at, 0) + 1 :]
    seen = await rest.get(url, headers={"Last-Event-ID": events[-1].id})
    assert (seen.status_code, seen.content) == (204, b"")
    assert "content-length" not in seen.headers


async def test_events_come_as_they_happen(
    server: LocalServer, client: Client, rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    conversation_id, request_id = await with_model(client), str(uuid4())
    model.answer(openai_chat(), delay=LONG)
    job = await submit(client, conversation_id, request_id=request_id)
    async with running_jobs(server), asyncio.timeout(PATIENCE):
        async with rest.stream("GET", f"/v1/jobs:watch?compact_request_id={request_id}") as answer:
            events = await read_until(answer, "asking")
            assert [event.name for event in events] == ["queued", "planned", "asking"]
        await cancel(client, job.id)


async def test_what_fails_before_the_first_event_is_an_error_like_any_other(rest: httpx.AsyncClient) -> None:
    unknown = error_of(await rest.get(f"/v1/jobs/{NO_JOB}:watch"))
    assert (unknown.status, unknown.reason) == (404, "JOB_NOT_FOUND")
    unknown = error_of(await rest.get(f"/v1/jobs:watch?compact_request_id={uuid4()}"))
    assert (unknown.status, unknown.reason) == (404, "REQUEST_NOT_FOUND")
    for url, headers in (
        ("/v1/jobs/nonsense:watch", {}),
        ("/v1/jobs:watch", {}),
        (f"/v1/jobs/{NO_JOB}:watch?after_ordinal=-1", {}),
        (f"/v1/jobs/{NO_JOB}:watch", {"Last-Event-ID": "the last"}),
    ):
        assert error_of(await rest.get(url, headers=headers)).reason == "INVALID_FIELD"
    headed = await rest.head(f"/v1/jobs/{NO_JOB}:watch")
    assert (headed.status_code, headed.headers["allow"]) == (405, "GET")


async def test_what_fails_afterwards_is_an_event_with_the_same_json(
    server: LocalServer, client: Client, rest: httpx.AsyncClient
) -> None:
    agent = await new_agent(client)
    job = await submit(client, await new_conversation(client, talk(20), agent_id=agent.id))
    async with rest.stream("GET", f"/v1/jobs/{job.id}:watch") as answer:
        parts = answer.aiter_text()
        text = await anext(parts)
        await client.agents.DeleteAgent(agent_service_pb2.DeleteAgentRequest(agent_id=agent.id))
        text += "".join([part async for part in parts])
    queued, error = events_of(text)
    assert (queued.name, error.name, error.id) == ("queued", "error", "")
    assert error.data == (await rest.get(f"/v1/jobs/{job.id}:watch")).json()
    assert error.data["details"][0]["reason"] == "JOB_NOT_FOUND"


async def test_a_stream_without_events_begins_and_goes_on_with_comments(
    server: LocalServer, rest: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "FIRST_BEAT_SECONDS", 0.01)
    monkeypatch.setattr(event_stream, "BEAT_SECONDS", 0.01)
    job_id, text = await done_job(server), ""
    async with asyncio.timeout(PATIENCE):
        async with rest.stream("GET", f"/v1/jobs/{job_id}:watch", headers={"Last-Event-ID": "1"}) as answer:
            assert answer.status_code == 200
            async for part in answer.aiter_text():
                text += part
                if text.count(":\n\n") > 3:
                    break
    assert text == "retry: 2000\n\n" + ":\n\n" * text.count(":\n\n")
    await cancel(server.client, job_id)


async def test_a_client_that_goes_away_leaves_nothing_behind(server: LocalServer, rest: httpx.AsyncClient) -> None:
    job_id = await done_job(server)
    before = server.rpc.admission.calls_in_hand
    for _ in range(3):
        async with rest.stream("GET", f"/v1/jobs/{job_id}:watch") as answer:
            await read_until(answer, "queued")
    async with asyncio.timeout(PATIENCE):
        # Nobody tells when a call has been taken out of hand.
        while server.rpc.admission.calls_in_hand > before:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert job_id not in server.service.servicers.jobs._watches._watchers  # type: ignore[attr-defined]
    await cancel(server.client, job_id)


async def test_a_drain_ends_the_stream_with_an_event_that_says_so() -> None:
    async with local_server(http=True) as server, httpx.AsyncClient(base_url=server.http_url, timeout=PATIENCE) as rest:
        job_id = await done_job(server)
        async with rest.stream("GET", f"/v1/jobs/{job_id}:watch") as answer:
            parts = answer.aiter_text()
            text = await anext(parts)
            draining = asyncio.create_task(server.rpc.drain(PATIENCE))
            text += "".join([part async for part in parts])
        await draining
    *_, error = events_of(text)
    assert (error.name, error.data["details"][0]["reason"]) == ("error", "DRAINING")
