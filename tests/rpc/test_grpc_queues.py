"""A burst of calls of one method keeps those of another waiting no longer than it must."""

import asyncio
import tempfile
import time
from typing import Any, cast

import grpc
from google.protobuf import empty_pb2

from compactd.ports.trace import SilentTracer
from compactd.rpc.call import Call
from compactd.rpc.contract import methods_of
from compactd.rpc.dispatcher import Dispatcher
from compactd.rpc.grpc_handlers import ContractHandlers
from tests.rpc.services import service_with

BURST = 300
SLOW, QUICK = service_with("Slow"), service_with("Quick")


class TakingIn:
    """Answers at once, and notes in which order calls came out of gRPC."""

    def __init__(self) -> None:
        self.methods: list[str] = []
        self.tracer = SilentTracer()

    async def unary(self, call: Call, _request: bytes) -> empty_pb2.Empty:
        self.methods.append(call.method)
        return empty_pb2.Empty()


async def test_a_call_does_not_wait_until_a_burst_of_another_method_is_taken_in() -> None:
    taking_in, server = TakingIn(), grpc.aio.server()
    ContractHandlers("made.", methods_of([SLOW, QUICK]).values(), cast(Dispatcher, taking_in)).serve_on(server)
    slow, quick = methods_of([SLOW, QUICK])
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        server.add_insecure_port(f"unix:{folder}/socket")
        await server.start()
        with grpc.insecure_channel(f"unix:{folder}/socket") as channel:
            calls = [_future(channel, slow) for _ in range(BURST)] + [_future(channel, quick)]
            # The event loop stands still: all of them lie in gRPC's queues when it goes on.
            time.sleep(0.5)  # noqa: ASYNC251
            await asyncio.gather(*(asyncio.to_thread(call.result, 30) for call in calls))
        await server.stop(0)

    assert len(taking_in.methods) == BURST + 1
    assert taking_in.methods.index(quick) < BURST / 2


def _future(channel: grpc.Channel, path: str) -> Any:
    call: Any = channel.unary_unary(
        path,
        request_serializer=empty_pb2.Empty.SerializeToString,
        response_deserializer=empty_pb2.Empty.FromString,
    )
    return call.future(empty_pb2.Empty())
