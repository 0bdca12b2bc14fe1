"""Calls and bytes in hand."""

import asyncio

import pytest

from compactd.domain.errors import Overloaded
from compactd.rpc.interceptors.admission import Admission, AdmissionLimits
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer


async def running(admission: Admission, request: bytes = b"") -> tuple[asyncio.Event, asyncio.Task[object]]:
    """A call in hand, and what lets it end."""
    release = asyncio.Event()
    task: asyncio.Task[object] = asyncio.create_task(admission(CALL, request, Servicer(work=release.wait)))
    await asyncio.sleep(0)
    return release, task


async def test_calls_beyond_the_limit_are_turned_away_until_one_ends() -> None:
    admission = Admission(AdmissionLimits(calls_in_hand=2))
    (release, first), _ = await running(admission), await running(admission)
    with pytest.raises(Overloaded) as raised:
        await admission(CALL, b"", Servicer())
    assert raised.value.retry_after == 1
    release.set()
    assert await first is RESPONSE
    assert await admission(CALL, b"", Servicer()) is RESPONSE


async def test_bytes_beyond_the_limit_are_turned_away_until_some_are_given_back() -> None:
    admission = Admission(AdmissionLimits(bytes_in_hand=10))
    release, first = await running(admission, bytes(6))
    with pytest.raises(Overloaded):
        await admission(CALL, bytes(5), Servicer())
    assert await admission(CALL, bytes(4), Servicer()) is RESPONSE
    release.set()
    await first
    assert await admission(CALL, bytes(10), Servicer()) is RESPONSE


async def test_a_body_that_the_gateway_has_taken_is_the_same_room() -> None:
    admission = Admission(AdmissionLimits(bytes_in_hand=10))
    admission.take_bytes(6)
    with pytest.raises(Overloaded):
        await admission(CALL, bytes(5), Servicer())
    with pytest.raises(Overloaded):
        admission.take_bytes(5)
    # It has been counted, and is not counted again as a call.
    assert await admission(CALL, RESPONSE, Servicer()) is RESPONSE
    admission.give_back_bytes(6)
    assert await admission(CALL, bytes(10), Servicer()) is RESPONSE


async def test_calls_that_fail_give_back_what_they_took() -> None:
    admission = Admission(AdmissionLimits(calls_in_hand=1, bytes_in_hand=10))
    for error in (RuntimeError(), asyncio.CancelledError()):
        with pytest.raises(type(error)):
            await admission(CALL, bytes(10), Servicer(error))
    assert await admission(CALL, bytes(10), Servicer()) is RESPONSE
