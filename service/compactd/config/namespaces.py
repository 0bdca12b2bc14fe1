"""What namespaces may take: a file, since it grows with them and changes while the server runs."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from compactd.config.namespaces_file import NamespacesFile


class NamespaceFileSettings(BaseSettings):
    """A section of Config."""

    namespaces_file: Annotated[
        Path | None,
        Field(
            description="A TOML file with the limits and the retention of namespaces: a table [default], and a table "
            "[namespaces.NAME] for each namespace with other ones. It is read again when it changes; a "
            "wrong, empty or missing file changes nothing. If it is not set, there are no limits."
        ),
    ] = None

    @field_validator("namespaces_file")
    @classmethod
    def _readable_namespaces(cls, path: Path | None) -> Path | None:
        NamespacesFile(path)
        return path
