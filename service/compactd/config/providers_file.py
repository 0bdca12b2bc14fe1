"""The file of providers: read at the start, and again whenever it changes."""

import tomllib
from pathlib import Path

from pydantic import ValidationError

from compactd.access.watched_file import WatchedFile
from compactd.domain.provider_limits import NO_LIMITS, ProviderLimits, Providers
from compactd.domain.validation import description_of, join_path

_WRITTEN = {
    "requests_per_minute": "a whole number from 1 on",
    "tokens_per_minute": "a whole number from 1 on",
    "calls_at_once": "a whole number from 1 on",
    "jobs_share": "a number above 0 and at most 1, such as 0.5",
}
"""What each limit is, for whoever has written something else."""


def parse_providers(data: bytes) -> Providers:
    """ValueError for what is no such file: the sentence names the key. An empty file is one that is being written, and
    no file without limits."""
    if not data.strip():
        raise ValueError("it is empty; a line that begins with # is enough for a file without limits.")
    try:
        tables = tomllib.loads(data.decode())
    except ValueError as error:
        # The parser says where, and UTF-8's own what: neither says more of the file than a character.
        raise ValueError(f"it is no TOML: {description_of(str(error))}") from error
    try:
        return Providers.of_file(tables)
    except ValidationError as error:
        _, *location = error.errors(include_url=False, include_input=False)[0]["loc"]
        raise ValueError(f"{join_path('', tuple(location))}: {_sentence(tuple(location))}") from error


def _sentence(location: tuple[str | int, ...]) -> str:
    """What to write in place of what is wrong."""
    limits = ", ".join(ProviderLimits.model_fields)
    if len(location) < 2:
        return f"write a table of limits: {limits}."
    written = _WRITTEN.get(str(location[1]))
    return f"there is no such limit: write {limits}." if written is None else f"write {written}."


class ProvidersFile:
    """The limits that the file had when it was last right; without a file no provider has any."""

    def __init__(self, path: Path | None) -> None:
        """ValueError for a file that cannot be read or is wrong."""
        self._file = None if path is None else WatchedFile(path, parse_providers)

    @property
    def in_force(self) -> Providers:
        return NO_LIMITS if self._file is None else self._file.value

    def of(self, provider: str) -> ProviderLimits | None:
        return None if self._file is None else self._file.value.of(provider)

    def look(self) -> None:
        """Takes what the file says now, if that has changed and is right."""
        if self._file is not None:
            self._file.look()

    async def follow(self) -> None:
        """Looks until it is cancelled. Returns at once where there is no file."""
        if self._file is not None:
            await self._file.follow()
