"""What an operator reads of calls that came over HTTP: whose they are, and nothing of what they hold."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from compactd.rpc.contract import SERVICE_DESCRIPTORS, Servicers
from tests.builders.rest_resources import UNKNOWN_AGENT, new_conversation, talk
from tests.gateway.error_bodies import INSIDES, error_of
from tests.gateway.observed_app import observed, rest_app
from tests.loopback.model import LoopbackModel
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMBEDDED = {"compaction_settings": {"mode": "all", "model": "local/extractive"}}
MODEL = {"compaction_settings": {"mode": "all", "model": "openai/gpt-5-mini"}}


def failing(error: Exception) -> Servicers:
    """Every method of the contract with a bug."""

    async def fail(*_: Any) -> Any:
        raise error

    servicers: list[Any] = [
        type(service.name, (), {method.name: fail for method in service.methods})() for service in SERVICE_DESCRIPTORS
    ]
    return Servicers(*servicers)


def shown(logged: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The lines that an operator sees who has set nothing."""
    return [line for line in logged if line["log_level"] != "debug"]


async def test_a_bug_is_500_and_its_text_is_the_operators(server: LocalServer) -> None:
    app = rest_app(server, failing(RuntimeError("canary")))
    with capture_logs(processors=[merge_contextvars]) as logged:
        async with observed(app) as looked_at, httpx.AsyncClient(base_url=looked_at.url, timeout=60) as rest:
            answer = await rest.get(f"/v1/agents/{UNKNOWN_AGENT}", headers={"X-Request-Id": "of-mine"})
            error = error_of(answer)
            assert (error.status, error.code, error.reason) == (500, 13, "INTERNAL")
            assert error.headers["x-request-id"] == "of-mine"
            assert "canary" not in answer.text
            # And the connection is good for another.
            assert INSIDES.search((await rest.get("/openapi.json")).content[:100]) is None
    [of_call, line] = shown(logged)
    assert (of_call["event"], of_call["code"], of_call["call_id"]) == ("call", "INTERNAL", "of-mine")
    assert (line["event"], line["log_level"], line["call_id"]) == ("internal error", "error", "of-mine")
    assert line["method"] == "/compaction.v1.AgentService/GetAgent"


@pytest.mark.parametrize("given", ["of-mine", None])
async def test_what_is_logged_of_a_call_says_which_call_it_was(
    rest: httpx.AsyncClient, model: LoopbackModel, given: str | None
) -> None:
    conversation = await new_conversation(rest, talk(20))
    model.answer({"error": {"message": "secret"}}, status=500)
    headers = {} if given is None else {"X-Request-Id": given}
    with capture_logs(processors=[merge_contextvars]) as logged:
        answer = await rest.post(f"/v1/conversations/{conversation['id']}/compact", json=MODEL, headers=headers)
    assert error_of(answer).reason == "PROVIDER_UNAVAILABLE"
    events = [line["event"] for line in shown(logged)]
    assert events == ["model call failed", "compaction failed", "call"]
    assert logged[-1]["code"] == "UNAVAILABLE"
    assert {line["call_id"] for line in logged} == {answer.headers["x-request-id"]}
    assert {line["method"] for line in logged} == {"/compaction.v1.CompactionService/Compact"}
    assert "secret" not in str(logged)


async def test_a_compaction_is_logged_beside_its_call(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20))
    with capture_logs(processors=[merge_contextvars]) as logged:
        answer = await rest.post(f"/v1/conversations/{conversation['id']}/compact", json=EMBEDDED)
    record = answer.json()["compaction"]
    [compaction, of_call] = (line for line in logged if line["event"] in ("compaction", "call"))
    assert shown(logged) == [compaction]
    assert {name: compaction[name] for name in ("mode", "model", "tokens_before", "tokens_after")} == {
        name: record[name] for name in ("mode", "model", "tokens_before", "tokens_after")
    }
    assert (compaction["compaction_id"], compaction["conversation_id"]) == (record["id"], conversation["id"])
    assert compaction["call_id"] == of_call["call_id"] == answer.headers["x-request-id"]
    assert (of_call["code"], of_call["namespace"]) == ("OK", "default")
    assert answer.json()["summary"][:20] not in str(logged)


@pytest.mark.parametrize(
    ("verb", "path", "content"),
    [
        ("GET", "/v1/agents/canary", None),
        ("GET", "/canary", None),
        ("PUT", "/v1/agents?canary=1", None),
        ("POST", "/v1/agents", b'{"canary": '),
        ("POST", "/v1/agents", b'{"name": ["canary"]}'),
        ("POST", "/v1/agents", b'{"name": "canary"}'),
        ("POST", "/v1/agents", b" " * (17 * 1024 * 1024)),
    ],
)
async def test_what_callers_write_is_not_logged(
    rest: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, verb: str, path: str, content: bytes | None
) -> None:
    with capture_logs() as logged:
        await rest.request(verb, path, content=content)
    # What comes as far as a method is a call, of which there is one line.
    assert [line["event"] for line in shown(logged)] in ([], ["call"])
    assert "canary" not in str(logged)
    assert "canary" not in caplog.text
