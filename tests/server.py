"""Servers to test: one inside this process on a Unix socket, and real ones in processes of their own."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr

from compactd.background.jobs_in_hand import JobsInHand
from compactd.config import Config
from compactd.config.access_rules import access_of
from compactd.config.namespaces_file import NamespacesFile
from compactd.domain.namespaces import NO_QUOTAS
from compactd.gateway.http_server import HttpServer
from compactd.ports.namespaces import NamespaceRules
from compactd.ports.observer import Observer
from compactd.rpc.interceptors.admission import AdmissionLimits
from compactd.rpc.server import RpcServer, make_server
from compactd.service import Service
from compactd.telemetry.log_observer import LogObserver
from compactd.telemetry.observers import Observers
from compactd.telemetry.tracing import Tracing
from compactd.wiring import wire
from compaction.v1 import (
    agent_service_pb2_grpc,
    compaction_service_pb2_grpc,
    conversation_service_pb2_grpc,
    job_service_pb2_grpc,
    policy_service_pb2_grpc,
    sweep_service_pb2_grpc,
)
from tests.canaries import check_log
from tests.declared_errors import DeclaredErrors
from tests.forked_process import ForkedProcess
from tests.sqlite import migrated_sqlite

STOP_SECONDS = 50.0
"""A process that is told to stop while litellm is imported ends when the import does."""


@dataclass(frozen=True, slots=True)
class Client:
    """A channel with a stub for every service."""

    channel: grpc.aio.Channel
    agents: "agent_service_pb2_grpc.AgentServiceAsyncStub"
    conversations: "conversation_service_pb2_grpc.ConversationServiceAsyncStub"
    compactions: "compaction_service_pb2_grpc.CompactionServiceAsyncStub"
    jobs: "job_service_pb2_grpc.JobServiceAsyncStub"
    policies: "policy_service_pb2_grpc.PolicyServiceAsyncStub"
    sweeps: "sweep_service_pb2_grpc.SweepServiceAsyncStub"
    health: Any
    """Its stubs know no methods."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server in this process, its parts, and a client of it."""

    service: Service
    rpc: RpcServer
    client: Client
    http_url: str
    """Empty unless HTTP was asked for."""
    address: str


def client_of(channel: Any) -> Client:
    return Client(
        channel,
        agent_service_pb2_grpc.AgentServiceStub(channel),
        conversation_service_pb2_grpc.ConversationServiceStub(channel),
        compaction_service_pb2_grpc.CompactionServiceStub(channel),
        job_service_pb2_grpc.JobServiceStub(channel),
        policy_service_pb2_grpc.PolicyServiceStub(channel),
        sweep_service_pb2_grpc.SweepServiceStub(channel),
        health_pb2_grpc.HealthStub(channel),
    )


@asynccontextmanager
async def connected(address: str, credentials: grpc.ChannelCredentials | None = None) -> AsyncIterator[Client]:
    """A client that receives answers of any size and shares its connection with no other; over TLS where there are
    `credentials`. Afterwards it fails if a call failed for what its RPC does not declare."""
    options = [("grpc.max_receive_message_length", -1), ("grpc.use_local_subchannel_pool", 1)]
    errors = DeclaredErrors()
    interceptors: list[Any] = [errors]
    opened = (
        grpc.aio.insecure_channel(address, options=options, interceptors=interceptors)
        if credentials is None
        else grpc.aio.secure_channel(address, credentials, options=options, interceptors=interceptors)
    )
    async with opened as channel:
        yield client_of(channel)
    await errors.check()


def limits_of(config: Config, namespaces: NamespaceRules = NO_QUOTAS) -> AdmissionLimits:
    return AdmissionLimits(config.max_calls_in_hand, config.max_bytes_in_hand, namespaces)


LIMITS = limits_of(Config())
"""Those of a server whose operator has set none."""


@asynccontextmanager
async def local_server(
    database_url: str = "", *, http: bool = False, observer: Observer | None = None, **settings: Any
) -> AsyncIterator[LocalServer]:
    """Wired as the real one is, with a temporary SQLite file unless a URL is given, and with a port for REST if `http`
    says so. A socket's path is limited to 107 characters, so its folder is not pytest's."""
    with tempfile.TemporaryDirectory(prefix="compactd-") as folder:
        url = database_url or migrated_sqlite(Path(folder, "compactd.db"))
        address = f"unix:{folder}/socket"
        # A thousand tests need not wait for the disk; those about it start processes.
        config = Config(database_url=SecretStr(url), database_durable=False, grpc_address=address, **settings)
        kind = url.partition(":")[0]
        tracing = Tracing(config.otlp_endpoint, config.trace_ratio, kind) if config.otlp_endpoint else None
        tracer = tracing.tracer if tracing else None
        # Not a line for each of the many calls, which nobody reads.
        told = observer or LogObserver()
        observer = Observers((told, tracing.observer)) if tracing else told
        namespaces = NamespacesFile(config.namespaces_file)
        service = wire(config, observer, namespaces, JobsInHand(), tracer)
        access = access_of(config)
        rpc = make_server(
            address,
            with_reflection=True,
            limits=limits_of(config, namespaces),
            observer=observer,
            verifiers=access.verifiers,
            connection_limits=config.connection_limits(),
            tracer=tracer,
        )
        if tracing is not None:
            tracing.exporter.start()
        rest = HttpServer("127.0.0.1:0", limits=config.connection_limits()) if http else None
        service.open(rpc, rest)
        await rpc.server.start()
        try:
            async with connected(address) as client:
                yield LocalServer(service, rpc, client, f"http://127.0.0.1:{rest.port}" if rest else "", address)
        finally:
            await rpc.server.stop(0)
            if rest is not None:
                await rest.stop()
            await service.close()
            if tracing is not None:
                await tracing.exporter.close()


