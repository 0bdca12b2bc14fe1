"""How many compactions the server makes by itself."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class JobSettings(BaseSettings):
    """A section of Config."""

    jobs_at_once: Annotated[
        int,
        Field(
            ge=0,
            le=1_000,
            description="How many jobs, compactions that were submitted and wait for their turn, a server process runs "
            "at once. 0: none; another process on the same database has to.",
        ),
    ] = 4
