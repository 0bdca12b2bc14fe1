"""Ids, paths and queries that are none are answered with a 4xx that says so: no 5xx, nothing of the inside."""

import httpx
import pytest

from tests.builders.rest_resources import UNKNOWN_AGENT, UNKNOWN_COMPACTION, UNKNOWN_CONVERSATION
from tests.gateway.error_bodies import INSIDES, error_of
from tests.gateway.raw_http import connection, request
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Paths


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v1/agents/%2F", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_AGENT}%2F", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_AGENT}%2Fmessages", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_AGENT}%3A", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_AGENT}:delete", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_AGENT}%20", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_AGENT.upper()}", 400, "agent_id"),
        ("/v1/agents/%00", 400, "agent_id"),
        ("/v1/agents/%ff", 400, "agent_id"),
        ("/v1/agents/%ED%A0%80", 400, "agent_id"),
        ("/v1/agents/%F0%9F%98%80", 400, "agent_id"),
        ("/v1/agents/%zz", 400, "agent_id"),
        ("/v1/agents/%", 400, "agent_id"),
        ("/v1/agents/..%2F..%2Fetc", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_CONVERSATION}", 400, "agent_id"),
        (f"/v1/agents/{'x' * 10_000}", 400, "agent_id"),
        (f"/v1/agents/{UNKNOWN_AGENT}/core-memory/blocks/{'x' * 257}", 400, "block_label"),
        (f"/v1/agents/{UNKNOWN_AGENT}/core-memory/blocks/%ff", 400, "block_label"),
        (f"/v1/conversations/{UNKNOWN_AGENT}", 400, "conversation_id"),
        (f"/v1/conversations/{UNKNOWN_COMPACTION}/messages", 400, "conversation_id"),
        (f"/v1/conversations/{UNKNOWN_CONVERSATION}%2F/messages", 400, "conversation_id"),
        (f"/v1/conversations/{UNKNOWN_CONVERSATION}%3Amessages/context", 400, "conversation_id"),
        (f"/v1/conversations/{UNKNOWN_CONVERSATION}/compactions/{UNKNOWN_CONVERSATION}", 400, "compaction_id"),
        ("/v1/conversations/default/context", 400, "agent_id"),
    ],
)
async def test_an_id_that_is_none_is_rejected_by_its_field(
    rest: httpx.AsyncClient, path: str, status: int, field: str
) -> None:
    error = error_of(await rest.get(path))
    assert (error.status, error.reason, error.fields) == (status, "INVALID_FIELD", (field,))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/",
        "/v1/nonsense",
        "/V1/agents",
        "/v1//agents",
        "/v1/agents//",
        "/v1/agents//messages",
        "/v1/conversations//compact",
        "/v1/conversations///",
        f"/v1/agents/{UNKNOWN_AGENT}//",
        f"/v1/agents/{UNKNOWN_AGENT}/nonsense",
        f"/v1/conversations/{UNKNOWN_CONVERSATION}/messages:nonsense",
        f"/v1/conversations/{UNKNOWN_CONVERSATION}/messages%2Fappend",
        "/v1/agents;x=1",
        "/v1/agents%2F",
        "/favicon.ico",
        "/compaction.v1.AgentService/GetAgent",
        "/" + "a/" * 2000,
    ],
)
@pytest.mark.parametrize("verb", ["GET", "POST", "BREW"])
async def test_an_unknown_path_is_404_whatever_the_method(server: LocalServer, verb: str, path: str) -> None:
    async with connection(server.http_url) as raw:
        await raw.send(request(verb, path))
        answer = await raw.answer()
    if verb == "BREW":
        assert answer.status_code in (400, 404)
        assert INSIDES.search(answer.content) is None
        return
    error = error_of(answer)
    assert (error.status, error.code, error.reason) == (404, 5, "ROUTE_NOT_FOUND")


@pytest.mark.parametrize(
    "target",
    [
        b"/v1/agents/\xff\xfe",
        b"/v1/agents/\xc3\xa9",
        b"/v1/agents?name=\xff",
        b"/v1/agents?name=%ff",
        b"/v1/\xffagents",
    ],
)
async def test_bytes_that_are_no_utf_8_are_4xx(server: LocalServer, target: bytes) -> None:
    async with connection(server.http_url) as raw:
        await raw.send(request("GET", target))
        answer = await raw.answer()
    assert 400 <= answer.status_code < 500
    assert INSIDES.search(answer.content) is None


@pytest.mark.parametrize("query", ["name=%ff", "%ff=1", "tags=%ED%A0%80", "name=a&x=%c3"])
async def test_a_query_that_is_no_utf_8_is_rejected_as_such(rest: httpx.AsyncClient, query: str) -> None:
    assert error_of(await rest.get(f"/v1/agents?{query}")).fields == ("query",)


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"GET /v1/agents\r\n\r\n",
        b"GET /v1/agents HTTP/1\r\nHost: localhost\r\n\r\n",
        b"GET /v1/agents HTTP/1.1\r\n\r\n",
        b"GET /v1/agents HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length : 2\r\n\r\n{}",
        b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: +2\r\n\r\n{}",
        b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_400(server: LocalServer, data: bytes) -> None:
    async with connection(server.http_url) as raw:
        await raw.send(data)
        answer = await raw.answer()
    assert answer.status_code == 400
    assert INSIDES.search(answer.content) is None
