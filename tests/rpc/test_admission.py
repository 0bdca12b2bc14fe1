"""Too much at once, and calls to a server that stops: the same over gRPC and REST, which share one door.

The startup gate of these servers is shut, so that calls are in hand for as long as a test wants.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import grpc
import httpx
import pytest
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

from compactd.application.cpu_worker import CpuWorker
from compactd.gateway.app import RestApp
from compactd.gateway.http_server import HttpServer
from compactd.ports.observer import SilentObserver
from compactd.rpc.interceptors.admission import AdmissionLimits
from compactd.rpc.server import RpcServer, make_server
from compaction.v1 import agent_pb2, agent_service_pb2
from tests.gateway.error_bodies import error_of
from tests.gateway.raw_http import connection
from tests.gateway.recording_servicers import RecordingServicers
from tests.gateway.stalled import CLOSED_WINDOW, PREFACE, StalledClients, whole_call
from tests.rpc.failures import Failure, failure_of
from tests.server import Client, LocalServer, connected, local_server

LARGE = 10 * 1024 * 1024
"""Two of them are more than the servers here hold."""

LIMITS = AdmissionLimits(calls_in_hand=2, bytes_in_hand=16 * 1024 * 1024)
REQUEST = agent_service_pb2.CreateAgentRequest()
LARGE_REQUEST = agent_service_pb2.CreateAgentRequest()
LARGE_REQUEST.agent.description = "x" * LARGE
LARGE_BODY = b'{"description": "' + b"x" * LARGE + b'"}'


@dataclass(frozen=True, slots=True)
class ClosedServer:
    """A server whose calls wait, a client for each of its doors, and what lets the calls in."""

    rpc: RpcServer
    client: Client
    rest: httpx.AsyncClient
    http_url: str
    recorded: RecordingServicers

    def open(self) -> None:
        self.rpc.open_to(self.recorded.servicers())

    async def create(self, request: agent_service_pb2.CreateAgentRequest = REQUEST) -> Message:
        answer: Message = await self.client.agents.CreateAgent(request)
        return answer

    async def post(self, body: bytes = b"{}") -> httpx.Response:
        return await self.rest.post("/v1/agents", content=body)

    async def in_hand(self, calls: int) -> None:
        """Returns when so many calls wait."""
        async with asyncio.timeout(30):
            # Nobody is told of a call that waits.
            while len(self.rpc.admission._calls) < calls:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@asynccontextmanager
async def closed_server(limits: AdmissionLimits = LIMITS) -> AsyncIterator[ClosedServer]:
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        address = f"unix:{folder}/socket"
        rpc = make_server(address, with_reflection=False, limits=limits, observer=SilentObserver())
        recorded, worker, http = RecordingServicers(), CpuWorker(), HttpServer("127.0.0.1:0")
        http.start(RestApp(rpc.dispatcher, rpc.callers, rpc.admission, worker, http.rules, http.limits))
        rpc.report(serving=True)
        await rpc.server.start()
        url = f"http://127.0.0.1:{http.port}"
        async with connected(address) as client, httpx.AsyncClient(base_url=url, timeout=30) as rest:
            yield ClosedServer(rpc, client, rest, url, recorded)
        await rpc.server.stop(0)
        await http.stop()
        worker.close()


def assert_overloaded(failed: Failure) -> None:
    assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
    assert failed.retry_seconds == 1


def assert_overloaded_response(answer: httpx.Response) -> None:
    error = error_of(answer)
    assert (error.status, error.code, error.reason, error.retry_delay) == (429, 8, "OVERLOADED", "1s")
    assert error.headers["retry-after"] == "1"


def assert_draining(failed: Failure) -> None:
    assert (failed.code, failed.reason) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")


def assert_draining_response(answer: httpx.Response) -> None:
    error = error_of(answer)
    assert (error.status, error.code, error.reason) == (503, 14, "DRAINING")
    assert error.headers["connection"] == "close"
    assert "x-should-retry" not in error.headers


# Overloaded


async def test_calls_of_both_doors_are_counted_together_and_turned_away_beyond_the_limit() -> None:
    async with closed_server() as server:
        over_grpc, over_rest = asyncio.ensure_future(server.create()), asyncio.ensure_future(server.post())
        await server.in_hand(2)
        assert_overloaded(await failure_of(server.create()))
        assert_overloaded_response(await server.post())
        server.open()
        await over_grpc
        assert (await over_rest).status_code == 200
        await server.create()
        assert (await server.post()).status_code == 200


async def test_bytes_of_a_call_over_grpc_leave_no_room_for_a_body() -> None:
    async with closed_server() as server:
        held = asyncio.ensure_future(server.create(LARGE_REQUEST))
        await server.in_hand(1)
        assert_overloaded_response(await server.post(LARGE_BODY))
        assert_overloaded(await failure_of(server.create(LARGE_REQUEST)))
        server.open()
        await held
        assert (await server.post(LARGE_BODY)).status_code == 200


async def test_bytes_of_a_body_that_is_being_received_leave_no_room_for_a_call_over_grpc() -> None:
    async with closed_server() as server:
        server.open()
        async with connection(server.http_url) as raw:
            head = f"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(LARGE_BODY)}\r\n\r\n".encode()
            await raw.send(head + LARGE_BODY[:-1])
            async with asyncio.timeout(30):
                # Nobody is told how far a body has been read.
                while server.rpc.admission._bytes < len(LARGE_BODY) - 1:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert_overloaded(await failure_of(server.create(LARGE_REQUEST)))
            assert (await raw.exchange(LARGE_BODY[-1:])).status_code == 200
        await server.create(LARGE_REQUEST)


async def test_an_answer_that_is_not_read_is_counted_until_it_is_gone() -> None:
    async with local_server() as own, asyncio.timeout(30):
        agent = agent_pb2.Agent(system="x" * 190_000)
        await own.client.agents.CreateAgent(agent_service_pb2.CreateAgentRequest(agent=agent))
        await bytes_in_hand(own, at_most=0)
        async with AsyncExitStack() as stack:
            asked = PREFACE + CLOSED_WINDOW + whole_call("/compaction.v1.AgentService/ListAgents", b"")
            await StalledClients(stack).connect(own.address, asked, 1)
            await bytes_in_hand(own, more_than=180_000)
            assert own.rpc.admission.calls_in_hand == 0
        await bytes_in_hand(own, at_most=0)


async def bytes_in_hand(server: LocalServer, *, more_than: int = -1, at_most: int = 2**40) -> None:
    """Returns when there are so many; the test's time-out is its end."""
    while not more_than < server.rpc.admission.bytes_in_hand <= at_most:  # noqa: ASYNC110  (nothing tells of it)
        await asyncio.sleep(0.01)


