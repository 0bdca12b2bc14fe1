"""What a web page in the operator's browser gets from the server on the desk, by the headers that it cannot forge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from compactd.config import Config
from compactd.gateway.http_server import HttpServer
from tests.builders.rest_resources import json_of
from tests.gateway.error_bodies import error_of
from tests.gateway.observed_app import rest_app
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONSOLE = "https://console.example"
EVIL = "https://evil.example"


@asynccontextmanager
async def door_of(server: LocalServer, *, hosts: str = "", origins: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """The same service behind an HTTP server with those settings."""
    http = HttpServer("127.0.0.1:0", hosts=hosts, origins=origins)
    http.start(rest_app(server, server.service.servicers, http.rules))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{http.port}", timeout=60) as opened:
        yield opened
    await http.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def consoled(server: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    """A server that pages of CONSOLE may call, and that is also called desk.example."""
    async with door_of(server, hosts="desk.example,[fd00::1]", origins=f"http://localhost:3000, {CONSOLE}") as opened:
        yield opened


# Host


def own_names(rest: httpx.AsyncClient) -> list[str]:
    port = rest.base_url.port
    return [f"127.0.0.1:{port}", f"localhost:{port}", f"LocalHost.:{port}", f"[::1]:{port}", f"127.1.2.3:{port}"]


async def test_names_of_loopback_are_answered_at_any_port(rest: httpx.AsyncClient) -> None:
    """A forwarded port, as of `ssh -L`, is another one than the server's."""
    for host in (*own_names(rest), "localhost", "localhost:9000", "[::ffff:127.0.0.1]:80"):
        assert (await rest.get("/v1/agents", headers={"Host": host})).status_code == 200, host


FOREIGN = ["evil.example", "evil.example:8283", "localhost.evil.example", "127.0.0.1.evil.example:80", "10.0.0.1:8283"]
ODD = ["", ":8283", "localhost:evil", "[::1", "::1", "0.0.0.0", "127.1", "evil@localhost", "localhost localhost"]


@pytest.mark.parametrize("host", FOREIGN + ODD)
async def test_a_name_that_a_page_has_led_here_is_refused_whatever_is_asked(rest: httpx.AsyncClient, host: str) -> None:
    for verb, path in (("POST", "/v1/agents"), ("GET", "/v1/agents"), ("GET", "/docs"), ("GET", "/openapi.json")):
        answer = await rest.request(verb, path, headers={"Host": host}, content=b"{}" if verb == "POST" else b"")
        error = error_of(answer)
        assert (error.status, error.code, error.reason) == (403, 7, "HOST_NOT_ALLOWED")
        assert "COMPACTD_HTTP_HOSTS" in error.sentence
        assert error.metadata == {"host": host}
        assert error.headers["x-should-retry"] == "false"


async def test_only_configured_names_are_answered_besides(consoled: httpx.AsyncClient) -> None:
    for host in (*own_names(consoled), "desk.example", "Desk.Example:80", "[fd00::1]:8283"):
        assert (await consoled.get("/v1/agents", headers={"Host": host})).status_code == 200, host
    assert error_of(await consoled.get("/v1/agents", headers={"Host": "console.example"})).reason == "HOST_NOT_ALLOWED"


async def test_a_star_stands_for_any_name(server: LocalServer) -> None:
    async with door_of(server, hosts="*") as opened:
        assert (await opened.get("/v1/agents", headers={"Host": "compactd.mesh"})).status_code == 200


@pytest.mark.parametrize(("hosts", "status"), [("", 200), ("compactd.mesh", 200), ("other.mesh", 403)])
async def test_beyond_loopback_names_are_checked_if_they_are_configured(
    server: LocalServer, hosts: str, status: int
) -> None:
    http = HttpServer("0.0.0.0:0", hosts=hosts)
    http.start(rest_app(server, server.service.servicers, http.rules))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{http.port}", timeout=60) as opened:
        assert (await opened.get("/v1/agents", headers={"Host": "compactd.mesh"})).status_code == status
    await http.stop()


async def test_over_a_unix_socket_any_name_does(server: LocalServer, tmp_path: Path) -> None:
    http = HttpServer(f"unix:{tmp_path}/rest")
    http.start(rest_app(server, server.service.servicers, http.rules))
    transport = httpx.AsyncHTTPTransport(uds=f"{tmp_path}/rest")
    async with httpx.AsyncClient(base_url="http://whatever", transport=transport, timeout=60) as opened:
        assert (await opened.get("/v1/agents")).status_code == 200
        assert error_of(await opened.get("/v1/agents", headers={"Origin": EVIL})).reason == "ORIGIN_NOT_ALLOWED"
    await http.stop()


# Origin


async def test_pages_of_other_origins_neither_write_nor_read(rest: httpx.AsyncClient) -> None:
    """A simple request, which no browser asks about before: the effect must not happen, whatever the page sees."""
    for origin in (EVIL, "null", "http://localhost:3000", "http://127.0.0.1", "http://", "", "file://"):
        headers = {"Origin": origin, "Content-Type": ""}
        error = error_of(await rest.post("/v1/agents", content=b'{"name": "Planted"}', headers=headers))
        assert (error.status, error.code, error.reason) == (403, 7, "ORIGIN_NOT_ALLOWED")
        assert "COMPACTD_HTTP_ORIGINS" in error.sentence
        assert error.metadata == {"origin": origin}
        answer = await rest.get("/v1/agents", headers={"Origin": origin})
        assert error_of(answer).reason == "ORIGIN_NOT_ALLOWED"
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert json_of(await rest.get("/v1/agents", params={"name": "Planted"})) == []


