"""Spans on their way to a collector that may be away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import grpc
import pytest
from structlog.testing import capture_logs

from compactd.telemetry import otlp_exporter
from compactd.telemetry.otlp_exporter import OtlpExporter
from compactd.telemetry.otlp_messages import SpanMessages
from compactd.telemetry.otlp_settings import OtlpSettings
from compactd.telemetry.span_tracer import SpanTracer
from tests.loopback.collector import Collector


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of hundredths of a second, and few spans that wait."""
    monkeypatch.setattr(otlp_exporter, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(otlp_exporter, "LONGEST_PAUSE_SECONDS", 0.05)


@asynccontextmanager
async def exporting(url: str, **variables: str) -> AsyncIterator[SpanTracer]:
    """What makes spans for a collector there."""
    exporter = OtlpExporter(OtlpSettings.of(url, variables), SpanMessages({"service.name": "mine"}, "1"))
    exporter.start()
    yield SpanTracer(exporter.add, 1.0)
    await exporter.close()


def make_spans(tracer: SpanTracer, count: int, name: str = "made") -> None:
    for _ in range(count):
        with tracer.serve(name, tracer.arrive(None), {}):
            pass


async def lines(logged: Sequence[object], count: int) -> None:
    """Returns when there are so many; nobody tells of one."""
    async with asyncio.timeout(30):
        while len(logged) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def free_port() -> int:
    """Where nobody listens, for the moment."""
    async with Collector() as collector:
        return collector.port


async def test_what_is_left_at_the_end_is_sent() -> None:
    async with Collector() as collector:
        async with exporting(collector.url) as tracer:
            make_spans(tracer, 600)
        assert len(collector.roots()) == 600
        assert max(len(sent.resource_spans[0].scope_spans[0].spans) for sent in collector.requests) <= 256


async def test_spans_wait_for_a_collector_that_is_away_and_the_log_says_so_once() -> None:
    collector = Collector()
    collector.port = await free_port()
    with capture_logs() as logged:
        async with exporting(collector.url) as tracer:
            make_spans(tracer, 3)
            await lines(logged, 1)
            # Several more tries.
            await asyncio.sleep(0.3)
            assert logged == [{"event": "spans not exported", "log_level": "warning", "code": "UNAVAILABLE"}]
            async with collector:
                await lines(logged, 2)
                assert len(collector.roots()) == 3
    assert logged[1:] == [{"event": "spans exported again", "log_level": "info", "lost": 0}]


async def test_of_too_many_the_oldest_are_lost() -> None:
    async with Collector() as collector:
        collector.refusal = grpc.StatusCode.UNAVAILABLE
        with capture_logs() as logged:
            async with exporting(collector.url) as tracer:
                make_spans(tracer, 5_000, "old")
                await collector.asked(2)
                make_spans(tracer, 8_000, "new")
                collector.refusal = None
                await collector.has_spans(8_192)
        # The last batch is sent again where its answer has not come before the end.
        names = list({root.span_id: root.name for root in collector.roots()}.values())
        assert names.count("new") == 8_000
    assert [line["event"] for line in logged] == ["spans not exported", "spans exported again"]
    # A batch may have been on its way meanwhile.
    assert 4_000 < logged[1]["lost"] == 5_000 - names.count("old")


async def test_what_a_collector_refuses_is_not_sent_again() -> None:
    async with Collector() as collector:
        collector.refusal = grpc.StatusCode.PERMISSION_DENIED
        async with exporting(collector.url) as tracer:
            make_spans(tracer, 1, "refused")
            await collector.asked(1)
            collector.refusal = None
            make_spans(tracer, 1, "taken")
            await collector.asked(2)
        assert [root.name for root in collector.roots()] == ["taken"]


async def test_a_collector_that_does_not_answer_keeps_no_server_from_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp_exporter, "FLUSH_SECONDS", 0.1)
    hung, over, closed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hung.set()
        await over.wait()
        writer.close()
        await writer.wait_closed()
        closed.set()

    async with await asyncio.start_server(hang, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with capture_logs() as logged:
            async with asyncio.timeout(20), exporting(f"http://127.0.0.1:{port}") as tracer:
                make_spans(tracer, 1)
                await hung.wait()
        over.set()
        await closed.wait()
    assert [line["code"] for line in logged] == ["DEADLINE_EXCEEDED"]
