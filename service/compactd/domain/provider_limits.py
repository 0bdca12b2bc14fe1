"""What each provider may be asked, with one credential, by all processes together: as the operator has written it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from compactd.domain.limits import Share
from compactd.domain.model_settings import PROVIDERS

Count = Annotated[int, Field(ge=1, le=2**53)]

JOBS_SHARE = 0.5
"""What jobs get by default of a limit: callers who wait find the other half free, whatever runs in the background."""


class ProviderLimits(BaseModel):
    """The limits of one provider, for each credential that it is called with; None is no limit.

    A further limit is a field here, and is read from the file by its name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    requests_per_minute: Count | None = None
    """Requests, repeats included."""
    tokens_per_minute: Count | None = None
    """Tokens that requests and their answers have, as the provider counts them."""
    calls_at_once: Count | None = None
    """Requests that are not answered yet."""
    jobs_share: Share = JOBS_SHARE
    """The share of each limit that jobs get at most, together; of calls at once it is one at least."""

    @property
    def job_calls_at_once(self) -> int | None:
        """How many calls jobs make at once."""
        return None if self.calls_at_once is None else max(1, int(self.calls_at_once * self.jobs_share))


class Providers:
    """The limits of every provider that has a table; one without has none, and nothing is counted for it."""

    def __init__(self, named: Mapping[str, ProviderLimits]) -> None:
        self._named = dict(named)

    @classmethod
    def of_file(cls, tables: Mapping[str, Any]) -> "Providers":
        """The limits of a file's tables. ValueError for a table of no provider; pydantic's ValidationError, which is
        one, names the keys that are unknown or wrong by their paths."""
        for name in tables:
            if name not in PROVIDERS:
                raise ValueError(f"{name}: there is no such provider: write a table for one of {', '.join(PROVIDERS)}.")
        return cls(_Tables.model_validate({"providers": dict(tables)}).providers)

    def of(self, provider: str) -> ProviderLimits | None:
        return self._named.get(provider)

    @property
    def told(self) -> dict[str, Any]:
        """The limits that there are, in the tables of the file."""
        return {name: limits.model_dump(exclude_none=True) for name, limits in self._named.items()}


class _Tables(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    providers: dict[str, ProviderLimits]


NO_LIMITS = Providers({})
"""Those of a server whose operator has set none."""
