"""/statusz: what an operator wants to know of a server, as JSON."""

from collections.abc import Awaitable, Callable

import orjson

from compactd.admin.app import Answer
from compactd.telemetry.gauges import Gauges
from compactd.telemetry.metric_table import DATABASE_UP, PREFIX, READY, Metric

Section = Callable[[], Awaitable[object]]
"""Gives what JSON can hold. No contents, no secrets."""


class Status:
    """The page, of sections that the parts of the server give as they are made."""

    def __init__(self) -> None:
        self._sections: dict[str, Section] = {}

    def add(self, name: str, section: Section) -> None:
        self._sections[name] = section

    async def page(self, _: str) -> Answer:
        said = {name: await section() for name, section in self._sections.items()}
        return Answer(200, orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n", "application/json")


async def queues_of(gauges: Gauges) -> dict[str, float]:
    """The readings of what waits or is in hand, by the names of their metrics, with the values of labels behind a
    dot."""
    return {
        ".".join((_short(metric), *labels)): value
        for metric, readings in (await gauges.refreshed()).items()
        if metric not in (READY, DATABASE_UP)
        for labels, value in readings.items()
    }


def _short(metric: Metric) -> str:
    return metric.full_name.removeprefix(PREFIX)
