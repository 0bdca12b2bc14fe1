"""The file of providers: what all processes together may ask of each."""

from pathlib import Path

from pydantic import ValidationError

from compactd.config.limits_file import LimitsFile, tables_of
from compactd.domain.provider_limits import NO_LIMITS, ProviderLimits, Providers
from compactd.domain.validation import join_path

_WRITTEN = {
    "requests_per_minute": "a whole number from 1 on",
    "tokens_per_minute": "a whole number from 1 on",
    "calls_at_once": "a whole number from 1 on",
    "jobs_share": "a number above 0 and at most 1, such as 0.5",
}
"""What each limit is, for whoever has written something else."""


def parse_providers(data: bytes) -> Providers:
    """ValueError for what is no such file: the sentence names the key."""
    tables = tables_of(data)
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


class ProvidersFile(LimitsFile[Providers]):
    """Without a file no provider has a limit."""

    def __init__(self, path: Path | None) -> None:
        """ValueError for a file that cannot be read or is wrong."""
        super().__init__(path, parse_providers, NO_LIMITS)

    def of(self, provider: str) -> ProviderLimits | None:
        return self.in_force.of(provider)
