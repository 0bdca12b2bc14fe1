"""Several processes behind one address."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from uuid import uuid4

import grpc
import httpx
import pytest
import pytest_asyncio
from prometheus_client import parser

from compactd.workers.restarts import PAUSES
from compaction.v1 import agent_service_pb2, compaction_service_pb2
from tests.builders.chat import append, compact, history_of, make, new_agent, new_conversation, talk, user
from tests.forked_process import ForkedProcess
from tests.loopback.dialects import SUMMARY, openai_chat
from tests.loopback.model import LoopbackModel
from tests.process.callers import UNTIL_SEEN
from tests.process.test_stopping import compacting, pointed_at
from tests.rpc.failures import failure_of
from tests.server import NOT_DURABLE, Client, ServerProcess, connected, environment_of, server_process

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="several workers need Linux"),
    pytest.mark.asyncio(loop_scope="session"),
]

WORKERS = (1, 2)
TWO = ("compactd", "serve", "--workers", "2")
SEEN = {"COMPACTD_LOG_LEVEL": "debug", "COMPACTD_ADMIN_ADDRESS": "127.0.0.1:0"}
"""The log says of each call which worker has answered it, and the admin port how they are."""

MOST_CONNECTIONS = 60
"""Which worker gets a connection is up to the kernel: that one of two gets none of so many does not happen."""


async def serving(server: ServerProcess) -> None:
    for worker in WORKERS:
        await server.event("serving", worker=worker)


async def pid_of(server: ServerProcess, worker: int | str) -> int:
    return int((await server.event("worker started", worker=worker))["pid"])


async def worker_of(server: ServerProcess, client: Client) -> int:
    """Which one answers at the client's connection."""
    call_id = str(uuid4())
    request = agent_service_pb2.ListAgentsRequest(limit=1)
    await client.agents.ListAgents(request, metadata=[("x-request-id", call_id)])
    return int((await server.event("call", call_id=call_id))["worker"])


async def client_of_each(server: ServerProcess, stack: AsyncExitStack) -> Mapping[int, Client]:
    """Clients whose connections lead to one worker each."""
    found: dict[int, Client] = {}
    for _ in range(MOST_CONNECTIONS):
        client = await stack.enter_async_context(connected(server.address))
        found.setdefault(await worker_of(server, client), client)
        if len(found) == len(WORKERS):
            break
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    async with server_process(tmp_path_factory.mktemp("two"), TWO, **SEEN, **NOT_DURABLE) as server:
        await serving(server)
        yield server


async def test_each_worker_gets_some_of_the_connections_over_grpc_and_rest(two: ServerProcess) -> None:
    async with AsyncExitStack() as stack:
        assert (await client_of_each(two, stack)).keys() == set(WORKERS)
    answered = set()
    for _ in range(MOST_CONNECTIONS):
        call_id = str(uuid4())
        async with httpx.AsyncClient(base_url=two.http_url, timeout=60) as rest:
            (await rest.get("/v1/agents/", headers={"x-request-id": call_id})).raise_for_status()
        answered.add((await two.event("call", call_id=call_id))["worker"])
        if len(answered) == len(WORKERS):
            break
    assert answered == set(WORKERS)


async def test_a_request_that_two_workers_get_at_once_has_one_effect_and_one_answer(two: ServerProcess) -> None:
    async with AsyncExitStack() as stack:
        first, second = (await client_of_each(two, stack)).values()
        conversation_id = await new_conversation(first, talk(20))
        for _ in range(3):
            before = len(await history_of(first, conversation_id, limit=1000))
            request_id = str(uuid4())
            batch = [user(f"Once, please: {request_id}")]
            appended = await asyncio.gather(
                *(append(client, conversation_id, batch, request_id=request_id) for client in (first, second) * 2)
            )
            assert [answer == appended[0] for answer in appended] == [True] * 4
            assert len(await history_of(second, conversation_id, limit=1000)) == before + 1
        request_id = str(uuid4())
        compacted = await asyncio.gather(
            *(compact(client, conversation_id, request_id=request_id) for client in (first, second) * 2)
        )
        assert [answer == compacted[0] for answer in compacted] == [True] * 4
        listed = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id)
        assert len((await second.compactions.ListCompactions(listed)).compactions) == 1


