"""What /metrics shows, read by Prometheus's own parsers."""

from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families


def families_of(page: str) -> list[Metric]:
    """The families of a page of OpenMetrics; ValueError if it is none."""
    return list(openmetrics.text_string_to_metric_families(page))  # type: ignore[no-untyped-call]


def families_of_text(page: str) -> list[Metric]:
    """The same of the text format."""
    return list(text_string_to_metric_families(page))
