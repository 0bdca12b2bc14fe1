"""/metrics: what Prometheus scrapes."""

import asyncio
from collections.abc import Mapping

from compactd.admin.app import Answer, Page
from compactd.telemetry.gauges import Gauges, Labels
from compactd.telemetry.metric_table import Metric
from compactd.telemetry.metrics import Metrics, Snapshot


def metrics_page(metrics: Metrics, gauges: Gauges) -> Page:
    """In the text format of Prometheus, or as OpenMetrics for who accepts that."""

    async def page(accept: str) -> Answer:
        read = await gauges.refreshed()
        # Numbers are copied where they are counted; what is made of them takes milliseconds, and is made in a thread.
        return await asyncio.to_thread(_exposed, metrics.snapshot(), read, accept)

    return page


def _exposed(snapshot: Snapshot, read: Mapping[Metric, Mapping[Labels, float]], accept: str) -> Answer:
    # Imported when somebody scrapes, off the event loop: 0.2 s that no start has to take.
    from compactd.telemetry.exposition import expose

    body, content_type = expose(snapshot, read, accept)
    return Answer(200, body, content_type)
