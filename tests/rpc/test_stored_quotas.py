"""The quotas of stored messages and bytes: over both doors, on both databases."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import httpx
import pytest

from compactd.application.stored_quotas import RECOUNT_SHARE
from compactd.ports.quotas import Stored
from compaction.v1 import conversation_service_pb2
from tests.builders.chat import append, context_of, make, new_agent, new_conversation, user
from tests.gateway.error_bodies import error_of
from tests.rpc.failures import Failure, failure_of, read
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/compactd.db"
    url: str = request.getfixturevalue("shared_postgres_url")
    return url


@asynccontextmanager
async def server_with(folder: Path, limits: str, url: str) -> AsyncIterator[LocalServer]:
    (folder / "namespaces.toml").write_text(f"[default]\n{limits}\n")
    file = folder / "namespaces.toml"
    async with local_server(url, http=True, namespaces_file=file, database_connections=2) as server:
        yield server


def assert_quota(failed: Failure, quota: str, limit: int, used: int) -> None:
    assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
    assert failed.quotas == (("namespace:default", failed.sentence),)
    assert (failed.metadata["quota"], failed.metadata["limit"]) == (quota, str(limit))
    assert failed.metadata["used"] == str(used)
    # To come back changes nothing.
    assert failed.retry_seconds is None


async def test_messages_beyond_the_limit_are_refused_as_a_whole_until_others_are_deleted(
    tmp_path: Path, database_url: str
) -> None:
    async with server_with(tmp_path, "stored_messages = 20", database_url) as server:
        client = server.client
        agent = await new_agent(client)
        one, other = [await new_conversation(client, agent_id=agent.id) for _ in range(2)]
        # Each of three conversations has a system message.
        await append(client, one, [user("a")] * 10)
        await append(client, other, [user("b")] * 6)
        assert_quota(await failure_of(append(client, other, [user("c")] * 2)), "stored_messages", 20, 19)
        assert server.service.quotas.used["default"]["stored_messages"] == 19
        async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as rest:
            messages = {"messages": [{"role": "user", "content": "c"}] * 2}
            error = error_of(await rest.post(f"/v1/conversations/{other}/messages:append", json=messages))
        assert (error.status, error.reason, error.retry_delay) == (429, "QUOTA_EXCEEDED", None)
        assert error.headers["x-should-retry"] == "false"
        assert (await context_of(client, other)).last_position == 6
        await append(client, other, [user("d")])
        assert_quota(await failure_of(new_agent(client)), "stored_messages", 20, 20)
        assert_quota(await failure_of(new_conversation(client, agent_id=agent.id)), "stored_messages", 20, 20)
        await client.conversations.DeleteConversation(
            make(conversation_service_pb2.DeleteConversationRequest, conversation_id=one)
        )
        await append(client, other, [user("e")] * 10)


async def test_a_full_namespace_is_refused_without_a_look_for_each_append(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with server_with(tmp_path, "stored_messages = 7", f"sqlite:///{tmp_path}/compactd.db") as server:
        conversation_id, store, looks = await new_conversation(server.client), server.service.store, 0
        stored = store.stored

        async def slowly(namespace: str) -> Stored:
            nonlocal looks
            looks += 1
            await asyncio.sleep(0.1)
            return await stored(namespace)

        monkeypatch.setattr(store, "stored", slowly)
        await append(server.client, conversation_id, [user("a")] * 5)
        started, before = time.monotonic(), looks
        for _ in range(30):
            failed = await failure_of(append(server.client, conversation_id, [user("b")]))
            assert failed.reason == "QUOTA_EXCEEDED"
        assert looks - before <= 2 + (time.monotonic() - started) / (RECOUNT_SHARE * 0.1)


async def test_bytes_beyond_the_limit_are_refused(tmp_path: Path, database_url: str) -> None:
    async with server_with(tmp_path, "stored_bytes = 5000", database_url) as server:
        conversation_id = await new_conversation(server.client)
        await append(server.client, conversation_id, [user("x" * 3000)])
        failed = await failure_of(append(server.client, conversation_id, [user("x" * 3000)]))
        assert failed.metadata["quota"] == "stored_bytes"
        assert 3000 < int(failed.metadata["used"]) < 4000
        await append(server.client, conversation_id, [user("x" * 500)])


async def test_a_request_that_is_repeated_has_its_reply_whatever_is_stored_by_now(
    tmp_path: Path, database_url: str
) -> None:
    async with server_with(tmp_path, "stored_messages = 7", database_url) as server:
        conversation_id = await new_conversation(server.client)
        first = await append(server.client, conversation_id, [user("a")] * 5, request_id=conversation_id[5:])
        again = await append(server.client, conversation_id, [user("a")] * 5, request_id=conversation_id[5:])
        assert first == again
        assert_quota(await failure_of(append(server.client, conversation_id, [user("b")])), "stored_messages", 7, 7)


async def test_two_servers_stop_at_the_limit_but_for_what_is_on_its_way(tmp_path: Path, database_url: str) -> None:
    limit, callers = 100, 8

    async def is_stored(client: Client, conversation_id: str) -> bool:
        try:
            await append(client, conversation_id, [user("a")])
        except grpc.aio.AioRpcError as error:
            if read(error).reason != "QUOTA_EXCEEDED":
                raise
            return False
        return True

    async with (
        server_with(tmp_path, f"stored_messages = {limit}", database_url) as here,
        server_with(tmp_path, f"stored_messages = {limit}", database_url) as there,
    ):
        clients = [(here, there)[number % 2].client for number in range(callers)]
        left = [(client, await new_conversation(client)) for client in clients]
        stored = 0
        while left:
            # In rounds: both servers store as fast, whatever else there is to do for the machine.
            done = await asyncio.gather(*(is_stored(*caller) for caller in left))
            left = [caller for caller, is_done in zip(left, done, strict=True) if is_done]
            stored += len(left)
        total = (await here.service.store.stored("default")).messages
    # An agent's default conversation and the one beside it have a system message each.
    assert total == stored + 2 * callers
    assert limit - callers <= total <= limit + callers
