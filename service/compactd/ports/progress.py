"""Who is told how far a compaction is."""

from typing import Protocol

from compactd.domain.compactions import Compaction


class Progress(Protocol):
    """Is told of one attempt, step by step (`domain.progress.Event`). Everything returns at once and raises nothing."""

    def planned(self, tokens: int, chunks: int) -> None: ...

    def asking(self, chunk: int, chunks: int, retries: int) -> None: ...

    def merging(self, retries: int) -> None: ...

    def committed(self, record: Compaction) -> None: ...


class SilentProgress:
    """Nobody watches."""

    def planned(self, tokens: int, chunks: int) -> None: ...

    def asking(self, chunk: int, chunks: int, retries: int) -> None: ...

    def merging(self, retries: int) -> None: ...

    def committed(self, record: Compaction) -> None: ...


SILENT = SilentProgress()
