"""The file of namespaces: what each may use, and for how long its conversations are kept."""

from pathlib import Path

from pydantic import ValidationError

from compactd.config.limits_file import LimitsFile, tables_of
from compactd.domain.namespaces import NO_QUOTAS, UNLIMITED, Namespaces, NamespaceSettings
from compactd.domain.validation import join_path

_WRITTEN = {
    "calls_in_hand": "a whole number from 1 on",
    "stored_messages": "a whole number from 0 on",
    "stored_bytes": "a whole number from 0 on",
    "model_usd_per_day": "US dollars as a number from 0 on",
    "queued_jobs": "a whole number from 0 on",
    "unfinished_sweeps": "a whole number from 0 on",
    "retention_days": "a whole number from 1 to 36500",
}
"""What each limit is, for whoever has written something else."""


def parse_namespaces(data: bytes) -> Namespaces:
    """ValueError for what is no such file: the sentence names the key."""
    tables = tables_of(data)
    try:
        return Namespaces.of_file(tables)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise ValueError(f"{join_path('', first['loc'])}: {_sentence(first['type'], first['loc'])}") from error


def _sentence(kind: str, location: tuple[str | int, ...]) -> str:
    """What to write in place of what is wrong."""
    limits = ", ".join(NamespaceSettings.model_fields)
    of_limits = len(location) == (2 if location[0] == "default" else 3)
    if of_limits and (written := _WRITTEN.get(str(location[-1]))):
        return f'write {written}, or "{UNLIMITED}".'
    if location[-1] == "[key]":
        return "the name of a namespace has 1 to 256 characters."
    if len(location) == 1 and kind == "extra_forbidden":
        return "there is no such table: write [default], or [namespaces.NAME]."
    if location == ("namespaces",):
        return f"write a table [namespaces.NAME] for each that has limits of its own: {limits}."
    if kind == "extra_forbidden":
        return f"there is no such limit: write {limits}."
    return f"write a table of limits: {limits}."


class NamespacesFile(LimitsFile[Namespaces]):
    """Without a file nobody has a limit."""

    def __init__(self, path: Path | None) -> None:
        """ValueError for a file that cannot be read or is wrong."""
        super().__init__(path, parse_namespaces, NO_QUOTAS)

    def of(self, namespace: str) -> NamespaceSettings:
        return self.in_force.of(namespace)

    @property
    def keeps_all(self) -> bool:
        return self.in_force.keeps_all
