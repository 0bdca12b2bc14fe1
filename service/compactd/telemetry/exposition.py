"""Metrics as Prometheus reads them. Importing prometheus-client takes 0.2 s: only who shows metrics imports this."""

import gc
import platform
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, exposition
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar as ExemplarSample

from compactd.telemetry import metric_table as table
from compactd.telemetry.gauges import Labels
from compactd.telemetry.metric_table import BUCKETS, METRICS, PREFIX, Kind, Metric
from compactd.telemetry.metrics import Distribution, Exemplar, Snapshot

OPENMETRICS = "application/openmetrics-text"

_BOUNDS = (*(str(bound) for bound in BUCKETS), "+Inf")


def expose(snapshot: Snapshot, gauges: Mapping[Metric, Mapping[Labels, float]], accept: str) -> tuple[bytes, str]:
    """The page and its content type: OpenMetrics, which alone has exemplars, where the Accept header names it, else
    the text format that every version of Prometheus reads. It takes milliseconds: not for the event loop."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(snapshot, {**gauges, **_of_the_process()}))
    registry.register(_process_collector())
    if OPENMETRICS in accept:
        page: bytes = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]
        return page, openmetrics.CONTENT_TYPE_LATEST
    return exposition.generate_latest(registry), exposition.CONTENT_TYPE_PLAIN_0_0_4


@cache
def _process_collector() -> ProcessCollector:
    """Made once: it looks up then when the machine was started, which changes when the clock is set; a process whose
    start time changed would look like another one."""
    return ProcessCollector(namespace=PREFIX.removesuffix("_"), registry=None)


class _Families(Collector):
    """What was counted and read, as the library has it."""

    def __init__(self, snapshot: Snapshot, gauges: Mapping[Metric, Mapping[Labels, float]]) -> None:
        self._values = {**snapshot.values, **gauges}
        self._distributions = snapshot.distributions

    def collect(self) -> Iterable[Family]:
        for metric in METRICS:
            if metric.kind is Kind.HISTOGRAM:
                yield _histogram(metric, self._distributions[metric])
            elif metric in self._values:
                yield _plain(metric, self._values[metric])


def _plain(metric: Metric, values: Mapping[Labels, float]) -> Family:
    family_class = CounterMetricFamily if metric.kind is Kind.COUNTER else GaugeMetricFamily
    family = family_class(PREFIX + metric.name, metric.meaning, labels=metric.labels)
    for labels, value in values.items():
        family.add_metric(labels, value)
    return family


def _histogram(metric: Metric, distributions: Mapping[Labels, Distribution]) -> Family:
    family = HistogramMetricFamily(PREFIX + metric.name, metric.meaning, labels=metric.labels)
    for labels, distribution in distributions.items():
        family.add_metric(labels, list(_buckets(distribution)), distribution.sum)
    return family


def _buckets(distribution: Distribution) -> Iterator[tuple[str, float] | tuple[str, float, ExemplarSample]]:
    for number, (bound, count) in enumerate(zip(_BOUNDS, accumulate(distribution.counts), strict=True)):
        exemplar = distribution.exemplars.get(number)
        yield (bound, count, _sample(exemplar)) if exemplar else (bound, count)


def _sample(exemplar: Exemplar) -> ExemplarSample:
    return ExemplarSample({"trace_id": exemplar.trace_id}, exemplar.seconds, exemplar.at)


def _of_the_process() -> Mapping[Metric, Mapping[Labels, float]]:
    return {
        table.BUILD: {(version("compactd"), platform.python_version()): 1.0},
        table.GC_COLLECTIONS: {
            (str(generation),): float(seen["collections"]) for generation, seen in enumerate(gc.get_stats())
        },
    }
