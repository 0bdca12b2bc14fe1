"""What Prometheus reads, read by its own parsers."""

import pytest

from compactd.ports.observer import EndedCall, StartedCall
from compactd.telemetry import metric_table as table
from compactd.telemetry.exposition import expose
from compactd.telemetry.metric_table import METRICS, PREFIX, PROCESS_METRICS, Kind
from compactd.telemetry.metrics import Metrics
from tests.builders.exposed import families_of, families_of_text

METHOD = "/compaction.v1.AgentService/GetAgent"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"


def page(accept: str = "") -> tuple[str, str]:
    metrics = Metrics()
    for seconds in (0.02, 0.02, 0.2):
        metrics.call_started(StartedCall(METHOD, "id"))
        metrics.call_ended(EndedCall(METHOD, "OK", seconds, "id", "default", TRACE if seconds < 0.1 else ""))
    body, content_type = expose(metrics.snapshot(), {table.READY: {(): 1.0}}, accept)
    return body.decode(), content_type


@pytest.mark.parametrize("accept", ["", "*/*", "text/plain;version=0.0.4", "text/html", "version=canary; \x00"])
def test_the_text_format_is_for_whoever_asks_for_nothing_better(accept: str) -> None:
    text, content_type = page(accept)
    assert content_type == "text/plain; version=0.0.4; charset=utf-8"
    families = {family.name: family for family in families_of_text(text)}
    samples = {sample.name: sample.value for sample in families["compactd_calls_handled"].samples}
    assert samples == {"compactd_calls_handled_total": 3}
    assert families["compactd_ready"].samples[0].value == 1
    assert TRACE not in text


@pytest.mark.parametrize("accept", [OPENMETRICS, "application/openmetrics-text; version=canary"])
def test_openmetrics_is_for_whoever_accepts_it_and_has_exemplars(accept: str) -> None:
    text, content_type = page(accept)
    assert content_type == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    [seconds] = [family for family in families_of(text) if family.name == "compactd_call_seconds"]
    buckets = {sample.labels["le"]: sample for sample in seconds.samples if sample.name.endswith("_bucket")}
    assert [buckets[bound].value for bound in ("0.01", "0.025", "0.1", "0.25", "+Inf")] == [0, 2, 2, 3, 3]
    named = {bound: sample.exemplar for bound, sample in buckets.items() if sample.exemplar}
    assert [(bound, given.labels, given.value) for bound, given in named.items()] == [
        ("0.025", {"trace_id": TRACE}, 0.02)
    ]
    [total] = [sample.value for sample in seconds.samples if sample.name == "compactd_call_seconds_sum"]
    assert total == pytest.approx(0.24)


def test_every_metric_of_the_table_is_shown_by_its_name_and_nothing_that_is_in_no_table() -> None:
    families = {family.name: family for family in families_of(page(OPENMETRICS)[0])}
    for metric in METRICS:
        # Those of the running server are read there, by its own test.
        if metric.kind is not Kind.GAUGE:
            family = families[PREFIX + metric.name]
            assert (family.type, family.documentation) == (metric.kind, metric.meaning)
    others = families.keys() - {PREFIX + metric.name for metric in METRICS}
    assert others
    assert all(name.startswith(PROCESS_METRICS) for name in others)
