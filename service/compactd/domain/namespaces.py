"""What each namespace may take, and how long it keeps what it has: as the operator has written it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

UNLIMITED = "unlimited"
"""What a namespace's own value is where it has none of the limits that the others have by default."""


def _limit(value: object) -> object:
    return None if value == UNLIMITED else value


Calls = Annotated[int, Field(ge=1)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Days = Annotated[int, Field(ge=1, le=36_500)]
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class NamespaceSettings(BaseModel):
    """The settings of one namespace; None is no limit.

    A further setting is a field here, `X | None` with a default and a sentence, and is read from the file by its name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    calls_in_hand: Annotated[Calls | None, BeforeValidator(_limit)] = None
    """The most calls that one process has in hand for it."""
    stored_messages: Annotated[Count | None, BeforeValidator(_limit)] = None
    """The most messages that are stored for it."""
    stored_bytes: Annotated[Count | None, BeforeValidator(_limit)] = None
    """The most bytes that those take, as they are stored."""
    model_usd_per_day: Annotated[Dollars | None, BeforeValidator(_limit)] = None
    """The most US dollars that models may cost it in one day of UTC."""
    queued_jobs: Annotated[Count | None, BeforeValidator(_limit)] = None
    """The most jobs that it has queued or running."""
    unfinished_sweeps: Annotated[Count | None, BeforeValidator(_limit)] = None
    """The most sweeps that it has running or paused when somebody starts another."""

    retention_days: Annotated[Days | None, BeforeValidator(_limit)] = None
    """After how many days without a new message a conversation is deleted."""

    def over(self, default: "NamespaceSettings") -> "NamespaceSettings":
        """These settings, and for those that are not given here the ones of `default`."""
        return default.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})


class Namespaces:
    """The settings of every namespace there is: its own over those that hold by default."""

    def __init__(self, default: NamespaceSettings, named: Mapping[str, NamespaceSettings]) -> None:
        self._default = default
        self._named = {name: settings.over(default) for name, settings in named.items()}

    @classmethod
    def of_file(cls, tables: Mapping[str, Any]) -> "Namespaces":
        """The settings of a file's tables. pydantic's ValidationError names the keys that are unknown or wrong."""
        read = _Tables.model_validate(tables)
        return cls(read.default, read.namespaces)

    def of(self, namespace: str) -> NamespaceSettings:
        return self._named.get(namespace, self._default)

    @property
    def keeps_all(self) -> bool:
        """Whether nobody has a retention."""
        return all(settings.retention_days is None for settings in self.all)

    @property
    def told(self) -> dict[str, Any]:
        """The limits that there are, in the tables of the file: `default`, and `namespaces` by their names, each with
        the ones that it has by default."""
        return {
            "default": self._default.model_dump(exclude_none=True),
            "namespaces": {name: settings.model_dump(exclude_none=True) for name, settings in self._named.items()},
        }

    @property
    def all(self) -> tuple[NamespaceSettings, ...]:
        """Every one that is in force for somebody."""
        return (self._default, *self._named.values())


class _Tables(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    default: NamespaceSettings = NamespaceSettings()
    namespaces: dict[Annotated[str, Field(min_length=1, max_length=256)], NamespaceSettings] = {}


NO_QUOTAS = Namespaces(NamespaceSettings(), {})
"""Those of a server whose operator has set none."""
