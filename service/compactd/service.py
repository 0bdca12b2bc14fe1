"""The service in this process: what lives beside its calls, for as long as the process does."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from compactd.admin.status import Status
from compactd.application.circuits import Circuits
from compactd.application.cpu_worker import CpuWorker
from compactd.application.erase import keep_scrubbed
from compactd.application.kept_events import KeptEvents
from compactd.application.observed_requests import ObservedRequests
from compactd.application.provider_permits import ProviderPermits
from compactd.application.run_operation import RunOperation
from compactd.application.settlements import Settlements
from compactd.application.stored_quotas import StoredQuotas
from compactd.background.backfill import Backfill
from compactd.background.chores import Chores
from compactd.background.clockwork import Clockwork
from compactd.background.job_backlog import JobBacklog
from compactd.background.job_runner import JobRunner
from compactd.background.rest_watch import RestWatch
from compactd.config.namespaces_file import NamespacesFile
from compactd.config.providers_file import ProvidersFile
from compactd.domain.errors import StoreUnavailable
from compactd.extractive.importance import reply_score
from compactd.extractive.importance.requests import open_score, wish_score
from compactd.gateway.app import RestApp
from compactd.gateway.http_server import HttpServer
from compactd.ports.budgets import BudgetHold
from compactd.ports.quotas import Reservation
from compactd.rpc.contract import Servicers
from compactd.rpc.readiness import Readiness
from compactd.rpc.server import RpcServer
from compactd.storage.schema import HEAD
from compactd.storage.store import SqlStore
from compactd.storage.unavailability import Unusable, advice_for
from compactd.summarizers.litellm_model import LitellmModel
from compactd.telemetry import metric_table
from compactd.telemetry.gauges import Gauges
from compactd.tokenizers.counter import TiktokenTokenizer

GC_THRESHOLD = 50_000
"""New objects between two runs of the garbage collector; Python's own figure is 700. In a draft of a million characters
there is one such run, of 30 ms; with 20,000 there were five, and one of 55 ms each second draft, which looks at older
objects too."""

PING_SECONDS = 0.5
"""How often the database is asked whether it is there: health follows within a second."""

NOT_ASKED_YET = "It answers this page; health, which begins to ask once the server has started, has no answer yet."

NO_DATABASE = "The database cannot be used: the log says why."

PING_TIMEOUT = 5.0
"""Seconds after which a database that has not answered counts as away."""


STATUS_TIMEOUT = 1.0
"""Seconds that /statusz waits for the database."""


@dataclass(slots=True)
class LastPing:
    """Whether the database could be used when it was asked last."""

    answered: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that have a life of their own, and the servicers that use them."""

    store: SqlStore
    tokenizer: TiktokenTokenizer
    model: LitellmModel
    observed: ObservedRequests
    circuits: Circuits
    providers: ProvidersFile
    permits: ProviderPermits
    worker: CpuWorker
    token_worker: CpuWorker
    run_operation: RunOperation
    kept_events: KeptEvents
    settlements: Settlements[Reservation]
    job_settlements: Settlements[BudgetHold]
    namespaces: NamespacesFile
    quotas: StoredQuotas
    chores: Chores
    runner: JobRunner
    rests: RestWatch
    clockwork: Clockwork
    backfill: Backfill
    servicers: Servicers
    last_ping: LastPing = field(default_factory=LastPing)

    def show(self, gauges: Gauges, status: Status) -> None:
        """Gives what can be read of it to the admin pages."""
        gauges.add(metric_table.DATABASE_UP, lambda: float(self.last_ping.answered))
        gauges.add(metric_table.ATTEMPTS, lambda: self.run_operation.running)
        gauges.add(metric_table.UNITS_WAITING, lambda: self.store.waiting[0], "read")
        gauges.add(metric_table.UNITS_WAITING, lambda: self.store.waiting[1], "write")
        gauges.add(metric_table.CPU_JOBS_WAITING, lambda: self.worker.waiting + self.token_worker.waiting)
        gauges.add(metric_table.JOBS_RUNNING, lambda: self.runner.running)
        JobBacklog(self.store.jobs).show(gauges)
        status.add("database", self._database_status)
        status.add("circuits", self._circuits_status)
        status.add("providers", self._providers_status)
        status.add("limits", self._limits_status)
        status.add("used", self._used_status)

    async def _database_status(self) -> object:
        found, why = None, ""
        try:
            async with asyncio.timeout(STATUS_TIMEOUT):
                found = await self.store.revision()
        except Unusable as error:
            why = error.advice
        except (StoreUnavailable, DBAPIError, TimeoutError):
            # What a driver says may name hosts and files: that is for the log.
            why = NO_DATABASE
        up = self.last_ping.answered
        if not up and not why:
            why = NOT_ASKED_YET
        return {
            "kind": self.store.kind,
            "up": up,
            "why": why,
            "revision": found,
            "revision_of_this_version": HEAD,
        }

    async def _limits_status(self) -> object:
        return self.namespaces.in_force.told

    async def _providers_status(self) -> object:
        return {"limits": self.providers.in_force.told, "lines": self.permits.told}

    async def _used_status(self) -> object:
        return self.quotas.used

    async def _circuits_status(self) -> object:
        return [
            {"model": str(model), "seconds_left": round(seconds, 1)} for model, seconds in self.circuits.left_alone()
        ]

    async def run(self, rpc: RpcServer, http: HttpServer | None) -> None:
        """Lets calls in, warms up, then reports health for as long as it is not cancelled; gives everything back."""

        def report(trouble: str) -> None:
            rpc.report(serving=not trouble, why=NO_DATABASE)

        try:
            self.open(rpc, http)
            await self.warm()
            async with self._by_itself():
                await self._report_health(report, http)
        finally:
            await self.close()

    async def work(self, readiness: Readiness) -> None:
        """The same without calls: what it does is to run jobs."""

        def report(trouble: str) -> None:
            readiness.report(NO_DATABASE if trouble else "")

        try:
            await self.warm()
            async with self._by_itself():
                await self._report_health(report)
        finally:
            await self.close()

    @asynccontextmanager
    async def _by_itself(self) -> AsyncIterator[None]:
        """What is done while nobody asks for it, until the end of the block."""
        others = [
            asyncio.create_task(keep_scrubbed(self.store)),
            asyncio.create_task(self.rests.run()),
            asyncio.create_task(self.namespaces.follow()),
            asyncio.create_task(self.providers.follow()),
            asyncio.create_task(self.clockwork.run()),
            asyncio.create_task(self.backfill.run()),
        ]
        giving_back = asyncio.create_task(self.runner.run()), asyncio.create_task(self.chores.run())
        try:
            yield
        finally:
            for task in (*others, *giving_back):
                task.cancel()
            # While the database is there.
            await asyncio.wait(giving_back)

    def open(self, rpc: RpcServer, http: HttpServer | None) -> None:
        """Lets calls in, by gRPC and, where it listens, by HTTP."""
        self.circuits.watch(rpc.models.circuit_changed)
        rpc.open_to(self.servicers)
        if http is not None:
            app = RestApp(rpc.dispatcher, rpc.callers, rpc.admission, self.worker, http.rules, http.limits)
            http.start(app)

    async def warm(self) -> None:
        """Loads what the first call would otherwise wait for, off the event loop."""
        scores = (asyncio.to_thread(one.load) for one in (wish_score, reply_score, open_score))
        await asyncio.gather(self.tokenizer.warm(), self.model.warm(), *scores)
        # What is loaded by now stays: the collector need not look at it again, nor once: that takes 0.4 s, in which
        # nothing else runs, to find 2,500 objects of half a million that nobody has any more. A context of thousands of
        # messages is many small objects without a cycle among them: it need not look at each thousand of those either.
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD)
        gc.enable()

    async def close(self) -> None:
        """Ends what no call waits for any more; gives back connections and threads."""
        await self.run_operation.close()
        await self.kept_events.close()
        await self.settlements.close()
        await self.job_settlements.close()
        await self.observed.close()
        await self.permits.close()
        await self.model.close()
        await self.store.close()
        self.worker.close()
        self.token_worker.close()

    async def _report_health(self, report: Callable[[str], None], http: HttpServer | None = None) -> None:
        log = structlog.get_logger()
        reported: str | None = None
        asked = False
        # Ends by being cancelled, when the server stops.
        while True:
            if http is not None:
                http.check()
            trouble = await self._trouble()
            self.last_ping.answered = not trouble
            if trouble != reported:
                reported = trouble
                report(trouble)
                if trouble:
                    log.error("not serving", why=trouble)
                else:
                    log.info("serving")
            if not trouble and not asked:
                asked = True
                await self._warn(log)
            await asyncio.sleep(PING_SECONDS)

    async def _warn(self, log: Any) -> None:
        """Says once that what is answered may be lost, where that is so and nobody asked for it."""
        with suppress(StoreUnavailable, DBAPIError):
            if loss := await self.store.what_a_crash_loses():
                log.warning("not durable", why=loss)

    async def _trouble(self) -> str:
        """Why the database cannot be used, for the operator; empty if it can."""
        try:
            async with asyncio.timeout(PING_TIMEOUT):
                await self.store.ping()
        except TimeoutError:
            return f"The database has not answered for {PING_TIMEOUT:g} seconds."
        except StoreUnavailable as error:
            return advice_for(error)
        except DBAPIError as error:
            # Nobody's call is at stake, and what is odd now may be over soon.
            return f"The database answers with an error. ({type(error.orig).__name__}: {error.orig})"
        return ""
