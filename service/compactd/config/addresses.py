"""Where the server listens, and what it shows there."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings


class AddressSettings(BaseSettings):
    """A section of Config."""

    grpc_address: Annotated[
        str, Field(description="Where gRPC listens: host:port (port 0: a free one), or unix:/path of a socket.")
    ] = "127.0.0.1:50051"
    http_address: Annotated[
        str, Field(description="Where REST listens: host:port (port 0: a free one), unix:/path of a socket, or off.")
    ] = "127.0.0.1:8283"
    admin_address: Annotated[
        str,
        Field(
            description="Where /healthz, /readyz, /metrics and /statusz are served over HTTP: host:port (port 0: a "
            "free one), unix:/path of a socket, or off. Whoever reaches it is answered."
        ),
    ] = "127.0.0.1:9464"
    reflection: Annotated[bool, Field(description="Whether the server answers gRPC reflection.")] = True
    channelz: Annotated[
        bool,
        Field(
            description="Whether the server answers gRPC channelz: its connections, their addresses, counts of calls. "
            "Whoever reaches the gRPC port is answered."
        ),
    ] = False
