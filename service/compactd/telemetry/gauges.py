"""What can be read of the server at any moment: queues, what is in hand, what is up."""

from collections.abc import Callable, Mapping

from compactd.telemetry.metric_table import Metric

Labels = tuple[str, ...]
"""The values of a metric's labels, in their order."""

Reading = Callable[[], float]


class Gauges:
    """Readings, given by the parts of the server as they are made. Reading is cheap, and done on the event loop."""

    def __init__(self) -> None:
        self._readings: dict[Metric, dict[Labels, Reading]] = {}

    def add(self, metric: Metric, reading: Reading, *labels: str) -> None:
        self._readings.setdefault(metric, {})[labels] = reading

    def read(self) -> Mapping[Metric, Mapping[Labels, float]]:
        """What they say now."""
        return {
            metric: {labels: reading() for labels, reading in readings.items()}
            for metric, readings in self._readings.items()
        }
