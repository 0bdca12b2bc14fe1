"""Each call is told to the observer, with the code that its caller gets."""

import asyncio
import time
from dataclasses import replace

import pytest

from compactd.domain.errors import StoreUnavailable
from compactd.domain.principal import LOCAL_PRINCIPAL, Principal
from compactd.rpc.interceptors.telemetry import Telemetry
from compactd.rpc.statuses import CallFailed, deadline_status
from tests.builders.recording_observer import RecordingObserver
from tests.rpc.interceptors.calls import CALL, METHOD, RESPONSE, Servicer

MINE = replace(CALL, call_id="mine", principal=LOCAL_PRINCIPAL)


async def test_a_call_is_told_with_its_names_and_its_time() -> None:
    observer = RecordingObserver()
    assert await Telemetry(observer)(MINE, b"", Servicer(work=lambda: asyncio.sleep(0.02))) is RESPONSE
    [told] = observer.calls
    assert (told.method, told.code, told.call_id, told.namespace) == (METHOD, "OK", "mine", "default")
    assert 0.015 < told.seconds < 10


async def test_a_call_is_told_with_the_name_of_its_callers_identity() -> None:
    observer = RecordingObserver()
    await Telemetry(observer)(replace(CALL, principal=Principal("team-a", frozenset(), "ada")), b"", Servicer())
    assert [(told.namespace, told.identity) for told in observer.calls] == [("team-a", "ada")]


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (StoreUnavailable(), "UNAVAILABLE", "STORE_UNAVAILABLE"),
        (CallFailed(deadline_status()), "DEADLINE_EXCEEDED", ""),
        (RuntimeError("canary"), "INTERNAL", "INTERNAL"),
        (asyncio.CancelledError(), "CANCELLED", ""),
    ],
)
async def test_a_call_that_fails_is_told_with_its_code_and_its_reason(
    error: BaseException, code: str, reason: str
) -> None:
    observer = RecordingObserver()
    with pytest.raises(type(error)):
        await Telemetry(observer)(MINE, b"", Servicer(error))
    assert [(told.code, told.reason) for told in observer.calls] == [(code, reason)]
    assert "canary" not in str(observer.calls)


async def test_a_call_that_grpc_cancels_at_its_deadline_has_exceeded_it() -> None:
    observer = RecordingObserver()
    late = replace(MINE, deadline=time.monotonic() - 0.001)
    with pytest.raises(asyncio.CancelledError):
        await Telemetry(observer)(late, b"", Servicer(asyncio.CancelledError()))
    assert [told.code for told in observer.calls] == ["DEADLINE_EXCEEDED"]
