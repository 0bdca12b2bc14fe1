"""The body of a request on its way: read to its end, or the connection ends; never taken for the next request."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from structlog.testing import capture_logs

from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.gateway import request_body
from compactd.gateway.app import RestApp
from compactd.gateway.json_text import MAX_VALUES
from tests.gateway.error_bodies import error_of
from tests.gateway.observed_app import UNTIL_SEEN, ObservedApp, observed
from tests.gateway.raw_http import Connection, answer_to_flood, connection, request
from tests.gateway.recording_servicers import RecordingServicers
from tests.gateway.rest_resources import UNKNOWN_AGENT, json_of, new_agent
from tests.server import LIMITS, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEGABYTE = 1024 * 1024
CHUNKED = "Transfer-Encoding: chunked\r\n"
ASKS_FIRST = "Expect: 100-continue\r\n"
WISHES_FOR_HTTP_2 = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
"""What Java's own client asks with every request."""

BYTES_IN_HAND = LIMITS.bytes_in_hand
WHOLE = b'{"name": "Whole"}'.ljust(MAX_REQUEST_BYTES)
NEXT = request("GET", "/v1/agents?limit=1")


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def announced(verb: str, path: str, length: int, headers: str = "") -> bytes:
    """The head of a request whose body does not come with it."""
    return request(verb, path, headers=f"{headers}Content-Length: {length}\r\n")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server does not wait long for a body that it has no use for."""
    monkeypatch.setattr(request_body, "DISCARD_SECONDS", 0.2)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would wait for such a body longer than any test does."""
    monkeypatch.setattr(request_body, "DISCARD_SECONDS", 3600.0)


# As it should be


