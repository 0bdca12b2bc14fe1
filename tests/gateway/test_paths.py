"""Whatever stands in a path, it is an id that is none, or one of something; the answer is never a 5xx."""

from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from compactd.gateway.routes import Route, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from tests.builders.rest_resources import (
    UNKNOWN_AGENT,
    UNKNOWN_COMPACTION,
    UNKNOWN_CONVERSATION,
    Json,
    json_of,
    new_agent,
    new_conversation,
    user,
)
from tests.gateway.error_bodies import error_of
from tests.gateway.raw_http import connection, request
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

WITH_VARIABLES = [route for route in routes_of(SERVICE_DESCRIPTORS) if route.variables]
WORDS = [
    *(
        UNKNOWN_AGENT,
        UNKNOWN_CONVERSATION,
        UNKNOWN_COMPACTION,
        "default",
        "",
        ".",
        "..",
        "../..",
        "/",
        "//",
        "\\",
        ":",
        "messages:append",
        ":append",
    ),
    *("{}", "{agent_id}", "*", "**", "%", "%2F", "%252F", "\x00", "\r\n", " ", "+", "&a=b", "?a=b", "#", ";a", "None"),
    *("\u202e", "\ufeff", "\U0010ffff", "é", "e\u0301", "x" * 256, "x" * 257, "𝒙" * 100, "agent-", "-" * 100, "' --"),
]

ANY = (st.text(max_size=12) | st.sampled_from(WORDS)).map(lambda text: quote(text, safe="").encode())
UNQUOTED = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="?#"), max_size=12)
SEGMENTS = ANY | UNQUOTED.map(str.encode)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(rest: httpx.AsyncClient) -> dict[str, str]:
    """What is there, for requests of any kind; the conversation is not the agent's default one."""
    agent = await new_agent(rest, memory_blocks=[{"label": "x", "value": "v"}])
    conversation = await new_conversation(rest, [user("Hello.")])
    return {
        "agent_id": agent["id"],
        "conversation_id": conversation["id"],
        "block_label": "x",
        "compaction_id": UNKNOWN_COMPACTION,
    }


@pytest.mark.parametrize("route", WITH_VARIABLES, ids=lambda route: f"{route.verb} {route.template}")
@settings(max_examples=40)
@given(data=st.data())
async def test_any_segment_is_answered_or_rejected(
    server: LocalServer, place: dict[str, str], route: Route, data: st.DataObject
) -> None:
    """One variable at least is anything; beside it there may be what is there."""
    odd = data.draw(st.sampled_from(route.variables))
    segments = {
        name: data.draw(SEGMENTS if name == odd else SEGMENTS | st.just(place[name].encode()))
        for name in route.variables
    }
    path = route.template.format_map({name: segment.decode() for name, segment in segments.items()})
    async with connection(server.http_url) as raw:
        answer = await raw.exchange(request(route.verb, path))
    if answer.status_code == 200:
        return
    error = error_of(answer)
    assert error.status < 500 or (error.status, error.reason) == (501, "NOT_SUPPORTED")
    assert (error.reason == "INVALID_FIELD") is bool(error.fields)


ODD = ["{}", "%7B%7D", "%7b}", "{agent_id}", "*", "%2A", "%00", "%25", "''", "."]


@pytest.mark.parametrize("written", ODD)
@pytest.mark.parametrize("route", WITH_VARIABLES, ids=lambda route: f"{route.verb} {route.template}")
async def test_what_templates_are_written_with_is_no_id(server: LocalServer, route: Route, written: str) -> None:
    path = route.template.format_map(dict.fromkeys(route.variables, written))
    async with connection(server.http_url) as raw:
        error = error_of(await raw.exchange(request(route.verb, path)))
    assert (error.status, error.reason) == (400, "INVALID_FIELD")
    assert error.fields[0] in route.variables


@pytest.mark.parametrize("label", ["{}", "{x}", "*", "a/b", ":append", "..", "%", "%2F", "?#", "é", "'\"", " x "])
async def test_a_block_is_found_by_any_label(rest: httpx.AsyncClient, label: str) -> None:
    agent = await new_agent(rest, memory_blocks=[{"label": label, "value": "v"}])
    url = f"/v1/agents/{agent['id']}/core-memory/blocks/{quote(label, safe='')}"
    if label == "..":
        # httpx takes it for the folder above, as it is allowed to.
        url = url.replace("..", "%2E%2E")
    block: Json = json_of(await rest.get(url))
    assert (block["label"], block["value"]) == (label, "v")
    assert json_of(await rest.patch(url, json={"value": "new"}))["value"] == "new"


async def test_braces_may_stand_in_a_path_as_they_are(server: LocalServer, rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, memory_blocks=[{"label": "{}", "value": "v"}])
    async with connection(server.http_url) as raw:
        answer = await raw.exchange(request("GET", f"/v1/agents/{agent['id']}/core-memory/blocks/{{}}"))
    assert json_of(answer)["label"] == "{}"
