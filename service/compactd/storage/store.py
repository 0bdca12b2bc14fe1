"""The store: every method is one unit of work, written in the module of its subject."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from compactd.domain.agents import Agent
from compactd.domain.allowance import Grant, Report
from compactd.domain.compactions import Compaction
from compactd.domain.context import Entry
from compactd.domain.conversations import Conversation
from compactd.domain.erasures import Erasure
from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.handles import ModelHandle
from compactd.domain.keys import AgentKey, ConversationKey, ConversationRef
from compactd.domain.messages import ChatMessage, MessageType, StoredMessage
from compactd.domain.operations import Fail, Operation, Reply, Reused, Wait
from compactd.domain.paging import Page
from compactd.domain.provider_limits import ProviderLimits
from compactd.domain.token_ratios import Observation, TokenRatio
from compactd.ports.agents import AgentFilter, PolicyOf, no_policy
from compactd.ports.audit import AuditReading
from compactd.ports.compactions import CompactionCommit, Restoration, RestoreCommit
from compactd.ports.contexts import (
    ContextReading,
    ConversationState,
    DigestSource,
    PutSystem,
    Snapshot,
    StoredDigest,
    SystemText,
)
from compactd.ports.conversations import ConversationFilter
from compactd.ports.erasures import IdlePage
from compactd.ports.messages import Appended, Batch
from compactd.ports.model_catalog import ModelWindows
from compactd.ports.observer import Observer, SilentObserver
from compactd.ports.operations import Claim, Claimed, Held, Once, Renewed
from compactd.ports.provider_limits import CredentialKey
from compactd.ports.quotas import Reservation, Room, SpendLimit, Stored
from compactd.ports.search import Unindexed
from compactd.ports.token_ratios import RatioKey
from compactd.storage import (
    agent_policies,
    agents,
    audited_rows,
    claims,
    compactions,
    context_reading,
    contexts,
    conversation_state,
    conversations,
    digests,
    erasures,
    filled_rows,
    messages,
    operations,
    provider_limits,
    quotas,
    restores,
    retention,
    search_index,
    system_message,
    token_ratios,
    transcripts,
)
from compactd.storage.afterwork import Afterwork
from compactd.storage.automation import Automation
from compactd.storage.budget_store import SqlBudgetStore
from compactd.storage.chores import SqlChoreStore
from compactd.storage.database import Database
from compactd.storage.engines import connect_engines
from compactd.storage.figures import Figures
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_store import SqlJobStore
from compactd.storage.once import ROUNDS, Subject, kept_reply, write_once
from compactd.storage.operations import TakenMeanwhile
from compactd.storage.policy_store import SqlPolicyStore
from compactd.storage.schema import find_revision, require_schema
from compactd.storage.sqlite import require_file
from compactd.storage.sweep_store import SqlSweepStore
from compactd.storage.urls import parse_url
from compactd.strategies.chunks import RenderedMessage
from compactd.strategies.search_terms import IndexedMessage

T = TypeVar("T")
Key = TypeVar("Key", AgentKey, ConversationKey)


def open_store(
    url: str,
    *,
    connections: int = 8,
    prepared_statements: bool = True,
    durable: bool = True,
    observer: Observer | None = None,
    queue: JobQueue | None = None,
    windows: ModelWindows | None = None,
) -> "SqlStore":
    """The store of a database URL (forms: `parse_url`; WrongSetting with a sentence), not connected yet.

    The first unit of work connects; a SQLite file is created by it. `connections` limits those to PostgreSQL.
    Without `prepared_statements` a pooler may stand before PostgreSQL that hands each transaction another session.
    `durable` makes commits to SQLite survive a power cut, and not only a killed process.
    The `observer`, if there is one, is told of each unit of work. `queue` is another one than of these tables
    alone, if there is one beside them. `windows` says how large contexts of models may be, where limits are not set.
    """
    engines = connect_engines(
        parse_url(url), connections=connections, prepared_statements=prepared_statements, durable=durable
    )
    return SqlStore(Database(engines, observer or SilentObserver()), queue or JobQueue(), windows)


def open_existing_store(
    url: str, *, prepared_statements: bool = True, durable: bool = False, queue: JobQueue | None = None
) -> "SqlStore":
    """The store of a database for a command: no file and no table is made, nothing is upgraded; `queue` as of
    `open_store`, and WrongSetting. Unusable if there is no such file, and from its methods if the tables are not those
    of this version."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        require_file(Path(parsed.database or ""))
    engines = connect_engines(parsed, connections=1, prepared_statements=prepared_statements, durable=durable)
    engines = replace(engines, prepare=partial(require_schema, engines.reader))
    return SqlStore(Database(engines, SilentObserver()), queue)


