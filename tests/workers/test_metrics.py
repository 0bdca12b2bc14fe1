"""Metrics of several processes, as one page."""

from collections.abc import Sequence

import pytest
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.samples import Sample

from compactd.ports.observer import EndedCall, StartedCall
from compactd.telemetry.exposition import expose
from compactd.telemetry.metric_table import CALLS_IN_HAND, READY
from compactd.telemetry.metrics import Metrics
from compactd.workers.metric_families import families_of
from compactd.workers.summed_metrics import OPENMETRICS, SummedMetrics

METHOD = "/compaction.v1.AgentService/GetAgent"
"""And characters that mean something in the format."""
ODD = 'a "quoted" \\ method {of} } 7\n'


def page(calls: Sequence[tuple[str, float]], *, ready: float = 1, accept: str = "", started: float = 1000) -> bytes:
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


def test_counts_and_buckets_are_added_up_and_of_some_gauges_the_least_is_told() -> None:
    one, two = page([(METHOD, 0.002), (ODD, 0.3)]), page([(METHOD, 0.2), (METHOD, 700.0)], ready=0)
    found = samples(SummedMetrics("text/plain").page({1: one, 2: two}))
    assert found["compactd_calls_handled_total", METHOD].value == 3
    assert found["compactd_calls_handled_total", ODD].value == 1
    assert found["compactd_calls_in_hand", ""].value == 6
    assert found["compactd_ready", ""].value == 0
    assert found["compactd_build_info", ""].value == 1
    only = [(METHOD, 0.002), (METHOD, 0.2), (METHOD, 700.0)]
    found = samples(SummedMetrics("text/plain").page({1: page(only[:1]), 2: page(only[1:])}))
    expected = samples(page(only))
    buckets = [key for key in expected if key[0].startswith("compactd_call_seconds")]
    assert len(buckets) > 10
    assert {key: found[key].value for key in buckets} == {key: expected[key].value for key in buckets}


def test_openmetrics_stays_openmetrics_with_an_exemplar_in_each_bucket() -> None:
    one = page([(METHOD, 0.002)], accept=OPENMETRICS)
    two = page([(METHOD, 0.2), (METHOD, 0.3)], accept=OPENMETRICS)
    body = SummedMetrics(OPENMETRICS).page({1: one, 2: two}).decode()
    families = list(openmetrics.text_string_to_metric_families(body))  # type: ignore[no-untyped-call]
    exemplars = [sample.exemplar for family in families for sample in family.samples if sample.exemplar]
    assert [exemplar.value for exemplar in exemplars] == [0.002, 0.2, 0.3]
    assert body.endswith("# EOF\n")


def test_what_a_worker_had_counted_stays_when_it_is_away_and_when_another_one_is_in_its_place() -> None:
    summed = SummedMetrics("text/plain")
    one, two = page([(METHOD, 0.1)] * 3), page([(METHOD, 0.1)] * 4)
    assert handled(summed.page({1: one, 2: two})) == 7
    away = summed.page({2: two})
    assert handled(away) == 7
    # What it had in hand it has no more.
    assert samples(away)["compactd_calls_in_hand", ""].value == 3
    assert handled(summed.page({1: page([(METHOD, 0.1)], started=2000), 2: two})) == 8
    assert handled(summed.page({1: page([(METHOD, 0.1)] * 2, started=2000), 2: two})) == 9
    assert handled(summed.page({1: page([], started=3000), 2: two})) == 9


def test_one_page_stays_as_it_is() -> None:
    body = page([(METHOD, 0.002), (ODD, 0.3)], accept=OPENMETRICS)
    summed = SummedMetrics(OPENMETRICS).page({1: body})
    assert list(families_of(summed.decode()).items()) == list(families_of(body.decode()).items())


def test_what_is_no_page_of_metrics_is_told_so() -> None:
    with pytest.raises(ValueError, match="no line of metrics: <html>"):
        families_of("<html>")