async def test_the_bytes_of_a_body_are_counted_once() -> None:
    async with closed_server() as server:
        held = asyncio.ensure_future(server.post(LARGE_BODY))
        await server.in_hand(1)
        assert server.rpc.admission._bytes == len(LARGE_BODY)
        server.open()
        assert (await held).status_code == 200
        assert server.rpc.admission._bytes == 0


# Draining


async def test_calls_in_hand_are_answered_within_the_grace_and_new_ones_turned_away() -> None:
    async with closed_server() as server:
        over_grpc, over_rest = asyncio.ensure_future(server.create()), asyncio.ensure_future(server.post())
        await server.in_hand(2)
        watch = server.client.health.Watch(health_pb2.HealthCheckRequest())
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.SERVING
        drained = asyncio.create_task(server.rpc.drain(60))
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert_draining(await failure_of(server.create()))
        assert_draining_response(await server.post())
        server.rpc.report(serving=True)
        assert not drained.done()
        server.open()
        await over_grpc
        assert (await over_rest).status_code == 200
        await asyncio.wait_for(drained, 30)
        # What was reported meanwhile is not told: the next thing a watcher sees is the end.
        ending = asyncio.create_task(server.rpc.stop())
        with pytest.raises(grpc.aio.AioRpcError):
            await watch.read()
        await ending


async def test_calls_that_do_not_end_within_the_grace_are_told_so_on_both_doors() -> None:
    async with closed_server() as server:
        over_grpc, over_rest = asyncio.ensure_future(server.create()), asyncio.ensure_future(server.post())
        await server.in_hand(2)
        await server.rpc.drain(0.05)
        assert_draining(await failure_of(over_grpc))
        assert_draining_response(await over_rest)
        assert server.recorded.calls == []
