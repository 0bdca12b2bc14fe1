"""From the door to the servicer: each call goes through the interceptors, whether one response comes back or many."""

from collections.abc import Mapping
from functools import partial

from google.protobuf.message import Message

from compactd.domain.errors import NotSupported
from compactd.rpc.call import Call
from compactd.rpc.contract import Behaviour, Send
from compactd.rpc.interceptors.chain import Interceptors, chained
from compactd.rpc.interceptors.interceptor import Request


class Dispatcher:
    """The methods of the contract behind the interceptors. A failed call raises CallFailed, and nothing else but
    CancelledError."""

    def __init__(self, interceptors: Interceptors) -> None:
        self._interceptors = interceptors
        self._behaviours: Mapping[str, Behaviour] = {}
        self._unary = chained(interceptors, self._respond)

    def serve(self, behaviours: Mapping[str, Behaviour]) -> None:
        """`behaviours` answer from now on, by path. Before, nothing does: the startup gate has to keep calls back."""
        self._behaviours = behaviours

    async def unary(self, call: Call, request: Request) -> Message:
        """The response. `request` may be bytes as they came."""
        response = await self._unary(call, request)
        assert response is not None, f"{call.method} has no response"  # noqa: S101  (its servicer returned none)
        return response

    async def stream(self, call: Call, request: Request, send: Send) -> None:
        """Gives every response to `send`; returns at the end of the stream."""
        await chained(self._interceptors, partial(self._send_responses, send))(call, request)

    async def _respond(self, call: Call, request: Request) -> Message:
        response: Message = await self._behaviour(call)(request, call)
        return response

    async def _send_responses(self, send: Send, call: Call, request: Request) -> None:
        async for response in self._behaviour(call)(request, call):
            await send(response)

    def _behaviour(self, call: Call) -> Behaviour:
        behaviour = self._behaviours.get(call.method)
        if behaviour is None:
            raise NotSupported(method=call.method.rpartition("/")[2])
        return behaviour
