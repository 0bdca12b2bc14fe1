"""The life of the server process: listen, warm up, report health, stop."""

import asyncio
import gc
import signal

import structlog

from compactd.config import Config
from compactd.domain.errors import StoreUnavailable
from compactd.rpc.server import RpcServer, make_server
from compactd.wiring import Service, wire

PING_SECONDS = 0.5
"""How often the database is asked whether it is there: health follows within a second."""

STOP_GRACE_SECONDS = 5.0
"""How long running calls may take after a signal to stop."""


async def serve(config: Config) -> None:
    """Runs until SIGTERM or SIGINT. Raises OSError if the address cannot be bound.

    The server listens at once and reports NOT_SERVING until the database answers, the tokenizer is loaded and litellm
    is imported and warm.
    """
    log = structlog.get_logger()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = wire(config)
    rpc = make_server(service.servicers, config.grpc_address, with_reflection=config.reflection)
    await rpc.server.start()
    log.info("listening", address=config.grpc_address, port=rpc.port)
    health = asyncio.create_task(keep_health(service, rpc))
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({health, waiting}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    await rpc.report(serving=False)
    await rpc.server.stop(STOP_GRACE_SECONDS)
    failed = health.done()
    health.cancel()
    await asyncio.gather(health, return_exceptions=True)
    await close(service)
    log.info("stopped")
    if failed:
        # Health ends only by an error, which nobody has seen yet.
        health.result()


async def keep_health(service: Service, rpc: RpcServer) -> None:
    """Warms the service up, then reports it as serving while the database answers."""
    log = structlog.get_logger()
    await rpc.report(serving=False)
    await warm(service)
    serving = False
    while True:
        there = await _answers(service)
        if there is not serving:
            serving = there
            await rpc.report(serving=serving)
            log.info("serving" if serving else "not serving: the database does not answer")
        await asyncio.sleep(PING_SECONDS)


async def warm(service: Service) -> None:
    """Loads what the first call would otherwise wait for, off the event loop."""
    await asyncio.gather(service.tokenizer.warm(), service.model.warm())
    # What is loaded by now stays: the collector need not look at it again.
    gc.collect()
    gc.freeze()


async def close(service: Service) -> None:
    """Gives back connections and threads."""
    await service.model.close()
    await service.store.close()
    service.worker.close()


async def _answers(service: Service) -> bool:
    try:
        await service.store.ping()
    except StoreUnavailable:
        return False
    return True
