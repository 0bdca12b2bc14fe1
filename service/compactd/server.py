"""The server process: listens at once, loads the service meanwhile, stops at a signal."""

import asyncio
import contextlib
import signal
from importlib import import_module
from typing import TYPE_CHECKING

import structlog

from compactd.admin.app import AdminApp
from compactd.admin.health import alive, ready_page
from compactd.config import Config
from compactd.config.namespaces_file import NamespacesFile
from compactd.gateway.http_server import HttpServer
from compactd.ports.observer import Observer
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.interceptors.admission import AdmissionLimits
from compactd.rpc.server import RpcServer, make_server
from compactd.telemetry.log_observer import LogObserver

if TYPE_CHECKING:
    from compactd.wiring import Service


class StopSignals:
    """What has been asked for by signals: to stop (SIGTERM, as platforms do), not to wait until others have noticed
    (SIGINT, as a person at a keyboard does), to break off what still runs (a second one of either)."""

    def __init__(self) -> None:
        self.stop, self.drain, self.hurry = asyncio.Event(), asyncio.Event(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._signalled, number)

    def _signalled(self, number: int) -> None:
        if self.stop.is_set():
            self.hurry.set()
        if self.stop.is_set() or number == signal.SIGINT:
            self.drain.set()
        self.stop.set()


async def serve(config: Config) -> None:
    """Runs until SIGTERM or SIGINT; a second one ends the grace of the calls in hand.

    Raises BadCertificates, OSError if an address cannot be bound, ValueError for a database URL that cannot be read.
    Health is NOT_SERVING until the database answers, the tokenizer is loaded and litellm is imported and warm.
    """
    signals = StopSignals()
    observer = LogObserver()
    namespaces = NamespacesFile(config.namespaces_file)
    limits = AdmissionLimits(config.max_calls_in_hand, config.max_bytes_in_hand, namespaces.in_force)
    files = config.certificate_files()
    certificates = CurrentCertificates(files) if files else None
    rpc = make_server(
        config.grpc_address,
        with_reflection=config.reflection,
        limits=limits,
        observer=observer,
        certificates=certificates,
    )
    http = None if config.http_address == "off" else _http_server(config, certificates)
    admin = None if config.admin_address == "off" else _bind_admin(config.admin_address)
    await rpc.report(serving=False)
    await rpc.server.start()
    log = structlog.get_logger()
    log.info(
        "listening",
        address=config.grpc_address,
        port=rpc.port,
        http_address=config.http_address,
        http_port=http.port if http else None,
        admin_address=config.admin_address,
        admin_port=admin.port if admin else None,
        tls="off" if certificates is None else "mutual" if certificates.ask_callers else "server",
    )
    if admin is not None:
        await _open_admin(admin, AdminApp({"/healthz": alive, "/readyz": ready_page(rpc.readiness)}))
    running = asyncio.create_task(_run(config, observer, namespaces, rpc, http))
    stopping = asyncio.create_task(signals.stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    if signals.stop.is_set():
        await rpc.leave()
        await _set_within(signals.drain, config.drain_seconds)
    log.info("draining")
    # Calls that wait for a service that could not be loaded wait in vain.
    await _drain(rpc, config.drain_grace_seconds if signals.stop.is_set() else 0, signals.hurry)
    await asyncio.gather(rpc.stop(), *(door.stop() for door in (http, admin) if door))
    stopping.cancel()
    running.cancel()
    # It ends by itself only with an error, which has to be seen.
    await asyncio.gather(running, return_exceptions=signals.stop.is_set())
    log.info("stopped")


def _bind_admin(address: str) -> HttpServer:
    try:
        return HttpServer(address)
    except OSError as error:
        # Two servers on one machine each need an address of their own, which nobody thinks of for this port.
        advice = "COMPACTD_ADMIN_ADDRESS says where health and status are served: set another address, or off."
        raise OSError(f"{error} {advice}") from error


async def _open_admin(admin: HttpServer, app: AdminApp) -> None:
    """Serves `app`, before the service is loaded: a probe is answered from the first second on."""
    # It is imported by `start`, which would take a tenth of a second on the event loop.
    await asyncio.to_thread(import_module, "compactd.gateway.embedded_uvicorn")
    admin.start(app)


def _http_server(config: Config, certificates: CurrentCertificates | None) -> HttpServer:
    return HttpServer(
        config.http_address, certificates=certificates, hosts=config.http_hosts, origins=config.http_origins
    )


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    """Returns when it is set, or after so many seconds."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _drain(rpc: RpcServer, grace_seconds: float, hurry: asyncio.Event) -> None:
    """Until no call is in hand; without a grace from the moment that `hurry` is set."""
    draining, hurrying = asyncio.create_task(rpc.drain(grace_seconds)), asyncio.create_task(hurry.wait())
    await asyncio.wait({draining, hurrying}, return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    if not draining.done():
        draining.cancel()
        await rpc.drain(0)
    await asyncio.gather(draining, return_exceptions=hurry.is_set())


async def _run(
    config: Config, observer: Observer, namespaces: NamespacesFile, rpc: RpcServer, http: HttpServer | None
) -> None:
    service = await asyncio.to_thread(_load, config, observer, namespaces)
    await service.run(rpc, http)


def _load(config: Config, observer: Observer, namespaces: NamespacesFile) -> "Service":
    """Imports and makes everything that listening does not need."""
    from compactd.wiring import wire

    return wire(config, observer, namespaces)
