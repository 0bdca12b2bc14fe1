"""What an interceptor is."""

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from google.protobuf.message import Message

from compactd.rpc.call import Call

Request = bytes | Message
"""Bytes as they came over gRPC, until they are decoded; over REST a message from the start."""

Response = Coroutine[Any, Any, Message | None]
"""A response to be awaited. None where responses are sent as a stream: the call lasts until the stream has ended."""

Proceed = Callable[[Call, Request], Response]
"""The rest of the way: later interceptors and the servicer."""


class Interceptor(Protocol):
    """A step around a call: it may raise instead of proceeding, look at what comes back, and pass a changed call on.

    It is a coroutine function, or, if it does not look at what comes back, a plain one that returns what `proceed`
    returns: one coroutine less for each call to be made and resumed through.
    """

    def __call__(self, call: Call, request: Request, proceed: Proceed) -> Response: ...
