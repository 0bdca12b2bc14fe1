"""How long callers' connections live."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class ConnectionSettings(BaseSettings):
    """A section of Config."""

    max_connection_age_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=86_400,
            description="How old a connection over gRPC gets, 10 % more or less, until its client is told to make "
            "another one, so that servers that were added get their share. No call fails of it: those that run may go "
            "on for COMPACTD_MAX_CALL_SECONDS. 0: as old as its client wants.",
        ),
    ] = 1800.0
