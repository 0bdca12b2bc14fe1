"""The store, of the stores of its subjects: every method is one unit of work, written in the module of its subject."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from compactd.domain.handles import ModelHandle
from compactd.domain.keys import ConversationKey
from compactd.ports.audit import AuditReading
from compactd.ports.model_catalog import ModelWindows
from compactd.ports.observer import Observer, SilentObserver
from compactd.storage import audited_rows
from compactd.storage.automation import Automation
from compactd.storage.budget_store import SqlBudgetStore
from compactd.storage.chores import SqlChoreStore
from compactd.storage.context_store import SqlContextStore
from compactd.storage.database import Database
from compactd.storage.engines import connect_engines
from compactd.storage.job_queue import JobQueue
from compactd.storage.job_store import SqlJobStore
from compactd.storage.operation_store import SqlOperationStore
from compactd.storage.policy_store import SqlPolicyStore
from compactd.storage.resource_store import SqlResourceStore
from compactd.storage.schema import find_revision, require_schema
from compactd.storage.sqlite import require_file
from compactd.storage.sweep_store import SqlSweepStore
from compactd.storage.urls import parse_url
from compactd.storage.usage_store import SqlUsageStore

T = TypeVar("T")


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


class SqlStore(SqlResourceStore, SqlContextStore, SqlOperationStore, SqlUsageStore):
    """`ports.store.Store` on SQLite or PostgreSQL.

    Beside the port's errors, each method raises SchemaMismatch, a StoreUnavailable, until the tables of a PostgreSQL
    database are those of this version. Other errors of the driver pass through: they are bugs.
    """

    def __init__(self, database: Database, queue: JobQueue | None = None, windows: ModelWindows | None = None) -> None:
        queue = queue or JobQueue()
        super().__init__(database, Automation(queue, windows or NoWindows()))
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

    async def audited_keys(self, after: str, limit: int) -> list[ConversationKey]:
        return await self._database.read_once(audited_rows.read_keys, after, limit)

    async def audited_key(self, conversation_id: str) -> ConversationKey | None:
        return await self._database.read_once(audited_rows.read_key, conversation_id)

    async def read_for_audit(self, key: ConversationKey, work: Callable[[AuditReading], T]) -> T | None:
        return await self._database.read(audited_rows.read_for_audit, key, work)

    async def close(self) -> None:
        await self._afterwork.close()
        await self._database.close()