async def test_requests_without_an_origin_are_told_by_how_far_their_page_is(rest: httpx.AsyncClient) -> None:
    """Links, images, scripts."""
    for site, status in (("cross-site", 403), ("same-site", 403), ("odd", 403), ("same-origin", 200), ("none", 200)):
        answer = await rest.get("/v1/agents", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status, site
        if status == 403:
            error = error_of(answer)
            assert (error.reason, error.metadata) == ("ORIGIN_NOT_ALLOWED", {"origin": site})
            assert f"(Sec-Fetch-Site: {site})" in error.sentence
            assert "COMPACTD_HTTP_ORIGINS" not in error.sentence


async def test_the_page_of_the_server_itself_may_call_it_by_each_name_of_its(rest: httpx.AsyncClient) -> None:
    for host in own_names(rest):
        headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert (await rest.post("/v1/agents", json={"name": "Tried out"}, headers=headers)).status_code == 200, host


async def test_behind_a_proxy_with_tls_the_page_is_the_servers_own(consoled: httpx.AsyncClient) -> None:
    headers = {"Host": "desk.example", "Origin": "https://desk.example"}
    assert (await consoled.get("/v1/agents", headers=headers)).status_code == 200


async def test_the_pages_that_describe_the_api_may_be_linked_to_and_not_framed(rest: httpx.AsyncClient) -> None:
    for path in ("/docs", "/docs/", "/docs/start.js", "/openapi.json"):
        answer = await rest.get(path, headers={"Origin": EVIL, "Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 200
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


async def test_answers_are_not_taken_for_anything_but_json(rest: httpx.AsyncClient) -> None:
    for path, status in (("/v1/agents", 200), ("/v1/nothing", 404), ("/docs", 200)):
        answer = await rest.get(path)
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (status, "nosniff")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_bodies_that_a_form_can_send_are_no_json(rest: httpx.AsyncClient, kind: str) -> None:
    error = error_of(await rest.post("/v1/agents", content=b'{"name": "Form"}', headers={"Content-Type": kind}))
    assert (error.status, error.reason) == (415, "UNSUPPORTED_MEDIA_TYPE")


# Pages that may


LETTAS_HEADERS = "authorization, content-type, x-stainless-lang, x-stainless-retry-count, x-stainless-timeout"


async def test_a_configured_origin_is_told_what_it_may_send(consoled: httpx.AsyncClient) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": LETTAS_HEADERS}
    answer = await consoled.options("/v1/agents/x", headers={"Origin": CONSOLE, **asked})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == CONSOLE
    assert answer.headers["access-control-allow-headers"] == LETTAS_HEADERS
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert answer.headers["vary"].lower() == "origin"
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_configured_origin_may_write_and_read_errors_too(consoled: httpx.AsyncClient) -> None:
    headers = {"Origin": CONSOLE, "Sec-Fetch-Site": "cross-site"}
    made = await consoled.post("/v1/agents", json={"name": "Console"}, headers=headers)
    missing = await consoled.get("/v1/nothing", headers=headers)
    document = await consoled.get("/openapi.json", headers=headers)
    assert [made.status_code, missing.status_code, document.status_code] == [200, 404, 200]
    for answer in (made, missing, document):
        assert answer.headers["access-control-allow-origin"] == CONSOLE
        assert "x-request-id" in answer.headers["access-control-expose-headers"]


async def test_no_other_origin_is_told_anything(consoled: httpx.AsyncClient) -> None:
    for origin in (
        EVIL,
        "https://console.example.evil.example",
        "http://console.example",
        "https://console.example:444",
    ):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = await consoled.options("/v1/agents", headers=headers)
        assert error_of(answer).reason == "ORIGIN_NOT_ALLOWED"
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_options_that_no_browser_sends_are_as_any_other_method(consoled: httpx.AsyncClient) -> None:
    assert error_of(await consoled.options("/v1/agents", headers={"Origin": CONSOLE})).reason == "METHOD_NOT_ALLOWED"
    assert error_of(await consoled.options("/v1/agents")).reason == "METHOD_NOT_ALLOWED"


# Settings


@pytest.mark.parametrize("origin", ["*", "null", "console.example", f"{CONSOLE}/", f"{CONSOLE}:x", "https://*.example"])
async def test_an_origin_that_is_none_is_no_setting(origin: str) -> None:
    with pytest.raises(ValueError, match="http_origins"):
        Config(http_origins=f"http://localhost:3000,{origin}")


@pytest.mark.parametrize("host", ["desk.example:8283", "http://desk.example", "*.example", "::1"])
async def test_a_name_that_is_none_is_no_setting(host: str) -> None:
    with pytest.raises(ValueError, match="http_hosts"):
        Config(http_hosts=host)
