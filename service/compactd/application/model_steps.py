"""Tells how far the requests to a model are for one compaction: which chunk of how many, and what is merged."""

from collections.abc import Callable

from compactd.ports.progress import SILENT, Progress

Told = Callable[[], None]
"""To be called whenever the request is sent, for the first time or again."""


class ModelSteps:
    """Chunks are counted in the order in which they are asked for. One that proves too long was counted, and so are
    the smaller ones that it is cut into."""

    def __init__(self, progress: Progress = SILENT, tokens: int = 0) -> None:
        """`tokens` are to be evicted."""
        self._progress = progress
        self._tokens = tokens
        self._chunks = 0
        self._asked = 0
        self._is_planned = False
        self._is_merging = False

    def cut(self, chunks: int) -> None:
        """What is evicted was cut into so many, none of which has been asked for."""
        self._chunks, self._asked = chunks, 0
        if not self._is_planned:
            self._is_planned = True
            self._progress.planned(self._tokens, chunks)

    def cut_smaller(self, chunks: int) -> None:
        """A chunk was cut into so many."""
        self._chunks += chunks

    def merging(self) -> None:
        """The new part is there: whatever is asked for from now on merges parts."""
        self._is_merging = True

    def request(self, *, merge: bool) -> Told:
        """Tells of one request: for the next chunk, or to `merge`."""
        if merge or self._is_merging:
            return _counting(self._progress.merging)
        self._asked += 1
        number = self._asked
        return _counting(lambda retries: self._progress.asking(number, self._chunks, retries))


def _counting(tell: Callable[[int], None]) -> Told:
    """Tells how often it was called before."""
    retries = -1

    def told() -> None:
        nonlocal retries
        retries += 1
        tell(retries)

    return told
