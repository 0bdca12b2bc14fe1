"""Where the server listens, and what it shows there."""

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

OFF = "off"

MAX_PORT = 65_535


class AddressSettings(BaseSettings):
    """A section of Config."""

    grpc_address: Annotated[
        str, Field(description="Where gRPC listens: host:port (port 0: any free port), or unix:/path of a socket.")
    ] = "127.0.0.1:50051"
    http_address: Annotated[
        str, Field(description="Where REST listens: host:port (port 0: any free port), unix:/path of a socket, or off.")
    ] = "127.0.0.1:8283"
    admin_address: Annotated[
        str,
        Field(
            description="Where /healthz, /readyz, /metrics and /statusz are served over HTTP: host:port (port 0: any "
            "free port), unix:/path of a socket, or off. Everybody who reaches it gets an answer."
        ),
    ] = "127.0.0.1:9464"
    reflection: Annotated[bool, Field(description="Whether the server answers gRPC reflection.")] = True
    channelz: Annotated[
        bool,
        Field(
            description="Whether the server answers gRPC channelz: its connections, their addresses, counts of calls. "
            "Everybody who reaches the gRPC port gets an answer."
        ),
    ] = False

    @field_validator("grpc_address")
    @classmethod
    def _listening(cls, address: str) -> str:
        if not _is_address(address):
            raise ValueError("write host:port, such as 127.0.0.1:50051 or [::1]:50051, or unix:/path of a socket.")
        return address

    @field_validator("http_address", "admin_address")
    @classmethod
    def _listening_or_off(cls, address: str) -> str:
        if address != OFF and not _is_address(address):
            raise ValueError("write host:port, such as 127.0.0.1:8283 or [::1]:8283, unix:/path of a socket, or off.")
        return address


def _is_address(text: str) -> bool:
    """Whether it has the form of one. Whether this machine has it is seen when the server listens there."""
    if text.startswith("unix:"):
        return len(text) > len("unix:")
    host, colon, port = text.rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    # An address of IPv6 without brackets would lose its last group to the port.
    is_host = is_bracketed or not set(host) & set("[]:/ ")
    return bool(colon) and is_host and port.isascii() and port.isdigit() and int(port) <= MAX_PORT
