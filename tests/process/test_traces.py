"""Spans of a real server, and a server that makes none."""

from pathlib import Path

import pytest

from compaction.v1 import agent_service_pb2
from tests.forked_process import ForkedProcess
from tests.loopback.collector import Collector
from tests.server import connected, environment_of, server_process

pytestmark = pytest.mark.process

LIST_AGENTS = "compaction.v1.AgentService/ListAgents"


async def test_a_server_that_stops_sends_its_last_spans_and_has_a_line_for_each_call(tmp_path: Path) -> None:
    variables = {
        "OTEL_SERVICE_NAME": "of-ours",
        "OTEL_RESOURCE_ATTRIBUTES": "k8s.pod.name=compactd-0",
        "OTEL_EXPORTER_OTLP_HEADERS": "X-Tenant=of%20ours",
    }
    async with Collector() as collector:
        async with server_process(tmp_path, COMPACTD_OTLP_ENDPOINT=collector.url, **variables) as server:
            async with connected(server.address) as client:
                request = agent_service_pb2.ListAgentsRequest(limit=1)
                await client.agents.ListAgents(request, metadata=(("x-request-id", "mine"),), wait_for_ready=True)
            assert await server.terminate() == 0
            line = await server.event("call")
        [root] = collector.roots()
        assert root.name == LIST_AGENTS
        assert root.facts["compactd.call_id"] == "mine"
        # The line of the call says which trace is its own.
        assert line.pop("ms") > 0
        assert (
            line.items()
            >= {
                "level": "info",
                "method": f"/{LIST_AGENTS}",
                "code": "OK",
                "call_id": "mine",
                "namespace": "default",
                "trace_id": root.trace_id,
            }.items()
        )
        [resource] = {request.resource_spans[0].resource.SerializeToString() for request in collector.requests}
        for word in (b"of-ours", b"k8s.pod.name", b"compactd-0", b"service.version", b"service.instance.id"):
            assert word in resource
        assert {headers["x-tenant"] for headers in collector.headers} == {"of ours"}


async def test_a_server_that_makes_no_spans_imports_nothing_for_it(tmp_path: Path) -> None:
    process = await ForkedProcess.start(("tests.process.imported_modules",), environment_of(tmp_path, {}))
    imported = (await process.stderr.read()).decode().split()
    assert await process.wait() == 0
    assert {"compactd.server", "compactd.wiring"} < set(imported)
    assert [name for name in imported if name.partition(".")[0] in ("opentelemetry", "prometheus_client", "jwt")] == []
