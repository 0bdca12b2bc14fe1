"""Calls and bytes in hand."""

import asyncio

import pytest

from compactd.domain.errors import Draining, Overloaded, RequestTooLarge
from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.gateway.http_request import HttpRequest
from compactd.rpc.interceptors.admission import Admission, AdmissionLimits
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer


async def running(admission: Admission, request: bytes = b"") -> tuple[asyncio.Event, asyncio.Task[object]]:
    """A call in hand, and what lets it end."""
    release = asyncio.Event()
    task: asyncio.Task[object] = asyncio.create_task(admission(CALL, request, Servicer(work=release.wait)))
    await asyncio.sleep(0)
    return release, task


async def test_calls_beyond_the_limit_are_turned_away_until_one_ends() -> None:
    admission = Admission(AdmissionLimits(2, 10))
    (release, first), _ = await running(admission), await running(admission)
    with pytest.raises(Overloaded) as raised:
        await admission(CALL, b"", Servicer())
    assert raised.value.retry_after == 1
    release.set()
    assert await first is RESPONSE
    assert await admission(CALL, b"", Servicer()) is RESPONSE


async def test_bytes_beyond_the_limit_are_turned_away_until_some_are_given_back() -> None:
    admission = Admission(AdmissionLimits(9, 10))
    release, first = await running(admission, bytes(6))
    with pytest.raises(Overloaded):
        await admission(CALL, bytes(5), Servicer())
    assert await admission(CALL, bytes(4), Servicer()) is RESPONSE
    release.set()
    await first
    assert await admission(CALL, bytes(10), Servicer()) is RESPONSE


async def test_a_body_that_the_gateway_has_taken_is_the_same_room() -> None:
    admission = Admission(AdmissionLimits(9, 10))
    with admission.room("acme") as room:
        room.take_bytes(6)
        with pytest.raises(Overloaded):
            await admission(CALL, bytes(5), Servicer())
        with pytest.raises(Overloaded):
            room.take_bytes(5)
        # It has been counted, and is not counted again as a call.
        assert await admission(CALL, RESPONSE, Servicer()) is RESPONSE
    assert await admission(CALL, bytes(10), Servicer()) is RESPONSE


async def test_a_namespace_takes_half_of_the_bytes_and_leaves_the_rest_to_others() -> None:
    admission = Admission(AdmissionLimits(9, 4 * MAX_REQUEST_BYTES), with_shares=True)
    admission.take_bytes(2 * MAX_REQUEST_BYTES, "acme")
    with admission.room("acme") as more, pytest.raises(Overloaded):
        more.take_bytes(1)
    admission.take_bytes(2 * MAX_REQUEST_BYTES, "others")
    for namespace in ("acme", "others"):
        admission.give_back_bytes(2 * MAX_REQUEST_BYTES, namespace)
    assert (admission.bytes_in_hand, admission._bytes_of, admission._rooms) == (0, {}, {})


async def test_a_namespace_s_share_has_room_for_one_request() -> None:
    admission = Admission(AdmissionLimits(9, MAX_REQUEST_BYTES), with_shares=True)
    assert await admission(CALL, bytes(MAX_REQUEST_BYTES), Servicer()) is RESPONSE


async def test_calls_that_fail_give_back_what_they_took() -> None:
    admission = Admission(AdmissionLimits(1, 10))
    for error in (RuntimeError(), asyncio.CancelledError()):
        with pytest.raises(type(error)):
            await admission(CALL, bytes(10), Servicer(error))
    assert await admission(CALL, bytes(10), Servicer()) is RESPONSE


async def test_a_call_in_hand_may_end_within_the_grace_and_new_ones_are_turned_away() -> None:
    admission = Admission(AdmissionLimits(9, 10))
    release, first = await running(admission)
    drained = asyncio.create_task(admission.drain(60))
    await asyncio.sleep(0)
    with pytest.raises(Draining):
        await admission(CALL, b"", Servicer())
    assert not drained.done()
    release.set()
    assert await first is RESPONSE
    await asyncio.wait_for(drained, 30)


async def test_what_is_left_after_the_grace_is_broken_off_and_told() -> None:
    admission = Admission(AdmissionLimits(9, 10))
    _, first = await running(admission, bytes(10))
    await admission.drain(0.01)
    with pytest.raises(Draining):
        await first
    assert not first.cancelled()
    admission.take_bytes(10)


async def test_a_call_that_its_caller_cancels_during_the_drain_is_cancelled() -> None:
    admission = Admission(AdmissionLimits(9, 10))
    _, first = await running(admission)
    drained = asyncio.create_task(admission.drain(60))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await asyncio.wait_for(drained, 30)


async def test_a_drain_with_nothing_in_hand_is_over_at_once() -> None:
    admission = Admission(AdmissionLimits(9, 10))
    await asyncio.wait_for(admission.drain(60), 30)


@pytest.mark.parametrize("room", [MAX_REQUEST_BYTES, 2 * MAX_REQUEST_BYTES])
async def test_a_byte_too_many_is_too_large_whether_there_is_room_for_it_or_not(room: int) -> None:
    admission = Admission(AdmissionLimits(9, room))
    with pytest.raises(RequestTooLarge):
        await admission(CALL, bytes(MAX_REQUEST_BYTES + 1), Servicer())


async def test_a_body_that_is_too_large_is_told_so_where_there_is_no_room_for_it_either() -> None:
    arriving = [{"type": "http.request", "body": bytes(MAX_REQUEST_BYTES // 2 + 1), "more_body": True}] * 2

    async def receive() -> dict[str, object]:
        return arriving.pop()

    scope = {"method": "POST", "raw_path": b"/", "query_string": b"", "headers": []}
    with Admission(AdmissionLimits(9, MAX_REQUEST_BYTES)).room("acme") as room, pytest.raises(RequestTooLarge):
        await HttpRequest(scope, receive).body(room)
