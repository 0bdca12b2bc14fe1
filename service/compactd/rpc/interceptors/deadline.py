"""No call goes on beyond its deadline, and one that gave up at its deadline says so."""

import asyncio
import time

from google.protobuf.message import Message

from compactd.domain.error_shape import CompactdError
from compactd.rpc.call import Call
from compactd.rpc.interceptors.interceptor import Proceed, Request, Response
from compactd.rpc.statuses import CallFailed, deadline_status

SLACK_SECONDS = 0.005
"""What gives up at the deadline does so by another clock than this one."""


def keep_deadline(call: Call, request: Request, proceed: Proceed) -> Response:
    """Does not begin a call whose deadline has passed, and cancels one at its deadline. An error at that moment is the
    deadline's, whatever was at work."""
    if call.deadline is None:
        return proceed(call, request)
    return _end_in_time(call, call.deadline, request, proceed)


async def _end_in_time(call: Call, deadline: float, request: Request, proceed: Proceed) -> Message | None:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        # A timeout would let it begin, and what is begun in a thread goes on.
        raise CallFailed(deadline_status())
    timeout = asyncio.timeout(remaining)
    try:
        async with timeout:
            return await proceed(call, request)
    except TimeoutError:
        if not timeout.expired():
            raise
        raise CallFailed(deadline_status()) from None
    except CompactdError:
        if deadline - time.monotonic() > SLACK_SECONDS:
            raise
        raise CallFailed(deadline_status()) from None
