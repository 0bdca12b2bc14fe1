"""Metrics of all workers, also of those that have died: a sum that fell would look like a restart of them all."""

from collections.abc import Mapping
from pathlib import Path

import orjson
import structlog

from compactd.workers.metric_families import (
    Families,
    added,
    counted,
    families_of,
    openmetrics_of,
    start_of,
    with_start,
)


class SummedMetrics:
    """What a process had counted is kept as it was last seen once another one is in its place; what it counted after
    that is lost with it. The same figures are behind every page, in whichever format it was asked for."""

    def __init__(self, file: Path) -> None:
        """`file` is where the figures outlive this process; it need not be there yet."""
        self._file = file
        self._last: dict[int, Families] = {}
        self._ended: Families = {}
        if file.exists():
            kept = orjson.loads(file.read_bytes())
            self._last = {int(number): families_of(page) for number, page in kept["last"].items()}
            self._ended = families_of(kept["ended"])

    def add(self, pages: Mapping[int, bytes]) -> Families:
        """The sum of the pages of the workers that answer, by their numbers, and of what others had counted. Pages
        have to come in the order in which they were asked for."""
        seen = {number: families_of(page.decode()) for number, page in pages.items()}
        for number, families in seen.items():
            before = self._last.get(number)
            if before is not None and start_of(before) != start_of(families):
                self._ended = added([self._ended, counted(before)])
        self._last |= {number: with_start(families) for number, families in seen.items()}
        self._keep()
        away = [counted(families) for number, families in self._last.items() if number not in seen]
        # Those that answer come first: theirs is the order of the page.
        return added([*seen.values(), *away, self._ended])

    def _keep(self) -> None:
        last = {str(number): openmetrics_of(families) for number, families in self._last.items()}
        written = self._file.with_suffix(".new")
        try:
            written.write_bytes(orjson.dumps({"last": last, "ended": openmetrics_of(self._ended)}))
            # Whoever reads it finds all of it, or all of the one before.
            written.replace(self._file)
        except OSError as error:
            # A page that is answered is worth more; the figures are lost if this process dies as well.
            structlog.get_logger().warning("metrics not kept", why=error.strerror)
