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
            description="How many jobs a process runs at once. 0: none; then another process on the same database has "
            "to run them, such as `compactd work`.",
        ),
    ] = 4
    jobs_listen: Annotated[
        bool | None,
        Field(
            description="Whether PostgreSQL announces new jobs at once, over a connection of its own. Otherwise the "
            "process looks for them each second. If it is not set, it is as "
            "COMPACTD_DATABASE_PREPARED_STATEMENTS, since a pooler in transaction mode announces nothing."
        ),
    ] = None
