"""The admin port of one process: bound with the doors, its pages made of the parts that are there."""

import asyncio
import os
import platform
import time
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

from compactd.admin.app import AdminApp
from compactd.admin.health import alive, ready_page
from compactd.admin.status import Status, queues_of
from compactd.config import Config
from compactd.config.shown import shown_settings
from compactd.domain.startup import CannotStart
from compactd.gateway.http_server import HttpServer
from compactd.rpc.connection_limits import ADMIN_LIMITS
from compactd.rpc.interceptors.admission import Admission
from compactd.rpc.readiness import Readiness
from compactd.telemetry import metric_table
from compactd.telemetry.gauges import Gauges

if TYPE_CHECKING:
    from compactd.telemetry.metrics import Metrics

OFF = "off"

# Two servers on one machine each need an address of their own, which nobody thinks of for this port.
ADMIN_ADVICE = "COMPACTD_ADMIN_ADDRESS says where health and status are served: set another address, or off."


class AdminPort:
    """For `address`, which may be off; `metrics` is None where nothing is counted. What the parts of the server add to
    `gauges` and `status` is on its pages from then on."""

    def __init__(self, config: Config, address: str) -> None:
        self.metrics = _metrics(config) if address != OFF else None
        self.gauges = Gauges()
        self.status = Status()
        self._config = config
        self._address = address
        self._http: HttpServer | None = None

    def bind(self) -> None:
        """OSError if there is no listening at the address."""
        if self._address != OFF:
            self._http = _bind(self._address)

    @property
    def port(self) -> int | None:
        """None where there is none, or a Unix socket."""
        return self._http.port if self._http else None

    async def open(self, readiness: Readiness, admission: Admission | None = None) -> None:
        """Serves the pages, before the service is loaded: a probe is answered from the first second on. Without an
        admission there are no calls to tell of."""
        if self._http is None:
            return
        self.gauges.add(metric_table.READY, lambda: float(not readiness.why))
        if admission is not None:
            self._read(admission)
        self._describe(readiness)
        pages = {"/healthz": alive, "/readyz": ready_page(readiness), "/statusz": self.status.page}
        if self.metrics is not None:
            from compactd.admin.metrics import metrics_page

            pages["/metrics"] = metrics_page(self.metrics, self.gauges)
        # It is imported by `start`, which would take a tenth of a second on the event loop.
        await asyncio.to_thread(import_module, "compactd.gateway.embedded_uvicorn")
        self._http.start(AdminApp(pages, self._http.rules.knows_host))

    async def stop(self) -> None:
        if self._http is not None:
            await self._http.stop()

    def _read(self, admission: Admission) -> None:
        limits = admission.limits
        self.gauges.add(metric_table.CALLS_IN_HAND, lambda: admission.calls_in_hand)
        self.gauges.add(metric_table.CALLS_IN_HAND_LIMIT, lambda: limits.calls_in_hand)
        self.gauges.add(metric_table.BYTES_IN_HAND, lambda: admission.bytes_in_hand)
        self.gauges.add(metric_table.BYTES_IN_HAND_LIMIT, lambda: limits.bytes_in_hand)

    def _describe(self, readiness: Readiness) -> None:
        """Gives what is known without the service to /statusz."""
        started = time.monotonic()

        async def server() -> object:
            return {
                "version": version("compactd"),
                "python": platform.python_version(),
                "pid": os.getpid(),
                "uptime_seconds": round(time.monotonic() - started, 1),
                "ready": not readiness.why,
                "why": readiness.why,
            }

        async def queues() -> object:
            return await queues_of(self.gauges)

        async def settings() -> object:
            # To mask the database's URL may import SQLAlchemy.
            return await asyncio.to_thread(shown_settings, self._config)

        self.status.add("server", server)
        self.status.add("queues", queues)
        self.status.add("settings", settings)


def _metrics(config: Config) -> "Metrics | None":
    if not config.metrics:
        return None
    from compactd.telemetry.metrics import Metrics

    return Metrics()


def _bind(address: str) -> HttpServer:
    try:
        return HttpServer(address, limits=ADMIN_LIMITS)
    except CannotStart as error:
        raise CannotStart(f"{error} {ADMIN_ADVICE}") from error
