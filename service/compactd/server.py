"""The server process: listens at once, loads the service meanwhile, stops at a signal."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import structlog

from compactd.access.schemes import Access
from compactd.admin_port import AdminPort
from compactd.background.jobs_in_hand import JobsInHand
from compactd.config import Config
from compactd.config.access import NONE
from compactd.config.access_rules import access_of, doors_for_others
from compactd.config.namespaces_file import NamespacesFile
from compactd.gateway.http_server import HttpServer
from compactd.observers import observer_of, tracing_of
from compactd.ports.observer import Observer
from compactd.ports.trace import Tracer
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.connection_limits import ConnectionLimits, most_open_files
from compactd.rpc.connection_rules import ConnectionRules
from compactd.rpc.interceptors.admission import AdmissionLimits
from compactd.rpc.server import RpcServer, make_server
from compactd.stop_signals import StopSignals, WorkerSignals, finishes

if TYPE_CHECKING:
    from compactd.service import Service

ANSWER_SECONDS = 30
"""What a call of the longest time still has after it to be answered, before its connection is closed for its age."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker is given by its supervisor: its number, from 1 on; the end of a pipe that can be read when the
    supervisor is gone; where its own admin pages are read from, or off; and the port of those of all workers."""

    number: int
    supervisor: int
    admin_address: str
    admin_port: int | None


async def serve(config: Config, worker: WorkerSettings | None = None) -> None:
    """Runs until SIGTERM or SIGINT; a second one ends the grace of the calls in hand. With settings of a worker it
    is one of those that share their addresses.

    Raises WrongSetting, for certificates and a database URL that cannot be used too, and CannotStart if an address
    cannot be bound. Health is NOT_SERVING until the database answers, the tokenizer is loaded and
    litellm is imported and warm.
    """
    access = access_of(config)
    signals = WorkerSignals(worker.supervisor) if worker else StopSignals()
    shared = worker is not None
    admin = AdminPort(config, worker.admin_address if worker else config.admin_address)
    tracing = tracing_of(config)
    tracer = tracing.tracer if tracing else None
    observer = observer_of(config, admin.metrics, tracing.observer if tracing else None)
    namespaces, jobs = NamespacesFile(config.namespaces_file), JobsInHand()
    limits = AdmissionLimits(config.max_calls_in_hand, config.max_bytes_in_hand, namespaces)
    files = config.certificate_files()
    certificates = CurrentCertificates(files) if files else None
    connections = config.connection_limits().within(most_open_files())
    rpc = make_server(
        config.grpc_address,
        with_reflection=config.reflection,
        with_channelz=config.channelz,
        limits=limits,
        observer=observer,
        certificates=certificates,
        shared=shared,
        verifiers=access.verifiers,
        connections=ConnectionRules(config.max_connection_age_seconds, config.max_call_seconds + ANSWER_SECONDS),
        tracer=tracer,
        connection_limits=connections,
    )
    http = None if config.http_address == "off" else _http_server(config, certificates, connections, shared=shared)
    admin.bind()
    rpc.report(serving=False)
    await rpc.server.start()
    log = structlog.get_logger()
    log.info(
        "listening",
        address=config.grpc_address,
        port=rpc.port,
        http_address=config.http_address,
        http_port=http.port if http else None,
        admin_address=config.admin_address,
        admin_port=worker.admin_port if worker else admin.port,
        tls="off" if certificates is None else "mutual" if certificates.ask_callers else "server",
    )
    await admin.open(rpc.readiness, rpc.admission)
    if tracing is not None:
        tracing.exporter.start()
    if config.auth == NONE and doors_for_others(config):
        log.warning("open to everybody", why="COMPACTD_AUTH is none: callers are not asked who they are.")
    running = asyncio.create_task(
        _run(
            partial(_load, config, observer, namespaces, jobs, tracer),
            access=access,
            rpc=rpc,
            http=http,
            admin=admin,
        )
    )
    stopping = asyncio.create_task(signals.stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    if signals.stop.is_set():
        rpc.leave()
        jobs.leaving.set()
        await _set_within(signals.drain, config.drain_seconds)
    log.info("draining")
    # Calls that wait for a service that could not be loaded wait in vain.
    await _drain(rpc, jobs, config.drain_grace_seconds if signals.stop.is_set() else 0, signals.hurry)
    await asyncio.gather(rpc.stop(), admin.stop(), *([http.stop()] if http else []))
    stopping.cancel()
    running.cancel()
    # It ends by itself only with an error, which has to be seen.
    await asyncio.gather(running, return_exceptions=signals.stop.is_set())
    if tracing is not None:
        await tracing.exporter.close()
    log.info("stopped")


def _http_server(
    config: Config, certificates: CurrentCertificates | None, connections: ConnectionLimits, *, shared: bool
) -> HttpServer:
    return HttpServer(
        config.http_address,
        certificates=certificates,
        hosts=config.http_hosts,
        origins=config.http_origins,
        shared=shared,
        limits=connections,
    )


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    """Returns when it is set, or after so many seconds."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _drain(rpc: RpcServer, jobs: JobsInHand, grace_seconds: float, hurry: asyncio.Event) -> None:
    """Until no call and no job is in hand; without a grace from the moment that `hurry` is set."""

    async def drain() -> None:
        await asyncio.gather(rpc.drain(grace_seconds), jobs.drain(grace_seconds))

    if not await finishes(drain(), hurry):
        await rpc.drain(0)


async def _run(
    load: Callable[[], "Service"], *, access: Access, rpc: RpcServer, http: HttpServer | None, admin: AdminPort
) -> None:
    following = asyncio.create_task(access.follow())
    try:
        service = await asyncio.to_thread(load)
        service.show(admin.gauges, admin.status)
        await service.run(rpc, http)
    finally:
        following.cancel()


def _load(
    config: Config, observer: Observer, namespaces: NamespacesFile, jobs: JobsInHand, tracer: Tracer | None
) -> "Service":
    """Imports and makes everything that listening does not need."""
    from compactd.wiring import wire

    return wire(config, observer, namespaces, jobs, tracer)
