"""Metrics of several processes, as one page."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.samples import Sample

from compactd.ports.observer import EndedCall, StartedCall
from compactd.telemetry.exposition import expose
from compactd.telemetry.metric_table import CALLS_IN_HAND, READY
from compactd.telemetry.metrics import Metrics
from compactd.workers.admin_pages import OPENMETRICS, TEXT_TYPE, metrics
from compactd.workers.metric_families import families_of, openmetrics_of, text_of
from compactd.workers.summed_metrics import SummedMetrics
from compactd.workers.worker_admin import WorkerAdmin

METHOD = "/compaction.v1.AgentService/GetAgent"
"""And characters that mean something in the format."""
ODD = 'a "quoted" \\ method {of} } 7\n'


def page(
    calls: Sequence[tuple[str, float]], *, ready: float = 1, accept: str = OPENMETRICS, started: float = 1000
) -> bytes:
    """Of a process that was started at that time, and has had calls of so many seconds."""
    metrics = Metrics()
    for number, (method, seconds) in enumerate(calls):
        metrics.call_started(StartedCall(method, "grpc"))
        metrics.call_ended(EndedCall(method, "OK", seconds, f"call-{number}", "", f"{number:032x}"))
    body, _ = expose(metrics.snapshot(), {READY: {(): ready}, CALLS_IN_HAND: {(): 3.0}}, accept)
    kept = [line for line in body.decode().split("\n") if not line.startswith("compactd_process_start_time_seconds ")]
    start = kept.index("# TYPE compactd_process_start_time_seconds gauge") + 1
    return "\n".join([*kept[:start], f"compactd_process_start_time_seconds {started}", *kept[start:]]).encode()


def samples(body: bytes) -> dict[tuple[str, str], Sample]:
    """By name, and by the method or the bucket."""
    return {
        (sample.name, sample.labels.get("le", sample.labels.get("method", ""))): sample
        for family in parser.text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def handled(body: bytes, method: str = METHOD) -> float:
    return float(samples(body)["compactd_calls_handled_total", method].value)


@pytest.fixture
def summed(tmp_path: Path) -> SummedMetrics:
    return SummedMetrics(tmp_path / "counted")


def text(summed: SummedMetrics, pages: Mapping[int, bytes]) -> bytes:
    return text_of(summed.add(pages)).encode()


def test_counts_and_buckets_are_added_up_and_of_some_gauges_the_least_is_told(tmp_path: Path) -> None:
    first, second = SummedMetrics(tmp_path / "first"), SummedMetrics(tmp_path / "second")
    one, two = page([(METHOD, 0.002), (ODD, 0.3)]), page([(METHOD, 0.2), (METHOD, 700.0)], ready=0)
    found = samples(text(first, {1: one, 2: two}))
    assert found["compactd_calls_handled_total", METHOD].value == 3
    assert found["compactd_calls_handled_total", ODD].value == 1
    assert found["compactd_calls_in_hand", ""].value == 6
    assert found["compactd_ready", ""].value == 0
    assert found["compactd_build_info", ""].value == 1
    only = [(METHOD, 0.002), (METHOD, 0.2), (METHOD, 700.0)]
    found = samples(text(second, {1: page(only[:1]), 2: page(only[1:])}))
    expected = samples(page(only, accept=""))
    buckets = [key for key in expected if key[0].startswith("compactd_call_seconds")]
    assert len(buckets) > 10
    assert {key: found[key].value for key in buckets} == {key: expected[key].value for key in buckets}


def test_openmetrics_stays_openmetrics_with_an_exemplar_in_each_bucket(summed: SummedMetrics) -> None:
    one = page([(METHOD, 0.002)])
    two = page([(METHOD, 0.2), (METHOD, 0.3)])
    body = openmetrics_of(summed.add({1: one, 2: two}))
    families = list(openmetrics.text_string_to_metric_families(body))  # type: ignore[no-untyped-call]
    exemplars = [sample.exemplar for family in families for sample in family.samples if sample.exemplar]
    assert [exemplar.value for exemplar in exemplars] == [0.002, 0.2, 0.3]
    assert body.endswith("# EOF\n")


def test_what_a_worker_had_counted_stays_when_it_is_away_and_when_another_one_is_in_its_place(
    summed: SummedMetrics,
) -> None:
    one, two = page([(METHOD, 0.1)] * 3), page([(METHOD, 0.1)] * 4)
    assert handled(text(summed, {1: one, 2: two})) == 7
    away = text(summed, {2: two})
    assert handled(away) == 7
    # What it had in hand it has no more.
    assert samples(away)["compactd_calls_in_hand", ""].value == 3
    assert handled(text(summed, {1: page([(METHOD, 0.1)], started=2000), 2: two})) == 8
    assert handled(text(summed, {1: page([(METHOD, 0.1)] * 2, started=2000), 2: two})) == 9
    assert handled(text(summed, {1: page([], started=3000), 2: two})) == 9


def test_what_was_counted_outlives_the_process_that_adds_it_up(tmp_path: Path) -> None:
    file = tmp_path / "counted"
    one, two = page([(METHOD, 0.1)] * 3), page([(ODD, 0.1)] * 4)
    SummedMetrics(file).add({1: one, 2: two})
    SummedMetrics(file).add({1: page([(METHOD, 0.1)], started=2000), 2: two})
    body = text(SummedMetrics(file), {1: page([(METHOD, 0.1)] * 2, started=2000)})
    assert (handled(body), handled(body, ODD)) == (5, 4)


def test_where_nothing_can_be_kept_the_page_is_made_all_the_same(tmp_path: Path) -> None:
    assert handled(text(SummedMetrics(tmp_path / "none" / "counted"), {1: page([(METHOD, 0.1)])})) == 1


def test_the_text_format_is_as_the_library_writes_it(summed: SummedMetrics) -> None:
    calls = [(METHOD, 0.002), (ODD, 0.3)]
    assert text(summed, {1: page(calls)}).decode().split("\n")[:80] == page(calls, accept="").decode().split("\n")[:80]
    plain = text(summed, {1: page(calls)}).decode()
    heads = [line for line in plain.split("\n") if line.startswith("#")]
    assert heads == [line for line in page(calls, accept="").decode().split("\n") if line.startswith("#")]
    assert expose(Metrics().snapshot(), {}, "")[1] == TEXT_TYPE


def test_one_page_stays_as_it_is(summed: SummedMetrics) -> None:
    body = page([(METHOD, 0.002), (ODD, 0.3)])
    families = summed.add({1: body})
    assert list(families_of(openmetrics_of(families)).items()) == list(families_of(body.decode()).items())


@pytest.mark.asyncio
@pytest.mark.process
async def test_scrapes_around_a_workers_end_count_it_once_in_whichever_format(tmp_path: Path) -> None:
    first = page([(METHOD, 0.1)] * 3)
    waiting = [first, page([(METHOD, 0.1)], started=2000), page([(METHOD, 0.1)], started=2000)]
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        body = waiting.pop(0)
        asked.set()
        if body is first:
            await may_answer.wait()
        return web.Response(body=body, headers={"content-type": OPENMETRICS})

    app = web.Application()
    app.router.add_get("/metrics", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.UnixSite(runner, str(tmp_path / "worker")).start()
    try:
        scraped = metrics([WorkerAdmin(1, tmp_path / "worker")], tmp_path / "counted")
        slow = asyncio.ensure_future(scraped(""))
        await asked.wait()
        quick = asyncio.ensure_future(scraped(""))
        done, _ = await asyncio.wait({quick}, timeout=0.1)
        assert not done
        may_answer.set()
        assert [handled((await scrape).body) for scrape in (slow, quick)] == [3, 4]
        last = (await scraped(OPENMETRICS)).body.decode()
        assert families_of(last)["compactd_calls_handled"].samples.popitem()[1] == (4.0, "")
    finally:
        await runner.cleanup()


def test_what_is_no_page_of_metrics_is_told_so() -> None:
    with pytest.raises(ValueError, match="no line of metrics: <html>"):
        families_of("<html>")
