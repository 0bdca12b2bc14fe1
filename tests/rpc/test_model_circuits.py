"""A provider in trouble, seen from outside: errors, health and the log."""

from collections.abc import AsyncIterator
from math import ceil

import grpc
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2
from structlog.testing import capture_logs

from compaction.v1 import error_reason_pb2
from tests.builders.chat import compact, context_alone
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.models import LIGHT, with_model
from tests.server import Client, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAILURES, SECONDS = 3, 60

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class SteppedClock:
    """The time of the circuits, which goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> SteppedClock:
    return SteppedClock()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(clock: SteppedClock) -> AsyncIterator[Client]:
    async with local_server(model_retries=0, breaker_failures=FAILURES, breaker_seconds=SECONDS) as running:
        running.service.circuits._clock = clock
        yield running.client


async def broken(client: Client, model: LoopbackModel) -> str:
    """A conversation whose model was asked in vain until its circuit opened."""
    conversation_id = await with_model(client)
    model.always({"error": {"message": "busy"}}, status=503)
    for _ in range(FAILURES):
        assert (await failure_of(compact(client, conversation_id))).reason == "PROVIDER_UNAVAILABLE"
    return conversation_id


async def health_of(client: Client, model: str) -> int:
    return int((await client.health.Check(health_pb2.HealthCheckRequest(service=f"model/{model}"))).status)


async def test_while_a_circuit_is_open_no_request_leaves_and_the_error_says_when(
    client: Client, model: LoopbackModel
) -> None:
    conversation_id = await broken(client, model)
    before = await context_alone(client, conversation_id)
    failed = await failure_of(compact(client, conversation_id))
    assert (failed.code, failed.reason) == (grpc.StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE")
    assert failed.retry_seconds is not None
    assert failed.retry_seconds == SECONDS
    assert failed.metadata == {"model": LIGHT, "retry_after_seconds": str(ceil(SECONDS))}
    assert len(model.requests) == FAILURES
    assert await context_alone(client, conversation_id) == before
    done = await compact(client, conversation_id, allow_degraded=True)
    assert done.compaction.degraded_reason == error_reason_pb2.ERROR_REASON_PROVIDER_UNAVAILABLE
    assert done.compaction.usage.calls == 0
    assert len(model.requests) == FAILURES


async def test_one_request_tries_whether_the_model_is_back(
    client: Client, model: LoopbackModel, clock: SteppedClock
) -> None:
    conversation_id = await broken(client, model)
    clock.now += SECONDS
    await failure_of(compact(client, conversation_id))
    await failure_of(compact(client, conversation_id))
    assert len(model.requests) == FAILURES + 1
    clock.now += SECONDS
    model.otherwise = lambda request: None
    assert (await compact(client, conversation_id)).summary == "A short summary."


async def test_health_and_the_log_tell_of_it(client: Client, model: LoopbackModel, clock: SteppedClock) -> None:
    with capture_logs() as lines:
        conversation_id = await broken(client, model)
        assert await health_of(client, LIGHT) == NOT_SERVING
        clock.now += SECONDS
        model.otherwise = lambda request: None
        await compact(client, conversation_id)
        assert await health_of(client, LIGHT) == SERVING
    told = [line for line in lines if line["event"].startswith("model circuit")]
    assert [(line["event"], line["log_level"], line["model"]) for line in told] == [
        ("model circuit opened", "warning", LIGHT),
        ("model circuit closed", "info", LIGHT),
    ]
    assert told[0]["failures"] == FAILURES
    assert "sk-test" not in str(lines)


async def test_another_key_is_another_circuit(
    client: Client, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await broken(client, model)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-of-somebody-else")
    model.otherwise = lambda request: None
    assert (await compact(client, conversation_id)).summary
