"""What the server tells of itself."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class LogSettings(BaseSettings):
    """A section of Config."""

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="The least important lines that are logged.")
    ] = "info"
    log_calls: Annotated[
        Literal["all", "failed"],
        Field(description="Which calls have a line of their own at level info; at debug all of them have one."),
    ] = "all"
