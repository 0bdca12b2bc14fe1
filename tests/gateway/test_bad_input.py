"""Whatever is sent, the answer is a 4xx that says what is wrong with it: no 5xx, nothing of the inside."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from compactd.gateway.routes import Route, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from compaction.v1 import model_settings_pb2
from tests.gateway.error_bodies import INSIDES, error_of
from tests.gateway.raw_http import connection, request
from tests.gateway.rest_resources import (
    UNKNOWN_AGENT,
    UNKNOWN_COMPACTION,
    UNKNOWN_CONVERSATION,
    Json,
    json_of,
    new_agent,
    new_conversation,
    user,
)
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEGABYTE = 1024 * 1024
WITH_BODY = [route for route in routes_of(SERVICE_DESCRIPTORS) if route.body]


def path_of(route: Route, **ids: str) -> str:
    """The path of a route to what is not there, unless ids are given."""
    nothing = {
        "agent_id": UNKNOWN_AGENT,
        "conversation_id": UNKNOWN_CONVERSATION,
        "compaction_id": UNKNOWN_COMPACTION,
        "block_label": "x",
    }
    return route.template.format_map(nothing | ids)


# No JSON


BROKEN = {
    "cut off": b'{"name":',
    "cut off in a text": b'{"name": "x',
    "two values": b'{"name": "x"} {}',
    "a comment": b'{"name": "x"} // why',
    "a comma too many": b'{"name": "x",}',
    "single quotes": b"{'name': 'x'}",
    "a bare word": b"nonsense",
    "a form": b"name=x&system=y",
    "an array": b"[]",
    "a text": b'"text"',
    "a number": b"1",
    "true": b"true",
    "an escape cut off": b'{"name": "\\u00"}',
    "an unknown escape": b'{"name": "\\x41"}',
    "a line break in a text": b'{"name": "a\nb"}',
    "NaN": b'{"context_window_limit": NaN}',
    "Infinity": b'{"context_window_limit": -Infinity}',
    "NaN where nobody looks": b'{"nonsense": [NaN]}',
    "5,000 digits": b'{"context_window_limit": ' + b"9" * 5000 + b"}",
    "a leading zero": b'{"context_window_limit": 09000}',
    "hexadecimal": b'{"context_window_limit": 0x2328}',
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "a surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "UTF-8 with a mark before it": b"\xef\xbb\xbf{}",
    "a zero byte": b"{}\x00",
    "gzip": gzip.compress(b'{"name": "x"}'),
    "a key twice": b'{"name": "x", "name": "x"}',
    "a key twice inside": b'{"compaction_settings": {"mode": "all", "mode": "all"}}',
    "a key twice where nobody looks": b'{"nonsense": {"a": 1, "a": 2}}',
    "a key twice by escapes": b'{"name": "x", "n\\u0061me": "y"}',
    "a depth of 1,000 in a known field": b'{"metadata": ' + b'{"a": ' * 1000 + b"1" + b"}" * 1001,
    "a depth of 1,000 in an unknown field": b'{"nonsense": ' + b"[" * 1000 + b"]" * 1000 + b"}",
    "a depth of a million": b"[" * 1_000_000,
    "a depth of 101": b'{"nonsense": ' + b"[" * 100 + b"]" * 100 + b"}",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_what_is_no_json_object_is_malformed(rest: httpx.AsyncClient, body: bytes) -> None:
    error = error_of(await rest.post("/v1/agents", content=body))
    assert (error.status, error.reason) == (400, "MALFORMED_REQUEST")
    assert error.metadata["message"] == "compaction.v1.Agent"


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.template)
async def test_a_broken_body_is_malformed_on_every_route(rest: httpx.AsyncClient, route: Route) -> None:
    error = error_of(await rest.request(route.verb, path_of(route), content=b'{"a": [1, 2'))
    assert (error.status, error.reason) == (400, "MALFORMED_REQUEST")
    assert error.metadata["message"].startswith("compaction.v1.")


async def test_a_depth_that_the_limit_allows_is_read(rest: httpx.AsyncClient) -> None:
    body = b'{"nonsense": ' + b"[" * 99 + b"]" * 99 + b"}"
    assert json_of(await rest.post("/v1/agents", content=body))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"context_window_limit": 1e400}', "agent.context_window_limit"),
        (b'{"context_window_limit": 99999999999999999999}', "agent.context_window_limit"),
        (
            b'{"compaction_settings": {"sliding_window_percentage": 1e400}}',
            "agent.compaction_settings.sliding_window_percentage",
        ),
        (b'{"metadata": {"a": 1e400}}', "agent.metadata"),
        (b'{"metadata": {"a": ' + b"9" * 400 + b"}}", "agent.metadata"),
        (b'{"name": "\\ud800"}', "agent.name"),
        (b'{"name": "x\\udc00y"}', "agent.name"),
        (b'{"tags": ["a", "\\ud800"]}', "agent.tags[1]"),
        (b'{"metadata": {"a": "\\ud800"}}', "agent.metadata"),
        (b'{"metadata": {"\\ud800": 1}}', "agent.metadata"),
        (b'{"metadata": {"a": [{"\\ud800": 1}]}}', "agent.metadata"),
        (b'{"compaction_settings": {"mode": "\\ud800"}}', "agent.compaction_settings.mode"),
        (b'{"model_settings": {"provider_type": "\\ud800"}}', "agent.model_settings.provider_type"),
        (b'{"model": "\\ud800/x", "model_settings": {}}', "agent.model"),
        (b'{"model_settings": {"openai": {"response_format": {"type": "\\ud800"}}}}', "…type"),
    ],
)
async def test_a_value_that_no_field_can_hold_is_rejected_by_its_path(
    rest: httpx.AsyncClient, body: bytes, field: str
) -> None:
    error = error_of(await rest.post("/v1/agents", content=body))
    assert (error.status, error.reason) == (400, "INVALID_FIELD")
    assert error.fields[0] == field or (field.startswith("…") and error.fields[0].endswith(field[1:]))


@pytest.mark.parametrize(
    "metadata", [b'{"\\ud800": "x"}', b'{"\\ud800": 7}', b'{"a": "\\ud800"}'], ids=["key", "key and value", "value"]
)
async def test_half_a_surrogate_pair_in_a_map_is_rejected(rest: httpx.AsyncClient, metadata: bytes) -> None:
    conversation = await new_conversation(rest)
    body = b'{"messages": [{"role": "user", "content": "x", "metadata": ' + metadata + b"}]}"
    error = error_of(await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", content=body))
    assert (error.status, error.reason) == (400, "INVALID_FIELD")
    assert error.fields[0].startswith("messages[0].metadata")


async def test_an_unknown_key_that_is_no_text_is_ignored(rest: httpx.AsyncClient) -> None:
    assert json_of(await rest.post("/v1/agents", content=b'{"\\ud800": 1, "name": "x"}'))["name"] == "x"


async def test_a_long_path_is_said_back_shortened(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest)
    message = user("x") | {"metadata": {"k" * 50_000: 7}}
    answer = await rest.post(f"/v1/conversations/{conversation['id']}/messages:append", json={"messages": [message]})
    assert error_of(answer).fields[0].startswith("messages[0].metadata.kkk")
    assert len(answer.content) < 4096


# Too much


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
async def test_a_body_of_17_megabytes_is_413_and_the_next_request_is_answered(
    rest: httpx.AsyncClient, chunked: bool
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * MEGABYTE

    error = error_of(await rest.post("/v1/agents", content=chunks() if chunked else b" " * (17 * MEGABYTE)))
    assert (error.status, error.reason) == (413, "REQUEST_TOO_LARGE")
    assert json_of(await rest.get("/v1/agents?limit=1")) is not None


@pytest.mark.parametrize("count", [2_000, 5_000])
async def test_thousands_of_parameters_are_rejected(rest: httpx.AsyncClient, count: int) -> None:
    error = error_of(await rest.get("/v1/agents?" + "&".join(f"a{number}=1" for number in range(count))))
    assert (error.status, error.fields) == (400, ("query",))


async def test_as_many_parameters_as_a_list_takes_are_read(rest: httpx.AsyncClient) -> None:
    assert json_of(await rest.get("/v1/agents", params={"tags": ["of nobody"] * 1000, "limit": "1"})) == []


# Not what it says to be


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/xml"},
        {"content-type": "application/grpc"},
        {"content-type": "application/jsonp"},
        {"content-type": "json"},
        {"content-type": "/"},
        {"content-type": "é"},
        {"content-type": "application/json; charset=latin-1"},
        {"content-type": 'application/json; charset="utf-16"'},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/json", "content-encoding": "br"},
    ],
    ids=lambda headers: ", ".join(headers.values()),
)
async def test_what_says_not_to_be_json_is_415(rest: httpx.AsyncClient, headers: dict[str, str]) -> None:
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    error = error_of(await rest.post("/v1/agents", content=b"{}", headers=sent))
    assert (error.status, error.code, error.reason) == (415, 3, "UNSUPPORTED_MEDIA_TYPE")
    assert "application/json" in error.sentence


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
        b"GET /v1/agents HTTP/1\r\nHost: x\r\n\r\n",
        b"GET /v1/agents HTTP/1.1\r\n\r\n",
        b"GET /v1/agents HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length : 2\r\n\r\n{}",
        b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
        b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/agents HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_400(server: LocalServer, data: bytes) -> None:
    async with connection(server.http_url) as raw:
        await raw.send(data)
        answer = await raw.answer()
    assert answer.status_code == 400
    assert INSIDES.search(answer.content) is None


# Anything


def _names(descriptor: Any, seen: set[str]) -> set[str]:
    """The names of a message's fields in both spellings, and of those inside of it."""
    if descriptor.full_name in seen:
        return set()
    seen.add(descriptor.full_name)
    names = {name for field in descriptor.fields for name in (field.name, field.json_name)}
    inner = [field.message_type for field in descriptor.fields if field.message_type is not None]
    return names.union(*(_names(item, seen) for item in inner))


