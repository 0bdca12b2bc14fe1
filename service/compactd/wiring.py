"""Every part of the server is made here, once, and handed to those that need it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from compactd.application.append_messages import AppendMessages
from compactd.application.compact import Compact
from compactd.application.get_context import GetContext
from compactd.application.manage_agents import ManageAgents
from compactd.application.manage_conversations import ManageConversations
from compactd.application.recompile import Recompile
from compactd.application.worker import CpuWorker
from compactd.config import Config
from compactd.rpc.agent_servicer import AgentServicer
from compactd.rpc.compaction_servicer import CompactionServicer
from compactd.rpc.conversation_servicer import ConversationServicer
from compactd.rpc.server import Servicers
from compactd.storage.store import SqlStore, open_store
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.embedded import EmbeddedSummarizer
from compactd.summarizers.litellm_model import Endpoints, LitellmModel
from compactd.summarizers.model_facts import ModelTable
from compactd.tokenizers.counter import TiktokenTokenizer


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that have a life of their own, and the servicers that use them."""

    store: SqlStore
    tokenizer: TiktokenTokenizer
    model: LitellmModel
    worker: CpuWorker
    servicers: Servicers


def wire(config: Config) -> Service:
    """Makes the service. Nothing is connected, and litellm is not imported, before `warm` and first use."""
    worker = CpuWorker()
    clock = SystemClock()
    tokenizer = TiktokenTokenizer(worker)
    catalog = LitellmCatalog(ModelTable.load())
    store = open_store(
        config.database_url.get_secret_value(),
        connections=config.database_connections,
        durable=config.database_durable,
    )
    model = LitellmModel(catalog, _endpoints(config))
    extractive = EmbeddedSummarizer(worker)
    compact = Compact(store, catalog, tokenizer, model, extractive, worker, clock, config.max_call_seconds)
    servicers = Servicers(
        compaction=CompactionServicer(compact, Recompile(store, tokenizer, clock), store),
        agents=AgentServicer(ManageAgents(store, tokenizer, clock), store),
        conversations=ConversationServicer(
            ManageConversations(store, tokenizer, clock),
            AppendMessages(store, catalog, tokenizer),
            GetContext(store, catalog, tokenizer, worker),
            store,
        ),
    )
    return Service(store, tokenizer, model, worker, servicers)


def _endpoints(config: Config) -> Endpoints:
    return Endpoints(
        sglang_base_url=config.sglang_base_url,
        sglang_api_key=config.sglang_api_key.get_secret_value(),
        moonshot_coding_base_url=config.moonshot_coding_base_url,
        moonshot_coding_api_key=config.moonshot_coding_api_key.get_secret_value(),
        baseten_base_url=config.baseten_base_url,
    )
