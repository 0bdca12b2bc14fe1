"""Requests with bodies, written by hand."""

from tests.gateway.raw_http import request

CHUNKED = "Transfer-Encoding: chunked\r\n"
ASKS_FIRST = "Expect: 100-continue\r\n"
NEXT = request("GET", "/v1/agents?limit=1")


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def announced(verb: str, path: str, length: int, headers: str = "") -> bytes:
    """The head of a request whose body does not come with it."""
    return request(verb, path, headers=f"{headers}Content-Length: {length}\r\n")
