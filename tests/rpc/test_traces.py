"""What a collector of spans sees of calls: the tree of each, in its caller's trace, and nothing of what they hold."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compaction.v1 import (
    agent_service_pb2,
    compaction_service_pb2,
    conversation_service_pb2,
    job_pb2,
    job_service_pb2,
    policy_service_pb2,
)
from tests.builders.chat import append, assistant, make, new_agent, new_conversation, talk, user
from tests.builders.rest_resources import UNKNOWN_AGENT
from tests.loopback.collector import CollectedSpan, Collector
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import ended, running_jobs
from tests.rpc.models import ALL, LIGHT, PATIENCE, received, waited_for_by, with_model
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERVICE = "compaction.v1.CompactionService"
COMPACT = f"{SERVICE}/Compact"
SUBMIT = "compaction.v1.JobService/SubmitCompaction"
APPEND = "compaction.v1.ConversationService/AppendMessages"
ROUTE = "/v1/conversations/{conversation_id}/compact"
COMPACT_OVER_HTTP = f"POST {ROUTE}"

CALL = f"chat {LIGHT.removeprefix('openai/')}"
STEPS = {
    "attempt": {
        "claim": {},
        "plan": {"read_context": {}},
        "summarize": {"chunk": {CALL: {}}},
        "receipt": {},
        "commit": {"commit_compaction": {}},
    }
}
"""What a Compact is made of whose transcript fits one request."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def collector() -> AsyncIterator[Collector]:
    async with Collector() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(collector: Collector) -> AsyncIterator[LocalServer]:
    async with local_server(http=True, model_retry_seconds=0, otlp_endpoint=collector.url) as running:
        await running.service.model.warm()
        yield running


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose own span is around a call."""

    trace_id: str
    span_id: str
    flags: str = "01"

    @property
    def headers(self) -> dict[str, str]:
        return {
            "traceparent": f"00-{self.trace_id}-{self.span_id}-{self.flags}",
            "tracestate": "vendor=1",
            "x-request-id": f"call-{self.span_id}",
        }

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.headers.items())


def caller(flags: str = "01") -> Caller:
    return Caller(secrets.token_hex(16), secrets.token_hex(8), flags)


def compacting(client: Client, conversation_id: str, who: Caller, mode: Any = ALL, **fields: Any) -> Any:
    request = make(compaction_service_pb2.CompactRequest, conversation_id=conversation_id, **fields)
    request.compaction_settings.mode = mode
    return client.compactions.Compact(request, metadata=who.metadata)


async def compacted_over_rest(server: LocalServer, conversation_id: str, who: Caller) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.http_url, headers=who.headers, timeout=30) as rest:
        body = {"compaction_settings": {"mode": "all"}}
        return await rest.post(f"/v1/conversations/{conversation_id}/compact", json=body)


def is_of(span: CollectedSpan, who: Caller) -> bool:
    """Whether it is what its caller's span is around."""
    return (span.trace_id, span.parent_id, span.state) == (who.trace_id, who.span_id, "vendor=1")


async def test_a_compact_is_a_tree_of_its_steps(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    conversation_id, who = await with_model(server.client), caller()
    call = compacting(server.client, conversation_id, who)
    done = await call
    root = await collector.trace(who.trace_id, COMPACT)
    assert root.tree == STEPS
    assert is_of(root, who)
    assert (root.kind, root.error) == ("server", False)
    assert root.facts == {
        "rpc.system": "grpc",
        "rpc.service": SERVICE,
        "rpc.method": "Compact",
        "rpc.grpc.status_code": 0,
        "compactd.call_id": f"call-{who.span_id}",
        "compactd.namespace": "default",
    }
    assert root.only("attempt").facts == {"compactd.conversation_id": conversation_id}
    assert root.only("plan").facts == {"compactd.mode": "all", "compactd.evicted_count": done.compaction.evicted_count}
    asked = root.only(CALL)
    assert asked.kind == "client"
    assert asked.facts == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": LIGHT.removeprefix("openai/"),
        "gen_ai.usage.input_tokens": 60,
        "gen_ai.usage.output_tokens": 50,
    }
    # And the answer says where in the trace its call was.
    given = dict(await call.trailing_metadata())
    assert given["traceparent"] == f"00-{who.trace_id}-{root.span_id}-01"