WORDS = [
    *model_settings_pb2.ModelSettings.DESCRIPTOR.fields_by_name,
    *("user", "assistant", "tool", "text", "image_url", "json_schema", "all", "asc", "low", "enabled", "function"),
    *("2026-03-01T12:00:00Z", "openai/gpt-5-mini", "local/extractive", "YQ==", "data:image/png;base64,YQ=="),
    *(
        UNKNOWN_AGENT,
        UNKNOWN_CONVERSATION,
        UNKNOWN_COMPACTION,
        "default",
        "00000000-0000-4000-8000-000000000000",
        "\ud800",
        "\x00",
        "{CORE_MEMORY}",
    ),
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 2**31, 2**63, 10**400, 1e400, float("nan"), 0.5, 1e-300])
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS)
)


def bodies(route: Route) -> st.SearchStrategy[Any]:
    """JSON whose keys are often fields of what the route takes, in places where they belong and where they do not."""
    names = sorted(_names(route.method.input_type, set()) | {"type", "url", "provider_type", "nonsense"})
    keys = st.sampled_from(names) | st.text(max_size=3)
    return st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5), max_leaves=20
    ) | st.dictionaries(keys, SCALARS | st.lists(st.dictionaries(keys, SCALARS, max_size=4), max_size=2), max_size=5)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(rest: httpx.AsyncClient) -> Json:
    """Something that is there, for requests of any kind."""
    agent = await new_agent(rest, memory_blocks=[{"label": "x", "value": "v"}])
    conversation = await new_conversation(rest, [user("Hello.")], agent_id=agent["id"])
    return {"agent_id": agent["id"], "conversation_id": conversation["id"]}


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: f"{route.verb} {route.template}")
@settings(max_examples=40)
@given(data=st.data())
async def test_any_json_is_answered_or_rejected(
    rest: httpx.AsyncClient, place: Json, route: Route, data: st.DataObject
) -> None:
    body = json.dumps(data.draw(bodies(route)))
    answer = await rest.request(route.verb, path_of(route, **place), content=body)
    if answer.status_code == 200:
        assert INSIDES.search(answer.content) is None
        return
    error = error_of(answer)
    assert error.status < 500 or (error.status, error.reason) == (501, "NOT_SUPPORTED")
    assert (error.reason == "INVALID_FIELD") is bool(error.fields)


@settings(max_examples=60)
@given(body=st.binary(max_size=60))
async def test_any_bytes_are_answered_or_rejected(rest: httpx.AsyncClient, body: bytes) -> None:
    answer = await rest.post("/v1/agents", content=body)
    assert answer.status_code == 200 or error_of(answer).status == 400


@settings(max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.sampled_from(["limit", "order", "tags", "name", "after", "x"]), st.text(max_size=6)))
)
async def test_any_query_is_answered_or_rejected(rest: httpx.AsyncClient, pairs: list[tuple[str, Any]]) -> None:
    answer = await rest.get("/v1/agents", params=pairs)
    assert answer.status_code == 200 or error_of(answer).fields
