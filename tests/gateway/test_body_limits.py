"""As many values as a body may hold, and as many bytes of bodies as a server holds."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.gateway.app import RestApp
from compactd.gateway.json_text import MAX_VALUES
from tests.builders.rest_resources import UNKNOWN_AGENT, json_of
from tests.gateway.body_requests import announced
from tests.gateway.error_bodies import error_of
from tests.gateway.observed_app import UNTIL_SEEN, ObservedApp, observed
from tests.gateway.raw_http import Connection, connection, request
from tests.server import LIMITS

pytestmark = pytest.mark.asyncio(loop_scope="session")

BYTES_IN_HAND = LIMITS.bytes_in_hand
WHOLE = b'{"name": "Whole"}'.ljust(MAX_REQUEST_BYTES)


# As much as a server takes


async def test_as_many_values_as_a_body_may_hold_are_read(rest: httpx.AsyncClient) -> None:
    # What is counted stands before each value: the object, its key's value, the list, and its items but the first.
    items = b"0," * (MAX_VALUES - 3) + b"0"
    assert json_of(await rest.post("/v1/agents", content=b'{"nonsense": [' + items + b"]}"))
    error = error_of(await rest.post("/v1/agents", content=b'{"nonsense": [0,' + items + b"]}"))
    assert (error.status, error.reason) == (400, "MALFORMED_REQUEST")


MANY = {
    "empty objects": b"[" + b"{}," * 500_000 + b"0]",
    "empty lists": b"[" + b"[]," * 500_000 + b"0]",
    "lists in each other's place": b"[" * 50 + b"[]," * 500_000 + b"0" + b"]" * 50,
    "empty texts": b"[" + b'"",' * 500_000 + b"0]",
    "texts of escapes": b"[" + rb'"\\\"",' * 500_000 + b"0]",
    "keys": b"{" + b",".join(b'"%d":0' % number for number in range(300_000)) + b"}",
}


@pytest.mark.parametrize("values", MANY.values(), ids=MANY)
async def test_half_a_million_values_are_rejected_wherever_they_stand(rest: httpx.AsyncClient, values: bytes) -> None:
    for field in (b"nonsense", b"metadata", b"tags", b"memory_blocks"):
        error = error_of(await rest.post("/v1/agents", content=b'{"' + field + b'": ' + values + b"}"))
        assert (error.status, error.reason) == (400, "MALFORMED_REQUEST")
        assert str(MAX_VALUES) in error.sentence


@pytest.mark.parametrize("text", [b"[{,:" * 200_000, rb"\",\"" * 200_000], ids=["plain", "escaped"])
async def test_what_stands_in_a_text_is_one_value(rest: httpx.AsyncClient, text: bytes) -> None:
    assert json_of(await rest.post("/v1/agents", content=b'{"nonsense": "' + text + b'"}'))


# As many bytes as a server holds


async def get_agent_at(url: str) -> httpx.Response:
    """The answer to a small body."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as rest:
        return await rest.post(f"/v1/agents/{UNKNOWN_AGENT}/recompile", json={"dry_run": True})


@asynccontextmanager
async def a_full_server(app: RestApp) -> AsyncIterator[tuple[ObservedApp, list[Connection]]]:
    """And the connections with the bodies that are all that it holds, but for the last byte of each."""
    async with observed(app) as looked_at, AsyncExitStack() as stack:
        held = []
        for _ in range(BYTES_IN_HAND // MAX_REQUEST_BYTES):
            raw = await stack.enter_async_context(connection(looked_at.url))
            await raw.send(announced("POST", "/v1/agents", MAX_REQUEST_BYTES) + WHOLE[:-1])
            held.append(raw)
        async with asyncio.timeout(UNTIL_SEEN):
            # The application tells nobody how far it has read.
            while looked_at.received < BYTES_IN_HAND - len(held):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield looked_at, held


async def test_a_server_with_its_hands_full_says_so_and_goes_on_with_what_it_holds(app: RestApp) -> None:
    async with a_full_server(app) as (full, held):
        error = error_of(await get_agent_at(full.url))
        assert (error.status, error.code, error.reason) == (429, 8, "OVERLOADED")
        assert (error.retry_delay, error.headers["retry-after"]) == ("1s", "1")
        assert "x-should-retry" not in error.headers
        async with httpx.AsyncClient(base_url=full.url, timeout=60) as rest:
            # What has no body needs no room.
            assert json_of(await rest.get("/v1/agents?limit=1")) is not None
        for raw in held:
            assert json.loads((await raw.exchange(WHOLE[-1:])).content)["name"] == "Whole"
        assert error_of(await get_agent_at(full.url)).reason == "AGENT_NOT_FOUND"


async def test_clients_that_leave_make_room(app: RestApp) -> None:
    async with a_full_server(app) as (full, held):
        assert error_of(await get_agent_at(full.url)).reason == "OVERLOADED"
        await full.has_ended()
        for raw in held:
            raw.writer.close()
        for _ in held:
            await full.has_ended()
        assert error_of(await get_agent_at(full.url)).reason == "AGENT_NOT_FOUND"


async def test_bodies_that_are_rejected_make_room(app: RestApp) -> None:
    """More of them than the server holds, one after the other."""
    async with observed(app) as looked_at, connection(looked_at.url) as raw:
        for _ in range(2 * BYTES_IN_HAND // MAX_REQUEST_BYTES):
            error = error_of(await raw.exchange(request("POST", "/v1/agents", b"{".ljust(MAX_REQUEST_BYTES))))
            assert error.reason == "MALFORMED_REQUEST"


async def test_large_bodies_at_once_are_answered_or_told_to_come_back(app: RestApp) -> None:
    async with observed(app) as looked_at, httpx.AsyncClient(base_url=looked_at.url, timeout=60) as rest:
        answers = await asyncio.gather(*[rest.post("/v1/agents", content=WHOLE) for _ in range(12)])
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) <= {200, 429}
        assert 200 in statuses
        assert looked_at.raised == []
        assert json_of(await rest.post("/v1/agents", content=WHOLE))["name"] == "Whole"
