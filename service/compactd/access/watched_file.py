"""A file that may change while the server runs: what it says now, and what it said when it was last right."""

import asyncio
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")

LOOK_SECONDS = 1.0
"""How often it is looked whether the file has changed."""

MAX_FILE_BYTES = 16 * 1024 * 1024

Look = tuple[int, int, int, int]


class WatchedFile(Generic[T]):
    """`value` is what `parse` made of the file when it was last right.

    Whatever replaces it is seen: a write, a rename, a symbolic link that is set to another folder as Kubernetes does.
    One that is gone or wrong changes nothing, and the log says so once, with the sentence of `parse` and no contents.
    """

    def __init__(self, path: Path, parse: Callable[[bytes], T]) -> None:
        """ValueError for a file that cannot be read, or that `parse` raises ValueError for."""
        self._path = path
        self._parse = parse
        self._look = self._looked_at()
        data = self._read()
        self._hash = sha256(data).digest()
        self._complaint = ""
        self.value = self._parsed(data)

    async def follow(self) -> None:
        """Looks until it is cancelled, in a thread, since a network's file system may take its time."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await asyncio.to_thread(self.look)

    def look(self) -> bool:
        """Takes what the file says now, if that has changed and is right: whether it has."""
        look = self._looked_at()
        if look is not None and look == self._look:
            return False
        try:
            data = self._read()
            digest = sha256(data).digest()
            value = None if digest == self._hash else self._parsed(data)
        except ValueError as error:
            self._complain(str(error))
            return False
        # A look that was taken before the reading: what is written meanwhile is seen at the next one.
        self._look, self._hash, self._complaint = look, digest, ""
        if value is None:
            return False
        self.value = value
        structlog.get_logger().info("file reloaded", file=str(self._path))
        return True

    def _complain(self, why: str) -> None:
        if why != self._complaint:
            self._complaint = why
            structlog.get_logger().error("file not reloaded", why=f"{why} What it said before stays in force.")

    def _looked_at(self) -> Look | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev

    def _read(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise ValueError(f"{self._path} cannot be read: {os.strerror(error.errno or 0)}.") from None
        if len(data) > MAX_FILE_BYTES:
            raise ValueError(f"{self._path} has more than {MAX_FILE_BYTES} bytes.")
        return data

    def _parsed(self, data: bytes) -> T:
        try:
            return self._parse(data)
        except ValueError as error:
            raise ValueError(f"{self._path}: {error}") from None