async def test_a_body_in_chunks_is_one_body(rest: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in (b'{"na', b'me": "\xe8\xac', b'\x9d"', b"}"):
            yield piece

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


# Answers before the body's end


WRONG = {
    "an unknown path": ("/nope", 10, "", 404),
    "another method for a page": ("/openapi.json", 10, "", 405),
    "too large": ("/v1/agents", 20 * MEGABYTE, "", 413),
    "a bad deadline": ("/v1/agents", 10, "Grpc-Timeout: x\r\n", 400),
    "what is not served": (f"/v1/agents/{UNKNOWN_AGENT}/messages", 10, "", 501),
}


@pytest.mark.parametrize(("path", "length", "headers", "status"), WRONG.values(), ids=WRONG)
async def test_a_client_that_asks_first_and_is_rejected_is_not_told_to_go_on(
    server: LocalServer, path: str, length: int, headers: str, status: int
) -> None:
    async with connection(server.http_url) as raw:
        error = error_of(await raw.exchange(announced("POST", path, length, ASKS_FIRST + headers)))
        assert (error.status, error.headers["connection"]) == (status, "close")
        assert await raw.is_closed()
    async with connection(server.http_url) as raw:
        assert (await raw.exchange(NEXT)).status_code == 200


async def test_a_deadline_that_is_none_is_told_although_the_body_is_large(server: LocalServer) -> None:
    async with connection(server.http_url) as raw:
        error = error_of(
            await raw.exchange(request("POST", "/v1/agents", b" " * (10 * MEGABYTE), "Grpc-Timeout: soon\r\n"))
        )
        assert (error.status, error.fields) == (400, ("grpc-timeout",))
        assert (await raw.exchange(NEXT)).status_code == 200


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("headers", ["", ASKS_FIRST], ids=["plain", "asks"])
async def test_a_deadline_passes_while_the_body_is_on_its_way(server: LocalServer, headers: str) -> None:
    async with connection(server.http_url) as raw:
        await raw.send(announced("POST", "/v1/agents", 100, f"{headers}Grpc-Timeout: 200m\r\n"))
        if headers:
            assert (await raw.answer()).status_code == 100
        error = error_of(await raw.exchange(b'{"name": '))
        assert (error.status, error.code, error.headers["connection"]) == (504, 4, "close")
        assert await raw.is_closed()


@pytest.mark.usefixtures("impatient")
async def test_a_body_that_is_too_large_and_stops_is_told_so(server: LocalServer) -> None:
    async with connection(server.http_url) as raw:
        await raw.send(request("POST", "/v1/agents", headers=CHUNKED))
        error = error_of(await raw.exchange(chunk(b" " * (MAX_REQUEST_BYTES + 1))))
        assert (error.status, error.reason, error.headers["connection"]) == (413, "REQUEST_TOO_LARGE", "close")
        assert await raw.is_closed()


FLOODS = {
    "a body": (request("POST", "/v1/agents", headers=CHUNKED), chunk(b" " * MEGABYTE), b"413 "),
    "a body that nobody wants": (request("POST", "/nope", headers=CHUNKED), chunk(b" " * MEGABYTE), b"404 "),
    "a body for a page": (request("POST", "/docs", headers=CHUNKED), chunk(b" " * MEGABYTE), b"405 "),
    "headers": (b"GET /v1/agents HTTP/1.1\r\nHost: x\r\n", b"X: " + b"a" * 1000 + b"\r\n", b"400 "),
    "a header": (b"GET /v1/agents HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 1000, b"400 "),
    "a target": (b"GET /v1/agents?name=", b"a" * 1000, b"400 "),
    "the size of a chunk": (request("POST", "/v1/agents", headers=CHUNKED), b"0" * 1000, b"400 "),
}


@pytest.mark.parametrize(("begin", "piece", "status"), FLOODS.values(), ids=FLOODS)
async def test_what_has_no_end_is_cut_off(server: LocalServer, begin: bytes, piece: bytes, status: bytes) -> None:
    pieces = 4 * MAX_REQUEST_BYTES // len(piece)
    answer = await asyncio.to_thread(answer_to_flood, server.http_url, [begin, *[piece] * pieces])
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"connection: close" in answer.lower()


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


async def asked(url: str) -> httpx.Response:
    """The answer to a small body."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as rest:
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


@pytest.fixture
def app(server: LocalServer) -> RestApp:
    """A server of its own, so that what it holds is all this test's."""
    return RestApp(server.rpc, server.service.servicers, server.service.worker)


async def test_a_server_with_its_hands_full_says_so_and_goes_on_with_what_it_holds(app: RestApp) -> None:
    async with a_full_server(app) as (full, held):
        error = error_of(await asked(full.url))
        assert (error.status, error.code, error.reason) == (429, 8, "OVERLOADED")
        assert (error.retry_delay, error.headers["retry-after"]) == ("1s", "1")
        assert "x-should-retry" not in error.headers
        async with httpx.AsyncClient(base_url=full.url) as rest:
            # What has no body needs no room.
            assert json_of(await rest.get("/v1/agents?limit=1")) is not None
        for raw in held:
            assert json.loads((await raw.exchange(WHOLE[-1:])).content)["name"] == "Whole"
        assert error_of(await asked(full.url)).reason == "AGENT_NOT_FOUND"


async def test_clients_that_leave_make_room(app: RestApp) -> None:
    async with a_full_server(app) as (full, held):
        assert error_of(await asked(full.url)).reason == "OVERLOADED"
        await full.has_ended()
        for raw in held:
            raw.writer.close()
        for _ in held:
            await full.has_ended()
        assert error_of(await asked(full.url)).reason == "AGENT_NOT_FOUND"


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


# Clients that leave


@pytest.mark.parametrize("sent", ["announced", "chunked", "nothing yet"])
async def test_a_client_that_leaves_in_the_middle_of_its_body_leaves_nothing_behind(
    server: LocalServer, sent: str
) -> None:
    recorded = RecordingServicers()
    half = {
        "announced": announced("POST", "/v1/agents", 100) + b'{"name": "Half"}',
        "chunked": request("POST", "/v1/agents", headers=CHUNKED) + chunk(b'{"name": "Half"}'),
        "nothing yet": announced("POST", "/v1/agents", 100),
    }
    app = RestApp(server.rpc, recorded.servicers(), server.service.worker)
    with capture_logs() as logged:
        async with observed(app) as looked_at:
            async with connection(looked_at.url) as raw:
                await raw.send(half[sent])
                await looked_at.has_begun()
            await looked_at.has_ended()
            assert (recorded.calls, looked_at.sent, looked_at.raised) == ([], [], [])
    assert logged == []


@pytest.mark.parametrize("path", ["/nope", "/openapi.json", "/docs"])
async def test_a_client_that_leaves_before_its_answer_leaves_nothing_behind(app: RestApp, path: str) -> None:
    with capture_logs() as logged:
        async with observed(app) as looked_at:
            async with connection(looked_at.url) as raw:
                await raw.send(announced("POST", path, 100) + b"half")
                await looked_at.has_begun()
            await looked_at.has_ended()
            assert looked_at.raised == []
    assert logged == []
