"""Compactions that are asked for several times at once: one attempt, which the calls share."""

import asyncio
from collections.abc import Sequence
from typing import Any

import grpc
import pytest
import pytest_asyncio
from google.protobuf.message import Message

from compactd.application import running_attempt
from compactd.domain.keys import ConversationKey
from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.ports.operations import Claim
from compaction.v1 import compaction_service_pb2, conversation_service_pb2
from tests.builders.chat import append, compact, context_of, make, new_agent, restore, talk
from tests.builders.stored_operations import claimed, end_leases, operation
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, MODEL, PATIENCE, SELF_ALL, SLIDING, received, waited_for_by, with_model
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

CALLS = 10
LONG = 60
"""Seconds of an answer that nobody waits for."""
HASTE = 2
"""Seconds that a call waits; before that the model is asked and another call has joined, on a busy machine too."""
REPEAT = (("x-stainless-retry-count", "1"),)

Response = compaction_service_pb2.CompactResponse


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _warm(server: LocalServer, model: LoopbackModel) -> LoopbackModel:
    # A test's deadline is for the model, not for loading what calls it.
    await server.service.model.warm()
    return model


@pytest.fixture
def often_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leases are renewed every tenth of a second."""
    monkeypatch.setattr(running_attempt, "RENEW_SECONDS", 0.1)


def compacting(client: Client, conversation_id: str, mode: int = ALL, **fields: Any) -> asyncio.Task[Response]:
    return asyncio.create_task(compact(client, conversation_id, mode, **fields))


def key_of(conversation_id: str) -> ConversationKey:
    return ConversationKey(LOCAL_PRINCIPAL.namespace, conversation_id)


def bytes_of(answers: Sequence[Message]) -> set[bytes]:
    return {answer.SerializeToString(deterministic=True) for answer in answers}


async def records_of(client: Client, conversation_id: str) -> int:
    request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id)
    return len((await client.compactions.ListCompactions(request)).compactions)


@pytest.mark.parametrize("with_id", [True, False])
async def test_ten_at_once_ask_the_model_once_and_get_equal_replies(
    server: LocalServer, client: Client, model: LoopbackModel, *, with_id: bool
) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat())
    request_id = conversation_id[5:] if with_id else ""
    calls = [compacting(client, conversation_id, request_id=request_id) for _ in range(CALLS)]
    await waited_for_by(CALLS, server)
    go.set()
    answers = await asyncio.gather(*calls)
    assert len(bytes_of(answers)) == 1
    assert answers[0].summary == SUMMARY
    assert len(model.requests) == await records_of(client, conversation_id) == 1


async def test_summarize_is_joined_too(server: LocalServer, client: Client, model: LoopbackModel) -> None:
    agent = await new_agent(client, model=MODEL)
    await append(client, agent.default_conversation_id, talk(20))
    go = model.answer_later(openai_chat())
    request = make(compaction_service_pb2.SummarizeRequest, agent_id=agent.id)
    calls = [client.compactions.Summarize(request) for _ in range(3)]
    await waited_for_by(len(calls), server)
    go.set()
    answers = await asyncio.gather(*calls)
    assert len(bytes_of(answers)) == len(model.requests) == 1


async def test_a_reply_is_kept_for_its_id(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    answer = await compact(client, conversation_id, ALL, request_id=conversation_id[5:])
    await append(client, conversation_id, talk(20, first=21))
    assert await compact(client, conversation_id, ALL, request_id=conversation_id[5:]) == answer
    assert len(model.requests) == 1
    # A new request is made anew.
    assert (await compact(client, conversation_id, ALL)).compaction.id != answer.compaction.id


@pytest.mark.parametrize("ended", [True, False])
async def test_another_request_with_the_same_id_is_rejected(
    client: Client, model: LoopbackModel, *, ended: bool
) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat())
    first = compacting(client, conversation_id, request_id=conversation_id[5:])
    await received(model)
    if ended:
        go.set()
        await first
    failed = await failure_of(compact(client, conversation_id, SLIDING, request_id=conversation_id[5:]))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_REUSED")
    go.set()
    assert (await first).summary == SUMMARY


async def test_without_an_id_only_a_clients_own_repeat_gets_the_reply_of_one_that_has_ended(
    client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    request = make(
        compaction_service_pb2.CompactRequest, conversation_id=conversation_id, compaction_settings={"mode": ALL}
    )
    answer = await client.compactions.Compact(request)
    assert await client.compactions.Compact(request, metadata=REPEAT) == answer
    for metadata in ((), (("x-stainless-retry-count", "0"),), (("x-stainless-retry-count", "x"),)):
        assert (await failure_of(client.compactions.Compact(request, metadata=metadata))).reason == "NOTHING_TO_COMPACT"
    assert len(model.requests) == 1


async def test_one_that_leaves_leaves_the_work_to_the_other(server: LocalServer, model: LoopbackModel) -> None:
    client = server.client
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat())
    first = compacting(client, conversation_id)
    await received(model)
    second = compacting(client, conversation_id)
    await waited_for_by(2, server)
    first.cancel()
    await waited_for_by(1, server)
    go.set()
    assert (await second).summary == SUMMARY
    assert len(model.requests) == 1
    assert not model.hung_up.is_set()


async def test_with_the_last_one_the_work_ends_and_nothing_is_written(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    before = await context_of(client, conversation_id)
    model.answer(openai_chat(), delay=LONG)
    calls = [compacting(client, conversation_id) for _ in range(3)]
    await received(model)
    await waited_for_by(len(calls), server)
    for call in calls:
        call.cancel()
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
    assert await context_of(client, conversation_id) == before
    # The lease was given back: nobody waits for its end.
    async with asyncio.timeout(10):
        assert (await compact(client, conversation_id, ALL)).summary == SUMMARY


async def test_a_call_that_can_wait_longer_puts_the_deadline_off(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat())
    request = make(
        compaction_service_pb2.CompactRequest, conversation_id=conversation_id, compaction_settings={"mode": ALL}
    )
    hasty = asyncio.ensure_future(client.compactions.Compact(request, timeout=HASTE))
    await received(model)
    patient = compacting(client, conversation_id)
    await waited_for_by(2, server)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await hasty
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    # Longer than the server takes to end what is at its deadline.
    await asyncio.sleep(0.5)
    go.set()
    assert (await patient).summary == SUMMARY
    assert len(model.requests) == 1


async def test_a_failure_is_that_of_all_and_the_next_call_tries_again(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later({"error": {"message": "no"}}, status=400)
    request_id = conversation_id[5:]
    calls = [
        asyncio.create_task(failure_of(compact(client, conversation_id, ALL, request_id=request_id))) for _ in range(3)
    ]
    await waited_for_by(len(calls), server)
    go.set()
    assert {failed.reason for failed in await asyncio.gather(*calls)} == {"PROVIDER_REJECTED"}
    assert len(model.requests) == 1
    assert (await compact(client, conversation_id, ALL, request_id=request_id)).summary == SUMMARY


async def test_different_ones_are_made_one_after_the_other(
    server: LocalServer, client: Client, model: LoopbackModel
) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat())
    first = compacting(client, conversation_id, SLIDING)
    await received(model)
    second = compacting(client, conversation_id, SELF_ALL)
    await waited_for_by(2, server)
    go.set()
    answers = await asyncio.gather(first, second)
    # The second one was planned when the first one was in force.
    assert answers[1].compaction.parent_id == answers[0].compaction.id
    assert len(model.requests) == await records_of(client, conversation_id) == 2


async def test_a_lease_whose_process_was_killed_is_taken_over_when_it_ends(
    server: LocalServer, model: LoopbackModel
) -> None:
    client, store = server.client, server.service.store
    conversation_id = await with_model(client)
    await claimed(store, key_of(conversation_id), operation(namespace=LOCAL_PRINCIPAL.namespace))
    waiting = compacting(client, conversation_id)
    await asyncio.sleep(0.3)
    assert not model.requests
    await end_leases(store, conversation_id)
    assert (await waiting).summary == SUMMARY


@pytest.mark.usefixtures("often_renewed")
async def test_work_whose_lease_is_lost_is_stopped(server: LocalServer, model: LoopbackModel) -> None:
    client, store = server.client, server.service.store
    conversation_id = await with_model(client)
    other = operation(namespace=LOCAL_PRINCIPAL.namespace)
    model.answer(openai_chat(), delay=LONG)
    running = asyncio.create_task(failure_of(compact(client, conversation_id, ALL)))
    await received(model)
    async with asyncio.timeout(PATIENCE):
        # It is renewed ten times a second, also between the two.
        await end_leases(store, conversation_id)
        while not isinstance(await store.claim(key_of(conversation_id), other), Claim):
            await end_leases(store, conversation_id)
    failed = await running
    assert (failed.code, failed.reason) == (grpc.StatusCode.ABORTED, "CONTEXT_CHANGED")
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)


@pytest.mark.usefixtures("often_renewed")
async def test_work_for_a_context_that_was_restored_is_stopped(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    done = await compact(client, conversation_id, ALL)
    await append(client, conversation_id, talk(20, first=21))
    model.answer(openai_chat(), delay=LONG)
    running = asyncio.create_task(failure_of(compact(client, conversation_id, ALL)))
    await received(model, 2)
    await restore(client, conversation_id, done.compaction.id)
    assert (await running).reason == "CONTEXT_CHANGED"
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
    assert (await compact(client, conversation_id, ALL)).summary == SUMMARY


@pytest.mark.usefixtures("often_renewed")
async def test_work_for_a_conversation_that_was_deleted_is_stopped(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat(), delay=LONG)
    running = asyncio.create_task(failure_of(compact(client, conversation_id, ALL)))
    await received(model)
    await client.conversations.DeleteConversation(
        make(conversation_service_pb2.DeleteConversationRequest, conversation_id=conversation_id)
    )
    assert (await running).reason == "CONVERSATION_NOT_FOUND"
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)


async def test_a_dry_run_takes_no_lease_and_keeps_nothing(server: LocalServer, model: LoopbackModel) -> None:
    client, store = server.client, server.service.store
    conversation_id = await with_model(client)
    await claimed(store, key_of(conversation_id), operation(namespace=LOCAL_PRINCIPAL.namespace))
    planned = await compact(client, conversation_id, ALL, dry_run=True, request_id=conversation_id[5:])
    assert planned.plan.evicted_count == 80
    await end_leases(store, conversation_id)
    assert (await compact(client, conversation_id, ALL, request_id=conversation_id[5:])).summary == SUMMARY
