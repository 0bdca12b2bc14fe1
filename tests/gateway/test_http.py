"""HTTP itself: methods, slashes, ids, deadlines, connections, and that every RPC is there."""

import asyncio
import json
import re
import socket
from uuid import UUID

import httpx
import pytest
from google.protobuf.descriptor import MethodDescriptor

from compactd.gateway.http_server import HttpServer
from compactd.gateway.routes import Route, routes_of
from compactd.rpc.contract import SERVICE_DESCRIPTORS
from tests.builders.rest_resources import (
    UNKNOWN_AGENT,
    UNKNOWN_COMPACTION,
    UNKNOWN_CONVERSATION,
    UNKNOWN_JOB,
    UNKNOWN_POLICY,
    UNKNOWN_SWEEP,
    Json,
    context_of,
    json_of,
    new_agent,
    new_conversation,
    talk,
)
from tests.gateway.error_bodies import error_of
from tests.gateway.raw_http import connection, request
from tests.gateway.recording_servicers import RecordingServicers
from tests.loopback.dialects import openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.models import waited_for_by
from tests.server import LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROUTES = routes_of(SERVICE_DESCRIPTORS)
METHODS = [method for service in SERVICE_DESCRIPTORS for method in service.methods]
VALUES = {
    "agent_id": UNKNOWN_AGENT,
    "conversation_id": UNKNOWN_CONVERSATION,
    "compaction_id": UNKNOWN_COMPACTION,
    "job_id": UNKNOWN_JOB,
    "policy_id": UNKNOWN_POLICY,
    "sweep_id": UNKNOWN_SWEEP,
    "block_label": "a/b: c",
}
QUOTED = VALUES | {"block_label": "a%2Fb%3A%20c"}

MODEL = {"compaction_settings": {"mode": "all", "model": "openai/gpt-5-mini"}}
UNTIL_SEEN = 50
"""Seconds within which the model server has to see that nobody waits for it any more."""


def streams(route: Route) -> bool:
    return route.method.server_streaming


def title(route: Route) -> str:
    return f"{route.verb} {route.template}"


# Every RPC


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("route", ROUTES, ids=title)
async def test_every_binding_reaches_its_rpc_with_the_values_of_its_path(
    door: httpx.AsyncClient, recorded: RecordingServicers, route: Route, slash: str
) -> None:
    answer = await door.request(route.verb, route.template.format_map(QUOTED) + slash)
    assert answer.status_code == 200
    rpc, request = recorded.calls[-1]
    assert rpc == route.rpc
    assert {name: getattr(request, name) for name in route.variables} == {
        name: VALUES[name] for name in route.variables
    }


@pytest.mark.parametrize("route", [route for route in ROUTES if not streams(route)], ids=title)
async def test_every_empty_reply_is_json_of_its_kind(door: httpx.AsyncClient, route: Route) -> None:
    answer = json_of(await door.request(route.verb, route.template.format_map(QUOTED)))
    output = route.method.output_type
    if not route.response_body:
        assert set(answer) >= set(output.fields_by_name)
    elif output.fields_by_name[route.response_body].is_repeated:
        assert answer == []
    else:
        assert answer == ""


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
async def test_every_rpc_has_a_binding(method: MethodDescriptor) -> None:
    assert [route for route in ROUTES if route.method is method]


# Methods and slashes


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("route", [route for route in ROUTES if route.verb == "GET" and not streams(route)], ids=title)
async def test_head_says_what_get_would_without_the_body(rest: httpx.AsyncClient, route: Route, slash: str) -> None:
    url = route.template.format_map(QUOTED) + slash
    same_id = {"X-Request-Id": "same"}
    got, headed = await rest.get(url, headers=same_id), await rest.head(url, headers=same_id)
    assert (headed.status_code, headed.content) == (got.status_code, b"")
    assert {**headed.headers, "date": ""} == {**got.headers, "date": ""}


@pytest.mark.parametrize("route", ROUTES, ids=title)
async def test_a_slash_at_the_end_makes_no_difference(rest: httpx.AsyncClient, route: Route) -> None:
    url = route.template.format_map(QUOTED)
    same_id = {"X-Request-Id": "same"}
    if route.template in ("/v1/agents", "/v1/sweeps") and route.verb == "POST":
        assert json_of(await rest.post(f"{url}/", headers=same_id))["id"]
        return
    without = await rest.request(route.verb, url, headers=same_id)
    with_slash = await rest.request(route.verb, f"{url}/", headers=same_id)
    assert (with_slash.status_code, with_slash.content) == (without.status_code, without.content)


# Ids of requests


@pytest.mark.parametrize("given", ["a", "req-1/x", "!~{}", "x" * 128])
@pytest.mark.parametrize("path", ["/v1/agents?limit=1", "/v1/agents/nonsense", "/nonsense"])
async def test_the_id_of_a_request_comes_back(rest: httpx.AsyncClient, path: str, given: str) -> None:
    assert (await rest.get(path, headers={"X-Request-Id": given})).headers["x-request-id"] == given


