"""The file of namespaces: read at the start, and again whenever it changes."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from compactd.access.watched_file import WatchedFile
from compactd.domain.namespaces import NO_QUOTAS, Namespaces, NamespaceSettings
from compactd.domain.validation import description_of, join_path


def parse_namespaces(data: bytes) -> Namespaces:
    """ValueError for what is no such file: the sentence names the key."""
    try:
        return Namespaces.of_file(tomllib.loads(data.decode()))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{join_path('', first['loc'])}: {description_of(first['msg'])}") from error
    except ValueError as error:
        # The parser says where, and UTF-8's own what: neither says more of the file than a character.
        raise ValueError(f"it is no TOML: {description_of(str(error))}") from error


class NamespacesFile:
    """The settings that the file had when it was last right; without a file nobody has a limit."""

    def __init__(self, path: Path | None) -> None:
        """ValueError for a file that cannot be read or is wrong."""
        self._file = None if path is None else WatchedFile(path, parse_namespaces)

    @property
    def in_force(self) -> Namespaces:
        return NO_QUOTAS if self._file is None else self._file.value

    def of(self, namespace: str) -> NamespaceSettings:
        return self.in_force.of(namespace)

    @property
    def keeps_all(self) -> bool:
        return self.in_force.keeps_all

    def look(self) -> None:
        """Takes what the file says now, if that has changed and is right."""
        if self._file is not None:
            self._file.look()

    async def follow(self) -> None:
        """Looks until it is cancelled. Returns at once where there is no file."""
        if self._file is not None:
            await self._file.follow()
