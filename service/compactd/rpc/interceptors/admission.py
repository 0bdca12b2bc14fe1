"""How much the server takes in hand at once."""

from dataclasses import dataclass

from google.protobuf.message import Message

from compactd.domain.errors import Overloaded
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request
from compactd.rpc.interceptors.request_decoder import MAX_REQUEST_BYTES


@dataclass(frozen=True, slots=True)
class AdmissionLimits:
    """`bytes_in_hand` are those of requests, as they came; as messages and values they take several times as much."""

    calls_in_hand: int = 4096
    bytes_in_hand: int = 8 * MAX_REQUEST_BYTES


class Admission:
    """Counts calls and bytes of requests, from both doors, and turns away what is too much.

    Bytes of a request over gRPC are counted while its call lasts. Over REST the gateway counts those of a body from
    their arrival until it is answered: a request that comes here as a message has been counted.
    """

    def __init__(self, limits: AdmissionLimits) -> None:
        self._limits = limits
        self._calls = 0
        self._bytes = 0

    async def __call__(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        """Raises Overloaded."""
        if self._calls >= self._limits.calls_in_hand:
            raise Overloaded
        size = len(request) if isinstance(request, bytes) else 0
        self.take_bytes(size)
        self._calls += 1
        try:
            return await proceed(call, request)
        finally:
            self._calls -= 1
            self.give_back_bytes(size)

    def take_bytes(self, count: int) -> None:
        """Raises Overloaded, and takes nothing, where there is no room for `count` more. They have to be given back."""
        if self._bytes + count > self._limits.bytes_in_hand:
            raise Overloaded
        self._bytes += count

    def give_back_bytes(self, count: int) -> None:
        self._bytes -= count
