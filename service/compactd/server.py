"""The server process: listens at once, loads the service meanwhile, stops at a signal."""

import asyncio
import signal
from typing import TYPE_CHECKING

import structlog

from compactd.config import Config
from compactd.gateway.http_server import HttpServer
from compactd.ports.observer import Observer
from compactd.rpc.interceptors.admission import AdmissionLimits
from compactd.rpc.server import RpcServer, make_server
from compactd.telemetry.log_observer import LogObserver

if TYPE_CHECKING:
    from compactd.wiring import Service


async def serve(config: Config) -> None:
    """Runs until SIGTERM or SIGINT; a second one ends the grace of the calls in hand.

    Raises OSError if an address cannot be bound, ValueError for a database URL that cannot be read. Health is
    NOT_SERVING until the database answers, the tokenizer is loaded and litellm is imported and warm.
    """
    stop, hurry = asyncio.Event(), asyncio.Event()

    def signalled() -> None:
        (hurry if stop.is_set() else stop).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, signalled)
    limits = AdmissionLimits(config.max_calls_in_hand, config.max_bytes_in_hand)
    observer = LogObserver()
    rpc = make_server(config.grpc_address, with_reflection=config.reflection, limits=limits, observer=observer)
    http = None if config.http_address == "off" else HttpServer(config.http_address)
    await rpc.report(serving=False)
    await rpc.server.start()
    log = structlog.get_logger()
    http_port = http.port if http else None
    log.info(
        "listening", address=config.grpc_address, port=rpc.port, http_address=config.http_address, http_port=http_port
    )
    running = asyncio.create_task(_run(config, observer, rpc, http))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    # Calls that wait for a service that could not be loaded wait in vain.
    await _drain(rpc, config.drain_grace_seconds if stop.is_set() else 0, hurry)
    await asyncio.gather(rpc.stop(), http.stop() if http else asyncio.sleep(0))
    stopping.cancel()
    running.cancel()
    # It ends by itself only with an error, which has to be seen.
    await asyncio.gather(running, return_exceptions=stop.is_set())
    log.info("stopped")


async def _drain(rpc: RpcServer, grace_seconds: float, hurry: asyncio.Event) -> None:
    """Until no call is in hand; without a grace from the moment that `hurry` is set."""
    draining, hurrying = asyncio.create_task(rpc.drain(grace_seconds)), asyncio.create_task(hurry.wait())
    await asyncio.wait({draining, hurrying}, return_when=asyncio.FIRST_COMPLETED)
    hurrying.cancel()
    if not draining.done():
        draining.cancel()
        await rpc.drain(0)
    await asyncio.gather(draining, return_exceptions=hurry.is_set())


async def _run(config: Config, observer: Observer, rpc: RpcServer, http: HttpServer | None) -> None:
    service = await asyncio.to_thread(_load, config, observer)
    await service.run(rpc, http)


def _load(config: Config, observer: Observer) -> "Service":
    """Imports and makes everything that listening does not need."""
    from compactd.wiring import wire

    return wire(config, observer)
