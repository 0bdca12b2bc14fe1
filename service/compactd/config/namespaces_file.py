"""The file of namespaces: read at the start, and again whenever it changes."""

import asyncio
import tomllib
from pathlib import Path

import structlog
from pydantic import ValidationError

from compactd.domain.namespaces import NO_QUOTAS, Namespaces
from compactd.domain.validation import description_of, join_path
from compactd.ports.namespaces import NamespacesInForce

LOOK_SECONDS = 1.0
"""How often it is looked whether the file has changed. A look costs 5 µs."""


def read_namespaces(path: Path) -> Namespaces:
    """ValueError for a file that cannot be read or says something else: the sentence names the key."""
    try:
        return Namespaces.of_file(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{join_path('', first['loc'])} in {path}: {description_of(first['msg'])}") from error
    except ValueError as error:
        raise ValueError(f"{path} is no TOML: {description_of(str(error))}") from error


class NamespacesFile:
    """The settings that the file had when it was last right. A file that is wrong, or gone, changes nothing: the log
    says so, once."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read = self._state()
        self.in_force = NamespacesInForce(NO_QUOTAS if path is None else read_namespaces(path))

    async def follow(self) -> None:
        """Reads the file again whenever it has changed, until it is cancelled. Returns at once where there is none."""
        while self._path is not None:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Takes what the file says now, if that has changed and is right."""
        state = self._state()
        if self._path is None or state == self._read:
            return
        self._read = state
        log = structlog.get_logger()
        try:
            self.in_force.replace(read_namespaces(self._path))
        except ValueError as error:
            log.error("namespaces not read", why=f"{error} The settings of before stay in force.")
        else:
            log.info("namespaces read")

    def _state(self) -> tuple[int, ...]:
        """What changes when the file does, however it is replaced; empty where there is none."""
        try:
            status = self._path.stat() if self._path is not None else None
        except OSError:
            return ()
        return () if status is None else (status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev)
