"""What a call is known by: read where it comes in, and given back with every answer and every error."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import grpc
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from compactd.ports.trace import TraceContext
from compactd.rpc.call_headers import call_id_of, trace_of
from compaction.v1 import agent_service_pb2
from tests.builders.rest_resources import UNKNOWN_AGENT
from tests.server import Client

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0b3902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"

NO_PARENTS = [
    "",
    "nonsense",
    b"bytes",
    f"00-{TRACE}-{SPAN}",
    f"00-{TRACE}-{SPAN}-1",
    f"00-{TRACE.upper()}-{SPAN}-01",
    f"00-{'0' * 32}-{SPAN}-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"ff-{TRACE}-{SPAN}-01",
    f"{PARENT}-more",
    f"{PARENT}\n",
]


@pytest.mark.parametrize("given", ["a", "!~{}", "x" * 128])
def test_the_callers_id_is_the_calls(given: str) -> None:
    assert call_id_of({"x-request-id": given}) == given


@pytest.mark.parametrize("given", ["", "with space", "ümlaut", "x" * 129, "line\nbreak", b"bytes"])
def test_an_id_that_cannot_be_printed_is_replaced(given: str | bytes) -> None:
    assert UUID(call_id_of({"x-request-id": given})).version == 4


def test_a_call_without_an_id_gets_one_of_its_own() -> None:
    assert call_id_of({}) != call_id_of({})


@pytest.mark.parametrize(
    ("given", "is_sampled"),
    [
        (PARENT, True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-03", True),
        (f"01-{PARENT[3:]}-more", True),
    ],
)
def test_a_traceparent_says_where_its_caller_is(given: str, *, is_sampled: bool) -> None:
    assert trace_of({"traceparent": given}) == TraceContext(TRACE, SPAN, is_sampled)


@pytest.mark.parametrize("given", NO_PARENTS)
def test_what_is_no_traceparent_says_nothing(given: str | bytes) -> None:
    assert trace_of({"traceparent": given, "tracestate": "a=b"}) is None


@pytest.mark.parametrize(("state", "kept"), [("a=b,c=d", "a=b,c=d"), ("ü", ""), ("x" * 513, ""), (b"a", "")])
def test_the_tracestate_is_kept_as_it_came(state: str | bytes, kept: str) -> None:
    assert trace_of({"traceparent": PARENT, "tracestate": state}) == TraceContext(TRACE, SPAN, True, kept)


async def trailers_of(call: Any) -> Mapping[str, str | bytes]:
    try:
        await call
    except grpc.aio.AioRpcError:
        # The trailers are the same way to be had as those of an answer.
        assert await call.code() is grpc.StatusCode.NOT_FOUND
    return dict(await call.trailing_metadata())


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("fails", [False, True])
async def test_over_grpc_the_names_of_a_call_are_in_its_trailers_and_in_its_lines(
    client: Client, *, fails: bool
) -> None:
    stub, names = client.agents, (("x-request-id", "mine"), ("traceparent", PARENT), ("tracestate", "a=b"))
    with capture_logs(processors=[merge_contextvars]) as logged:
        call = (
            stub.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=UNKNOWN_AGENT), metadata=names)
            if fails
            else stub.ListAgents(agent_service_pb2.ListAgentsRequest(limit=1), metadata=names)
        )
        trailers = await trailers_of(call)
    assert dict(names).items() <= trailers.items()
    assert ("grpc-status-details-bin" in trailers) is fails
    assert {(line["call_id"], line["trace_id"]) for line in logged} == {("mine", TRACE)}


@pytest.mark.asyncio(loop_scope="session")
async def test_a_call_in_no_trace_is_given_none(client: Client) -> None:
    with capture_logs(processors=[merge_contextvars]) as logged:
        trailers = await trailers_of(client.agents.ListAgents(agent_service_pb2.ListAgentsRequest(limit=1)))
    assert set(trailers) == {"x-request-id"}
    assert UUID(str(trailers["x-request-id"])).version == 4
    assert {line.get("trace_id") for line in logged} == {None}
