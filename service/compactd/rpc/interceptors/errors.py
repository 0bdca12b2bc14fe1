"""Every error becomes a status, and none shows what the server is made of."""

import structlog
from google.protobuf.message import Message

from compactd.domain.error_shape import CompactdError
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request
from compactd.rpc.statuses import CallFailed, internal_status, status_of


async def answer_errors(call: Call, request: Request, proceed: Proceed) -> Message | None:
    """Raises CallFailed for whatever goes wrong, but CancelledError. A bug is logged, and its caller learns that there
    is one."""
    try:
        return await proceed(call, request)
    except CallFailed:
        raise
    except CompactdError as error:
        raise CallFailed(status_of(error)) from error
    except Exception as error:
        structlog.get_logger().exception("internal error")
        raise CallFailed(internal_status()) from error
