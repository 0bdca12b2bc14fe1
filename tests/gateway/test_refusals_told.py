"""What REST answers before it is a call is told to the observer as a call that failed; what is one, by others."""

from typing import Any

import httpx
import pytest

from tests.builders.recording_observer import RecordingObserver
from tests.gateway.observed_app import observed, rest_app
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGENTS = "/compaction.v1.AgentService"
MISSING = "/v1/agents/agent-00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("verb", "path", "sent", "method", "code"),
    [
        ("GET", "/v1/canary", {}, "unknown", "NOT_FOUND"),
        ("PUT", "/v1/agents", {}, "unknown", "UNIMPLEMENTED"),
        ("POST", "/v1/agents", {"content": b"{"}, f"{AGENTS}/CreateAgent", "INVALID_ARGUMENT"),
        ("POST", "/v1/agents", {"json": {"name": 5}}, f"{AGENTS}/CreateAgent", "INVALID_ARGUMENT"),
        ("GET", MISSING, {"headers": {"grpc-timeout": "soon"}}, f"{AGENTS}/GetAgent", "INVALID_ARGUMENT"),
    ],
)
async def test_a_request_that_is_refused_is_told_once_as_a_call(
    server: LocalServer, verb: str, path: str, sent: dict[str, Any], method: str, code: str
) -> None:
    observer = RecordingObserver()
    async with (
        observed(rest_app(server, server.service.servicers, observer=observer)) as app,
        httpx.AsyncClient(base_url=app.url, timeout=60) as client,
    ):
        answer = await client.request(verb, path, **sent)
    [told], [started] = observer.calls, observer.started_calls
    assert (told.method, told.code, told.door) == (method, code, "rest")
    assert (started.method, started.call_id, started.door) == (method, told.call_id, "rest")
    assert told.call_id == answer.headers["x-request-id"]
    assert told.seconds >= 0
    assert "canary" not in str(told)


async def test_what_is_a_call_is_told_by_no_other_than_its_interceptor(server: LocalServer) -> None:
    observer = RecordingObserver()
    async with (
        observed(rest_app(server, server.service.servicers, observer=observer)) as app,
        httpx.AsyncClient(base_url=app.url, timeout=60) as client,
    ):
        assert (await client.get(MISSING)).status_code == 404
        assert (await client.get("/v1/agents")).status_code == 200
    assert observer.calls == []
