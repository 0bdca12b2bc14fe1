"""A request with a request_id has one effect and one answer, whichever server and door it comes to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from compaction.v1 import agent_service_pb2, compaction_service_pb2, conversation_service_pb2
from tests.builders import requests
from tests.builders.chat import append, compact, context_of, history_of, make, new_agent, new_conversation, talk
from tests.builders.requests import Request
from tests.doors import Answer, Door, GrpcDoor, RestDoor
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.server import Client, ServerProcess, connected, local_server, server_process
from tests.tcp_proxy import Fault, tcp_proxy

pytestmark = pytest.mark.timeout(180)

MODEL = "openai/gpt-5-mini"
SECONDS = 60.0
TURNS = 12


async def conversation(client: Client) -> str:
    return await new_conversation(client, talk(TURNS))


async def compacted(client: Client) -> str:
    """Its conversation and itself."""
    conversation_id = await conversation(client)
    done = await compact(client, conversation_id, compaction_settings={"model": "local/extractive"})
    return f"{conversation_id} {done.compaction.id}"


async def agent(client: Client) -> str:
    return (await new_agent(client)).id


async def agent_with_messages(client: Client) -> str:
    made = await new_agent(client)
    await append(client, made.default_conversation_id, talk(TURNS))
    return made.id


async def name(client: Client) -> str:
    return f"agent {uuid4()}"


async def batches(client: Client, conversation_id: str) -> float:
    return (len(await history_of(client, conversation_id, limit=1000)) - 1) / 4 - TURNS


async def records(client: Client, where: str) -> float:
    """But those that were there before."""
    conversation_id, *before = where.split()
    request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id)
    return len((await client.compactions.ListCompactions(request)).compactions) - len(before)


async def agents(client: Client, where: str) -> float:
    request = make(agent_service_pb2.ListAgentsRequest, name=where)
    return len((await client.agents.ListAgents(request)).agents)


async def conversations(client: Client, agent_id: str) -> float:
    request = make(conversation_service_pb2.ListConversationsRequest, agent_id=agent_id)
    return len((await client.conversations.ListConversations(request)).conversations)


async def prompts(client: Client, conversation_id: str) -> float:
    """A version's second number is how often its prompt was compiled anew; the conversation begins with one."""
    return int((await context_of(client, conversation_id)).version.rpartition(".")[2]) - 1


@dataclass(frozen=True, slots=True)
class Rpc:
    """One that takes a request_id: what it works on is made by `prepare`, which names it; `request` takes that name and
    the request_id; `effects` counts what it has done."""

    prepare: Callable[[Client], Awaitable[str]]
    request: Callable[[str, str], Request]
    effects: Callable[[Client, str], Awaitable[float]]
    model_calls: int = 0


def append_to(conversation_id: str, request_id: str) -> Request:
    return requests.append(conversation_id, talk(1, first=100), request_id)


def restore_in(where: str, request_id: str) -> Request:
    conversation_id, compaction_id = where.split()
    return requests.restore(conversation_id, compaction_id, request_id)