@pytest.mark.parametrize("path", ["/v1/agents?limit=1", "/v1/agents/nonsense", "/nonsense"])
async def test_a_request_without_an_id_gets_one_of_its_own(rest: httpx.AsyncClient, path: str) -> None:
    first, second = [UUID((await rest.get(path)).headers["x-request-id"]) for _ in range(2)]
    assert first.version == second.version == 4
    assert first != second


@pytest.mark.parametrize("given", [b"", b"a b", b"x" * 129, b"\xc3\xbc", b"a\tb"])
async def test_an_id_that_cannot_be_printed_is_replaced(rest: httpx.AsyncClient, given: bytes) -> None:
    answer = await rest.get("/v1/agents?limit=1", headers=[(b"X-Request-Id", given)])
    assert UUID(answer.headers["x-request-id"]).version == 4


# Traces

PARENT = f"00-{'a' * 32}-{'b' * 16}-01"


@pytest.mark.parametrize("path", ["/v1/agents?limit=1", "/v1/agents/nonsense", "/nonsense"])
async def test_the_trace_of_a_request_comes_back(rest: httpx.AsyncClient, path: str) -> None:
    given = {"traceparent": PARENT, "tracestate": "a=b"}
    assert given.items() <= dict((await rest.get(path, headers=given)).headers).items()


@pytest.mark.parametrize("path", ["/v1/agents?limit=1", "/nonsense"])
async def test_a_request_in_no_trace_is_given_none(rest: httpx.AsyncClient, path: str) -> None:
    for given in ({}, {"traceparent": "nonsense", "tracestate": "a=b"}):
        assert not {"traceparent", "tracestate"} & set((await rest.get(path, headers=given)).headers)


# Deadlines


async def slow_compaction(rest: httpx.AsyncClient, model: LoopbackModel) -> Json:
    """A conversation whose compaction takes until somebody gives up."""
    model.answer(openai_chat(), delay=60)
    return await new_conversation(rest, talk(20))


async def until_model_is_called(model: LoopbackModel) -> None:
    """Returns once the model was called."""
    async with asyncio.timeout(UNTIL_SEEN):
        # The model server tells nobody of a request.
        while not model.requests:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_deadline_ends_the_call_and_the_request_to_the_model(
    rest: httpx.AsyncClient, model: LoopbackModel
) -> None:
    conversation = await slow_compaction(rest, model)
    before = await context_of(rest, conversation["id"])
    url = f"/v1/conversations/{conversation['id']}/compact"
    # On a busy machine a short deadline may pass before the model is called.
    for deadline in ("500m", "4S", "20S"):
        error = error_of(await rest.post(url, json=MODEL, headers={"Grpc-Timeout": deadline}))
        assert (error.status, error.code) == (504, 4)
        assert error.headers["x-should-retry"] == "false"
        if model.requests:
            break
    await asyncio.wait_for(model.hung_up.wait(), UNTIL_SEEN)
    assert await context_of(rest, conversation["id"]) == before


@pytest.mark.parametrize("given", ["0S", "0n", "1n"])
async def test_a_deadline_that_has_passed_is_504(rest: httpx.AsyncClient, given: str) -> None:
    error = error_of(await rest.get("/v1/agents", headers={"Grpc-Timeout": given}))
    assert (error.status, error.code) == (504, 4)


@pytest.mark.parametrize("given", ["10S", "1M", "99999999H", "30000m", "30000000u", "99999999u", "00000010S"])
async def test_a_deadline_in_each_unit(rest: httpx.AsyncClient, given: str) -> None:
    assert json_of(await rest.get("/v1/agents?limit=1", headers={"Grpc-Timeout": given})) is not None


@pytest.mark.parametrize("given", ["", "10", "S", "10s", "10 S", "-1S", "1.5S", "123456789S", "1e3S", "10SS", "soon"])
async def test_a_deadline_that_is_none_is_rejected(rest: httpx.AsyncClient, given: str) -> None:
    error = error_of(await rest.get("/v1/agents", headers={"Grpc-Timeout": given}))
    assert (error.status, error.fields) == (400, ("grpc-timeout",))


# Connections


