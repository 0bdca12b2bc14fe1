"""What the server tells of itself."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class LogSettings(BaseSettings):
    """A section of Config."""

    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="The least severe level that is logged.")
    ] = "info"
    log_calls: Annotated[
        Literal["all", "failed"],
        Field(
            description="Which calls have a line in the log at level info: all, or only those that failed. At level "
            "debug all have one."
        ),
    ] = "all"
