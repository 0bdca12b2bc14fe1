"""A server that is stopped for a while: what its callers have given up by then is not done when it goes on."""

import asyncio
import os
import signal
from pathlib import Path

import grpc
import httpx
import pytest

from compaction.v1 import conversation_service_pb2
from tests.builders.chat import history_of, new_conversation, user
from tests.server import Client, ServerProcess, connected, server_process

MANY = {"rest": 500, "grpc": 1500}
"""Calls over a door: so many that the server does not read the end of all before it comes to the first."""

GIVE_UP_SECONDS = 0.5
STILL_SECONDS = 3.0


def door(server: ServerProcess) -> httpx.AsyncClient:
    """A client with a connection for each call at once."""
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(base_url=server.http_url, timeout=GIVE_UP_SECONDS, limits=limits)


async def append_by_rest(rest: httpx.AsyncClient, conversation_id: str) -> None:
    message = {"role": "user", "content": "late"}
    await rest.post(f"/v1/conversations/{conversation_id}/messages:append", json={"messages": [message]})


async def append_by_grpc(client: Client, conversation_id: str) -> None:
    request = conversation_service_pb2.AppendMessagesRequest(conversation_id=conversation_id, messages=[user("late")])
    await client.conversations.AppendMessages(request, timeout=GIVE_UP_SECONDS)


@pytest.mark.parametrize("by", MANY)
async def test_what_its_callers_have_given_up_has_no_effect(tmp_path: Path, by: str) -> None:
    async with server_process(tmp_path) as server, connected(server.address) as client, door(server) as rest:
        conversation_id = await new_conversation(client, [user("here")])
        before = await history_of(client, conversation_id)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            calls = [
                append_by_rest(rest, conversation_id) if by == "rest" else append_by_grpc(client, conversation_id)
                for _ in range(MANY[by])
            ]
            ends = await asyncio.gather(*calls, return_exceptions=True)
            await asyncio.sleep(STILL_SECONDS)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        await asyncio.sleep(1)
        assert {type(end) for end in ends} <= {httpx.ReadTimeout, httpx.ConnectTimeout, grpc.aio.AioRpcError}
        assert await history_of(client, conversation_id) == before
    # It is the clients' end.
    assert [line for line in server.lines if '"level":"error"' in line.replace(" ", "")] == []
