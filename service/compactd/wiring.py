"""Every part of the server is made here, once, and handed to those that need it."""

import asyncio
import gc
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import DBAPIError

from compactd.admin.status import Status
from compactd.application.append_messages import AppendMessages
from compactd.application.circuits import Circuits
from compactd.application.compact import Compact
from compactd.application.context_size import ContextMeter
from compactd.application.cpu_worker import CpuWorker
from compactd.application.erase import Erase, remove_all_rest
from compactd.application.expired_operations import remove_expired
from compactd.application.get_context import GetContext
from compactd.application.list_ledger import ListLedger
from compactd.application.manage_agents import ManageAgents
from compactd.application.manage_conversations import ManageConversations
from compactd.application.model_budget import ModelBudget
from compactd.application.model_calls import ModelCalls, RetryRules
from compactd.application.observed_requests import ObservedRequests
from compactd.application.provider_permits import ProviderPermits
from compactd.application.receipts import Receipts
from compactd.application.recompile import Recompile
from compactd.application.restore_compaction import RestoreCompaction
from compactd.application.retention import Retention
from compactd.application.run_operation import RunOperation
from compactd.application.search_messages import SearchMessages
from compactd.application.settlements import Settlements
from compactd.application.stored_quotas import StoredQuotas
from compactd.application.submit_compaction import SubmitCompaction
from compactd.application.token_counts import ContextCounter
from compactd.application.token_ratios import TokenRatios
from compactd.background.job_runner import JobRunner
from compactd.config import Config
from compactd.config.namespaces_file import NamespacesFile
from compactd.config.providers_file import ProvidersFile
from compactd.domain.circuit import CircuitRules
from compactd.domain.errors import StoreUnavailable
from compactd.fleet.in_process import InProcessFleet
from compactd.gateway.app import RestApp
from compactd.gateway.http_server import HttpServer
from compactd.ports.observer import Observer
from compactd.ports.trace import SilentTracer, Tracer
from compactd.rpc.agent_servicer import AgentServicer
from compactd.rpc.codec import Codec
from compactd.rpc.compaction_servicer import CompactionServicer
from compactd.rpc.contract import Servicers
from compactd.rpc.conversation_servicer import ConversationServicer
from compactd.rpc.job_servicer import JobServicer
from compactd.rpc.operations import Operations, encode_failure
from compactd.rpc.run_compact import RunCompact
from compactd.rpc.server import RpcServer
from compactd.storage.schema import HEAD
from compactd.storage.store import SqlStore, open_store
from compactd.storage.unavailability import Unusable, advice_for
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.embedded import ExtractiveOnWorker
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.model_table import ModelTable
from compactd.summarizers.providers.table import ENDPOINT_SETTINGS, openai_model
from compactd.telemetry import metric_table
from compactd.telemetry.gauges import Gauges
from compactd.telemetry.observed_model import ObservedModel
from compactd.tokenizers.counter import TiktokenTokenizer

GC_THRESHOLD = 20_000
"""New objects between two runs of the garbage collector; Python's own figure is 700."""

PING_SECONDS = 0.5
"""How often the database is asked whether it is there: health follows within a second."""

NOT_ASKED_YET = "It answers this page; health, which begins to ask once the server has started, has no answer yet."

NO_DATABASE = "The database cannot be used: the log says why."

PING_TIMEOUT = 5.0
"""Seconds after which a database that has not answered counts as away."""


