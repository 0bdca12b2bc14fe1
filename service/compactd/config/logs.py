"""What the server tells of itself."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class LogSettings(BaseSettings):
    """A section of Config."""

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="The least important lines that are logged.")
    ] = "info"
