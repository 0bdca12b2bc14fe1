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
            "[namespaces.NAME] for each that has others. It is read again when it changes; one that is wrong, empty or "
            "gone changes nothing. Without it there are none."
        ),
    ] = None

    @field_validator("namespaces_file")
    @classmethod
    def _readable_namespaces(cls, path: Path | None) -> Path | None:
        NamespacesFile(path)
        return path
