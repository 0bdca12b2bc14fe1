"""An error of the database that nobody expects: the operator reads it, with the call that met it; no caller does."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import grpc
import httpx
import psycopg
import pytest
import pytest_asyncio
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from compaction.v1 import agent_pb2, agent_service_pb2
from tests.gateway.error_bodies import error_of
from tests.rpc.failures import failure_of
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

CANARY = "canary of the database"
NAME = "whoever is called so"

SQLITE = f"""
CREATE TRIGGER canary BEFORE INSERT ON agents WHEN NEW.name_folded = '{NAME}'
BEGIN SELECT RAISE(ABORT, '{CANARY}'); END
"""
POSTGRESQL: Any = f"""
CREATE FUNCTION canary() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.name_folded = '{NAME}' THEN RAISE EXCEPTION '{CANARY}'; END IF; RETURN NEW; END $$;
CREATE TRIGGER canary BEFORE INSERT ON agents FOR EACH ROW EXECUTE FUNCTION canary();
"""


def plant(url: str) -> None:
    """Has the database refuse an agent of that name in words of its own."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.execute(SQLITE)
    else:
        with psycopg.connect(url) as connection:
            connection.execute(POSTGRESQL)


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["SQLite", "PostgreSQL"])
async def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LocalServer]:
    url = f"sqlite:///{tmp_path_factory.mktemp('canary') / 'compactd.db'}"
    if request.param == "PostgreSQL":
        url = request.getfixturevalue("module_postgres_url")
    async with local_server(url, http=True) as running:
        # The first call makes SQLite's tables.
        await running.client.agents.CreateAgent(agent_service_pb2.CreateAgentRequest())
        await asyncio.to_thread(plant, url)
        yield running


async def test_over_grpc_it_is_in_the_log_and_in_no_byte_of_the_answer(server: LocalServer) -> None:
    request = agent_service_pb2.CreateAgentRequest(agent=agent_pb2.Agent(name=NAME))
    with capture_logs(processors=[merge_contextvars]) as logged:
        call = server.client.agents.CreateAgent(request, metadata=(("x-request-id", "mine"),))
        failed = await failure_of(call)
    assert (failed.code, failed.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert b"canary" not in failed.everything
    assert b"canary" not in repr((await call.initial_metadata(), await call.trailing_metadata())).encode()
    [line] = [line for line in logged if line["event"] == "internal error"]
    assert (line["call_id"], line["log_level"]) == ("mine", "error")


async def test_over_rest_it_is_in_the_log_and_in_no_byte_of_the_answer(
    server: LocalServer, capsys: pytest.CaptureFixture[str]
) -> None:
    async with httpx.AsyncClient(base_url=server.http_url, headers={"X-Request-Id": "mine"}, timeout=60) as rest:
        answer = await rest.post("/v1/agents/", json={"name": NAME})
    error = error_of(answer)
    assert (error.status, error.reason) == (500, "INTERNAL")
    assert "canary" not in answer.text + repr(answer.headers.raw)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    [line] = [line for line in lines if line["event"] == "internal error"]
    assert line["call_id"] == "mine"
    assert CANARY in line["exception"]
    assert "manage_agents.py" in line["exception"]
