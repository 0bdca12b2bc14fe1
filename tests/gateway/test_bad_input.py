"""What is no JSON, too much, or not what it says to be gets a 4xx that says so: no 5xx, nothing of the inside."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from compactd.gateway.routes import Route
from tests.builders.rest_resources import json_of, new_conversation, user
from tests.gateway.error_bodies import error_of
from tests.gateway.routes_to_nothing import WITH_BODY, path_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEGABYTE = 1024 * 1024


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