async def handled(admin: httpx.AsyncClient, method: str = "AgentService/GetAgent") -> Counter[str]:
    """What the metrics of all workers say of a method's calls: how many ended with each code, and how many buckets
    have them."""
    counts: Counter[str] = Counter()
    for family in parser.text_string_to_metric_families((await admin.get("/metrics")).raise_for_status().text):
        for sample in family.samples:
            if sample.labels.get("method") == f"/compaction.v1.{method}":
                if sample.name == "compactd_calls_handled_total":
                    counts[sample.labels["code"]] += int(sample.value)
                elif sample.name == "compactd_call_seconds_count":
                    counts["seconds"] += int(sample.value)
    return counts


async def test_the_admin_port_adds_up_what_the_workers_count_and_lists_them(two: ServerProcess) -> None:
    async with AsyncExitStack() as stack, httpx.AsyncClient(base_url=two.admin_url, timeout=60) as admin:
        clients = await client_of_each(two, stack)
        agent = await new_agent(clients[1])
        before = await handled(admin)
        for worker, calls in ((1, 5), (2, 3)):
            for _ in range(calls):
                await clients[worker].agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent.id))
        with pytest.raises(grpc.aio.AioRpcError):
            await clients[2].agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id="agent-none"))
        assert await handled(admin) - before == {"OK": 8, "INVALID_ARGUMENT": 1, "seconds": 9}
        status = (await admin.get("/statusz")).json()
    assert status["supervisor"] == {"pid": two.pid}
    assert [worker["worker"] for worker in status["workers"]] == list(WORKERS)
    pids = [worker["server"]["pid"] for worker in status["workers"]]
    assert len({*pids, two.pid}) == 3
    assert status["settings"]["COMPACTD_WORKERS"] == "2"


async def test_while_a_killed_worker_is_replaced_the_other_one_serves_on(two: ServerProcess) -> None:
    async with AsyncExitStack() as stack, httpx.AsyncClient(base_url=two.admin_url, timeout=60) as admin:
        clients = await client_of_each(two, stack)
        agent = await new_agent(clients[2])
        assert (await admin.get("/readyz")).status_code == 200
        counted, calls, said, started = await handled(admin), 0, "", 0
        # Where this process stands still meanwhile, nobody has asked before it was replaced.
        for _ in range(3):
            before = len(two.lines)
            os.kill((await two.event("worker started", started, worker=1))["pid"], signal.SIGKILL)
            again = asyncio.create_task(two.event("serving", before, worker=1))
            while not again.done():
                said += (await admin.get("/readyz")).text
                assert (await clients[2].agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent.id))).id
                calls += 1
            ended = await two.event("worker ended", before)
            assert (ended["worker"], ended["why"]) == (1, "signal SIGKILL")
            started = before
            if "worker 1" in said:
                break
        assert "worker 1" in said
        assert "worker 2" not in said
        # What the one that died had counted is not lost.
        assert await handled(admin) - counted == {"OK": calls, "seconds": calls}
        assert (await admin.get("/readyz")).status_code == 200
        assert (await client_of_each(two, stack)).keys() == set(WORKERS)


async def test_what_was_counted_outlives_both_a_worker_and_who_adds_it_up(two: ServerProcess) -> None:
    async with AsyncExitStack() as stack, httpx.AsyncClient(base_url=two.admin_url, timeout=60) as admin:
        clients = await client_of_each(two, stack)
        agent = await new_agent(clients[1])
        await clients[1].agents.GetAgent(agent_service_pb2.GetAgentRequest(agent_id=agent.id))
        counted = await handled(admin)
        assert counted["OK"]
        [pid, _] = [worker["server"]["pid"] for worker in (await admin.get("/statusz")).json()["workers"]]
        before = len(two.lines)
        for killed in (pid, await pid_of(two, "admin")):
            os.kill(killed, signal.SIGKILL)
        await two.event("serving", before, worker=1)
        async with asyncio.timeout(60):
            while True:
                with suppress(httpx.TransportError):
                    assert await handled(admin) == counted
                    break
                await asyncio.sleep(0.05)


async def test_a_signal_to_stop_drains_every_worker(tmp_path: Path) -> None:
    async with (
        LoopbackModel() as model,
        server_process(tmp_path, TWO, **SEEN, **pointed_at(model, "30")) as server,
        AsyncExitStack() as stack,
        httpx.AsyncClient(base_url=server.admin_url, timeout=60) as admin,
    ):
        await serving(server)
        go = asyncio.Event()
        model.always(openai_chat(SUMMARY), waits=go)
        clients = await client_of_each(server, stack)
        conversations = {worker: await new_conversation(client, talk(20)) for worker, client in clients.items()}
        running = [
            await compacting(client, conversations[worker], model, requests)
            for requests, (worker, client) in enumerate(clients.items(), start=1)
        ]
        os.kill(server.pid, signal.SIGTERM)
        for worker in WORKERS:
            await server.event("stopping", worker=worker)
        answers = [await admin.get(path) for path in ("/healthz", "/readyz")]
        assert [answer.status_code for answer in answers] == [200, 503]
        go.set()
        assert await server.ended() == 0
        assert [(await call).summary for call in running] == [SUMMARY, SUMMARY]


