"""The names that a call has from its door are on every line that is logged on its behalf."""

from structlog.contextvars import bind_contextvars

from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response


def log_call_id(call: Call, request: Request, proceed: Proceed) -> Response:
    """Binds method and call id, and the trace where the call belongs to one."""
    # A call is a task of its own.
    if call.trace is None:
        bind_contextvars(method=call.told_method, call_id=call.call_id)
    else:
        bind_contextvars(method=call.told_method, call_id=call.call_id, trace_id=call.trace.trace_id)
    return proceed(call, request)
