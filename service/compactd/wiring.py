"""Every part of the server is made here, once, and handed to those that need it."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from pydantic import SecretStr

from compactd.application.append_messages import AppendMessages
from compactd.application.circuits import Circuits
from compactd.application.compact import Compact
from compactd.application.context_size import ContextMeter
from compactd.application.cpu_worker import CpuWorker
from compactd.application.erase import Erase, remove_rest
from compactd.application.expired_operations import remove_expired
from compactd.application.get_context import GetContext
from compactd.application.job_budget import JobBudget
from compactd.application.job_watches import JobWatches
from compactd.application.kept_events import KeptEvents
from compactd.application.list_ledger import ListLedger
from compactd.application.manage_agents import ManageAgents
from compactd.application.manage_conversations import ManageConversations
from compactd.application.manage_policies import ManagePolicies
from compactd.application.model_budget import ModelBudget
from compactd.application.model_calls import ModelCalls, RetryRules
from compactd.application.observed_requests import ObservedRequests
from compactd.application.preview_policy import PreviewPolicy
from compactd.application.progress_hub import ProgressHub
from compactd.application.provider_permits import ProviderPermits
from compactd.application.receipts import Receipts
from compactd.application.recompile import Recompile
from compactd.application.restore_compaction import RestoreCompaction
from compactd.application.retention import Retention
from compactd.application.run_operation import RunOperation
from compactd.application.search_messages import SearchMessages
from compactd.application.settlements import Settlements
from compactd.application.start_sweep import StartSweep
from compactd.application.stored_quotas import StoredQuotas
from compactd.application.submit_compaction import SubmitCompaction
from compactd.application.token_counts import ContextCounter
from compactd.application.token_ratios import TokenRatios
from compactd.background.backfill import Backfill
from compactd.background.chores import Chore, Chores
from compactd.background.clockwork import Clockwork
from compactd.background.job_runner import JobRunner
from compactd.background.jobs_in_hand import JobsInHand
from compactd.background.rest_watch import RestWatch
from compactd.config import Config
from compactd.config.namespaces_file import NamespacesFile
from compactd.config.providers_file import ProvidersFile
from compactd.domain.circuit import CircuitRules
from compactd.fleet.in_process import InProcessFleet
from compactd.fleet.items import draw, enlist, items_of
from compactd.ports.fleet import Fleet
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.observer import Observer
from compactd.ports.trace import SilentTracer, Tracer
from compactd.rpc.agent_servicer import AgentServicer
from compactd.rpc.codec import Codec
from compactd.rpc.compaction_servicer import CompactionServicer
from compactd.rpc.contract import Servicers
from compactd.rpc.conversation_servicer import ConversationServicer
from compactd.rpc.job_servicer import JobServicer
from compactd.rpc.jobs import failure_of
from compactd.rpc.operations import Operations, encode_failure
from compactd.rpc.policies import compact_request_of
from compactd.rpc.policy_servicer import PolicyServicer
from compactd.rpc.run_compact import RunCompact
from compactd.rpc.sweep_servicer import SweepServicer
from compactd.rpc.watching import Watching
from compactd.service import Service
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_room import JobRoom
from compactd.storage.postgresql import driver_arguments
from compactd.storage.store import SqlStore, open_store
from compactd.storage.urls import parse_url
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.embedded import ExtractiveOnWorker
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.model_table import ModelTable
from compactd.summarizers.providers.table import ENDPOINT_SETTINGS, openai_model
from compactd.telemetry.observed_model import ObservedModel
from compactd.tokenizers.counter import TiktokenTokenizer


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def wire(
    config: Config,
    observer: Observer,
    namespaces: NamespacesFile,
    jobs_in_hand: JobsInHand,
    tracer: Tracer | None = None,
) -> Service:
    """Makes the service. Nothing is connected, and litellm is not imported, before `warm` and first use."""
    tracer = tracer or SilentTracer()
    worker, token_worker = CpuWorker(), CpuWorker("tokens")
    clock = SystemClock()
    tokenizer = TiktokenTokenizer(token_worker, openai_model)
    catalog = LitellmCatalog(ModelTable.load())
    store, fleet = _store_and_fleet(config, observer, catalog, namespaces)
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
    job_settlements = Settlements(store.budgets)
    job_budget = JobBudget(store.budgets, job_settlements, catalog, config.max_call_seconds)
    budget = ModelBudget(store, settlements, namespaces, catalog, config.max_call_seconds)
    receipts = Receipts(store, store, extractive, worker)
    compact = Compact(
        store=store,
        catalog=catalog,
        tokenizer=tokenizer,
        calls=calls,
        budget=budget,
        job_budget=job_budget,
        observed=observed,
        extractive=extractive,
        receipts=receipts,
        worker=worker,
        clock=clock,
        observer=observer,
        tracer=tracer,
    )
    quotas = StoredQuotas(store, namespaces)
    erase = Erase(store, quotas, observer)
    codec = Codec(worker)
    hub, watches = ProgressHub(failure_of), JobWatches()
    kept_events = KeptEvents(hub, store.jobs)
    run = RunOperation(
        store=store,
        encode_failure=encode_failure,
        max_seconds=config.max_call_seconds,
        linger_seconds=config.linger_seconds,
        max_attempts=config.max_calls_in_hand,
        tracer=tracer,
        watched=kept_events.keep,
    )
    operations = Operations(run, codec, worker)
    run_compact = RunCompact(compact, codec, operations, hub)
    runner = JobRunner(
        fleet=fleet,
        jobs=store.jobs,
        contexts=store,
        run_compact=run_compact,
        hub=hub,
        watches=watches,
        in_hand=jobs_in_hand,
        max_seconds=config.max_call_seconds,
        tracer=tracer,
        observer=observer,
    )
    servicers = Servicers(
        compaction=CompactionServicer(
            run_compact=run_compact,
            recompile=Recompile(store, store, tokenizer, clock),
            restore=RestoreCompaction(store, counter, tokenizer, clock, observer),
            receipts=receipts,
            store=store,
            codec=codec,
            operations=operations,
        ),
        agents=AgentServicer(
            agents=ManageAgents(store, tokenizer, clock, worker, quotas, compact_request_of),
            erase=erase,
            store=store,
            catalog=catalog,
            codec=codec,
            operations=operations,
        ),
        conversations=ConversationServicer(
            conversations=ManageConversations(store, store, tokenizer, clock, worker, quotas),
            erase=erase,
            append=AppendMessages(
                messages=store,
                contexts=store,
                meter=ContextMeter(store, counter, catalog),
                tokenizer=tokenizer,
                extractive=extractive,
                worker=worker,
                ratios=ratios,
                quotas=quotas,
                fleet=fleet,
            ),
            get_context=GetContext(store, counter, catalog, tokenizer, worker, ratios),
            list_ledger=ListLedger(store, extractive, worker),
            search=SearchMessages(store, worker),
            store=store,
            messages=store,
            codec=codec,
            operations=operations,
        ),
        jobs=JobServicer(
            submit=SubmitCompaction(store, store.jobs, catalog, fleet),
            run_compact=run_compact,
            store=store.jobs,
            codec=codec,
            watching=Watching(store.jobs, hub, watches, run),
            watches=watches,
        ),
        policies=PolicyServicer(
            ManagePolicies(store.policies, clock, compact_request_of),
            PreviewPolicy(store.policies, compact),
            store.policies,
            codec,
            operations,
        ),
        sweeps=SweepServicer(StartSweep(store.sweeps, compact_request_of), store.sweeps, fleet, codec, operations),
    )
    retention = Retention(store, namespaces, tokenizer, clock, observer)
    chores = [
        Chore("expired", 60.0, partial(remove_expired, store, store.jobs, store.sweeps)),
        # Within a minute, whoever died meanwhile.
        Chore("rest of erasures", 30.0, partial(remove_rest, store, None)),
        Chore("retention", 3600.0, retention.apply, lambda: retention.is_wanted),
    ]
    return Service(
        store=store,
        tokenizer=tokenizer,
        model=model,
        observed=observed,
        circuits=circuits,
        providers=providers,
        permits=permits,
        worker=worker,
        token_worker=token_worker,
        run_operation=run,
        kept_events=kept_events,
        settlements=settlements,
        job_settlements=job_settlements,
        namespaces=namespaces,
        quotas=quotas,
        chores=Chores(store.chores, chores, observer),
        runner=runner,
        rests=RestWatch(store.policies, fleet),
        clockwork=Clockwork(store.sweeps, fleet),
        backfill=Backfill(store.policies),
        servicers=servicers,
    )


def _store_and_fleet(
    config: Config, observer: Observer, catalog: ModelCatalog, namespaces: NamespacesFile
) -> tuple[SqlStore, Fleet]:
    """WrongSetting for a database URL that cannot be used."""
    text = config.database_url.get_secret_value()
    prepared = config.database_prepared_statements
    options: dict[str, Any] = {
        "connections": config.database_connections,
        "prepared_statements": prepared,
        "durable": config.database_durable,
        "observer": observer,
        "windows": catalog,
    }
    room = JobRoom(namespaces)
    if config.on_sqlite:
        store = open_store(text, **options, queue=JobQueue(room=room))
        return store, InProcessFleet(store.jobs, config.jobs_at_once)

    # A quarter of a second, for PostgreSQL alone.
    from compactd.fleet.procrastinate_queue import ProcrastinateFleet

    store = open_store(text, **options, queue=JobQueue(enlist, draw, room, items_of))
    listen = prepared if config.jobs_listen is None else config.jobs_listen
    arguments = driver_arguments(parse_url(text), prepared=prepared)
    return store, ProcrastinateFleet(store.jobs, config.jobs_at_once, arguments, listen=listen)


def _endpoint_settings(config: Config) -> dict[str, str]:
    """The settings that the table of providers names, as text."""
    values = {name: getattr(config, name) for name in ENDPOINT_SETTINGS}
    return {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in values.items()}