STATUS_TIMEOUT = 1.0
"""Seconds that /statusz waits for the database."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


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
    run_operation: RunOperation
    settlements: Settlements
    namespaces: NamespacesFile
    quotas: StoredQuotas
    retention: Retention
    runner: JobRunner
    servicers: Servicers
    last_ping: LastPing = field(default_factory=LastPing)

    def show(self, gauges: Gauges, status: Status) -> None:
        """Gives what can be read of it to the admin pages."""
        gauges.add(metric_table.DATABASE_UP, lambda: float(self.last_ping.answered))
        gauges.add(metric_table.ATTEMPTS, lambda: self.run_operation.running)
        gauges.add(metric_table.UNITS_WAITING, lambda: self.store.waiting[0], "read")
        gauges.add(metric_table.UNITS_WAITING, lambda: self.store.waiting[1], "write")
        gauges.add(metric_table.CPU_JOBS_WAITING, lambda: self.worker.waiting)
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
        try:
            self.open(rpc, http)
            await self.warm()
            removing = asyncio.create_task(remove_expired(self.store, self.store.jobs))
            erasing = asyncio.create_task(remove_all_rest(self.store))
            expiring = asyncio.create_task(self.retention.run())
            following = asyncio.gather(self.namespaces.follow(), self.providers.follow())
            running = asyncio.create_task(self.runner.run())
            try:
                await self._report_health(rpc, http)
            finally:
                removing.cancel()
                erasing.cancel()
                expiring.cancel()
                following.cancel()
                running.cancel()
                # Jobs are given back while the database is there.
                await asyncio.wait((running,))
        finally:
            await self.close()

    def open(self, rpc: RpcServer, http: HttpServer | None) -> None:
        """Lets calls in, by gRPC and, where it listens, by HTTP."""
        self.circuits.watch(rpc.models.circuit_changed)
        rpc.open_to(self.servicers)
        if http is not None:
            app = RestApp(rpc.dispatcher, rpc.callers, rpc.admission, self.worker, http.rules, http.limits)
            http.start(app)

    async def warm(self) -> None:
        """Loads what the first call would otherwise wait for, off the event loop."""
        await asyncio.gather(self.tokenizer.warm(), self.model.warm())
        # What is loaded by now stays: the collector need not look at it again. A context of thousands of messages is
        # many small objects without a cycle among them: it need not look at each thousand of those either.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD)
        gc.enable()

    async def close(self) -> None:
        """Ends what no call waits for any more; gives back connections and threads."""
        await self.run_operation.close()
        await self.settlements.close()
        await self.observed.close()
        await self.permits.close()
        await self.model.close()
        await self.store.close()
        self.worker.close()

    async def _report_health(self, rpc: RpcServer, http: HttpServer | None) -> None:
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
                rpc.report(serving=not trouble, why=NO_DATABASE)
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


def wire(config: Config, observer: Observer, namespaces: NamespacesFile, tracer: Tracer | None = None) -> Service:
    """Makes the service. Nothing is connected, and litellm is not imported, before `warm` and first use."""
    tracer = tracer or SilentTracer()
    worker = CpuWorker()
    clock = SystemClock()
    tokenizer = TiktokenTokenizer(worker, openai_model)
    catalog = LitellmCatalog(ModelTable.load())
    store = open_store(
        config.database_url.get_secret_value(),
        connections=config.database_connections,
        prepared_statements=config.database_prepared_statements,
        durable=config.database_durable,
        observer=observer,
    )
    model = LitellmModel(catalog, _endpoint_settings(config))
    extractive = ExtractiveOnWorker(worker)
    counter = ContextCounter(store, store, tokenizer)
    ratios = TokenRatios(store)
    observed = ObservedRequests(ratios, tokenizer)
    circuits = Circuits(CircuitRules(config.breaker_failures, config.breaker_seconds), model.credential)
    circuits.watch(observer.circuit_changed)
    retries = RetryRules(config.model_retries, config.model_retry_seconds)
    providers = ProvidersFile(config.providers_file)
    permits = ProviderPermits(store, providers, model, observer)
    calls = ModelCalls(ObservedModel(model, observer), circuits, retries, permits)
    settlements = Settlements(store)
    budget = ModelBudget(store, settlements, namespaces, catalog, config.max_call_seconds)
    receipts = Receipts(store, store, extractive, worker)
    compact = Compact(
        store, catalog, tokenizer, calls, budget, observed, extractive, receipts, worker, clock, observer, tracer
    )
    quotas = StoredQuotas(store, namespaces)
    erase = Erase(store, quotas, observer)
    codec = Codec(worker)
    run = RunOperation(
        store, encode_failure, config.max_call_seconds, config.linger_seconds, config.max_calls_in_hand, tracer
    )
    operations = Operations(run, codec, worker)
    run_compact = RunCompact(compact, codec, operations)
    fleet = InProcessFleet(store.jobs, config.jobs_at_once)
    runner = JobRunner(fleet, store.jobs, store, run_compact, config.max_call_seconds, tracer)
    servicers = Servicers(
        compaction=CompactionServicer(
            run_compact,
            Recompile(store, store, tokenizer, clock),
            RestoreCompaction(store, counter, tokenizer, clock, observer),
            receipts,
            store,
            codec,
            operations,
        ),
        agents=AgentServicer(
            ManageAgents(store, tokenizer, clock, worker, quotas), erase, store, catalog, codec, operations
        ),
        conversations=ConversationServicer(
            ManageConversations(store, store, tokenizer, clock, worker, quotas),
            erase,
            AppendMessages(
                store,
                store,
                ContextMeter(store, counter, catalog),
                tokenizer,
                extractive,
                worker,
                ratios,
                quotas,
            ),
            GetContext(store, counter, catalog, tokenizer, worker, ratios),
            ListLedger(store, extractive, worker),
            SearchMessages(store, worker),
            store,
            store,
            codec,
            operations,
        ),
        jobs=JobServicer(SubmitCompaction(store, store.jobs, catalog, fleet), run_compact, store.jobs, codec),
    )
    retention = Retention(store, namespaces, tokenizer, clock, observer)
    return Service(
        store,
        tokenizer,
        model,
        observed,
        circuits,
        providers,
        permits,
        worker,
        run,
        settlements,
        namespaces,
        quotas,
        retention,
        runner,
        servicers,
    )


def _endpoint_settings(config: Config) -> dict[str, str]:
    """The settings that the table of providers names, as text."""
    values = {name: getattr(config, name) for name in ENDPOINT_SETTINGS}
    return {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in values.items()}
