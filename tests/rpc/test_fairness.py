"""Many calls of one namespace that wait keep another's call waiting for a tenth of them at most.

The store's threads and the worker are held until all calls are in hand; then it is counted how many of them are
answered before the other's.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    compaction_service_pb2,
    compaction_settings_pb2,
    conversation_service_pb2,
)
from tests.builders.chat import make, talk
from tests.builders.namespaces import NAMESPACE_HEADER, namespaces_by_header
from tests.loopback.model import LoopbackModel
from tests.rpc.models import ALL, LIGHT
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONVERSATIONS = 100
CROWD = 2 * CONVERSATIONS
"""How many calls of the one namespace wait, two on each conversation; of compactions one on each. A tenth of them has
to be more than what goes on at once, in as many threads as the server has."""

MANY, ONE = "many", "one"

Ask = Callable[[str, str], Awaitable[Any]]
"""Makes a call for a namespace on one of its conversations."""


class Served:
    """A server, and conversations of two namespaces on it: the crowd's, each of its own, and the other's."""

    def __init__(self, server: LocalServer, rest: httpx.AsyncClient, crowd: list[str], other: str) -> None:
        self.server, self.crowd, self.other = server, crowd, other
        self._rest = rest

    async def append(self, namespace: str, conversation_id: str) -> None:
        request = make(conversation_service_pb2.AppendMessagesRequest, conversation_id=conversation_id)
        request.messages.extend(talk(1))
        await self.server.client.conversations.AppendMessages(request, metadata=_of(namespace))

    async def append_over_rest(self, namespace: str, conversation_id: str) -> None:
        answer = await self._rest.post(
            f"/v1/conversations/{conversation_id}/messages:append",
            json={"messages": [{"role": "user", "content": "And the next one?"}]},
            headers={NAMESPACE_HEADER: namespace},
        )
        assert answer.status_code == 200, answer.text

    async def get_context(self, namespace: str, conversation_id: str) -> None:
        request = make(conversation_service_pb2.GetContextRequest, conversation_id=conversation_id)
        await self.server.client.conversations.GetContext(request, metadata=_of(namespace))

    async def get_conversation(self, namespace: str, conversation_id: str) -> None:
        request = make(conversation_service_pb2.GetConversationRequest, conversation_id=conversation_id)
        await self.server.client.conversations.GetConversation(request, metadata=_of(namespace))

    async def compact(self, namespace: str, conversation_id: str) -> None:
        await self._compact(namespace, conversation_id, "local/extractive")

    async def compact_by_model(self, namespace: str, conversation_id: str) -> None:
        await self._compact(namespace, conversation_id, LIGHT)

    async def _compact(self, namespace: str, conversation_id: str, model: str) -> None:
        request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id)
        request.compaction_settings.CopyFrom(make(compaction_settings_pb2.CompactionSettings, mode=ALL, model=model))
        await self.server.client.compactions.Compact(request, metadata=_of(namespace))


def _of(namespace: str) -> tuple[tuple[str, str]]:
    return ((NAMESPACE_HEADER, namespace),)


async def conversations_of(server: LocalServer, namespace: str, count: int) -> list[str]:
    client, metadata = server.client, _of(namespace)
    agent = await client.agents.CreateAgent(
        agent_service_pb2.CreateAgentRequest(agent=agent_pb2.Agent()), metadata=metadata
    )

    async def one() -> str:
        request = conversation_service_pb2.CreateConversationRequest(agent_id=agent.id)
        made = await client.conversations.CreateConversation(request, metadata=metadata)
        first = make(conversation_service_pb2.AppendMessagesRequest, conversation_id=made.id, messages=talk(3))
        await client.conversations.AppendMessages(first, metadata=metadata)
        return made.id

    return list(await asyncio.gather(*(one() for _ in range(count))))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def served(module_url: str) -> AsyncIterator[Served]:
    with namespaces_by_header():
        async with (
            local_server(module_url, http=True, database_connections=4) as server,
            httpx.AsyncClient(base_url=server.http_url, timeout=60, limits=httpx.Limits()) as rest,
        ):
            await server.service.model.warm()
            crowd = await conversations_of(server, MANY, CONVERSATIONS)
            yield Served(server, rest, crowd, *await conversations_of(server, ONE, 1))


@asynccontextmanager
async def held(server: LocalServer) -> AsyncIterator[threading.Event]:
    """Nothing of the store and of the worker is done until the event is set."""
    go, service = threading.Event(), server.service
    database = service.store._database
    units = [
        asyncio.ensure_future(run(lambda _: go.wait(60))) for run in (database.write, database.read) for _ in range(8)
    ]
    units.append(asyncio.ensure_future(service.worker.run(go.wait, 60)))
    await asyncio.sleep(0.05)
    try:
        yield go
    finally:
        go.set()
        await asyncio.gather(*units)


async def in_hand(server: LocalServer, count: int) -> None:
    async with asyncio.timeout(60):
        # Nobody is told of a call that waits.
        while len(server.rpc.admission._calls) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def answered_before(served: Served, ask: Ask, crowd: list[str]) -> int:
    """How many of the crowd's calls, on these conversations, are answered before the other's, which came last."""
    answered: list[str] = []

    async def answer(namespace: str, conversation_id: str) -> None:
        await ask(namespace, conversation_id)
        answered.append(namespace)

    async with held(served.server) as go:
        calls = [asyncio.ensure_future(answer(MANY, conversation_id)) for conversation_id in crowd]
        await in_hand(served.server, len(crowd))
        calls.append(asyncio.ensure_future(answer(ONE, served.other)))
        await in_hand(served.server, len(crowd) + 1)
        go.set()
        await asyncio.gather(*calls)
    return answered.index(ONE)


@pytest.mark.parametrize("kind", ["append", "get_context", "get_conversation"])
async def test_a_call_waits_for_a_tenth_of_those_of_another_namespace_at_most(served: Served, kind: str) -> None:
    assert await answered_before(served, getattr(served, kind), 2 * served.crowd) <= CROWD / 10


@pytest.mark.parametrize("module_url", ["sqlite"], indirect=True)
async def test_a_call_over_rest_waits_for_a_tenth_of_those_of_another_namespace_at_most(served: Served) -> None:
    assert await answered_before(served, served.append_over_rest, served.crowd) <= CONVERSATIONS / 10


async def test_a_compaction_waits_for_a_tenth_of_those_of_another_namespace_at_most(served: Served) -> None:
    assert await answered_before(served, served.compact, served.crowd) <= CONVERSATIONS / 10


async def test_a_compaction_by_a_model_waits_for_a_tenth_of_those_of_another_namespace_at_most(
    served: Served, model: LoopbackModel
) -> None:
    # What other tests have compacted has something to compact again.
    calls = [(ONE, served.other), *((MANY, conversation_id) for conversation_id in served.crowd)]
    await asyncio.gather(*(served.append(*call) for call in calls))
    assert await answered_before(served, served.compact_by_model, served.crowd) <= CONVERSATIONS / 10
    assert len(model.requests) == CONVERSATIONS + 1
