"""Calls end at their deadlines."""

import asyncio
import time
from dataclasses import replace

import pytest
from google.rpc import code_pb2

from compactd.domain.errors import StoreUnavailable
from compactd.rpc.interceptors.deadline import keep_deadline
from compactd.rpc.statuses import CallFailed
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer


async def forever() -> None:
    await asyncio.Event().wait()


async def test_a_call_in_time_is_answered() -> None:
    assert await keep_deadline(CALL, b"", Servicer()) is RESPONSE
    assert await keep_deadline(replace(CALL, deadline=time.monotonic() + 60), b"", Servicer()) is RESPONSE


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 0.05])
async def test_a_call_ends_at_its_deadline(seconds: float) -> None:
    with pytest.raises(CallFailed) as raised:
        await keep_deadline(replace(CALL, deadline=time.monotonic() + seconds), b"", Servicer(work=forever))
    assert (raised.value.status.code, list(raised.value.status.details)) == (code_pb2.DEADLINE_EXCEEDED, [])


async def test_a_call_whose_deadline_has_passed_is_not_begun() -> None:
    servicer = Servicer()
    with pytest.raises(CallFailed):
        await keep_deadline(replace(CALL, deadline=time.monotonic()), b"", servicer)
    assert servicer.seen == []


async def test_an_error_before_the_deadline_is_itself() -> None:
    with pytest.raises(StoreUnavailable):
        await keep_deadline(replace(CALL, deadline=time.monotonic() + 60), b"", Servicer(StoreUnavailable()))


async def test_an_error_at_the_deadline_is_the_deadlines() -> None:
    with pytest.raises(CallFailed) as raised:
        await keep_deadline(replace(CALL, deadline=time.monotonic()), b"", Servicer(StoreUnavailable()))
    assert raised.value.status.code == code_pb2.DEADLINE_EXCEEDED


async def test_a_timeout_of_something_else_is_not_the_deadlines() -> None:
    with pytest.raises(TimeoutError):
        await keep_deadline(replace(CALL, deadline=time.monotonic() + 60), b"", Servicer(TimeoutError()))
