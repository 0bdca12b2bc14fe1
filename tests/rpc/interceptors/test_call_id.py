"""What is logged on behalf of a call says whose it is."""

from dataclasses import replace

from structlog.contextvars import get_contextvars

from compactd.ports.trace import TraceContext
from compactd.rpc.interceptors.call_id import log_call_id
from tests.rpc.interceptors.calls import CALL, METHOD, RESPONSE, Servicer

NAMED = replace(CALL, call_id="mine")


async def test_lines_have_the_method_and_the_id_of_their_call() -> None:
    assert await log_call_id(NAMED, b"", Servicer()) is RESPONSE
    assert get_contextvars() == {"method": METHOD, "call_id": "mine"}


async def test_lines_have_the_trace_of_their_call_if_it_is_in_one() -> None:
    servicer, trace = Servicer(), TraceContext("a" * 32, "b" * 16, is_sampled=True)
    await log_call_id(replace(NAMED, trace=trace), b"", servicer)
    assert get_contextvars() == {"method": METHOD, "call_id": "mine", "trace_id": "a" * 32}
    assert servicer.call.trace == trace
