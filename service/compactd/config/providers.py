"""What providers may be asked: a file, since the limits of an account change while the server runs."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from compactd.config.providers_file import ProvidersFile


class ProviderFileSettings(BaseSettings):
    """A section of Config."""

    providers_file: Annotated[
        Path | None,
        Field(
            description="A TOML file with the limits of providers: a table such as [openai] for each provider with "
            "limits. All servers of a database keep them together. It is read again when it changes; a "
            "wrong, empty or missing file changes nothing. If it is not set, there are no limits, and "
            "nothing is counted."
        ),
    ] = None

    @field_validator("providers_file")
    @classmethod
    def _readable_providers(cls, path: Path | None) -> Path | None:
        ProvidersFile(path)
        return path
