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
            description="The age, give or take 10 %, at which a client is told to make a new connection, so that new "
            "servers get their share. No call fails because of it; calls that run over gRPC may go on for "
            "COMPACTD_MAX_CALL_SECONDS. 0: no limit.",
        ),
    ] = 1800.0
    max_connections: Annotated[
        int,
        Field(
            ge=1,
            description="The most connections of gRPC, and as many again of REST; fewer if the process may not open "
            "so many files. Beyond it REST closes the connection that has waited longest without a "
            "request, and gRPC closes the new one.",
        ),
    ] = 4096
    handshake_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=600,
            description="The time for a new connection to begin: TLS, if it is on, and the first frames of gRPC.",
        ),
    ] = 10.0
    http_head_seconds: Annotated[
        float,
        Field(gt=0, le=600, description="The time for the head of a request over REST, from its first byte."),
    ] = 10.0
    http_body_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=600,
            description="The time for the body of a request over REST, and a second more for each 64 KiB received; "
            "then the answer is 408. Also the time that an answer waits for a client that does not read.",
        ),
    ] = 30.0
    grpc_message_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=600,
            description="The time for the message of a call over gRPC, from its head; then the call ends with "
            "DEADLINE_EXCEEDED.",
        ),
    ] = 60.0
    grpc_idle_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=86_400,
            description="How long a connection of gRPC is kept without a call. Clients open a new one when they need "
            "it.",
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
