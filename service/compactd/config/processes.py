"""In how many processes the server runs."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

MAX_WORKERS = 64


class ProcessSettings(BaseSettings):
    """A section of Config."""

    workers: Annotated[
        int,
        Field(
            ge=1,
            le=MAX_WORKERS,
            description="How many processes serve behind the same addresses, on Linux; `compactd serve --workers` "
            "sets it too. They share the connections; each has limits and connections to the database of "
            "its own. More than one for each core is of no use. 1: one process, without a supervisor.",
        ),
    ] = 1
