"""Each call has an id, its caller's or one of its own, which is on every line that is logged on its behalf."""

import re

from structlog.contextvars import bind_contextvars

from compactd.domain.ids import new_uuid
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response

CALL_ID_HEADER = "x-request-id"

_PRINTABLE = re.compile(r"[!-~]{1,128}")


def call_id_of(given: str | bytes | None) -> str:
    """The caller's id if it is printable and not too long, else a new one."""
    return given if isinstance(given, str) and _PRINTABLE.fullmatch(given) else new_uuid()


def name_call(call: Call, request: Request, proceed: Proceed) -> Response:
    """Names the call by its metadata."""
    call_id = call_id_of(call.metadata.get(CALL_ID_HEADER))
    # A call is a task of its own.
    bind_contextvars(method=call.told_method, call_id=call_id)
    return proceed(call.named(call_id), request)
