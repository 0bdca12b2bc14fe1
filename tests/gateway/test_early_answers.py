"""Answers before a request's body has come to its end, and clients that leave before theirs."""

import asyncio

import pytest
from structlog.testing import capture_logs

from compactd.domain.limits import MAX_REQUEST_BYTES
from compactd.gateway import request_body
from compactd.gateway.app import RestApp
from tests.builders.rest_resources import UNKNOWN_AGENT
from tests.gateway.body_requests import ASKS_FIRST, CHUNKED, NEXT, announced, chunk
from tests.gateway.error_bodies import error_of
from tests.gateway.observed_app import observed, rest_app
from tests.gateway.raw_http import answer_to_flood, connection, request
from tests.gateway.recording_servicers import RecordingServicers
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEGABYTE = 1024 * 1024


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would wait for such a body longer than any test does."""
    monkeypatch.setattr(request_body, "DISCARD_SECONDS", 3600.0)


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
    # A short one may pass before the server has told the client to go on, where both stand still.
    for deadline in ("200m", "4S", "20S"):
        async with connection(server.http_url) as raw:
            await raw.send(announced("POST", "/v1/agents", 100, f"{headers}Grpc-Timeout: {deadline}\r\n"))
            if headers and (await raw.answer()).status_code != 100:
                continue
            error = error_of(await raw.exchange(b'{"name": '))
            assert (error.status, error.code, error.headers["connection"]) == (504, 4, "close")
            assert await raw.is_closed()
            return
    pytest.fail("no client was told to go on")


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
    "headers": (b"GET /v1/agents HTTP/1.1\r\nHost: localhost\r\n", b"X: " + b"a" * 1000 + b"\r\n", b"400 "),
    "a header": (b"GET /v1/agents HTTP/1.1\r\nHost: localhost\r\nX: ", b"a" * 1000, b"400 "),
    "a target": (b"GET /v1/agents?name=", b"a" * 1000, b"400 "),
    "the size of a chunk": (request("POST", "/v1/agents", headers=CHUNKED), b"0" * 1000, b"400 "),
}


@pytest.mark.parametrize(("begin", "filler", "status"), FLOODS.values(), ids=FLOODS)
async def test_what_has_no_end_is_cut_off(server: LocalServer, begin: bytes, filler: bytes, status: bytes) -> None:
    count = 4 * MAX_REQUEST_BYTES // len(filler)
    answer = await asyncio.to_thread(answer_to_flood, server.http_url, [begin, *[filler] * count])
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"connection: close" in answer.lower()


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
    app = rest_app(server, recorded.servicers())
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
