"""What happens while the model works: deadlines, cancellation, other calls."""

import asyncio

import grpc
import pytest

from compactd.application import compact as compact_use_case
from compaction.v1 import (
    compaction_service_pb2,
    conversation_service_pb2,
    error_reason_pb2,
)
from tests.builders.chat import append, compact, context_alone, context_of, make, user
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, received, with_model
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOO_LONG = 60
"""Seconds that a model takes which nobody waits for."""

PATIENCE = 20
"""Seconds, where many tests share few cores; what is waited for takes milliseconds."""


async def test_the_deadline_ends_the_call_and_the_request_to_the_model(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    before = await context_alone(client, conversation_id)
    model.answer(openai_chat(), delay=TOO_LONG)
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id)
    running = client.compactions.Compact(request, timeout=2)
    await received(model)
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await running
    assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
    assert await context_alone(client, conversation_id) == before


async def test_a_cancelled_call_stops_the_model_and_changes_nothing(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    before = await context_alone(client, conversation_id)
    model.answer(openai_chat(), delay=TOO_LONG)
    running = client.compactions.Compact(make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id))
    await received(model)
    running.cancel()
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
    assert await context_alone(client, conversation_id) == before
    await compact(client, conversation_id)


async def test_messages_appended_meanwhile_are_in_the_context_once(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat("Twenty invoices."))
    running = asyncio.create_task(compact(client, conversation_id, ALL))
    await received(model)
    await append(client, conversation_id, [user("and INV-9999?")])
    go.set()
    done = await running
    context = await context_of(client, conversation_id)
    assert [message.content for message in context.messages[2:]] == ["and INV-9999?"]
    assert done.num_messages_after == 2
    assert done.compaction.last_seen_position == 80
    assert context.context_tokens > done.compaction.tokens_after


async def test_a_recompile_meanwhile_is_no_conflict(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat("Twenty invoices."))
    running = asyncio.create_task(compact(client, conversation_id, ALL))
    await received(model)
    request = make(compaction_service_pb2.RecompileRequest, conversation_id=conversation_id)
    prompt = (await client.compactions.Recompile(request)).system_prompt
    go.set()
    assert (await running).summary == "Twenty invoices."
    assert (await context_of(client, conversation_id)).messages[0].content == prompt


async def test_a_deleted_conversation_cannot_be_committed_to(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    go = model.answer_later(openai_chat("Twenty invoices."))
    running = asyncio.create_task(failure_of(compact(client, conversation_id, ALL)))
    await received(model)
    await client.conversations.DeleteConversation(
        make(conversation_service_pb2.DeleteConversationRequest, conversation_id=conversation_id)
    )
    go.set()
    assert (await running).reason == "CONVERSATION_NOT_FOUND"


async def test_a_model_that_answers_too_late_leaves_time_to_degrade(
    client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As long as a busy machine may take for what steps in.
    monkeypatch.setattr(compact_use_case, "DEGRADE_RESERVE", 20.0)
    conversation_id = await with_model(client)
    model.answer(openai_chat(), delay=TOO_LONG)
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id, allow_degraded=True)
    done = await client.compactions.Compact(request, timeout=22)
    reason = error_reason_pb2.ERROR_REASON_PROVIDER_UNAVAILABLE
    assert done.compaction.degraded_reason == reason
