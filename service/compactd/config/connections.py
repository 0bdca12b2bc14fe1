"""How long callers' connections live, how long their clients may take, and how many are kept."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from compactd.rpc.connection_limits import ConnectionLimits


class ConnectionSettings(BaseSettings):
    """A section of Config."""

    max_connection_age_seconds: Annotated[
        float,
        Field(
            ge=0,
            le=86_400,
            description="How old a connection gets, 10 % more or less, until its client is told to make another one, "
            "so that servers that were added get their share. No call fails of it; those that run over gRPC may go on "
            "for COMPACTD_MAX_CALL_SECONDS. 0: as old as its client wants.",
        ),
    ] = 1800.0
    max_connections: Annotated[
        int,
        Field(
            ge=1,
            description="The most connections of gRPC, and of REST as many again; fewer where the process may not open "
            "so many files. REST closes the one that has waited longest without a request for a new one, gRPC the "
            "new one.",
        ),
    ] = 4096
    handshake_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=600,
            description="How long a new connection may take until it speaks: TLS, where that is on, and the first "
            "frames of gRPC.",
        ),
    ] = 10.0
    http_head_seconds: Annotated[
        float,
        Field(gt=0, le=600, description="How long the head of a request over REST may take from its first byte on."),
    ] = 10.0
    http_body_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=600,
            description="How long the body of a request over REST may take, and a second more for each 64 KiB that "
            "have come; then it is answered 408. Also how long an answer waits for a client that does not read on.",
        ),
    ] = 30.0
    grpc_message_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=600,
            description="How long the message of a call over gRPC may take from its head on; then the call ends with "
            "DEADLINE_EXCEEDED.",
        ),
    ] = 60.0
    grpc_idle_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=86_400,
            description="How long a connection of gRPC is kept without a call; clients open another one when they "
            "need it.",
        ),
    ] = 600.0

    def connection_limits(self) -> ConnectionLimits:
        """As both doors take them."""
        return ConnectionLimits(
            connections=self.max_connections,
            handshake_seconds=self.handshake_seconds,
            head_seconds=self.http_head_seconds,
            body_seconds=self.http_body_seconds,
            message_seconds=self.grpc_message_seconds,
            idle_seconds=self.grpc_idle_seconds,
            max_age_seconds=self.max_connection_age_seconds,
        )