RPCS: Mapping[str, Rpc] = {
    "AppendMessages": Rpc(conversation, append_to, batches),
    "CreateAgent": Rpc(name, requests.create_agent, agents),
    "CreateConversation": Rpc(
        agent, lambda where, request_id: requests.create_conversation(where, "March", request_id), conversations
    ),
    "Compact": Rpc(
        conversation, lambda where, request_id: requests.compact(where, "all", MODEL, request_id), records, 1
    ),
    "Summarize": Rpc(
        agent_with_messages, lambda where, request_id: requests.summarize(where, "all", MODEL, request_id), records, 1
    ),
    "Recompile": Rpc(conversation, requests.recompile, prompts),
    "RestoreCompaction": Rpc(compacted, restore_in, records),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was answered, and the bytes of the answer by door."""

    rpc: Rpc
    where: str
    request: Request
    answers: Mapping[str, bytes]


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackModel]:
    async with LoopbackModel() as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        yield running


def doors_of(*servers: ServerProcess) -> list[Door]:
    return [*(GrpcDoor(server.address) for server in servers), *(RestDoor(server.http_url) for server in servers)]


async def one_answer(doors: Sequence[Door], calls: Sequence[Awaitable[Answer]]) -> dict[str, bytes]:
    """Its bytes by door; `doors` are those of the calls."""
    answers = await asyncio.gather(*calls)
    assert [(answer.code, answer.reason) for answer in answers] == [("OK", "")] * len(calls)
    raw: dict[str, set[bytes]] = {}
    for door, answer in zip(doors, answers, strict=True):
        raw.setdefault(door.name, set()).add(answer.raw)
    assert {len(bodies) for bodies in raw.values()} == {1}
    return {door: bodies.pop() for door, bodies in raw.items()}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_ten_equal_requests_to_two_servers_have_one_effect_and_one_answer_also_after_a_restart(
    tmp_path: Path, request: pytest.FixtureRequest, model: LoopbackModel, database: str
) -> None:
    url = f"sqlite:///{tmp_path}/compactd.db" if database == "sqlite" else request.getfixturevalue("postgres_url")
    settings = {
        "COMPACTD_DATABASE_URL": url,
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": f"{model.url}/v1",
    }
    async with (
        server_process(tmp_path, **settings) as one,
        server_process(tmp_path, **settings) as other,
        connected(one.address) as client,
    ):
        doors = doors_of(one, other)
        sent = [await ten_times(client, rpc, doors, model) for rpc in RPCS.values()]
        for door in doors:
            await door.close()
        await asyncio.gather(one.kill(), other.kill())
    asked = len(model.requests)
    async with local_server(url, http=True) as server:
        both: list[Door] = [GrpcDoor(server.address), RestDoor(server.http_url)]
        elsewhere = await conversation(server.client)
        for item in sent:
            assert await one_answer(both, [door.call(item.request, SECONDS) for door in both]) == item.answers
            assert await item.rpc.effects(server.client, await counted(server.client, item)) == 1
            other_request = append_to(elsewhere, request_id_of(item.request))
            reused = await both[0].call(other_request, SECONDS)
            assert (reused.code, reused.reason) == ("INVALID_ARGUMENT", "REQUEST_ID_REUSED")
        for door in both:
            await door.close()
    assert len(model.requests) == asked


async def ten_times(client: Client, rpc: Rpc, doors: Sequence[Door], model: LoopbackModel) -> Sent:
    """At once: three calls over each server's gRPC, two over each one's REST."""
    where = await rpc.prepare(client)
    request = rpc.request(where, str(uuid4()))
    model.requests.clear()
    model.replies.clear()
    model.answer(openai_chat(), delay=1)
    ten = [*doors, *doors, doors[0], doors[1]]
    answers = await one_answer(ten, [door.call(request, SECONDS) for door in ten])
    sent = Sent(rpc, where, request, answers)
    assert await rpc.effects(client, await counted(client, sent)) == 1, request.rpc
    assert len(model.requests) == rpc.model_calls, request.rpc
    return sent


async def counted(client: Client, sent: Sent) -> str:
    """Where the effects are counted: what Summarize works on is the agent's conversation."""
    if sent.request.rpc.endswith("/Summarize"):
        request = make(agent_service_pb2.GetAgentRequest, agent_id=sent.where)
        return (await client.agents.GetAgent(request)).default_conversation_id
    return sent.where


def request_id_of(request: Request) -> str:
    return str(getattr(request.message, "request_id"))  # noqa: B009 - not every message has one


async def test_a_request_whose_answer_was_lost_has_one_effect_when_it_is_repeated(model: LoopbackModel) -> None:
    async with local_server(http=True) as server:
        host, port = server.http_url.removeprefix("http://").split(":")
        async with tcp_proxy(lambda: asyncio.open_connection(host, int(port))) as proxy:
            through, past = RestDoor(f"http://127.0.0.1:{proxy.port}"), RestDoor(server.http_url)
            for rpc in RPCS.values():
                where = await rpc.prepare(server.client)
                request = rpc.request(where, str(uuid4()))
                model.requests.clear()
                lost = proxy.fault_at(request_id_of(request).encode(), Fault.CUT_AFTER)
                assert (await through.call(request, SECONDS)).code == "BROKEN"
                assert lost.is_set()
                raw = await one_answer([past, past], [past.call(request, SECONDS) for _ in range(2)])
                sent = Sent(rpc, where, request, raw)
                assert await rpc.effects(server.client, await counted(server.client, sent)) == 1, request.rpc
                assert len(model.requests) == rpc.model_calls, request.rpc
            await through.close()
            await past.close()
