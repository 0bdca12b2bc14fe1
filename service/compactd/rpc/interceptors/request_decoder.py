"""The bytes of a request become its message.

gRPC itself answers bytes that are no message with UNKNOWN and a Python class name, and oversized ones without details.
So it is told to leave requests as they are, and they are decoded here, where an error has somebody to answer it.
"""

from collections.abc import Mapping

from google.protobuf.message import DecodeError, Message

from compactd.domain.errors import MalformedRequest, RequestTooLarge
from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.rpc.call import Call
from compactd.rpc.contract import Method
from compactd.rpc.interceptors.interceptor import Proceed, Request


class RequestDecoder:
    """Decodes requests of `methods`. What came as a message is passed on, and so are bytes for an unknown method."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods

    async def __call__(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        """RequestTooLarge, MalformedRequest."""
        method = self._methods.get(call.method)
        if method is not None and isinstance(request, bytes):
            request = _decode(request, method.request_class)
        return await proceed(call, request)


def _decode(data: bytes, request_class: type[Message]) -> Message:
    if len(data) > MAX_REQUEST_BYTES:
        raise RequestTooLarge(size_bytes=len(data), limit_bytes=MAX_REQUEST_BYTES)
    try:
        return request_class.FromString(data)
    except DecodeError as error:
        raise MalformedRequest(message=request_class.DESCRIPTOR.full_name) from error
