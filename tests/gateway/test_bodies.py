"""The body of a request on its way: read to its end, or the connection ends; never taken for the next request."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.builders.rest_resources import UNKNOWN_AGENT, json_of, new_agent
from tests.gateway.body_requests import ASKS_FIRST, CHUNKED, NEXT, announced, chunk
from tests.gateway.raw_http import connection, request
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

WISHES_FOR_HTTP_2 = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
"""What Java's own client asks with every request."""


# As it should be


async def test_a_body_in_chunks_is_one_body(rest: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for data in (b'{"na', b'me": "\xe8\xac', b'\x9d"', b"}"):
            yield data

    assert json_of(await rest.post("/v1/agents", content=chunks()))["name"] == "謝"


async def test_a_client_that_asks_first_is_told_to_go_on(server: LocalServer) -> None:
    async with connection(server.http_url) as raw:
        assert (await raw.exchange(announced("POST", "/v1/agents", 16, ASKS_FIRST))).status_code == 100
        assert json.loads((await raw.exchange(b'{"name": "Asks"}')).content)["name"] == "Asks"
        assert (await raw.exchange(NEXT)).status_code == 200


# Clients that wish for another protocol


BODIES = {
    "announced": request("POST", "/v1/agents", b'{"name": "Upgrades"}', WISHES_FOR_HTTP_2),
    "chunked": request("POST", "/v1/agents", headers=WISHES_FOR_HTTP_2 + CHUNKED)
    + chunk(b'{"name": "Upgrades"}')
    + chunk(b""),
}


@pytest.mark.parametrize("wishes", BODIES.values(), ids=BODIES)
async def test_a_wish_for_another_protocol_loses_no_body(server: LocalServer, wishes: bytes) -> None:
    async with connection(server.http_url) as raw:
        for data in (wishes, wishes, NEXT, wishes):
            answer = await raw.exchange(data)
            assert answer.status_code == 200
            assert data is NEXT or json.loads(answer.content)["name"] == "Upgrades"


EARLY = {
    "an unknown path": ("POST", "/nope", 404),
    "another method": ("PUT", "/v1/agents", 405),
    "what is not served": ("POST", f"/v1/agents/{UNKNOWN_AGENT}/messages", 501),
    "a page": ("GET", "/docs", 200),
    "a file": ("GET", "/docs/assets/swagger-ui.css", 200),
    "the document": ("GET", "/openapi.json", 200),
    "another method for a page": ("POST", "/openapi.json", 405),
    "a list": ("GET", "/v1/agents?limit=1", 200),
    "a deletion of nothing": ("DELETE", f"/v1/agents/{UNKNOWN_AGENT}", 404),
}
"""Most are answered by their heads alone."""


@pytest.mark.parametrize("headers", ["", WISHES_FOR_HTTP_2], ids=["plain", "wishes"])
@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "second"])
@pytest.mark.parametrize(("verb", "path", "status"), EARLY.values(), ids=EARLY)
async def test_a_body_that_spells_a_request_is_a_body(
    server: LocalServer,
    rest: httpx.AsyncClient,
    verb: str,
    path: str,
    status: int,
    is_first: bool,
    chunked: bool,
    headers: str,
) -> None:
    victim = await new_agent(rest)
    evil = request("DELETE", f"/v1/agents/{victim['id']}")
    head = request(verb, path, headers=headers + CHUNKED) if chunked else announced(verb, path, len(evil), headers)
    async with connection(server.http_url) as raw:
        if not is_first:
            assert (await raw.exchange(NEXT)).status_code == 200
        answer = await raw.exchange(head + (chunk(evil) + chunk(b"") if chunked else evil))
        assert answer.status_code == status
        # Whatever is answered next is an answer to this.
        after = await raw.exchange(request("GET", f"/v1/agents/{victim['id']}", headers="X-Request-Id: the-next\r\n"))
        assert (after.status_code, after.headers["x-request-id"]) == (200, "the-next")
    assert json_of(await rest.get(f"/v1/agents/{victim['id']}"))["id"] == victim["id"]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("headers", ["", WISHES_FOR_HTTP_2, ASKS_FIRST], ids=["plain", "wishes", "asks"])
@pytest.mark.parametrize("path", ["/nope", "/openapi.json", "/v1/agents"])
async def test_a_body_that_comes_after_the_answer_finds_nobody(
    server: LocalServer, rest: httpx.AsyncClient, path: str, headers: str
) -> None:
    victim = await new_agent(rest)
    evil = request("DELETE", f"/v1/agents/{victim['id']}")
    async with connection(server.http_url) as raw:
        answer = await raw.exchange(announced("PUT", path, len(evil), headers))
        assert answer.status_code in (404, 405)
        assert answer.headers["connection"] == "close"
        await raw.send(evil)
        assert await raw.is_closed()
    assert json_of(await rest.get(f"/v1/agents/{victim['id']}"))["id"] == victim["id"]