async def statuses_until(client: Client, status: int) -> AsyncIterator[int]:
    """What health reports, change by change, up to `status`."""
    watch = client.health.Watch(health_pb2.HealthCheckRequest(), wait_for_ready=True)
    async for answer in watch:
        yield answer.status
        if answer.status == status:
            watch.cancel()
            return


def _is_held(line: str, word: str) -> bool:
    return '"event": "held"' in line and word in line


class ServerProcess:
    """`python -m compactd serve`, its log as it comes, and its end."""

    def __init__(self, process: asyncio.subprocess.Process | ForkedProcess) -> None:
        self._process = process
        self._grown = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())
        self.lines: list[str] = []
        self.address = ""
        self.http_url = ""
        self.admin_url = ""
        """Where nothing is, unless the test has asked for the admin port."""

    @property
    def pid(self) -> int:
        return self._process.pid

    async def event(self, name: str, after: int = 0, **fields: Any) -> dict[str, Any]:
        """The first logged object of that event, with these fields, at or behind line `after`; fails if the process
        ends before it."""
        wanted = {"event": name, **fields}.items()
        async with self._grown:
            while True:
                for line in self.lines[after:]:
                    if line.startswith("{") and (logged := json.loads(line)).items() >= wanted:
                        return dict(logged)
                assert not self._reading.done(), f"the server ended: {self.lines}"
                await self._grown.wait()

    async def held(self, word: str) -> None:
        """Returns once a call in `tests.process.held_server` waits for ever because of that word."""
        async with self._grown:
            await self._grown.wait_for(lambda: self._reading.done() or any(_is_held(line, word) for line in self.lines))
        assert any(_is_held(line, word) for line in self.lines), f"the server ended: {self.lines}"

    async def terminate(self) -> int:
        """SIGTERM, and the exit status."""
        self._process.terminate()
        return await self.ended()

    async def ended(self) -> int:
        status = await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        await self._reading
        return status

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stderr is not None
        while line := (await self._process.stderr.readline()).decode().strip():
            async with self._grown:
                self.lines.append(line)
                self._grown.notify_all()
        async with self._grown:
            self._grown.notify_all()


def environment_of(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """What a process of ours gets to see: where it is, a home of its own, and its settings."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH", "LANG")}
    return {**kept, "HOME": str(folder), **settings}


SERVE, WORK = ("compactd", "serve"), ("compactd", "work")

NOT_DURABLE = {"COMPACTD_DATABASE_DURABLE": "false"}
"""For a server of many tests, none of which is about the disk: they need not wait for it."""

NO_JOBS = {"COMPACTD_JOBS_AT_ONCE": "0"}
"""For a server whose jobs are to wait."""

FRESH = ("env",)
"""A command for a server to be under that changes nothing: it is started as a user's is."""


@asynccontextmanager
async def server_process(
    folder: Path, command: Sequence[str] = SERVE, *, under: Sequence[str] = (), **settings: str
) -> AsyncIterator[ServerProcess]:
    """A server on free ports of 127.0.0.1 with a SQLite file in `folder`, unless `settings` say otherwise: they are
    environment variables. It listens when this yields, and is gone afterwards. `command` is a module and its arguments;
    `under` is a command that replaces itself by the server's, such as one that takes rights from it.

    Without such a command it comes out of the fork server, and has imported what there is to import."""
    defaults = {
        "COMPACTD_GRPC_ADDRESS": "127.0.0.1:0",
        "COMPACTD_HTTP_ADDRESS": "127.0.0.1:0",
        "COMPACTD_ADMIN_ADDRESS": "off",
        "COMPACTD_DRAIN_SECONDS": "0",
        "COMPACTD_DATABASE_URL": f"sqlite:///{folder}/compactd.db",
    }
    environment = environment_of(folder, defaults | settings)
    process = await _started(command, environment, under)
    try:
        listening = await process.event("listening")
        process.address = f"127.0.0.1:{listening['port']}"
        process.http_url = f"http://127.0.0.1:{listening['http_port']}"
        process.admin_url = f"http://127.0.0.1:{listening['admin_port']}"
        yield process
    finally:
        await process.kill()
    check_log(process.lines)


@asynccontextmanager
async def worker_process(
    folder: Path, *arguments: str, command: Sequence[str] = WORK, **settings: str
) -> AsyncIterator[ServerProcess]:
    """`compactd work` on the PostgreSQL that the settings name; it has begun to load when this yields. `command` as of
    `server_process`."""
    environment = environment_of(folder, {"COMPACTD_ADMIN_ADDRESS": "off"} | settings)
    process = await _started((*command, *arguments), environment)
    try:
        working = await process.event("working")
        process.admin_url = f"http://127.0.0.1:{working['admin_port']}"
        yield process
    finally:
        await process.kill()
    check_log(process.lines)


async def _started(command: Sequence[str], environment: Mapping[str, str], under: Sequence[str] = ()) -> ServerProcess:
    return ServerProcess(
        await asyncio.create_subprocess_exec(
            *(*under, sys.executable, "-m", *command), env=environment, stderr=asyncio.subprocess.PIPE
        )
        if under
        else await ForkedProcess.start(command, environment)
    )
