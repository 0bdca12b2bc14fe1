"""What can be read of the server at any moment: queues, what is in hand, what is up."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping

from compactd.telemetry.metric_table import Metric

Labels = tuple[str, ...]
"""The values of a metric's labels, in their order."""

Reading = Callable[[], float]


Refresh = Callable[[], Awaitable[None]]
"""Has readings say what is so now, where that has to be asked for. It takes a second at most, and raises nothing."""


class Gauges:
    """Readings, given by the parts of the server as they are made. Reading is cheap, and done on the event loop; one
    that is not known is NaN, and left out."""

    def __init__(self) -> None:
        self._readings: dict[Metric, dict[Labels, Reading]] = {}
        self._refreshes: list[Refresh] = []

    def ask_first(self, refresh: Refresh) -> None:
        """Before readings are shown, this is awaited."""
        self._refreshes.append(refresh)

    async def refreshed(self) -> Mapping[Metric, Mapping[Labels, float]]:
        """What they say once all has been asked for."""
        await asyncio.gather(*(refresh() for refresh in self._refreshes))
        return self.read()

    def add(self, metric: Metric, reading: Reading, *labels: str) -> None:
        self._readings.setdefault(metric, {})[labels] = reading

    def read(self) -> Mapping[Metric, Mapping[Labels, float]]:
        """What they say now."""
        return {
            metric: {labels: value for labels, reading in readings.items() if not math.isnan(value := reading())}
            for metric, readings in self._readings.items()
        }
