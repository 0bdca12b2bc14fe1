"""Each call has an id."""

from dataclasses import replace
from uuid import UUID

import pytest
from structlog.contextvars import get_contextvars

from compactd.rpc.interceptors.call_id import name_call
from tests.rpc.interceptors.calls import CALL, METHOD, RESPONSE, Servicer


@pytest.mark.parametrize("given", ["a", "!~{}", "x" * 128])
async def test_the_callers_id_is_the_calls(given: str) -> None:
    servicer = Servicer()
    assert await name_call(replace(CALL, metadata={"x-request-id": given}), b"", servicer) is RESPONSE
    assert servicer.call.call_id == given


@pytest.mark.parametrize("given", ["", "with space", "ümlaut", "x" * 129, "line\nbreak", b"bytes"])
async def test_an_id_that_cannot_be_printed_is_replaced(given: str | bytes) -> None:
    servicer = Servicer()
    await name_call(replace(CALL, metadata={"x-request-id": given}), b"", servicer)
    assert UUID(servicer.call.call_id).version == 4


async def test_a_call_without_an_id_gets_one_of_its_own() -> None:
    first, second = Servicer(), Servicer()
    await name_call(CALL, b"", first)
    await name_call(CALL, b"", second)
    assert first.call.call_id != second.call.call_id


async def test_what_is_logged_says_whose_it_is() -> None:
    servicer = Servicer()
    await name_call(CALL, b"", servicer)
    assert get_contextvars() == {"method": METHOD, "call_id": servicer.call.call_id}