class NoWindows:
    """No model is known."""

    def window(self, _: ModelHandle) -> int | None:
        return None


@contextmanager
def _changing_nothing() -> Iterator[None]:
    """Of a unit that changes nothing that callers could see: whether it was committed is nothing to tell them."""
    try:
        yield
    except OutcomeUnknown as unknown:
        raise StoreUnavailable from unknown


class SqlStore:
    """`ports.store.Store` on SQLite or PostgreSQL.

    Beside the port's errors, each method raises SchemaMismatch, a StoreUnavailable, until the tables of a PostgreSQL
    database are those of this version. Other errors of the driver pass through: they are bugs.
    """

    def __init__(self, database: Database, queue: JobQueue | None = None, windows: ModelWindows | None = None) -> None:
        self._database = database
        queue = queue or JobQueue()
        self._automation = Automation(queue, windows or NoWindows())
        self.jobs = SqlJobStore(database, queue)
        """The jobs of the same database."""
        self.policies = SqlPolicyStore(database, queue, self._automation.figures)
        """And the policies."""
        self.sweeps = SqlSweepStore(database, queue)
        """And the sweeps."""
        self.budgets = SqlBudgetStore(database)
        """And what both have taken of their budgets."""
        self.chores = SqlChoreStore(database)
        """And who does what is done for all of it."""
        self._afterwork = Afterwork(database)
        # What a process that was killed has deleted may be there still.
        self._is_scrubbed = False

    async def ping(self) -> None:
        await self._database.ping()

    @property
    def kind(self) -> str:
        """sqlite or postgresql."""
        return self._database.kind

    @property
    def waiting(self) -> tuple[int, int]:
        """Units of work that wait for a thread, as `Database.waiting`."""
        return self._database.waiting

    async def revision(self) -> str:
        """That of the tables as they are now, empty where there are none. Raises as `ping`."""
        return await self._database.read_once(find_revision)

    async def what_a_crash_loses(self) -> str:
        """A sentence for the operator, where what was committed may be lost by a crash of the database's machine and
        nobody asked for that; else empty. Raises as `ping`."""
        return await self._database.what_a_crash_loses()

    async def create_agent(
        self,
        namespace: str,
        agent: Agent,
        default: Conversation,
        system: SystemText,
        once: Once[Agent] | None = None,
        room: Room | None = None,
        policy_of: PolicyOf = no_policy,
    ) -> Agent:
        effect = partial(
            _create_agent,
            namespace=namespace,
            agent=agent,
            default=default,
            system=system,
            room=room,
            policy_of=policy_of,
            figures=self._automation.figures,
        )
        return await self._once(once, effect, lambda agent: Subject(agent.id, agent.default_conversation_id))

    async def get_agent(self, key: AgentKey) -> Agent:
        return await self._database.read_once(agents.get_agent, key)

    async def list_agents(self, namespace: str, where: AgentFilter, page: Page) -> list[Agent]:
        return await self._database.read(agents.list_agents, namespace, where, page)

    async def update_agent(
        self, key: AgentKey, change: Callable[[Agent], Agent], policy_of: PolicyOf = no_policy
    ) -> Agent:
        return await self._database.write(_update_agent, key, change, policy_of, self._automation.figures)

    async def delete_agent(self, key: AgentKey) -> Erasure:
        return await self._erase(erasures.erase_agent, key)

    async def create_conversation(
        self,
        namespace: str,
        conversation: Conversation,
        system: SystemText,
        once: Once[Conversation] | None = None,
        room: Room | None = None,
    ) -> Conversation:
        effect = partial(
            conversations.create_conversation, namespace=namespace, conversation=conversation, system=system, room=room
        )
        return await self._once(once, effect, lambda created: Subject(created.agent_id, created.id))

    async def get_conversation(self, key: ConversationKey) -> tuple[Conversation, list[str]]:
        return await self._database.read(contexts.read_conversation, key)

    async def list_conversations(self, namespace: str, where: ConversationFilter, page: Page) -> list[Conversation]:
        return await self._database.read(conversations.list_conversations, namespace, where, page)

    async def update_conversation(
        self, key: ConversationKey, change: Callable[[Conversation], Conversation]
    ) -> Conversation:
        update = partial(conversations.update_conversation, key=key, change=change)
        return await self._database.write(self._refreshing(update, key))

    async def delete_conversation(self, key: ConversationKey) -> Erasure:
        return await self._erase(erasures.erase_conversation, key)

    async def state(self, ref: ConversationRef) -> ConversationState:
        return await self._database.read_once(conversation_state.read_state, ref)

    async def snapshot(self, ref: ConversationRef, *, bodies: bool = False) -> Snapshot:
        snapshot, unfilled = await self._database.read(contexts.read_snapshot, ref, bodies=bodies)
        self._fill_in(snapshot.state.key, unfilled)
        return snapshot

    async def load_messages(self, key: ConversationKey, first: int, last: int) -> list[StoredMessage]:
        messages, unfilled = await self._database.read(contexts.load_messages, key, first, last)
        self._fill_in(key, unfilled)
        return messages

    async def load_digests(self, key: ConversationKey, first: int, last: int) -> list[DigestSource]:
        sources, unfilled = await self._database.read(digests.load_digests, key, first, last)
        self._fill_in(key, unfilled)
        return sources

    def keep_digests(self, key: ConversationKey, digests_read: Sequence[tuple[int, StoredDigest]]) -> None:
        self._afterwork.add(digests.store_digests, key, digests_read)

    async def read_context(self, ref: ConversationRef, work: Callable[[ContextReading], T]) -> T:
        found, key, unfilled = await self._database.read(context_reading.read_context, ref, work)
        self._fill_in(key, unfilled)
        return found

    async def load_transcript(self, key: ConversationKey, first: int, last: int) -> str:
        transcript, unfilled = await self._database.read(transcripts.load_transcript, key, first, last)
        self._fill_in(key, unfilled)
        return transcript

    async def load_rendered(self, key: ConversationKey, first: int, last: int) -> list[RenderedMessage]:
        rendered, unfilled = await self._database.read(transcripts.load_rendered, key, first, last)
        self._fill_in(key, unfilled)
        return rendered

    async def load_entries(self, key: ConversationKey, first: int, last: int) -> list[Entry]:
        return await self._database.read(context_reading.load_entries, key, first, last)

    async def load_ids(self, key: ConversationKey, first: int, last: int) -> dict[int, str]:
        return await self._database.read(context_reading.load_ids, key, first, last)

    async def append(self, ref: ConversationRef, batch: Batch, once: Once[Appended] | None = None) -> Appended:
        effect = partial(messages.append, ref=ref, batch=batch, automation=self._automation)
        return await self._once(
            once, effect, lambda appended: Subject(appended.state.agent_id, appended.state.conversation_id)
        )

    async def store_counts(self, key: ConversationKey, tokenizer: str, counts: Sequence[tuple[int, int]]) -> None:
        await self._database.write_unsynced(messages.store_counts, key, tokenizer, counts)

    async def results_without_call(self, ref: ConversationRef, given: Sequence[ChatMessage]) -> list[int]:
        return await self._database.read(messages.results_without_call, ref, given)

    async def list_messages(
        self, ref: ConversationRef, page: Page, types: Collection[MessageType] | None = None
    ) -> list[StoredMessage]:
        return await self._database.read(messages.list_messages, ref, page, types)

    async def unindexed(self, ref: ConversationRef) -> Unindexed:
        return await self._database.read(search_index.read_unindexed, ref)

    async def index(self, unindexed: Unindexed, secret: bytes, indexed: Sequence[IndexedMessage]) -> None:
        with _changing_nothing():
            await self._database.write_unsynced(search_index.extend_index, unindexed, secret, indexed)

    async def search(
        self, key: ConversationKey, terms: Sequence[str] | None, page: Page, *, evicted_only: bool
    ) -> list[StoredMessage]:
        return await self._database.read(search_index.search, key, terms, page, evicted_only=evicted_only)

    async def put_system(
        self,
        key: ConversationKey,
        system: SystemText,
        planned_version: int,
        expected_version: str | None,
        once: Once[PutSystem] | None = None,
    ) -> PutSystem:
        effect = partial(
            system_message.put_system,
            key=key,
            system=system,
            planned_version=planned_version,
            expected_version=expected_version,
        )
        return await self._once(
            once, self._refreshing(effect, key), lambda put: Subject(put.agent_id, put.conversation_id)
        )

    async def commit_compaction(
        self, key: ConversationKey, commit: CompactionCommit, claimed: Claimed[Compaction] | None = None
    ) -> Compaction:
        work = partial(compactions.commit_compaction, key=key, commit=commit, claimed=claimed)
        return await self._database.write_surely(
            self._refreshing(work, key),
            partial(compactions.is_committed, key=key, record=commit.record),
        )

    async def get_compaction(self, ref: ConversationRef, compaction_id: str, *, message_ids: bool) -> Compaction:
        return await self._database.read(compactions.get_compaction, ref, compaction_id, message_ids=message_ids)

    async def list_compactions(self, ref: ConversationRef, page: Page) -> list[Compaction]:
        return await self._database.read(compactions.list_compactions, ref, page)

    async def restoration(self, ref: ConversationRef, compaction_id: str) -> Restoration:
        return await self._database.read(restores.read_restoration, ref, compaction_id)

    async def snapshot_before(self, ref: ConversationRef, compaction_id: str) -> Snapshot:
        return await self._database.read(restores.read_snapshot_before, ref, compaction_id)

    async def commit_restore(
        self, key: ConversationKey, commit: RestoreCommit, once: Once[Compaction] | None = None
    ) -> Compaction:
        effect = self._refreshing(partial(restores.commit_restore, key=key, commit=commit), key)
        if once is None:
            is_done = partial(compactions.is_committed, key=key, record=commit.record)
            return await self._database.write_surely(effect, is_done)
        return await self._once(once, effect, lambda record: Subject(commit.agent_id, record.conversation_id))

    async def find_reply(self, operation: Operation, waited_for: int | None = None) -> Reply | None:
        # A unit that writes is told no sooner than what it has read is durable.
        with _changing_nothing():
            return await self._database.write(kept_reply, operation, waited_for)

    async def audited_keys(self, after: str, limit: int) -> list[ConversationKey]:
        return await self._database.read_once(audited_rows.read_keys, after, limit)

    async def audited_key(self, conversation_id: str) -> ConversationKey | None:
        return await self._database.read_once(audited_rows.read_key, conversation_id)

    async def read_for_audit(self, key: ConversationKey, work: Callable[[AuditReading], T]) -> T | None:
        return await self._database.read(audited_rows.read_for_audit, key, work)

    async def claim(
        self, ref: ConversationRef, operation: Operation, waited_for: int | None = None
    ) -> Claim | Held | Wait | Reply | Fail | Reused:
        for _ in range(ROUNDS):
            unit = claims.ClaimUnit(ref, operation, waited_for)
            with suppress(TakenMeanwhile), _changing_nothing():
                return await self._database.write_surely(unit.work, unit.is_done, claims.claim, unsynced=True)
        raise StoreUnavailable

    async def renew(self, claim: Claim) -> Renewed:
        return await self._database.write_unsynced(claims.renew, claim)

    async def fail(self, claim: Claim, failure: bytes) -> None:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            await self._database.write_unsynced(claims.fail, claim, failure)

    async def give_back(self, claim: Claim) -> None:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            await self._database.write_unsynced(claims.give_back, claim)

    async def remove_expired(self) -> bool:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            return await self._database.write_unsynced(operations.remove_expired)
        return False

    async def remove_rest(self, erasure: Erasure | None) -> bool:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            has_removed = await self._database.write_unsynced(erasures.remove_rest, erasure)
            self._is_scrubbed = self._is_scrubbed and not has_removed
            return has_removed
        return False

    async def scrub(self) -> bool:
        if not self._is_scrubbed:
            self._is_scrubbed = True
            self._is_scrubbed = await self._database.scrub()
        return self._is_scrubbed

    async def next_namespace(self, after: str) -> str | None:
        return await self._database.read_once(retention.next_namespace, after)

    async def idle_conversations(
        self, namespace: str, before: datetime, after: tuple[datetime, str] | None
    ) -> IdlePage:
        return await self._database.read_once(retention.idle_conversations, namespace, before, after)

    async def expire_conversation(self, key: ConversationKey, before: datetime) -> Erasure | None:
        self._is_scrubbed = False
        return await self._database.write_unsynced(retention.expire_conversation, key, before)

    async def replace_default(
        self, key: ConversationKey, before: datetime, fresh: Conversation, system: SystemText
    ) -> Erasure | None:
        self._is_scrubbed = False
        return await self._database.write(retention.replace_default, key, before, fresh, system)

    async def token_ratios(self, namespace: str) -> dict[RatioKey, TokenRatio]:
        return await self._database.read_once(token_ratios.read_token_ratios, namespace)

    async def add_observations(
        self, namespace: str, seen: Mapping[RatioKey, Sequence[Observation]]
    ) -> dict[RatioKey, TokenRatio]:
        return await self._database.write_unsynced(token_ratios.add_observations, namespace, seen)

    async def reserve_spend(self, limit: SpendLimit, usd: float, seconds: float) -> Reservation:
        with _changing_nothing():
            return await self._database.write_unsynced(quotas.reserve_spend, limit, usd, seconds)

    async def settle_spend(self, reservation: Reservation, usd: float) -> None:
        await self._database.write_unsynced(quotas.settle_spend, reservation, usd)

    async def stored(self, namespace: str) -> Stored:
        return await self._database.read_once(quotas.read_stored, namespace)

    async def credential_secret(self) -> bytes:
        with _changing_nothing():
            return await self._database.write_unsynced(provider_limits.credential_secret)

    async def take_permits(self, key: CredentialKey, limits: ProviderLimits, report: Report) -> Grant:
        with _changing_nothing():
            return await self._database.write_unsynced(provider_limits.take_permits, key, limits, report)

    async def _once(
        self, once: Once[T] | None, effect: Callable[[Connection], T], subject_of: Callable[[T], Subject]
    ) -> T:
        return await write_once(self._database, once, effect, subject_of)

    def _refreshing(self, work: "partial[T]", key: ConversationKey) -> Callable[[Connection], T]:
        """The work, and the figure of the conversation anew after it."""

        @wraps(work.func)
        def refreshing(connection: Connection) -> T:
            done = work(connection)
            self._automation.figures.refresh(connection, key)
            return done

        return refreshing

    async def _erase(self, work: Callable[[Connection, Key], Erasure], key: Key) -> Erasure:
        try:
            return await self._database.write(work, key)
        finally:
            self._is_scrubbed = False

    def _fill_in(self, key: ConversationKey, unfilled: Sequence[int]) -> None:
        """Spares the next readers what this one had to work out: of some rows, whose readers will be many."""
        some = unfilled[: filled_rows.FILLED_AT_ONCE]
        self._afterwork.add(filled_rows.fill_in, key, some, filled_rows.render_rows)

    async def close(self) -> None:
        await self._afterwork.close()
        await self._database.close()


def _create_agent(
    connection: Connection,
    namespace: str,
    agent: Agent,
    default: Conversation,
    system: SystemText,
    room: Room | None,
    policy_of: PolicyOf,
    figures: Figures,
) -> Agent:
    agents.insert_agent(connection, namespace, agent)
    agent_policies.write_of_agent(connection, namespace, None, agent, policy_of, figures)
    conversations.insert_conversation(connection, namespace, default, system, room)
    return agent


def _update_agent(
    connection: Connection, key: AgentKey, change: Callable[[Agent], Agent], policy_of: PolicyOf, figures: Figures
) -> Agent:
    before: list[Agent] = []

    def noted(agent: Agent) -> Agent:
        before.append(agent)
        return change(agent)

    after = agents.update_agent(connection, key, noted)
    figures.follow_agent(connection, key, before[0], after)
    agent_policies.write_of_agent(connection, key.namespace, before[0], after, policy_of, figures)
    return after
