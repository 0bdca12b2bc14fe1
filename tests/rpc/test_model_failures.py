"""What becomes of a compaction when its model fails."""

from typing import Any

import pytest

from compaction.v1 import (
    compaction_pb2,
    error_reason_pb2,
)
from tests.builders.chat import compact, context_of
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import ALL, LIGHT, MODEL, SELF_SLIDING, SLIDING, with_model
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


def failing(body: Any = None, **reply: Any) -> dict[str, Any]:
    return {"body": {"error": {"message": "secret of the provider", "code": "x"}} if body is None else body} | reply


CALL = {"id": "c", "type": "function", "function": {"name": "look", "arguments": "{}"}}
FAILURES: dict[str, tuple[dict[str, Any], str, str]] = {
    "empty": (failing(openai_chat(" \n")), "SUMMARY_EMPTY", "FAILED_PRECONDITION"),
    "cut off": (failing(openai_chat("half a", finish="length")), "SUMMARY_TRUNCATED", "FAILED_PRECONDITION"),
    "filtered": (failing(openai_chat("", finish="content_filter")), "SUMMARY_REFUSED", "FAILED_PRECONDITION"),
    "refused": (failing(openai_chat(None, refusal="No.")), "SUMMARY_REFUSED", "FAILED_PRECONDITION"),
    "in words": (failing(openai_chat("I'm sorry, but I can't.")), "SUMMARY_REFUSED", "FAILED_PRECONDITION"),
    "a call": (failing(openai_chat(None, "tool_calls", tool_calls=[CALL])), "SUMMARY_NOT_TEXT", "FAILED_PRECONDITION"),
    "larger": (failing(openai_chat("word " * 9_000)), "SUMMARY_NOT_SMALLER", "FAILED_PRECONDITION"),
    "rate limit": (failing(status=429), "PROVIDER_RATE_LIMITED", "RESOURCE_EXHAUSTED"),
    "down": (failing(status=500), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "gateway": (failing(b"<html>", status=502, content_type="text/html"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "reset": (failing(fault="reset"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "half": (failing(openai_chat("half"), fault="half_body"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "no JSON": (failing(b"{", status=200), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "a page": (failing(b"<html>", content_type="text/html"), "PROVIDER_UNAVAILABLE", "UNAVAILABLE"),
    "key": (failing(status=401), "PROVIDER_UNAUTHENTICATED", "FAILED_PRECONDITION"),
    "forbidden": (failing(status=403), "PROVIDER_UNAUTHENTICATED", "FAILED_PRECONDITION"),
    "no credit": (failing(status=402), "PROVIDER_REJECTED", "FAILED_PRECONDITION"),
    "no model": (failing(status=404), "PROVIDER_REJECTED", "FAILED_PRECONDITION"),
    "bad request": (failing(status=400), "PROVIDER_REJECTED", "FAILED_PRECONDITION"),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("mode", [ALL, SELF_SLIDING])
async def test_a_failure_of_the_model_changes_nothing(
    client: Client, model: LoopbackModel, mode: int, name: str
) -> None:
    reply, reason, code = FAILURES[name]
    conversation_id = await with_model(client)
    before = await context_of(client, conversation_id)
    model.answer(**reply)
    failed = await failure_of(compact(client, conversation_id, mode))
    assert (failed.reason, failed.code.name) == (reason, code)
    assert b"secret" not in failed.everything
    if reason != "SUMMARY_NOT_SMALLER":
        assert failed.metadata["model"] == (LIGHT if mode == ALL else MODEL)
    assert (failed.preconditions == (reason,)) is (code == "FAILED_PRECONDITION")
    assert len(model.requests) == 1
    assert await context_of(client, conversation_id) == before


@pytest.mark.parametrize(("headers", "seconds"), [({}, 1.0), ({"retry-after": "7"}, 7.0)])
async def test_a_rate_limit_always_says_when_to_come_back(
    client: Client, model: LoopbackModel, headers: dict[str, str], seconds: float
) -> None:
    conversation_id = await with_model(client)
    model.answer(**failing(status=429, headers=headers))
    failed = await failure_of(compact(client, conversation_id))
    assert failed.retry_seconds == seconds
    assert failed.metadata["retry_after_seconds"] == f"{seconds:g}"


@pytest.mark.parametrize("name", FAILURES)
async def test_where_it_is_allowed_the_embedded_summarizer_steps_in_and_says_so(
    client: Client, model: LoopbackModel, name: str
) -> None:
    reply, reason, _ = FAILURES[name]
    conversation_id = await with_model(client)
    model.answer(**reply)
    settings = {"mode": SLIDING, "prompt": "As a ledger."}
    done = await compact(client, conversation_id, compaction_settings=settings, allow_degraded=True)
    made = done.compaction
    assert made.degraded_reason == error_reason_pb2.ErrorReason.Value(f"ERROR_REASON_{reason}")
    assert (made.method, made.model) == (compaction_pb2.COMPACTION_METHOD_EXTRACTIVE, "local/extractive")
    assert made.mode == SLIDING
    assert "INV-0001" in done.summary
    # What the model took before it failed was paid for.
    assert made.usage.calls == reason.startswith("SUMMARY_")
