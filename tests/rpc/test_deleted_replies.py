"""A repeat that crosses the deletion of its conversation, with which the kept reply goes: it is told that this is gone,
and not a failure as if its first attempt had had no effect."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import grpc
import pytest
import pytest_asyncio

from compactd.domain.keys import AgentKey, ConversationKey
from compactd.domain.operations import Operation, Reply
from compactd.domain.principal import LOCAL_PRINCIPAL
from compaction.v1 import compaction_service_pb2, compaction_settings_pb2
from tests.builders.chat import append, compact, make, new_agent, new_conversation, restore, talk, user
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

EXTRACTIVE = compaction_settings_pb2.CompactionSettings(model="local/extractive")

Send = Callable[[], Awaitable[object]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(module_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(module_url) as running:
        yield running


async def recompiling(client: Client, conversation_id: str, request_id: str) -> Send:
    request = make(
        compaction_service_pb2.RecompileRequest,
        conversation_id=conversation_id,
        request_id=request_id,
        expected_version="0.1",
    )
    return lambda: client.compactions.Recompile(request)


async def restoring(client: Client, conversation_id: str, request_id: str) -> Send:
    done = await compact(client, conversation_id, 1, compaction_settings=EXTRACTIVE)
    return lambda: restore(client, conversation_id, done.compaction.id, request_id=request_id)


async def restoring_one_version(client: Client, conversation_id: str, request_id: str) -> Send:
    done = await compact(client, conversation_id, 1, compaction_settings=EXTRACTIVE)
    return lambda: restore(client, conversation_id, done.compaction.id, request_id=request_id, expected_version="1.1")


each_call = pytest.mark.parametrize("calling", [recompiling, restoring, restoring_one_version])


@pytest.fixture
def delete_before_replies_are_looked_for(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[], Awaitable[object]]], None]:
    """Has something deleted when a call has failed, and before it looks for a reply that is kept."""
    store = server.service.store
    find_reply = store.find_reply

    def delete_first(delete: Callable[[], Awaitable[object]]) -> None:
        async def find_later(operation: Operation, *given: Any, **of: Any) -> Reply | None:
            await delete()
            return await find_reply(operation, *given, **of)

        monkeypatch.setattr(store, "find_reply", find_later)

    return delete_first


@each_call
async def test_a_repeat_that_crosses_the_deletion_of_its_conversation_does_not_find_it(
    server: LocalServer, calling: Any, delete_before_replies_are_looked_for: Any
) -> None:
    client, store = server.client, server.service.store
    conversation_id = await new_conversation(client, talk(20))
    send = await calling(client, conversation_id, str(uuid4()))
    await send()
    key = ConversationKey(LOCAL_PRINCIPAL.namespace, conversation_id)
    delete_before_replies_are_looked_for(lambda: store.delete_conversation(key))
    failed = await failure_of(send())
    assert (failed.code, failed.reason) == (grpc.StatusCode.NOT_FOUND, "CONVERSATION_NOT_FOUND")


@each_call
async def test_a_repeat_that_crosses_the_deletion_of_its_agent_does_not_find_that(
    server: LocalServer, calling: Any, delete_before_replies_are_looked_for: Any
) -> None:
    client, store = server.client, server.service.store
    agent = await new_agent(client)
    await append(client, agent.id, talk(20))
    send = await calling(client, agent.id, str(uuid4()))
    await send()
    delete_before_replies_are_looked_for(lambda: store.delete_agent(AgentKey(LOCAL_PRINCIPAL.namespace, agent.id)))
    failed = await failure_of(send())
    assert (failed.code, failed.reason) == (grpc.StatusCode.NOT_FOUND, "AGENT_NOT_FOUND")


async def test_a_repeat_of_what_has_had_no_effect_is_told_why(server: LocalServer) -> None:
    conversation_id = await new_conversation(server.client, talk(3))
    nowhere = {"expected_last_position": 1, "request_id": str(uuid4())}
    reasons = [(await failure_of(append(server.client, conversation_id, [user("x")], **nowhere))).reason for _ in "12"]
    assert reasons == ["CONTEXT_CHANGED"] * 2
