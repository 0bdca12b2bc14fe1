"""A method that answers with a stream goes through the same interceptors. The contract has none yet: this one is made
here."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, wrappers_pb2
from google.protobuf.descriptor import ServiceDescriptor

from compactd.domain.errors import StoreUnavailable
from compactd.domain.principal import LOCAL_PRINCIPAL
from compactd.ports.observer import SilentObserver
from compactd.rpc.call import Call
from compactd.rpc.callers import callers_of
from compactd.rpc.contract import bind, methods_of
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.grpc_handlers import ContractHandlers
from compactd.rpc.interceptors.admission import Admission, AdmissionLimits
from compactd.rpc.interceptors.chain import interceptors_of
from compactd.rpc.interceptors.standstill_gate import StandstillGate
from compactd.rpc.interceptors.startup_gate import StartupGate
from compactd.rpc.statuses import CallFailed
from tests.rpc.failures import failure_of
from tests.server import LIMITS, connected

PATH = "/streams.v1.CounterService/Count"
ENDLESS, FAILING, BROKEN = -1, 90, 91


def counter_service() -> ServiceDescriptor:
    """A service with one method, which takes an Int32Value and answers with a stream of them."""
    file = descriptor_pb2.FileDescriptorProto(
        name="streams/v1/counter.proto", package="streams.v1", dependency=["google/protobuf/wrappers.proto"]
    )
    method = file.service.add(name="CounterService").method.add(name="Count", server_streaming=True)
    method.input_type = method.output_type = ".google.protobuf.Int32Value"
    pool: Any = descriptor_pool.Default()
    pool.AddSerializedFile(file.SerializeToString())
    service: ServiceDescriptor = pool.FindServiceByName("streams.v1.CounterService")
    return service


COUNTER_SERVICE = counter_service()


class Counter:
    """Counts up to what it is told."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.ended = asyncio.Event()

    async def Count(  # noqa: N802  (named like its RPC)
        self, request: wrappers_pb2.Int32Value, call: Call
    ) -> AsyncIterator[wrappers_pb2.Int32Value]:
        self.calls.append(call)
        try:
            yield wrappers_pb2.Int32Value(value=0)
            if request.value == ENDLESS:
                await asyncio.Event().wait()
            if request.value == FAILING:
                raise StoreUnavailable
            if request.value == BROKEN:
                raise RuntimeError("canary")
            for number in range(1, request.value):
                yield wrappers_pb2.Int32Value(value=number)
        finally:
            self.ended.set()


def dispatcher_of(counter: Counter, limits: AdmissionLimits | None = None) -> Dispatcher:
    gate = StartupGate()
    gate.open()
    admission = Admission(limits or LIMITS)
    methods = methods_of([COUNTER_SERVICE])
    dispatcher = Dispatcher(
        interceptors_of(methods, SilentObserver(), callers_of(methods), admission, gate, StandstillGate())
    )
    dispatcher.serve(bind({COUNTER_SERVICE: counter}))
    return dispatcher


@asynccontextmanager
async def serving(counter: Counter, limits: AdmissionLimits | None = None) -> AsyncIterator[Any]:
    """The method over gRPC: takes a number."""
    methods = methods_of([COUNTER_SERVICE]).values()
    server = grpc.aio.server()
    ContractHandlers("streams.v1", methods, dispatcher_of(counter, limits)).serve_on(server)
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        server.add_insecure_port(f"unix:{folder}/socket")
        await server.start()
        async with connected(f"unix:{folder}/socket") as client:
            channel: Any = client.channel
            yield channel.unary_stream(
                PATH,
                request_serializer=lambda value: wrappers_pb2.Int32Value(value=value).SerializeToString(),
                response_deserializer=wrappers_pb2.Int32Value.FromString,
            )
        await server.stop(0)


async def numbers(stream: Any) -> list[int]:
    return [message.value async for message in stream]


async def test_a_stream_is_answered_in_order() -> None:
    counter = Counter()
    async with serving(counter) as count:
        assert await numbers(count(100, metadata=(("x-request-id", "mine"),), timeout=30)) == list(range(100))
    [call] = counter.calls
    assert (call.method, call.call_id, call.principal) == (PATH, "mine", LOCAL_PRINCIPAL)
    assert call.deadline is not None


@pytest.mark.parametrize(
    ("responses", "code", "reason"),
    [
        (FAILING, grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE"),
        (BROKEN, grpc.StatusCode.INTERNAL, "INTERNAL"),
    ],
)
async def test_a_stream_that_breaks_off_ends_with_a_status(responses: int, code: grpc.StatusCode, reason: str) -> None:
    async with serving(Counter()) as count:
        stream = count(responses)
        assert (await stream.read()).value == 0
        failed = await failure_of(stream.read())
        assert (failed.code, failed.reason) == (code, reason)
        assert b"canary" not in failed.everything


async def test_bytes_that_are_no_request_are_malformed_for_a_stream_too() -> None:
    async with serving(Counter()) as count:
        count._request_serializer = lambda value: value
        failed = await failure_of(numbers(count(b"\xff")))
        assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")


async def test_a_stream_is_in_hand_until_it_ends() -> None:
    counter = Counter()
    async with serving(counter, AdmissionLimits(1, LIMITS.bytes_in_hand)) as count:
        first = count(ENDLESS)
        await first.read()
        failed = await failure_of(numbers(count(1)))
        assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        first.cancel()
        await asyncio.wait_for(counter.ended.wait(), 30)
        assert await numbers(count(1)) == [0]


async def test_a_stream_ends_at_its_deadline() -> None:
    counter = Counter()
    async with serving(counter) as count:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await numbers(count(ENDLESS, timeout=0.2))
        assert raised.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        await asyncio.wait_for(counter.ended.wait(), 30)


async def test_a_stream_inside_the_process_is_the_same_without_a_wire() -> None:
    counter, sent = Counter(), []

    async def send(message: Any) -> None:
        sent.append(message.value)

    dispatcher = dispatcher_of(counter)
    await dispatcher.stream(Call(PATH, {}), wrappers_pb2.Int32Value(value=3), send)
    assert sent == [0, 1, 2]
    with pytest.raises(CallFailed):
        await dispatcher.stream(Call(PATH, {}), wrappers_pb2.Int32Value(value=FAILING), send)


async def test_a_stream_that_is_cancelled_while_it_sends_is_closed_before_the_call_ends() -> None:
    counter, sending = Counter(), asyncio.Event()

    async def send(_: Any) -> None:
        sending.set()
        await asyncio.Event().wait()

    call = asyncio.create_task(
        dispatcher_of(counter).stream(Call(PATH, {}), wrappers_pb2.Int32Value(value=ENDLESS), send)
    )
    await sending.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert counter.ended.is_set()
