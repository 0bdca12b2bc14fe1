"""A file of limits, in TOML: read at the start, and again whenever it changes."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from compactd.access.watched_file import WatchedFile
from compactd.domain.validation import description_of

T = TypeVar("T")


def tables_of(data: bytes) -> dict[str, Any]:
    """The tables of the file. ValueError for what is no TOML. An empty file is one that is being written, and no file
    without limits: ValueError as well."""
    if not data.strip():
        raise ValueError("it is empty; a line that begins with # is enough for a file without limits.")
    try:
        return tomllib.loads(data.decode())
    except ValueError as error:
        # The parser says where, and UTF-8's own what: neither says more of the file than a character.
        raise ValueError(f"it is no TOML: {description_of(str(error))}") from error


class LimitsFile(Generic[T]):
    """`in_force` is what the file said when it was last right; without a file `unlimited`."""

    def __init__(self, path: Path | None, parse: Callable[[bytes], T], unlimited: T) -> None:
        """ValueError for a file that cannot be read, or that `parse` raises ValueError for."""
        self._file = None if path is None else WatchedFile(path, parse)
        self._unlimited = unlimited

    @property
    def in_force(self) -> T:
        return self._unlimited if self._file is None else self._file.value

    def look(self) -> None:
        """Takes what the file says now, if that has changed and is right."""
        if self._file is not None:
            self._file.look()

    async def follow(self) -> None:
        """Looks until it is cancelled. Returns at once where there is no file."""
        if self._file is not None:
            await self._file.follow()
