"""A collector of spans on 127.0.0.1: OTLP's own gRPC service, as OpenTelemetry's protos describe it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1 import trace_pb2


@dataclass(slots=True)
class CollectedSpan:
    """A span with what lies in it. Times are in nanoseconds, `facts` are its attributes, `error` says that its status
    is one."""

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    state: str
    begins: int
    ends: int
    error: bool
    facts: Mapping[str, Any]
    links: tuple[str, ...]
    inside: list["CollectedSpan"] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return (self.ends - self.begins) / 1e9

    @property
    def tree(self) -> dict[str, Any]:
        """Names, the outer ones as keys of what lies in them, those of one name as one; in order of their starts."""
        branches: dict[str, Any] = {}
        for span in self.inside:
            branches.setdefault(span.name, {}).update(span.tree)
        return branches

    def all(self, name: str) -> "list[CollectedSpan]":
        """Those of that name, at any depth."""
        own = [self] if self.name == name else []
        return [*own, *(found for span in self.inside for found in span.all(name))]

    def only(self, name: str) -> "CollectedSpan":
        [found] = self.all(name)
        return found


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """`async with Collector() as collector`: what it was sent, and as whom; it fails with `refusal` if that is set."""

    def __init__(self) -> None:
        self.requests: list[trace_service_pb2.ExportTraceServiceRequest] = []
        self.headers: list[Mapping[str, str | bytes]] = []
        self.refusal: grpc.StatusCode | None = None
        self.port = 0
        self._grown = asyncio.Condition()
        self._server = grpc.aio.server()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self, self._server)  # type: ignore[no-untyped-call]
        self.port = self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        await self._server.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.stop(None)

    async def Export(self, request: Any, context: Any) -> Any:  # noqa: N802  (the service's name)
        self.headers.append(dict(context.invocation_metadata()))
        async with self._grown:
            if self.refusal is not None:
                self._grown.notify_all()
                await context.abort(self.refusal, "not now")
            self.requests.append(request)
            self._grown.notify_all()
        return trace_service_pb2.ExportTraceServiceResponse()

    async def asked(self, times: int) -> None:
        """Returns when it was sent something so many times."""
        async with self._grown:
            await self._grown.wait_for(lambda: len(self.headers) >= times)

    async def has_spans(self, count: int) -> None:
        """Returns when it has so many."""
        async with self._grown:
            await self._grown.wait_for(lambda: len(self._all()) >= count)

    async def trace(self, trace_id: str, outermost: str) -> CollectedSpan:
        """The span of that name with all that lies in it, once it is there with all that lies around: what is inside
        ends before, and is sent before."""
        async with self._grown:
            await self._grown.wait_for(lambda: any(span.name == outermost for span in self._of(trace_id)))
        spans = sorted(self._of(trace_id), key=lambda span: span.start_time_unix_nano)
        collected = {span.span_id.hex(): _collected(span) for span in spans}
        for span in collected.values():
            if span.parent_id in collected:
                collected[span.parent_id].inside.append(span)
        [found] = [span for span in collected.values() if span.name == outermost]
        return found

    def roots(self) -> list[CollectedSpan]:
        return [_collected(span) for span in self._all() if not span.parent_span_id]

    def _of(self, trace_id: str) -> list[trace_pb2.Span]:
        return [span for span in self._all() if span.trace_id.hex() == trace_id]

    def _all(self) -> list[trace_pb2.Span]:
        return [
            span
            for request in self.requests
            for of_resource in request.resource_spans
            for of_scope in of_resource.scope_spans
            for span in of_scope.spans
        ]


def _collected(span: trace_pb2.Span) -> CollectedSpan:
    return CollectedSpan(
        name=span.name,
        kind=trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        state=span.trace_state,
        begins=span.start_time_unix_nano,
        ends=span.end_time_unix_nano,
        error=span.status.code == trace_pb2.Status.STATUS_CODE_ERROR,
        facts={item.key: getattr(item.value, str(item.value.WhichOneof("value"))) for item in span.attributes},
        links=tuple(link.span_id.hex() for link in span.links),
    )
