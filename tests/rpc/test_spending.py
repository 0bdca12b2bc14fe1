"""What compactions took of models: in their records, and where they come to nothing in the log."""

import asyncio

import pytest
from structlog.testing import capture_logs

from compaction.v1 import compaction_service_pb2
from tests.builders.chat import compact, make
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import LIGHT, PATIENCE, received, with_model
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_failed_compaction_is_logged_with_all_that_it_took(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer({"error": {"message": "canary"}, "usage": {"prompt_tokens": 700, "completion_tokens": 3}}, status=500)
    model.answer(openai_chat("canary " * 9_000))
    with capture_logs() as lines:
        assert (await failure_of(compact(client, conversation_id))).reason == "SUMMARY_NOT_SMALLER"
    [line] = [line for line in lines if line["event"] == "compaction failed"]
    assert (line["conversation_id"], line["model"]) == (conversation_id, LIGHT)
    assert (line["reason"], line["log_level"]) == ("SUMMARY_NOT_SMALLER", "warning")
    assert (line["model_calls"], line["input_tokens"], line["output_tokens"], line["cached_tokens"]) == (
        2,
        760,
        53,
        40,
    )
    assert line["cost_usd"] > 0
    assert "canary" not in str(line)


async def test_a_summary_that_comes_too_late_is_logged_as_spent(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat(), delay=60)
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id)
    with capture_logs() as lines:
        running = client.compactions.Compact(request)
        await received(model)
        running.cancel()
        await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
        async with asyncio.timeout(PATIENCE):
            while not any(line["event"] == "compaction failed" for line in lines):  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0.005)
    [line] = [line for line in lines if line["event"] == "compaction failed"]
    assert (line["reason"], line["model_calls"], line["output_tokens"]) == ("CANCELLED", 1, 0)


async def test_a_compaction_that_asked_nobody_has_spent_nothing(
    client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    conversation_id = await with_model(client)
    with capture_logs() as lines:
        assert (await failure_of(compact(client, conversation_id))).reason == "PROVIDER_UNAUTHENTICATED"
    assert [line for line in lines if line["event"] == "compaction failed"] == []


async def test_an_answer_that_was_refused_by_the_check_is_paid_for(client: Client, model: LoopbackModel) -> None:
    conversation_id = await with_model(client)
    model.answer(openai_chat("<think>and so on"))
    made = (await compact(client, conversation_id, allow_degraded=True)).compaction
    assert (made.usage.calls, made.usage.input_tokens, made.usage.output_tokens) == (1, 60, 50)
    assert made.usage.cost_usd > 0
