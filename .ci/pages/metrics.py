"""What /metrics shows."""

from compactd.telemetry.metric_table import LABELS, METRICS
from pages.markdown import listed, table


def metrics() -> str:
    """What /metrics shows, but for what the system says of the process."""
    return table(
        ("metric", "kind", "labels", "what"),
        ((f"`{row.full_name}`", row.kind, listed(row.labels), row.meaning) for row in METRICS),
    )


def metric_labels() -> str:
    return table(("label", "values"), ((f"`{name}`", values) for name, values in LABELS.items()))