async def test_over_rest_the_tree_stands_in_the_span_of_its_request(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    conversation_id, who = await with_model(server.client), caller()
    answer = await compacted_over_rest(server, conversation_id, who)
    root = await collector.trace(who.trace_id, COMPACT_OVER_HTTP)
    assert root.tree == {COMPACT: STEPS}
    assert is_of(root, who)
    assert (root.kind, root.only(COMPACT).kind) == ("server", "internal")
    assert root.facts == {"http.request.method": "POST", "http.route": ROUTE, "http.response.status_code": 200}
    assert answer.headers["traceparent"] == f"00-{who.trace_id}-{root.span_id}-01"


async def test_each_chunk_each_repeat_and_the_merge_are_seen(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    agent = await new_agent(server.client, model="openai/small", context_window_limit=8_000)
    history = [said for _ in range(20) for said in (user(" paid" * 900), assistant("Noted."))]
    conversation_id, who = await new_conversation(server.client, history, agent_id=agent.id), caller()
    model.answer({"error": {"message": "canary"}}, status=500)
    request = {"compaction_settings": {"model": "openai/small"}}
    done = await compacting(server.client, conversation_id, who, **request)
    root = await collector.trace(who.trace_id, COMPACT)
    assert done.compaction.chunks > 1
    chunks = root.all("chunk")
    assert len(chunks) == done.compaction.chunks
    assert len(root.all("merge")) >= 1
    calls = [len(chunk.all("chat small")) for chunk in chunks]
    assert calls == [2] + [1] * (len(chunks) - 1)
    assert done.compaction.usage.calls == len(root.all("chat small"))
    failed, repeat = chunks[0].all("chat small")
    assert (failed.error, failed.facts["error.type"]) == (True, "ProviderUnavailable")
    assert not repeat.error
    assert not root.only("summarize").error


async def test_a_call_that_fails_says_where_and_not_why(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    conversation_id, who = await with_model(server.client), caller()
    model.always({"error": {"message": "canary"}}, status=400)
    failed = await failure_of(compacting(server.client, conversation_id, who))
    root = await collector.trace(who.trace_id, COMPACT)
    assert (root.facts["rpc.grpc.status_code"], root.error) == (failed.code.value[0], False)
    assert root.only("plan").error is False
    assert {span.facts["error.type"] for name in ("attempt", "summarize", CALL) for span in root.all(name)} == {
        "ProviderRejected"
    }
    assert not root.all("commit")
    over_rest = caller()
    answer = await compacted_over_rest(server, conversation_id, over_rest)
    root = await collector.trace(over_rest.trace_id, COMPACT_OVER_HTTP)
    assert (root.facts["http.response.status_code"], root.error) == (answer.status_code, False)


async def test_a_server_at_fault_has_a_span_that_failed(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    conversation_id, who = await with_model(server.client), caller()
    model.always({"error": {"message": "canary"}}, status=500)
    answer = await compacted_over_rest(server, conversation_id, who)
    root = await collector.trace(who.trace_id, COMPACT_OVER_HTTP)
    assert (answer.status_code, root.error, root.facts["error.type"]) == (503, True, "503")
    assert (root.only(COMPACT).error, root.only(COMPACT).facts["error.type"]) == (True, "UNAVAILABLE")


async def test_calls_that_join_an_attempt_link_to_it(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    conversation_id, first, second = await with_model(server.client), caller(), caller()
    go = model.answer_later(openai_chat())
    begun = asyncio.ensure_future(compacting(server.client, conversation_id, first))
    await received(model)
    joins = asyncio.ensure_future(compacting(server.client, conversation_id, second))
    await waited_for_by(2, server)
    go.set()
    assert await joins == await begun
    began, joined = await collector.trace(first.trace_id, COMPACT), await collector.trace(second.trace_id, COMPACT)
    assert joined.tree == {}
    assert joined.links == (began.only("attempt").span_id,)
    assert began.links == ()


async def test_every_call_is_a_span_with_what_it_did_in_the_database(server: LocalServer, collector: Collector) -> None:
    who = caller()
    missing = agent_service_pb2.GetAgentRequest(agent_id=UNKNOWN_AGENT)
    await failure_of(server.client.agents.GetAgent(missing, metadata=who.metadata))
    root = await collector.trace(who.trace_id, "compaction.v1.AgentService/GetAgent")
    [unit] = root.inside
    assert (unit.kind, unit.facts["db.system.name"], unit.facts["db.operation.name"]) == ("client", "sqlite", unit.name)
    assert root.facts["rpc.grpc.status_code"] == 5


async def test_a_path_that_is_no_route_is_a_span_without_its_path(server: LocalServer, collector: Collector) -> None:
    who = caller()
    async with httpx.AsyncClient(base_url=server.http_url, headers=who.headers, timeout=60) as rest:
        await rest.request("CANARY", "/canary")
    root = await collector.trace(who.trace_id, "_OTHER")
    assert root.facts == {"http.request.method": "_OTHER", "http.response.status_code": 404}


async def test_a_caller_that_keeps_no_spans_has_none_kept(server: LocalServer, collector: Collector) -> None:
    unwanted, wanted = caller("00"), caller()
    request = agent_service_pb2.ListAgentsRequest(limit=1)
    call = server.client.agents.ListAgents(request, metadata=unwanted.metadata)
    await call
    parent = str(dict(await call.trailing_metadata())["traceparent"])
    assert parent.startswith(f"00-{unwanted.trace_id}-")
    assert parent.endswith("-00")
    await server.client.agents.ListAgents(request, metadata=wanted.metadata)
    await collector.trace(wanted.trace_id, "compaction.v1.AgentService/ListAgents")
    assert unwanted.trace_id not in str(collector.requests)
    assert bytes.fromhex(unwanted.trace_id) not in b"".join(sent.SerializeToString() for sent in collector.requests)


async def test_a_call_without_a_trace_begins_one(server: LocalServer, collector: Collector) -> None:
    call = server.client.agents.ListAgents(agent_service_pb2.ListAgentsRequest(limit=1))
    await call
    _, trace_id, span_id, flags = str(dict(await call.trailing_metadata())["traceparent"]).split("-")
    root = await collector.trace(trace_id, "compaction.v1.AgentService/ListAgents")
    assert (root.span_id, root.parent_id, flags) == (span_id, "", "01")


async def test_no_span_holds_contents_prompts_summaries_or_keys(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    agent = await new_agent(server.client, model="openai/gpt-4.1", system="canary of the system message")
    conversation_id, who = await new_conversation(server.client, talk(20), agent_id=agent.id), caller()
    await append(server.client, conversation_id, [user("canary of a message")])
    settings = {"prompt": "canary of a prompt"}
    await compacting(server.client, conversation_id, who, compaction_settings=settings)
    await collector.trace(who.trace_id, COMPACT)
    sent = b"".join(request.SerializeToString() for request in collector.requests)
    for word in (b"canary", b"sk-test", SUMMARY[:20].encode(), b"INV-0001"):
        assert word not in sent


async def test_a_job_is_in_the_trace_of_the_call_that_submitted_it(
    server: LocalServer, collector: Collector, model: LoopbackModel
) -> None:
    conversation_id, who = await with_model(server.client), caller()
    settings = {"mode": ALL}
    request = make(
        job_service_pb2.SubmitCompactionRequest, conversation_id=conversation_id, compaction_settings=settings
    )
    async with running_jobs(server):
        job = await server.client.jobs.SubmitCompaction(request, metadata=who.metadata)
        done = await ended(server.client, job.id)
    submitted, ran = await collector.trace(who.trace_id, SUBMIT), await collector.trace(who.trace_id, "job")
    assert ran in submitted.inside
    assert list(ran.tree["attempt"]) == list(STEPS["attempt"])
    assert (ran.facts["compactd.job_id"], ran.facts["compactd.conversation_id"]) == (job.id, conversation_id)
    assert (done.state, ran.error) == (job_pb2.JOB_STATE_SUCCEEDED, False)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_an_append_the_job_that_it_queues_and_its_compaction_are_one_trace(
    collector: Collector, model: LoopbackModel, database: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else ""
    async with (
        local_server(url, model_retry_seconds=0, otlp_endpoint=collector.url) as server,
        running_jobs(server),
    ):
        client, who = server.client, caller()
        conversation_id = await with_model(client)
        policy = {"trigger": {"context_tokens": 1}}
        await client.policies.CreatePolicy(make(policy_service_pb2.CreatePolicyRequest, policy=policy))
        appending = make(conversation_service_pb2.AppendMessagesRequest, conversation_id=conversation_id)
        appending.messages.append(user("canary of a message"))
        appended = await client.conversations.AppendMessages(appending, metadata=who.metadata)
        assert appended.compaction_due
        done = await ended(client, appended.job_id)
    assert done.state == job_pb2.JOB_STATE_SUCCEEDED
    append_span, ran = await collector.trace(who.trace_id, APPEND), await collector.trace(who.trace_id, "job")
    assert is_of(append_span, who)
    assert ran in append_span.inside
    facts = {"compactd.job_id": appended.job_id, "compactd.conversation_id": conversation_id}
    assert {name: ran.facts[name] for name in facts} == facts
    # The job is a Compact, from its claim to its commit; what it may spend is looked up besides.
    assert [step for step in ran.tree["attempt"] if step in STEPS["attempt"]] == list(STEPS["attempt"])
    assert ran.only("plan").facts["compactd.mode"] == "sliding_window"
    assert ran.only(CALL).facts["gen_ai.usage.output_tokens"] == 50
    assert (ran.error, ran.only("commit_compaction").facts["db.system.name"]) == (False, database)


async def test_a_wait_for_the_turn_of_a_provider_is_a_span_before_the_request(
    collector: Collector, model: LoopbackModel, tmp_path: Path
) -> None:
    file = tmp_path / "providers.toml"
    file.write_text("[openai]\ncalls_at_once = 1\n")
    async with local_server(providers_file=file, model_retry_seconds=0, otlp_endpoint=collector.url) as server:
        go = model.answer_later(openai_chat())
        first, second = await with_model(server.client), await with_model(server.client)
        begun = asyncio.ensure_future(compacting(server.client, first, caller()))
        await received(model)
        who = caller()
        waits = asyncio.ensure_future(compacting(server.client, second, who))
        async with asyncio.timeout(PATIENCE):
            # Nobody is told of who waits.
            while not any(line["waiting"] for line in server.service.permits.told):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        go.set()
        await asyncio.gather(begun, waits)
    chunk = (await collector.trace(who.trace_id, COMPACT)).only("chunk")
    assert [span.name for span in chunk.inside] == ["wait for provider", CALL]
    wait, asked = chunk.inside
    assert (wait.kind, wait.error, wait.facts) == ("internal", False, {"gen_ai.provider.name": "openai"})
    # What was waited for is no time of the request.
    assert wait.seconds > 0.1
    assert asked.begins >= wait.ends
