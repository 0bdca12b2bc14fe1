"""Metrics of all workers, also of those that have died: a sum that fell would look like a restart of them all."""

from collections.abc import Mapping

from compactd.workers.metric_families import Families, added, counted, families_of, start_of, text_of

OPENMETRICS = "application/openmetrics-text"


class SummedMetrics:
    """Of pages in one format. What a process had counted is kept as it was last seen once another one is in its place;
    what it counted after that is lost with it."""

    def __init__(self, content_type: str) -> None:
        self._ends = content_type.startswith(OPENMETRICS)
        self._last: dict[int, Families] = {}
        self._ended: Families = {}

    def page(self, pages: Mapping[int, bytes]) -> bytes:
        """The sum of the pages of the workers that answer, by their numbers."""
        seen = {number: families_of(page.decode()) for number, page in pages.items()}
        for number, families in seen.items():
            before = self._last.get(number)
            if before is not None and start_of(before) != start_of(families):
                self._ended = added([self._ended, counted(before)])
        self._last |= seen
        away = [counted(families) for number, families in self._last.items() if number not in seen]
        # Those that answer come first: theirs is the order of the page.
        return text_of(added([*seen.values(), *away, self._ended]), ends=self._ends).encode()
