"""Each call is told to the observer when it starts and when it has ended."""

import time

from google.protobuf.message import Message

from compactd.ports.observer import EndedCall, Observer, StartedCall
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request
from compactd.rpc.statuses import code_of, reason_of


class Telemetry:
    """Behind the call's id and authentication, so that what is told says whose call it was: one that authentication
    turned away would be told to nobody. Around all others that turn calls away, and inside of what answers errors: they
    are seen as they were raised, and told by the code that they will have."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    async def __call__(self, call: Call, request: Request, proceed: Proceed) -> Message | None:
        begun = time.monotonic()
        code, reason = "OK", ""
        self._observer.call_started(started(call))
        try:
            return await proceed(call, request)
        except BaseException as error:
            code, reason = code_of(error, call.deadline), reason_of(error)
            raise
        finally:
            self._observer.call_ended(ended(call, code, time.monotonic() - begun, reason))


def started(call: Call) -> StartedCall:
    """A call, as observers are told of its start."""
    return StartedCall(call.told_method, call.call_id, call.door)


def ended(call: Call, code: str, seconds: float, reason: str = "") -> EndedCall:
    """A call, as observers are told of its end."""
    trace_id = call.trace.trace_id if call.trace else ""
    caller = call.principal
    return EndedCall(
        call.told_method, code, seconds, call.call_id, caller.namespace, trace_id, call.door, caller.name, reason
    )
