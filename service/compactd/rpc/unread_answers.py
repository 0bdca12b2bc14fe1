"""Answers over gRPC that their clients do not read: they lie in memory for as long as gRPC has them to send."""

import asyncio
from typing import Any

from compactd.rpc.call import Call
from compactd.rpc.connection_limits import BODY_BYTES_A_SECOND
from compactd.rpc.connections import hang_up_on
from compactd.rpc.interceptors.admission import Admission

COUNTED_BYTES = 64 * 1024
"""gRPC takes smaller answers off a handler's hands whether or not its client reads, and a call that has ended so costs
little more than its place among the streams of its connection."""


class UnreadAnswers:
    """Counts answers among the bytes in hand of who gets them, until they are sent: beyond its share nothing more is
    taken in hand for that namespace. A client that has not read one after `seconds`, and one more for each
    BODY_BYTES_A_SECOND, loses its connection."""

    def __init__(self, admission: Admission, seconds: float) -> None:
        self._admission = admission
        self._seconds = seconds

    def count(self, answer: bytes, call: Call, context: Any) -> None:
        """To be called before the answer is given to gRPC."""
        size = len(answer)
        if size < COUNTED_BYTES:
            return
        namespace = call.principal.namespace
        self._admission.hold_bytes(size, namespace)
        seconds = self._seconds + size / BODY_BYTES_A_SECOND
        unread = asyncio.get_running_loop().call_later(seconds, hang_up_on, context.peer())

        def sent(_: Any) -> None:
            unread.cancel()
            self._admission.give_back_bytes(size, namespace)

        context.add_done_callback(sent)
