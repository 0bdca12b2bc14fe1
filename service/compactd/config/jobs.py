"""How jobs are run."""

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
            description="How many jobs, compactions that were submitted and wait for their turn, a process runs at "
            "once. 0: none; another process on the same database has to, such as `compactd work`.",
        ),
    ] = 4
    jobs_listen: Annotated[
        bool | None,
        Field(
            description="Whether PostgreSQL tells at once of jobs that wait, over a connection that is kept for it; "
            "else they are looked for each second. Without a value it is as COMPACTD_DATABASE_PREPARED_STATEMENTS: a "
            "pooler in transaction mode passes nothing on."
        ),
    ] = None
