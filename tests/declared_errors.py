"""What the contract declares that an RPC may fail for, and a look at every failure that a test's client sees."""

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from google.rpc import error_details_pb2, status_pb2

from compaction.v1 import error_reason_pb2, method_options_pb2

PREFIX = "ERROR_REASON_"
REASONS = error_reason_pb2.ErrorReason.DESCRIPTOR
STATUS_DETAILS = "grpc-status-details-bin"


def name_of(number: int) -> str:
    """A reason as ErrorInfo names it."""
    return REASONS.values_by_number[number].name.removeprefix(PREFIX)


@cache
def traits() -> dict[str, error_reason_pb2.ReasonTraits]:
    """The traits of each reason, by its name."""
    options: dict[str, Any] = {name_of(value.number): value.GetOptions() for value in REASONS.values if value.number}
    return {name: option.Extensions[error_reason_pb2.reason] for name, option in options.items()}


def own_reasons(method: Any) -> list[str]:
    """Those that a method declares beside those of any method; `method` is its descriptor."""
    return [name_of(number) for number in method.GetOptions().Extensions[method_options_pb2.errors]]


@cache
def declared_reasons(rpc: str) -> frozenset[str]:
    """All for which `rpc` (/package.Service/Method) may fail."""
    service, _, name = rpc.removeprefix("/").partition("/")
    method = descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]
    return frozenset({*own_reasons(method), *(name for name, its in traits().items() if its.any_method)})


class DeclaredErrors(grpc.aio.UnaryUnaryClientInterceptor):
    """Notes the failures of calls that their RPC does not declare."""

    def __init__(self) -> None:
        self._looks: set[asyncio.Task[None]] = set()
        self.undeclared: list[str] = []

    async def intercept_unary_unary(
        self, continuation: Callable[[Any, Any], Any], client_call_details: Any, request: Any
    ) -> Any:
        call = await continuation(client_call_details, request)
        method = client_call_details.method
        rpc = method.decode() if isinstance(method, bytes) else method
        if rpc.startswith("/compaction.v1."):
            call.add_done_callback(lambda done: self._look_at(rpc, done))
        return call

    async def check(self) -> None:
        """Fails if anything was seen that is not declared."""
        await asyncio.gather(*self._looks)
        assert self.undeclared == [], "errors that no option of their RPC declares"

    def _look_at(self, rpc: str, call: Any) -> None:
        look = asyncio.get_running_loop().create_task(self._look(rpc, call))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _look(self, rpc: str, call: Any) -> None:
        details = dict(await call.trailing_metadata() or ()).get(STATUS_DETAILS)
        for detail in status_pb2.Status.FromString(details).details if details else ():
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info) and info.reason not in declared_reasons(rpc):
                self.undeclared.append(f"{rpc}: {info.reason}")
