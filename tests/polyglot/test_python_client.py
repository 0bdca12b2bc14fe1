"""compactd-client, as it lies in the repository: what its connections add to the contract's own stubs."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio
from google.protobuf.message import Message

from compactd_client import AsyncClient, CallFailed, connect, connect_async, watching
from compactd_client.calls import with_request_id
from compactd_client.connection import service_config
from compaction.v1.agent_pb2 import Agent
from compaction.v1.agent_service_pb2 import CreateAgentRequest, GetAgentRequest
from compaction.v1.compaction_service_pb2 import SummarizeRequest
from compaction.v1.compaction_settings_pb2 import COMPACTION_MODE_ALL, CompactionSettings
from compaction.v1.conversation_service_pb2 import AppendMessagesRequest, GetContextRequest
from compaction.v1.job_pb2 import JobEventKind
from compaction.v1.job_service_pb2 import CancelJobRequest, SubmitCompactionRequest
from compaction.v1.message_pb2 import MESSAGE_ROLE_USER, ChatMessage
from tests.polyglot.conftest import TOKEN
from tests.polyglot.front import front_of
from tests.server import ServerProcess
from tests.tcp_proxy import tcp_proxy

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOWHERE = "127.0.0.1:1"


@pytest_asyncio.fixture(loop_scope="session")
async def compactd(server: ServerProcess) -> AsyncIterator[AsyncClient]:
    async with connect_async(server.address, token=TOKEN) as client:
        yield client


async def created(compactd: AsyncClient) -> Agent:
    return await compactd.agents.CreateAgent(CreateAgentRequest(agent=Agent(name="ops")))


async def test_a_write_is_repeated_where_its_server_was_away_and_happens_once(
    compactd: AsyncClient, server: ServerProcess
) -> None:
    agent = await created(compactd)
    said = ChatMessage(role=MESSAGE_ROLE_USER, content="Which port?")
    async with front_of(server.address) as (front, away), connect_async(away, token=lambda: TOKEN) as through:
        await through.conversations.AppendMessages(AppendMessagesRequest(agent_id=agent.id, messages=[said]))
        assert front.attempts == {"/compaction.v1.ConversationService/AppendMessages": 2}
    context = await compactd.conversations.GetContext(GetContextRequest(agent_id=agent.id))
    assert [message.content for message in context.messages][1:] == ["Which port?"]


async def test_an_error_of_asyncio_is_read_as_one_of_threads_is(compactd: AsyncClient) -> None:
    agent = await created(compactd)
    request = AppendMessagesRequest(agent_id=agent.id, messages=[ChatMessage(content="whose?")])
    with pytest.raises(CallFailed) as failed:
        await compactd.conversations.AppendMessages(request)
    assert failed.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert failed.value.reason == "INVALID_FIELD"
    assert list(failed.value.fields) == ["messages[0].role"]
    assert failed.value.retry_seconds is None
    assert str(failed.value) == f"INVALID_ARGUMENT: INVALID_FIELD: {failed.value.details()}"
    assert isinstance(failed.value, grpc.aio.AioRpcError)


async def test_an_error_without_a_server_behind_it_has_no_reason() -> None:
    with connect(NOWHERE, timeout=0.3) as client, pytest.raises(CallFailed) as failed:
        await asyncio.to_thread(client.agents.GetAgent, GetAgentRequest(agent_id=f"agent-{uuid4()}"))
    assert (failed.value.reason, failed.value.fields, failed.value.metadata) == ("", {}, {})
    assert str(failed.value).startswith(("UNAVAILABLE: ", "DEADLINE_EXCEEDED: "))
    assert "\n" not in str(failed.value)


async def test_calls_that_are_given_no_deadline_have_the_connections(server: ServerProcess) -> None:
    async with connect_async(server.address, token=TOKEN, timeout=0.3) as client:
        agent = await created(client)
        request = SummarizeRequest(agent_id=agent.id)
        request.compaction_settings.model = "openai/slow"
        messages = [ChatMessage(role=MESSAGE_ROLE_USER, content="word " * 200)] * 4
        await client.conversations.AppendMessages(
            AppendMessagesRequest(agent_id=agent.id, messages=messages), timeout=30
        )
        with pytest.raises(CallFailed) as failed:
            await client.compactions.Summarize(request)
    assert failed.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize(
    "request_message", [GetAgentRequest(agent_id="agent-1"), CreateAgentRequest(request_id=str(uuid4()))]
)
async def test_a_request_that_needs_no_request_id_is_sent_as_it_is(request_message: Message) -> None:
    assert with_request_id(request_message) is request_message


async def test_a_request_is_not_changed_by_being_sent() -> None:
    request = CreateAgentRequest(agent=Agent(name="ops"))
    sent, other = with_request_id(request), with_request_id(request)
    assert request.request_id == ""
    assert sent.agent == request.agent
    assert sent.request_id != other.request_id


async def test_every_write_with_a_request_id_is_repeated_and_no_other() -> None:
    [repeated] = service_config()["methodConfig"]
    names = {entry["method"] for entry in repeated["name"]}
    assert {"Compact", "AppendMessages", "CreateAgent", "GetContext", "Recompile"} <= names
    assert not names & {"UpdateAgent", "DeleteAgent", "UpdateConversation", "DeleteConversation"}


async def test_a_job_is_watched_to_its_end_over_connections_that_break(
    compactd: AsyncClient, server: ServerProcess
) -> None:
    agent = await created(compactd)
    said = [ChatMessage(role=MESSAGE_ROLE_USER, content="word " * 200)] * 4
    await compactd.conversations.AppendMessages(AppendMessagesRequest(agent_id=agent.id, messages=said))
    settings = CompactionSettings(mode=COMPACTION_MODE_ALL, model="openai/slow")
    submit = SubmitCompactionRequest(agent_id=agent.id, compaction_settings=settings)
    job = await compactd.jobs.SubmitCompaction(submit)
    host, _, port = server.address.rpartition(":")
    async with (
        tcp_proxy(lambda: asyncio.open_connection(host, int(port))) as proxy,
        connect_async(f"127.0.0.1:{proxy.port}", token=lambda: TOKEN, timeout=0.01) as through,
    ):
        events = []
        async for event in through.watch_job(job.id):
            events.append(event)
            if len(events) == 1:
                proxy.cut_all()
            if JobEventKind.Name(event.kind) == "JOB_EVENT_KIND_ASKING":
                proxy.cut_all()
                await compactd.jobs.CancelJob(CancelJobRequest(job_id=job.id))
    kinds = [JobEventKind.Name(event.kind).removeprefix("JOB_EVENT_KIND_") for event in events]
    assert kinds == ["QUEUED", "PLANNED", "ASKING", "CANCELLED"]
    ordinals = [event.ordinal for event in events]
    assert ordinals == sorted(set(ordinals))
    assert [event async for event in compactd.watch_job(job.id, ordinals[1])] == events[2:]


async def test_what_a_watch_cannot_wait_for_is_an_error(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PAUSES", (0.0, 0.0))
    unknown = f"job-{uuid4()}"

    # Without gRPC's own repeats, whose pauses are seconds: the watch begins again by itself.
    once = {"grpc.enable_retries": 0}

    def watched(address: str) -> CallFailed:
        with connect(address, token=TOKEN, options=once) as client, pytest.raises(CallFailed) as failed:
            next(client.watch_job(unknown))
        return failed.value

    missing = await asyncio.to_thread(watched, server.address)
    assert (missing.code(), missing.reason) == (grpc.StatusCode.NOT_FOUND, "JOB_NOT_FOUND")
    assert (await asyncio.to_thread(watched, NOWHERE)).code() == grpc.StatusCode.UNAVAILABLE
