"""What an interceptor is."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from google.protobuf.message import Message

from compactd.rpc.call import Call

Request = bytes | Message
"""Bytes as they came over gRPC, until they are decoded; over REST a message from the start."""

Proceed = Callable[[Call, Request], Awaitable[Message | None]]
"""The rest of the way: later interceptors and the servicer. None where the responses are sent as a stream: the call
lasts until the stream has ended."""


class Interceptor(Protocol):
    """A step around a call: it may raise instead of proceeding, look at what comes back, and pass a changed call on."""

    async def __call__(self, call: Call, request: Request, proceed: Proceed) -> Message | None: ...