async def test_a_client_that_leaves_cancels_its_call(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    conversation = await slow_compaction(rest, model)
    before = await context_of(rest, conversation["id"])
    url = f"/v1/conversations/{conversation['id']}/compact"
    waiting = asyncio.create_task(rest.post(url, json=MODEL, headers={"Grpc-Timeout": "60S"}))
    await until_model_is_called(model)
    waiting.cancel()
    await asyncio.wait_for(model.hung_up.wait(), UNTIL_SEEN)
    assert await context_of(rest, conversation["id"]) == before
    assert json_of(await rest.post(url, json=MODEL))["summary"]


async def test_one_that_set_no_deadline_may_come_back_for_a_while(
    server: LocalServer, rest: httpx.AsyncClient, model: LoopbackModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await slow_compaction(rest, model)
    url = f"/v1/conversations/{conversation['id']}/compact"
    # Longer than this test; and once it has come back, not long at all.
    for retries, linger_seconds in (("0", 60.0), ("1", 0.2)):
        monkeypatch.setattr(server.service.run_operation, "linger_seconds", linger_seconds)
        waiting = asyncio.create_task(rest.post(url, json=MODEL, headers={"x-stainless-retry-count": retries}))
        await until_model_is_called(model)
        await waited_for_by(1, server)
        assert not model.hung_up.is_set()
        waiting.cancel()
        await waited_for_by(0, server)
    await asyncio.wait_for(model.hung_up.wait(), UNTIL_SEEN)
    assert len(model.requests) == 1


async def test_one_that_comes_back_gets_the_reply(rest: httpx.AsyncClient, model: LoopbackModel) -> None:
    model.answer(openai_chat(), delay=0.5)
    conversation = await new_conversation(rest, talk(20))
    url = f"/v1/conversations/{conversation['id']}/compact"
    for seconds in (0.1, 0.0):
        waiting = asyncio.create_task(rest.post(url, json=MODEL))
        await until_model_is_called(model)
        await asyncio.sleep(seconds)
        waiting.cancel()
    await asyncio.sleep(0.6)
    done = json_of(await rest.post(url, json=MODEL, headers={"x-stainless-retry-count": "2"}))
    assert done["summary"]
    assert len(model.requests) == 1


async def test_those_that_may_come_back_are_limited_too(model: LoopbackModel) -> None:
    async with (
        local_server(http=True, max_calls_in_hand=1) as server,
        httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest,
    ):
        one, other = await slow_compaction(rest, model), await new_conversation(rest, talk(20))
        waiting = asyncio.create_task(rest.post(f"/v1/conversations/{one['id']}/compact", json=MODEL))
        await until_model_is_called(model)
        waiting.cancel()
        async with asyncio.timeout(UNTIL_SEEN):
            # The server tells nobody that it has seen a client go.
            while (await rest.get("/v1/agents")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        error = error_of(await rest.post(f"/v1/conversations/{other['id']}/compact", json=MODEL))
    assert (error.status, error.reason) == (429, "OVERLOADED")
    # The server has stopped, and with it the work that lingered.
    await asyncio.wait_for(model.hung_up.wait(), UNTIL_SEEN)


ERRORS = {
    "an unknown path": request("GET", "/nonsense"),
    "an unknown path with a body": request("POST", "/nonsense", b"x" * 100_000),
    "another method with a body": request("PUT", "/v1/agents", b"{}"),
    "broken JSON": request("POST", "/v1/agents", b"{"),
    "another media type": request("POST", "/v1/agents", b"x", "Content-Type: text/plain\r\n"),
    "a bad deadline": request("POST", "/v1/agents", b"{}", "Grpc-Timeout: x\r\n"),
    "what is not served": request("POST", f"/v1/agents/{UNKNOWN_AGENT}/messages", b"{}"),
    "a large body that nobody wants": request("POST", "/nonsense", b" " * (15 * 1024 * 1024)),
}


@pytest.mark.parametrize("bad", ERRORS.values(), ids=ERRORS)
async def test_a_connection_goes_on_after_an_error(server: LocalServer, bad: bytes) -> None:
    async with connection(server.http_url) as raw:
        error_of(await raw.exchange(bad))
        answer = await raw.exchange(request("GET", "/v1/agents?limit=1"))
        assert answer.status_code == 200


async def test_requests_sent_at_once_are_answered_in_their_order(server: LocalServer, rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest, name="Piped")
    async with connection(server.http_url) as raw:
        await raw.send(
            request("PATCH", f"/v1/agents/{agent['id']}", b'{"name": "Changed"}')
            + request("GET", f"/v1/agents/{agent['id']}")
            + request("GET", "/nonsense")
        )
        answers = [await raw.answer() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert json.loads(answers[1].content)["name"] == "Changed"


async def test_what_is_sent_does_not_wait_for_acknowledgements() -> None:
    """A time of 40 ms for every answer, which no test can measure without being one of time."""
    http = HttpServer("127.0.0.1:0")
    assert http._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await http.stop()


async def test_the_server_says_nothing_of_itself(rest: httpx.AsyncClient) -> None:
    for path in ("/v1/agents?limit=1", "/nonsense"):
        answer = await rest.get(path)
        assert "server" not in answer.headers
        assert not re.search("uvicorn|starlette|python", str(answer.headers), re.IGNORECASE)


async def test_many_requests_at_once_are_all_answered(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest)
    answers = await asyncio.gather(*[rest.get(f"/v1/agents/{agent['id']}") for _ in range(100)])
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["x-request-id"] for answer in answers}) == 100