async def test_one_signal_to_all_processes_is_one_and_a_second_one_hurries_every_worker(tmp_path: Path) -> None:
    """To all of them: as systemd and a terminal send it."""
    async with (
        LoopbackModel() as model,
        server_process(tmp_path, TWO, **SEEN, **pointed_at(model, "600")) as server,
        AsyncExitStack() as stack,
    ):
        await serving(server)
        model.always(openai_chat(SUMMARY), delay=60)
        clients = await client_of_each(server, stack)
        running = [
            await compacting(client, await new_conversation(client, talk(20)), model, requests)
            for requests, client in enumerate(clients.values(), start=1)
        ]
        for pid in (*[await pid_of(server, worker) for worker in WORKERS], server.pid):
            os.kill(pid, signal.SIGTERM)
        for worker in WORKERS:
            await server.event("draining", worker=worker)
            # As often as anybody likes: only the supervisor can hurry it.
            os.kill(await pid_of(server, worker), signal.SIGTERM)
        async with httpx.AsyncClient(base_url=server.admin_url, timeout=60) as admin:
            # Long enough for that to have arrived.
            assert (await admin.get("/readyz")).status_code == 503
        assert not any(call.done() for call in running)
        assert await server.terminate() == 0
        assert [(await failure_of(call)).reason for call in running] == ["DRAINING", "DRAINING"]


async def test_workers_whose_supervisor_is_killed_drain_and_end(tmp_path: Path) -> None:
    async with LoopbackModel() as model, server_process(tmp_path, TWO, **pointed_at(model, "30")) as server:
        await serving(server)
        model.always(openai_chat(SUMMARY), delay=0.5)
        async with connected(server.address) as client:
            running = await compacting(client, await new_conversation(client, talk(20)), model)
            # Its log ends when nobody is left who could write into it.
            await asyncio.wait_for(server.kill(), UNTIL_SEEN)
            assert (await running).summary == SUMMARY
        for worker in WORKERS:
            await server.event("stopped", worker=worker)


async def refused(folder: Path, **settings: str) -> tuple[int, str]:
    """The exit status, and what is said, of two workers that cannot be."""
    addresses = ("COMPACTD_GRPC_ADDRESS", "COMPACTD_HTTP_ADDRESS", "COMPACTD_ADMIN_ADDRESS")
    defaults = dict.fromkeys(addresses, "127.0.0.1:0")
    process = await ForkedProcess.start(TWO, environment_of(folder, defaults | settings))
    said = await asyncio.wait_for(process.stderr.read(), UNTIL_SEEN)
    return await process.wait(), said.decode()


async def test_what_one_process_cannot_have_several_cannot_have_either(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        status, said = await refused(tmp_path, COMPACTD_GRPC_ADDRESS=address)
    assert (status, said.splitlines()) == (
        1,
        [f"compactd: cannot listen on {address}: is it in use, or no address of this machine?"],
    )
    status, said = await refused(tmp_path, COMPACTD_DATABASE_URL="sqlite:////dev/null/compactd.db")
    assert status == 2
    assert "compactd: COMPACTD_DATABASE_URL: The folder /dev/null of the database file cannot be" in said
    assert '"starts_again_after"' not in said


async def test_a_worker_that_dies_whenever_it_is_started_ends_them_all(tmp_path: Path) -> None:
    process = await ForkedProcess.start(("tests.process.dying_workers",), environment_of(tmp_path, {}))
    logged = [json.loads(line) for line in (await process.stderr.read()).splitlines()]
    ends = [line["starts_again_after"] for line in logged if line["event"] == "worker ended"]
    assert ends == [*[0.0] * len(PAUSES), None]
    assert [line["worker"] for line in logged if line["event"] == "worker started"] == [1, 2, *[1] * len(PAUSES)]
    assert await process.wait() == 1


async def test_a_unix_socket_is_not_for_several(tmp_path: Path) -> None:
    status, said = await refused(tmp_path, COMPACTD_HTTP_ADDRESS=f"unix:{tmp_path}/rest")
    assert status == 2
    assert said.startswith("compactd: COMPACTD_HTTP_ADDRESS: one process listens at a Unix socket")
