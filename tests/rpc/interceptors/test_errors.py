"""Errors become statuses, and bugs tell nothing."""

import asyncio

import pytest
from google.rpc import code_pb2
from structlog.testing import capture_logs

from compactd.domain.errors import StoreUnavailable
from compactd.rpc.interceptors.errors import answer_errors
from compactd.rpc.statuses import INTERNAL_SENTENCE, CallFailed, deadline_status
from tests.rpc.interceptors.calls import CALL, RESPONSE, Servicer


async def test_a_response_passes() -> None:
    assert await answer_errors(CALL, b"", Servicer()) is RESPONSE


async def test_an_error_of_the_contract_becomes_its_status() -> None:
    with pytest.raises(CallFailed) as raised:
        await answer_errors(CALL, b"", Servicer(StoreUnavailable()))
    assert raised.value.status.code == code_pb2.UNAVAILABLE
    assert raised.value.status.message == StoreUnavailable.sentence


async def test_a_status_stays_as_it_is() -> None:
    failed = CallFailed(deadline_status())
    with pytest.raises(CallFailed) as raised:
        await answer_errors(CALL, b"", Servicer(failed))
    assert raised.value is failed


async def test_a_bug_is_logged_and_not_told() -> None:
    with capture_logs() as logged, pytest.raises(CallFailed) as raised:
        await answer_errors(CALL, b"", Servicer(RuntimeError("canary")))
    assert (raised.value.status.code, raised.value.status.message) == (code_pb2.INTERNAL, INTERNAL_SENTENCE)
    assert b"canary" not in raised.value.status.SerializeToString()
    assert [line["event"] for line in logged] == ["internal error"]


async def test_a_cancelled_call_is_no_error() -> None:
    with pytest.raises(asyncio.CancelledError):
        await answer_errors(CALL, b"", Servicer(asyncio.CancelledError()))
