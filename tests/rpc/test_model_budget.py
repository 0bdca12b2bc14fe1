"""The quota of what models cost in a day: refused before a model is asked, and shared by all servers of a database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio

from compactd.domain.quotas import QuotaExceeded
from compactd.ports.quotas import SpendLimit
from compaction.v1 import compaction_pb2, compaction_service_pb2
from tests.builders.chat import append, compact, context_alone, make, talk
from tests.gateway.error_bodies import error_of
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel, Reply
from tests.rpc.failures import failure_of, read
from tests.rpc.models import ALL, LIGHT, PATIENCE, received, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL = {"openai": {"max_output_tokens": 1000}}

CALLERS = 40
COMPACTIONS = 60
"""How many the budget of the concurrent test is for."""


@asynccontextmanager
async def server_with(folder: Path, usd: float, url: str = "", **settings: Any) -> AsyncIterator[LocalServer]:
    file = folder / "namespaces.toml"
    file.write_text(f"[default]\nmodel_usd_per_day = {usd}\n")
    async with local_server(url, namespaces_file=file, model_retry_seconds=0, linger_seconds=0, **settings) as server:
        await server.service.model.warm()
        yield server


async def used(server: LocalServer) -> float:
    """What was spent today."""
    with pytest.raises(QuotaExceeded) as raised:
        await server.service.store.reserve_spend(SpendLimit("default", 0.0), 0.0, 1.0)
    return float(raised.value.metadata["used"])


async def test_a_compaction_that_could_cost_more_than_is_left_asks_no_model(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with server_with(tmp_path, 0.0001, http=True) as server:
        client = server.client
        conversation_id = await with_model(client)
        before = await context_alone(client, conversation_id)
        for allow_degraded in (False, True):
            failed = await failure_of(compact(client, conversation_id, ALL, allow_degraded=allow_degraded))
            assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
            assert failed.quotas == (("namespace:default", failed.sentence),)
            assert (failed.metadata["quota"], failed.metadata["limit"]) == ("model_usd_per_day", "0.0001")
            assert failed.metadata["used"] == "0"
            assert failed.retry_seconds is not None
        async with httpx.AsyncClient(base_url=server.http_url, timeout=30) as rest:
            error = error_of(await rest.post(f"/v1/conversations/{conversation_id}/compact", json={}))
        assert (error.status, error.reason) == (429, "QUOTA_EXCEEDED")
        assert model.requests == []
        assert await context_alone(client, conversation_id) == before
        request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id)
        request.compaction_settings.model = "local/extractive"
        assert (
            await client.compactions.Compact(request)
        ).compaction.method == compaction_pb2.COMPACTION_METHOD_EXTRACTIVE
        assert await used(server) == 0


async def test_what_a_compaction_has_cost_counts_and_what_it_could_have_cost_does_not(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with server_with(tmp_path, 1) as server:
        conversation_id = await with_model(server.client)
        made = (await compact(server.client, conversation_id, ALL)).compaction
        assert 0 < made.usage.cost_usd < 0.001
        assert await used(server) == pytest.approx(made.usage.cost_usd, rel=1e-6)


async def test_a_failure_counts_what_its_answers_cost_and_a_call_that_is_broken_off_what_it_takes_to_read(
    tmp_path: Path, model: LoopbackModel
) -> None:
    async with server_with(tmp_path, 1) as server:
        conversation_id = await with_model(server.client)
        model.answer(openai_chat(""))
        assert (await failure_of(compact(server.client, conversation_id, ALL))).reason == "SUMMARY_EMPTY"
        after_failure = await used(server)
        assert after_failure > 0
        model.answer({"error": {"message": "away"}}, status=400)
        assert (await failure_of(compact(server.client, conversation_id, ALL))).reason == "PROVIDER_REJECTED"
        assert await used(server) == pytest.approx(after_failure)
        model.answer(openai_chat(), delay=60)
        request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id)
        running = server.client.compactions.Compact(request)
        await received(model, 3)
        running.cancel()
        await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
        async with asyncio.timeout(PATIENCE):
            # Nobody is told when it is settled.
            while await used(server) == pytest.approx(after_failure):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        # The rest of what was held back is free again.
        assert await used(server) < 0.005


async def test_a_database_that_cannot_count_what_was_spent_fails_no_call_and_counts_it_later(
    tmp_path: Path, model: LoopbackModel
) -> None:
    file = tmp_path / "counted.db"

    def rename(old: str, new: str) -> None:
        with closing(sqlite3.connect(file, timeout=PATIENCE)) as connection:
            connection.execute(f"ALTER TABLE {old} RENAME TO {new}")

    def away(_: object) -> Reply:
        rename("spend_reservations", "hidden")
        return Reply(openai_chat())

    async with server_with(tmp_path, 1, f"sqlite:///{file}") as server:
        conversation_id = await with_model(server.client)
        model.otherwise = away
        made = (await compact(server.client, conversation_id, ALL)).compaction
        rename("hidden", "spend_reservations")
        async with asyncio.timeout(PATIENCE):
            while await used(server) != pytest.approx(made.usage.cost_usd, rel=1e-6):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture(loop_scope="session", params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shared.db"
    url: str = request.getfixturevalue("shared_postgres_url")
    return url


def answers_of_a_thousand_tokens(model: LoopbackModel) -> None:
    body = openai_chat()
    body["usage"] = {"prompt_tokens": 900, "completion_tokens": 900, "total_tokens": 1800}
    model.otherwise = lambda request: Reply(body, delay=0.02)


async def test_forty_callers_of_two_servers_spend_the_limit_and_no_more(
    tmp_path: Path, database_url: str, model: LoopbackModel
) -> None:
    answers_of_a_thousand_tokens(model)
    async with server_with(tmp_path, 10, database_url) as first:
        one = (await spent_by(first.client, await with_model(first.client, turns=5))).usage.cost_usd
        limit = one * COMPACTIONS
    async with (
        server_with(tmp_path, limit, database_url, database_connections=4) as here,
        server_with(tmp_path, limit, database_url, database_connections=4) as there,
    ):
        clients = [(here, there)[number % 2].client for number in range(CALLERS)]
        costs = await asyncio.gather(*(spend_all(client) for client in clients))
    total = one + sum(costs)
    assert 0.9 * limit <= total <= 1.05 * limit


async def spent_by(client: Client, conversation_id: str) -> compaction_pb2.Compaction:
    request = make(
        compaction_service_pb2.CompactRequest,
        conversation_id=conversation_id,
        compaction_settings={"mode": ALL, "model": LIGHT, "model_settings": SMALL},
    )
    return (await client.compactions.Compact(request)).compaction


async def spend_all(client: Client) -> float:
    """What the compactions of one caller cost until there is nothing left for another one today."""
    total, conversation_id = 0.0, await with_model(client, turns=5)
    async with asyncio.timeout(60):
        while True:
            try:
                total += (await spent_by(client, conversation_id)).usage.cost_usd
                await append(client, conversation_id, talk(5))
            except grpc.aio.AioRpcError as error:
                failed = read(error)
                assert failed.reason == "QUOTA_EXCEEDED"
                assert failed.retry_seconds is not None
                if failed.retry_seconds > 2:
                    return total
                # Others hold back what they may not need.
                await asyncio.sleep(0.05)
