"""Each call is a span, named and described as OpenTelemetry's conventions say; everything that is done for it lies
inside."""

from functools import cache

from google.protobuf.message import Message
from google.rpc import code_pb2

from compactd.ports.trace import Facts, Span, Tracer
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request
from compactd.rpc.statuses import code_of

SERVER_FAULTS = frozenset({"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"})
"""Codes that make a server's span one that failed; with the others it did what it should
(https://opentelemetry.io/docs/specs/semconv/rpc/grpc/)."""


class Tracing:
    """Around all that may turn a call away. A call over REST is a step of its request's span."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    async def __call__(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        with self._tracer.serve(call.told_method.lstrip("/"), call.trace, _facts_of(call.told_method)) as span:
            try:
                answer = await proceed(call, request)
            except BaseException as error:
                _tell(span, call, code_of(error, call.deadline))
                raise
            _tell(span, call, "OK")
            return answer


def _tell(span: Span, call: Call, code: str) -> None:
    span.note({"rpc.grpc.status_code": code_pb2.Code.Value(code), "compactd.call_id": call.call_id})
    if code in SERVER_FAULTS:
        span.fail(code)


@cache
def _facts_of(method: str) -> Facts:
    """Of few methods: those of the contract, and `unknown`."""
    service, _, name = method.lstrip("/").rpartition("/")
    return {"rpc.system": "grpc", "rpc.service": service, "rpc.method": name}
