"""The process that runs jobs and takes no calls: as many as are wanted beside the servers of one PostgreSQL."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from compactd.admin_port import AdminPort
from compactd.background.jobs_in_hand import JobsInHand
from compactd.config import Config
from compactd.config.namespaces_file import NamespacesFile
from compactd.observers import observer_of, tracing_of
from compactd.ports.observer import Observer
from compactd.ports.trace import Tracer
from compactd.rpc.readiness import Readiness
from compactd.stop_signals import StopSignals, finishes

if TYPE_CHECKING:
    from compactd.service import Service


async def work(config: Config) -> None:
    """Runs until SIGTERM or SIGINT, and then takes no more jobs: those that it has end within the grace, or are given
    back, as they are at a second signal.

    Raises CannotStart if the admin address cannot be bound, WrongSetting for a database URL that cannot be used. It is
    ready while the database answers, once the tokenizer is loaded and litellm is imported and warm.
    """
    signals = StopSignals()
    admin = AdminPort(config, config.admin_address)
    tracing = tracing_of(config)
    observer = observer_of(config, admin.metrics, tracing.observer if tracing else None)
    readiness, jobs = Readiness(), JobsInHand()
    admin.bind()
    log = structlog.get_logger()
    log.info("working", jobs_at_once=config.jobs_at_once, admin_address=config.admin_address, admin_port=admin.port)
    await admin.open(readiness)
    if tracing is not None:
        tracing.exporter.start()
    tracer = tracing.tracer if tracing else None
    running = asyncio.create_task(_run(config, observer, jobs, tracer, readiness, admin))
    stopping = asyncio.create_task(signals.stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    readiness.leave()
    await finishes(jobs.drain(config.drain_grace_seconds if signals.stop.is_set() else 0), signals.hurry)
    running.cancel()
    stopping.cancel()
    # It ends by itself only with an error, which has to be seen.
    await asyncio.gather(running, return_exceptions=signals.stop.is_set())
    await admin.stop()
    if tracing is not None:
        await tracing.exporter.close()
    log.info("stopped")


async def _run(
    config: Config,
    observer: Observer,
    jobs: JobsInHand,
    tracer: Tracer | None,
    readiness: Readiness,
    admin: AdminPort,
) -> None:
    namespaces = NamespacesFile(config.namespaces_file)
    service = await asyncio.to_thread(_load, config, observer, namespaces, jobs, tracer)
    service.show(admin.gauges, admin.status)
    await service.work(readiness)


def _load(
    config: Config, observer: Observer, namespaces: NamespacesFile, jobs: JobsInHand, tracer: Tracer | None
) -> "Service":
    """Imports and makes everything that the admin pages do not need."""
    from compactd.wiring import wire

    return wire(config, observer, namespaces, jobs, tracer)
