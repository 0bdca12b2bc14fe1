"""/metrics and /statusz of a real server: a script over both doors, and every number that it changes."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2

from compactd.telemetry.metric_table import METRICS, PREFIX
from compaction.v1 import agent_service_pb2, compaction_pb2, compaction_service_pb2, job_pb2
from tests.builders.chat import compact, make, new_agent, new_conversation, restore, talk
from tests.builders.exposed import families_of
from tests.loopback.dialects import ANSWER_TOKENS, CACHED_TOKENS, PROMPT_TOKENS, SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.rpc.failures import failure_of
from tests.rpc.jobs import cancel, ended, put_off, submit
from tests.server import NOT_DURABLE, Client, connected, server_process, statuses_until

# Two hundred callers on a machine that others use too.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

MODEL = "openai/gpt-5-mini"
OPENMETRICS = {"Accept": "application/openmetrics-text"}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Observed:
    """A server that serves, a model that it asks, and what it says of itself."""

    client: Client
    model: LoopbackModel
    rest: httpx.AsyncClient
    admin: httpx.AsyncClient
    plain: grpc.aio.Channel
    """One that may be answered with errors which no RPC declares."""

    async def numbers(self) -> Numbers:
        """Every sample but those of buckets and of the process, as it is written."""
        return {
            name: value
            for name, value in (await self.samples()).items()
            if "_bucket" not in name and not name.startswith(("compactd_process_", "compactd_gc_"))
        }

    async def samples(self) -> Numbers:
        answer = await self.admin.get("/metrics", headers=OPENMETRICS)
        assert answer.status_code == 200
        return {
            f"{sample.name}{_written(sample.labels)}": sample.value
            for family in families_of(answer.text)
            for sample in family.samples
        }


def _written(labels: Mapping[str, str]) -> str:
    return f"{{{','.join(f'{name}={value}' for name, value in sorted(labels.items()))}}}" if labels else ""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def observed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Observed]:
    limits = tmp_path_factory.mktemp("limits") / "namespaces.toml"
    limits.write_text("[default]\ncalls_in_hand = 1000\n[namespaces.acme]\ncalls_in_hand = 5\n")
    providers = tmp_path_factory.mktemp("limits") / "providers.toml"
    providers.write_text("[sglang]\ncalls_at_once = 1\n")
    async with LoopbackModel() as model:
        settings = {
            "COMPACTD_ADMIN_ADDRESS": "127.0.0.1:0",
            "COMPACTD_NAMESPACES_FILE": str(limits),
            "COMPACTD_PROVIDERS_FILE": str(providers),
            "COMPACTD_MODEL_RETRIES": "1",
            "COMPACTD_MODEL_RETRY_SECONDS": "0",
            "COMPACTD_SGLANG_API_KEY": "canary-key",
            "COMPACTD_SGLANG_BASE_URL": f"{model.url}/v1",
            "OPENAI_API_KEY": "canary-key",
            "OPENAI_BASE_URL": f"{model.url}/v1",
            **NOT_DURABLE,
        }
        async with (
            server_process(tmp_path_factory.mktemp("observed"), **settings) as server,
            connected(server.address) as client,
            httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest,
            httpx.AsyncClient(base_url=server.admin_url, timeout=60) as admin,
            grpc.aio.insecure_channel(server.address) as plain,
        ):
            async for _ in statuses_until(client, health_pb2.HealthCheckResponse.SERVING):
                continue
            yield Observed(client, model, rest, admin, plain)


async def script(observed: Observed) -> list[compaction_pb2.Compaction]:
    """Every kind of call and of compaction once, over both doors; the records that were made."""
    client, model = observed.client, observed.model
    settings = {"mode": 1, "model": MODEL}
    first = await new_conversation(client, talk(20))
    second = await new_conversation(client, talk(20))
    assert (await failure_of(client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest)))).reason
    assert (await observed.rest.get(f"/v1/conversations/{first}/context")).status_code == 200
    missing = "agent-00000000-0000-4000-8000-000000000000"
    assert (await observed.rest.patch(f"/v1/agents/{missing}", json={"name": "nobody"})).status_code == 404
    assert (await observed.rest.post("/v1/agents", content=b"{")).status_code == 400
    assert (await observed.rest.get("/v1/nothing")).status_code == 404
    # One that fails at first, and is repeated.
    model.answer(status=503)
    model.answer(openai_chat(SUMMARY))
    repeated = (await compact(client, first, compaction_settings=settings)).compaction
    await restore(client, first, repeated.id)
    # One whose answers are of no use: paid for, and nothing changed.
    model.answer(openai_chat("canary " * 9_000))
    failed = await failure_of(compact(client, second, compaction_settings=settings))
    assert failed.reason == "SUMMARY_NOT_SMALLER"
    # One by the embedded summarizer, since the model says no.
    model.answer(status=401)
    degraded = (await compact(client, second, compaction_settings=settings, allow_degraded=True)).compaction
    return [repeated, degraded]


def _changes(before: Numbers, after: Numbers) -> dict[str, float]:
    """What a script has changed, without the sums of seconds and chores: nobody knows those."""
    changed = {name: value - before.get(name, 0.0) for name, value in after.items()}
    return {name: change for name, change in changed.items() if change and not re.search("_seconds_sum|_chore", name)}


async def test_a_script_changes_exactly_the_numbers_that_it_should(observed: Observed) -> None:
    before = await observed.numbers()
    repeated, degraded = await script(observed)
    changes = _changes(before, await observed.numbers())
    calls = [
        ("AgentService/CreateAgent", "grpc", "OK", 2),
        ("ConversationService/CreateConversation", "grpc", "OK", 2),
        ("ConversationService/AppendMessages", "grpc", "OK", 2),
        ("AgentService/GetAgent", "grpc", "INVALID_ARGUMENT", 1),
        ("AgentService/UpdateAgent", "rest", "NOT_FOUND", 1),
        ("ConversationService/GetContext", "rest", "OK", 1),
        ("AgentService/CreateAgent", "rest", "INVALID_ARGUMENT", 1),
        ("CompactionService/Compact", "grpc", "OK", 2),
        ("CompactionService/Compact", "grpc", "FAILED_PRECONDITION", 1),
        ("CompactionService/RestoreCompaction", "grpc", "OK", 1),
    ]
    expected = Counter[str]()
    for name, door, code, count in calls:
        method = f"method=/compaction.v1.{name}"
        expected[f"compactd_calls_started_total{{door={door},{method}}}"] += count
        expected[f"compactd_calls_handled_total{{code={code},door={door},{method}}}"] += count
        expected[f"compactd_call_seconds_count{{{method}}}"] += count
    expected["compactd_calls_started_total{door=rest,method=unknown}"] += 1
    expected["compactd_calls_handled_total{code=NOT_FOUND,door=rest,method=unknown}"] += 1
    expected["compactd_call_seconds_count{method=unknown}"] += 1
    refused = ("INVALID_FIELD", "MALFORMED_REQUEST", "AGENT_NOT_FOUND", "ROUTE_NOT_FOUND", "SUMMARY_NOT_SMALLER")
    for reason in refused:
        expected[f"compactd_calls_failed_total{{reason={reason}}}"] += 1
    # All answers of the model took as much: what the record of the compaction with one of them says.
    price = repeated.usage.cost_usd
    assert price > 0
    assert {name: count for name, count in changes.items() if not name.startswith("compactd_unit")} == {
        **expected,
        "compactd_model_requests_total{outcome=answered,provider=openai}": 2,
        "compactd_model_requests_total{outcome=unavailable,provider=openai}": 1,
        "compactd_model_requests_total{outcome=unauthenticated,provider=openai}": 1,
        "compactd_model_request_seconds_count{provider=openai}": 4,
        "compactd_model_tokens_total{kind=input,provider=openai}": 2 * PROMPT_TOKENS,
        "compactd_model_tokens_total{kind=output,provider=openai}": 2 * ANSWER_TOKENS,
        "compactd_model_tokens_total{kind=cached,provider=openai}": 2 * CACHED_TOKENS,
        "compactd_model_cost_usd_total{provider=openai}": pytest.approx(2 * price),
        "compactd_compactions_total{mode=all,outcome=committed}": 1,
        "compactd_compactions_total{mode=all,outcome=degraded}": 1,
        "compactd_compactions_total{mode=all,outcome=failed}": 1,
        "compactd_compaction_seconds_count{mode=all}": 2,
        "compactd_evicted_messages_total{mode=all}": repeated.evicted_count + degraded.evicted_count,
        "compactd_tokens_saved_total{mode=all}": sum(
            record.tokens_before - record.tokens_after for record in (repeated, degraded)
        ),
        **{
            f"compactd_evicted_identifiers_total{{mode=all,outcome={outcome}}}": sum(
                getattr(record.receipt, outcome) for record in (repeated, degraded)
            )
            for outcome in ("retained", "recoverable")
        },
        "compactd_degraded_answers_total{reason=PROVIDER_UNAUTHENTICATED}": 1,
        "compactd_failed_compactions_total{reason=SUMMARY_NOT_SMALLER}": 1,
        "compactd_failed_compaction_tokens_total{kind=input}": PROMPT_TOKENS,
        "compactd_failed_compaction_tokens_total{kind=output}": ANSWER_TOKENS,
        "compactd_failed_compaction_tokens_total{kind=cached}": CACHED_TOKENS,
        "compactd_failed_compaction_cost_usd_total": pytest.approx(price),
        "compactd_restores_total": 1,
    }


async def test_jobs_change_exactly_the_numbers_that_they_should(observed: Observed) -> None:
    client, model = observed.client, observed.model
    settings = {"mode": 1, "model": MODEL}
    before = await observed.numbers()
    model.answer(openai_chat(SUMMARY))
    first = await new_conversation(client, talk(20))
    made = await ended(client, (await submit(client, first, compaction_settings=settings)).id)
    skipped = await ended(client, (await submit(client, first, compaction_settings=settings)).id)
    model.answer(status=401)
    second = await new_conversation(client, talk(20))
    failed = await ended(client, (await submit(client, second, compaction_settings=settings)).id)
    assert [job.state for job in (made, skipped, failed)] == [
        job_pb2.JOB_STATE_SUCCEEDED,
        job_pb2.JOB_STATE_SKIPPED,
        job_pb2.JOB_STATE_FAILED,
    ]
    model.answer(status=503)
    model.answer(status=503)
    third = await new_conversation(client, talk(20))
    deferred = await put_off(client, (await submit(client, third, compaction_settings=settings)).id)
    expected = {
        "compactd_jobs_ended_total{origin=call,state=succeeded}": 1,
        "compactd_jobs_ended_total{origin=call,state=skipped}": 1,
        "compactd_jobs_ended_total{origin=call,state=failed}": 1,
        "compactd_jobs_failed_total{reason=PROVIDER_UNAUTHENTICATED}": 1,
        "compactd_jobs_deferred_total{reason=PROVIDER_UNAVAILABLE}": 1,
        "compactd_job_attempt_seconds_count": 4,
        "compactd_job_tokens_saved_total{origin=call}": made.tokens_before - made.tokens_after,
        "compactd_job_cost_usd_total{origin=call}": pytest.approx(made.cost_usd),
        "compactd_jobs{state=put_off}": 1,
    }
    of_jobs: dict[str, float] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(30):
            # Told of after it is written, and read at most once a second.
            while of_jobs != expected:
                await asyncio.sleep(1.1)
                changes = _changes(before, await observed.numbers())
                of_jobs = {name: change for name, change in changes.items() if name.startswith("compactd_job")}
    assert of_jobs == expected
    assert made.cost_usd > 0
    said = (await observed.admin.get("/statusz")).json()["queues"]
    assert {name: value for name, value in said.items() if name.startswith("jobs")} == {
        "jobs.ready": 0,
        "jobs.put_off": 1,
        "jobs.running": 0,
        "jobs_oldest_seconds": 0,
        "jobs_running": 0,
    }
    await cancel(client, deferred.id)


async def test_what_waits_for_a_provider_is_counted_and_shown(observed: Observed) -> None:
    client, model = observed.client, observed.model
    conversations = [await new_conversation(client, talk(20)) for _ in range(2)]
    waiting = "compactd_provider_waiting{provider=sglang}"
    before = await observed.numbers()
    go = model.answer_later(openai_chat(SUMMARY))
    settings = {"mode": 1, "model": "sglang/limited"}
    both = asyncio.gather(*(compact(client, name, compaction_settings=settings) for name in conversations))
    async with asyncio.timeout(30):
        # Both wait at first, and one goes.
        while (await observed.numbers()).get(waiting) != 1 or not model.outstanding:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    shown = await observed.admin.get("/statusz")
    said = shown.json()["providers"]
    assert said["limits"] == {"sglang": {"calls_at_once": 1, "jobs_share": 0.5}}
    assert said["lines"] == [
        {
            "provider": "sglang",
            "waiting": 1,
            "jobs_waiting": 0,
            "in_hand": 1,
            "jobs_in_hand": 0,
            "held_seconds": 0.0,
        }
    ]
    assert "canary" not in shown.text
    await asyncio.sleep(0.3)
    go.set()
    await both
    changes = _changes(before, await observed.numbers())
    of_limits = {name: change for name, change in changes.items() if name.startswith("compactd_provider")}
    assert list(of_limits) == ["compactd_provider_throttled_seconds_total{provider=sglang}"]
    # The second one has waited for the first one's answer.
    assert of_limits.popitem()[1] > 0.25


async def test_a_read_is_one_unit_of_work_however_often_health_asks_for_the_database(observed: Observed) -> None:
    agent = await new_agent(observed.client)
    request = make(agent_service_pb2.GetAgentRequest, agent_id=agent.id)
    rounds: list[dict[str, float]] = []
    only = {"compactd_unit_of_work_seconds_count{kind=read}": 5}
    # What goes by itself, such as chores and policies for conversations at rest, reads and writes from time to time:
    # not in every round.
    while only not in rounds and len(rounds) < 20:
        before = await observed.numbers()
        for _ in range(5):
            await observed.client.agents.GetAgent(request)
        changes = _changes(before, await observed.numbers())
        rounds.append({name: change for name, change in changes.items() if "unit_of_work_seconds_count" in name})
    assert only in rounds, rounds
    assert all(found[name] >= count for found in rounds for name, count in only.items())
    assert sum(any("write" in name for name in found) for found in rounds) <= 3


async def test_what_is_made_up_adds_no_series(observed: Observed) -> None:
    async def made_up(number: int) -> None:
        name = f"canary-{number}"
        metadata = (("x-request-id", name), ("x-namespace", name))
        unknown: Any = observed.plain.unary_unary(f"/compaction.v1.AgentService/{name}")
        settings = {"mode": 1, "model": f"{name}/{name}"}
        request = make(compaction_service_pb2.CompactRequest, conversation_id=name, compaction_settings=settings)
        for call in (unknown(b"", metadata=metadata), observed.client.compactions.Compact(request, metadata=metadata)):
            with pytest.raises(grpc.aio.AioRpcError):
                await call
        path = f"/v1/{name}" if number % 2 else f"/v1/agents/{name}"
        await observed.rest.get(path, headers={"x-request-id": name})

    await made_up(1)
    await made_up(2)
    before = await observed.samples()
    await asyncio.gather(*(made_up(number) for number in range(200)))
    after = await observed.samples()
    assert set(after) - set(before) == set()
    assert "canary" not in str(after).lower()
    unknown = "compactd_calls_handled_total{code=UNIMPLEMENTED,door=grpc,method=unknown}"
    assert after[unknown] - before[unknown] == 200


async def test_all_that_the_table_names_is_there_and_begins_alike(observed: Observed) -> None:
    answer = await observed.admin.get("/metrics", headers=OPENMETRICS)
    families = {family.name for family in families_of(answer.text)}
    assert {PREFIX + metric.name for metric in METRICS} <= families
    assert all(name.startswith("compactd_") for name in families)


async def test_chores_are_counted(observed: Observed) -> None:
    async with asyncio.timeout(30):
        done = "compactd_chores_ended_total{chore=expired,outcome=done}"
        while not (await observed.numbers()).get(done):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_a_call_of_a_trace_can_be_found_by_it(observed: Observed) -> None:
    agent = await new_agent(observed.client)
    metadata = (("traceparent", f"00-{TRACE}-00f067aa0cc902b7-01"),)
    await observed.client.agents.GetAgent(make(agent_service_pb2.GetAgentRequest, agent_id=agent.id), metadata=metadata)
    text = (await observed.admin.get("/metrics", headers=OPENMETRICS)).text
    assert f'# {{trace_id="{TRACE}"}}' in text
    assert TRACE not in (await observed.admin.get("/metrics")).text


async def test_status_says_what_runs_and_no_secret(observed: Observed) -> None:
    answer = await observed.admin.get("/statusz")
    said: dict[str, Any] = answer.json()
    assert (said["server"]["ready"], said["server"]["why"]) == (True, "")
    assert said["server"]["uptime_seconds"] > 0
    database = said["database"]
    assert (database["kind"], database["up"], database["why"]) == ("sqlite", True, "")
    assert database["revision"] == database["revision_of_this_version"] != ""
    assert said["queues"]["calls_in_hand"] == 0
    assert said["circuits"] == []
    assert said["limits"] == {
        "default": {"calls_in_hand": 1000},
        "namespaces": {"acme": {"calls_in_hand": 5}},
    }
    # Nobody has a limit of what is stored.
    assert said["used"] == {}
    assert said["settings"]["COMPACTD_SGLANG_API_KEY"] == "********"
    assert said["settings"]["COMPACTD_MODEL_RETRIES"] == "1"
    assert "canary" not in answer.text


async def test_a_web_page_that_leads_its_name_to_this_machine_reads_nothing(observed: Observed) -> None:
    for name, status in (("rebound.example", 403), ("localhost:1234", 200), ("127.0.0.1", 200)):
        assert (await observed.admin.get("/statusz", headers={"host": name})).status_code == status


async def test_where_metrics_are_off_there_is_no_such_page_and_nothing_of_prometheus(tmp_path: Path) -> None:
    settings = {"COMPACTD_ADMIN_ADDRESS": "127.0.0.1:0", "COMPACTD_METRICS": "false"}
    async with (
        server_process(tmp_path, ("tests.process.imported_server",), **settings) as server,
        connected(server.address) as client,
        httpx.AsyncClient(base_url=server.admin_url, timeout=60) as admin,
    ):
        await compact(client, await new_conversation(client, talk(20)))
        assert (await admin.get("/metrics")).status_code == 404
        assert (await admin.get("/statusz")).status_code == 200
        assert await server.terminate() == 0
        assert (await server.event("imported"))["libraries"] == []


async def test_nothing_of_prometheus_is_imported_before_somebody_scrapes(tmp_path: Path) -> None:
    async with (
        server_process(tmp_path, ("tests.process.imported_server",), COMPACTD_ADMIN_ADDRESS="127.0.0.1:0") as server,
        connected(server.address) as client,
        httpx.AsyncClient(base_url=server.admin_url, timeout=60) as admin,
    ):
        await compact(client, await new_conversation(client, talk(20)))
        assert (await admin.get("/healthz")).status_code == 200
        assert await server.terminate() == 0
        assert (await server.event("imported"))["libraries"] == []
