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
            description="How many processes serve behind the same addresses, on Linux; `compactd serve --workers` says "
            "so, too. Connections are shared among them, and each of them has limits and connections to the database "
            "of its own. 1: one process, which is its own supervisor. At most one for each core is of use.",
        ),
    ] = 1
