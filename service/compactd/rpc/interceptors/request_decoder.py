"""The bytes of a request become its message.

gRPC itself answers bytes that are no message with UNKNOWN and a Python class name. So it is told to leave requests
as they are, and they are decoded here, where an error has somebody to answer it.
"""

import asyncio
from collections.abc import Mapping

from google.protobuf.message import DecodeError, Message

from compactd.domain.errors import MalformedRequest
from compactd.rpc.call import Call
from compactd.rpc.contract import Method
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response
from compactd.rpc.value_count import AT_ONCE_BYTES, checked, shapes_of


class BytesDecoder:
    """Decodes requests of `methods`. What came as a message is passed on, and so are bytes for an unknown method."""

    def __init__(self, methods: Mapping[str, Method]) -> None:
        self._methods = methods
        self._shapes = shapes_of({path: method.request_class.DESCRIPTOR for path, method in methods.items()})

    def __call__(self, call: Call, request: Request, proceed: Proceed) -> Response:
        """MalformedRequest; InvalidField for millions of values."""
        method = self._methods.get(call.method)
        if method is not None and isinstance(request, bytes):
            if len(request) > AT_ONCE_BYTES:
                return self._after_a_look(method, call, request, proceed)
            request = _decode(request, method.request_class)
        return proceed(call, request)

    async def _after_a_look(self, method: Method, call: Call, data: bytes, proceed: Proceed) -> Message | None:
        for _ in checked(data, self._shapes[call.method]):
            await asyncio.sleep(0)
        return await proceed(call, _decode(data, method.request_class))


def _decode(data: bytes, request_class: type[Message]) -> Message:
    try:
        return request_class.FromString(data)
    except DecodeError as error:
        raise MalformedRequest(message=request_class.DESCRIPTOR.full_name) from error
