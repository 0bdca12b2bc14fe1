"""Two servers of one database: what the one does, the other knows of."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from compactd.ports.operations import Claim, Renewed
from compaction.v1 import compaction_service_pb2
from tests.builders.chat import append, compact, context_alone, context_of, talk, user
from tests.builders.stored_operations import end_leases, wanted_elsewhere
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, PATIENCE, SELF_ALL, SLIDING, received, waited_for_by, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = 60
"""Seconds of an answer that nobody waits for."""

Response = compaction_service_pb2.CompactResponse


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["sqlite", "postgresql"])
async def servers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[LocalServer, LocalServer]]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('replicas')}/compactd.db"
    else:
        url = request.getfixturevalue("module_postgres_url")
    settings: dict[str, Any] = {"database_connections": 4, "model_retry_seconds": 0}
    async with local_server(url, **settings) as one, local_server(url, **settings) as other:
        yield one, other


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _warm(servers: tuple[LocalServer, LocalServer], model: LoopbackModel) -> LoopbackModel:
    # A test's deadline is for the model, not for loading what calls it.
    for server in servers:
        await server.service.model.warm()
    return model


def compacting(client: Client, conversation_id: str, mode: int = ALL, **fields: Any) -> asyncio.Task[Response]:
    return asyncio.create_task(compact(client, conversation_id, mode, **fields))


@pytest.mark.parametrize("with_id", [True, False])
async def test_equal_calls_to_both_ask_the_model_once_and_get_equal_replies(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel, *, with_id: bool
) -> None:
    one, other = (server.client for server in servers)
    conversation_id = await with_model(one)
    go = model.answer_later(openai_chat())
    request_id = conversation_id[5:] if with_id else ""
    calls = [compacting(client, conversation_id, request_id=request_id) for client in (one, other) * 5]
    await waited_for_by(len(calls), *servers)
    await wanted_elsewhere(servers[0].service.store, conversation_id)
    go.set()
    answers = await asyncio.gather(*calls)
    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == len(model.requests) == 1
    if with_id:
        assert await compact(other, conversation_id, ALL, request_id=request_id) == answers[0]


async def test_a_failure_is_that_of_calls_to_both(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = (server.client for server in servers)
    conversation_id = await with_model(one)
    go = model.answer_later({"error": {"message": "no"}}, status=400)
    first = asyncio.create_task(failure_of(compact(one, conversation_id, ALL)))
    await received(model)
    waits = asyncio.create_task(failure_of(compact(other, conversation_id, ALL)))
    await wanted_elsewhere(servers[0].service.store, conversation_id)
    go.set()
    second = await waits
    assert (await first).everything.split(b"<")[0] == second.everything.split(b"<")[0]
    assert second.reason == "PROVIDER_REJECTED"
    assert len(model.requests) == 1


async def test_who_waits_at_the_other_gets_the_reply_when_the_first_caller_has_gone(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (server.client for server in servers)
    store, is_wanted = servers[0].service.store, asyncio.Event()
    renew = store.renew

    async def watched_renew(claim: Claim) -> Renewed:
        renewed = await renew(claim)
        if renewed.wanted_seconds > 0:
            is_wanted.set()
        return renewed

    conversation_id = await with_model(one)
    go = model.answer_later(openai_chat())
    first = compacting(one, conversation_id)
    await received(model)
    second = compacting(other, conversation_id)
    await wanted_elsewhere(store, conversation_id)
    monkeypatch.setattr(store, "renew", watched_renew)
    first.cancel()
    # With nobody left here, the database is asked whether somebody waits elsewhere.
    await asyncio.wait_for(is_wanted.wait(), PATIENCE)
    go.set()
    assert (await second).summary == SUMMARY
    assert len(model.requests) == 1


async def test_when_nobody_waits_at_either_the_work_ends(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = (server.client for server in servers)
    conversation_id = await with_model(one)
    before = await context_alone(one, conversation_id)
    model.answer(openai_chat(), delay=LONG)
    calls = [compacting(one, conversation_id)]
    await received(model)
    calls.append(compacting(other, conversation_id))
    await wanted_elsewhere(servers[0].service.store, conversation_id)
    for call in calls:
        call.cancel()
    # The other one is known to have waited for three seconds more.
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
    assert await context_alone(other, conversation_id) == before


async def test_different_compactions_at_both_are_made_one_after_the_other(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = (server.client for server in servers)
    conversation_id = await with_model(one)
    go = model.answer_later(openai_chat())
    first = compacting(one, conversation_id, SLIDING)
    await received(model)
    waits = compacting(other, conversation_id, SELF_ALL)
    await waited_for_by(2, *servers)
    go.set()
    second = await waits
    assert second.compaction.parent_id == (await first).compaction.id


async def test_one_takes_over_what_the_other_has_left_when_its_lease_ends(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = servers
    conversation_id = await with_model(one.client)
    go = model.answer_later(openai_chat("Too late."))
    first = compacting(one.client, conversation_id)
    await received(model)
    # As if its process had stood still for so long.
    await end_leases(one.service.store, conversation_id)
    done = await compact(other.client, conversation_id, ALL)
    go.set()
    assert done.summary == SUMMARY
    assert await first == done
    assert SUMMARY in (await context_of(one.client, conversation_id)).messages[1].content


async def test_one_that_has_lost_its_lease_to_another_request_says_that_the_context_has_changed(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = servers
    conversation_id = await with_model(one.client)
    go = model.answer_later(openai_chat("Too late."))
    first = asyncio.create_task(failure_of(compact(one.client, conversation_id, ALL)))
    await received(model)
    await end_leases(one.service.store, conversation_id)
    assert (await compact(other.client, conversation_id, SELF_ALL)).summary == SUMMARY
    go.set()
    assert (await first).reason == "CONTEXT_CHANGED"
    assert SUMMARY in (await context_of(one.client, conversation_id)).messages[1].content


async def test_the_same_append_to_both_is_appended_once(
    servers: tuple[LocalServer, LocalServer], model: LoopbackModel
) -> None:
    one, other = (server.client for server in servers)
    conversation_id = await with_model(one)
    request_id = conversation_id[5:]
    calls = [append(client, conversation_id, [user("x")], request_id=request_id) for client in (one, other) * 5]
    answers = await asyncio.gather(*calls)
    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
    assert answers[0].messages[0].position == len(talk(20)) + 1
    await compact(one, conversation_id, ALL)
