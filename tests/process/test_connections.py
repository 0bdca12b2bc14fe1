"""Connections to a real server that are not to grow old."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.builders.channels import has_connected
from tests.builders.chat import new_conversation, talk
from tests.process.callers import OK, Callers
from tests.server import NOT_DURABLE, connected, server_process


@pytest.mark.timeout(120)
async def test_callers_of_a_server_with_an_age_for_connections_make_new_ones_and_notice_nothing(tmp_path: Path) -> None:
    settings = {**NOT_DURABLE, "COMPACTD_MAX_CONNECTION_AGE_SECONDS": "0.5"}
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(server_process(tmp_path, **settings))
        await server.event("serving")
        clients = [await stack.enter_async_context(connected(server.address)) for _ in range(2)]
        callers = Callers(clients * 4, await new_conversation(clients[0], talk(2)))
        await asyncio.gather(*(has_connected(client.channel, 2) for client in clients))
        assert (await callers.end()).keys() == {OK}
