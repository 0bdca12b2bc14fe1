"""The queue of PostgreSQL: Procrastinate, which says whose turn it is, and nothing else.

An item of it is a job's id and its place. It is put into the queue in the transaction that has the job wait, and taken
out in the one that begins it, by a worker that Procrastinate tells of it. What a job is, and whether it may be begun,
our table says: an item too many begins nothing, and a job without an item gets one again (`reconciliation`). Of what
Procrastinate has besides, retries, results, events and locks, nothing is used: a `lock` costs PostgreSQL 20 to 37 ms of
CPU for each job.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

import psycopg
import psycopg_pool
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Item
from procrastinate.jobs import Status
from procrastinate.manager import JobManager, NotificationCallback
from procrastinate.types import JSONDict

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.fleet.cancellation import cancellable
from compactd.fleet.items import QUEUE, TASK
from compactd.fleet.reconciliation import Reconciliation
from compactd.ports.fleet import Work
from compactd.ports.jobs import Drawn, JobStore, TakenJob

POLL_SECONDS = 1.0
"""How often a worker looks for items that nobody has told it of: all, where it cannot be told."""

AWAY_SECONDS = 1.0
"""How long a worker waits before it asks a database again that did not answer."""

HEARTBEAT_SECONDS, DEAD_SECONDS = 5.0, 20.0
"""How often a worker says that it lives, and after which silence it counts as dead."""

LOOK_SECONDS = 30.0
"""How often a process that runs no jobs looks whether anybody does."""

NOBODY = (
    "Jobs wait, and no process runs them: start `compactd work` on this database, or set COMPACTD_JOBS_AT_ONCE to more "
    "than 0."
)

CONNECTIONS = 2
"""The most that a process opens for its queue, beside the one that listens."""

_BEAT = """
INSERT INTO procrastinate_workers (id) OVERRIDING SYSTEM VALUE VALUES (%(worker_id)s)
ON CONFLICT (id) DO UPDATE SET last_heartbeat = now()
"""
_WITH_ITEM = """
SELECT queueing_lock AS job_id FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(ids)s::text[])
"""
_HASTEN = """
UPDATE procrastinate_jobs SET scheduled_at = now()
WHERE status = 'todo' AND queueing_lock = ANY(%(ids)s::text[]) AND scheduled_at > now()
RETURNING id
"""
_PRUNE = "SELECT procrastinate_prune_stalled_workers_v1(%(seconds)s)"
_ANYBODY = """
SELECT EXISTS (
    SELECT FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)
) AS is_so
"""


class ProcrastinateFleet:
    """A `Fleet` of as many processes as there are on one database."""

    def __init__(self, store: JobStore, at_once: int, arguments: Mapping[str, Any], *, listen: bool) -> None:
        """It runs `at_once` jobs at the same time, at most; with 0 none, and says so where nobody else does. It
        connects with the `arguments` of the driver, and has itself told of items if it is to `listen`."""
        self._store = store
        self._at_once = at_once
        self._arguments = arguments
        self._listen = listen
        self._log = structlog.get_logger()

    def wake(self) -> None:
        # Whoever listens is told by PostgreSQL, and others look soon.
        return

    async def run(self, runner: str, work: Work, leaving: asyncio.Event) -> None:
        async with self._connected() as connector:
            if self._at_once:
                await self._run(connector, runner, work, leaving)
            else:
                await self._watch(connector)

    async def _run(self, connector: PsycopgConnector, runner: str, work: Work, leaving: asyncio.Event) -> None:
        manager = _Manager(connector, self._store, runner, leaving)

        async def do(job_id: str) -> None:
            await work(manager.begun.pop(job_id))

        app = App(connector=connector)
        app.job_manager = manager
        app.task(name=TASK, queue=QUEUE)(do)
        reconciliation = asyncio.create_task(Reconciliation(self._store, _Items(connector)).run())
        try:
            # Ends by being cancelled: a worker that cannot be registered is the only one that ends otherwise.
            while True:
                with suppress(ConnectorException):
                    await app.run_worker_async(
                        queues=[QUEUE],
                        concurrency=self._at_once,
                        listen_notify=self._listen,
                        fetch_job_polling_interval=POLL_SECONDS,
                        update_heartbeat_interval=HEARTBEAT_SECONDS,
                        install_signal_handlers=False,
                        # What runs is given back, and not waited for.
                        shutdown_graceful_timeout=0,
                        stalled_worker_timeout=DEAD_SECONDS,
                    )
                await asyncio.sleep(AWAY_SECONDS)
        finally:
            reconciliation.cancel()
            await asyncio.wait((reconciliation,))

    async def _watch(self, connector: PsycopgConnector) -> None:
        """Warns while jobs wait and there is nobody for them. Goes on until it is cancelled."""
        was_ready = False
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(StoreUnavailable, ConnectorException):
                is_ready = (await self._store.look_for_jobs()).ready
                if is_ready and was_ready:
                    row = await connector.execute_query_one_async(_ANYBODY, seconds=DEAD_SECONDS)
                    if not row["is_so"]:
                        self._log.warning("jobs not run", why=NOBODY)
                was_ready = is_ready

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[PsycopgConnector]:
        connector = _Connector(
            kwargs={**self._arguments, "application_name": "compactd-queue"},
            pool_factory=_pool,
            configure=_configure if self._arguments["prepare_threshold"] else _configure_pooled,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=2 * AWAY_SECONDS,
            reconnect_timeout=4 * AWAY_SECONDS,
        )
        try:
            # One that is away is connected to by and by.
            with suppress(psycopg.OperationalError):
                await connector.open_async()
            yield connector
        finally:
            await connector.close_async()


class _Manager(JobManager):
    """What a worker asks of the database, which may be away for a while without the worker ending for it. Jobs are
    begun in the store; `begun` has those that the worker has not come to yet, by their ids."""

    def __init__(self, connector: PsycopgConnector, store: JobStore, runner: str, leaving: asyncio.Event) -> None:
        super().__init__(connector)
        self._connector = connector
        self._leaving = leaving
        self._store = store
        self._runner = runner
        self._numbers = count(1)
        self.begun: dict[str, TakenJob] = {}

    async def unregister_worker(self, worker_id: int) -> None:
        # One that stays counts as dead before long.
        with suppress(ConnectorException):
            await super().unregister_worker(worker_id)

    async def update_heartbeat(self, worker_id: int) -> None:
        with suppress(ConnectorException):
            # Others may have taken it for dead while the database was away.
            await self._connector.execute_query_async(_BEAT, worker_id=worker_id)

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Item | None:  # noqa: ARG002
        try:
            # A worker that is stopped says no longer that it lives, and what it runs then may take long: it goes on,
            # and is given no more.
            while not self._leaving.is_set() and (drawn := await self._draw()) is not None:
                if drawn.taken is not None:
                    return self._item(drawn.taken)
        except (StoreUnavailable, OutcomeUnknown):
            await asyncio.sleep(AWAY_SECONDS)
        return None

    async def _draw(self) -> Drawn | None:
        """It is not broken off: what has been begun is the runner's to give back."""
        drawing = asyncio.ensure_future(self._store.draw_job(self._runner))
        try:
            return await asyncio.shield(drawing)
        except asyncio.CancelledError:
            await asyncio.wait((drawing,))
            raise

    def _item(self, taken: TakenJob) -> Item:
        """As the worker knows it, by a number of its own: there is none in the queue any more."""
        job_id = taken.job.id
        self.begun[job_id] = taken
        arguments: JSONDict = {"job_id": job_id}
        return Item(
            id=next(self._numbers), queue=QUEUE, lock=None, queueing_lock=job_id, task_name=TASK, task_kwargs=arguments
        )

    async def finish_job(self, job: Item, status: Status, delete_job: bool) -> None:  # noqa: ARG002
        # What has become of it is in our table.
        return

    async def list_jobs_to_abort_async(self, queue: str | None = None) -> Iterable[int]:  # noqa: ARG002
        # Jobs are cancelled in our table, where their runner looks.
        return ()

    async def listen_for_jobs(
        self, *, on_notification: NotificationCallback, queues: Iterable[str] | None = None
    ) -> None:
        while True:
            with suppress(ConnectorException):
                await super().listen_for_jobs(on_notification=on_notification, queues=queues)
            await asyncio.sleep(AWAY_SECONDS)


class _Items:
    """`reconciliation.Items` in Procrastinate's tables."""

    def __init__(self, connector: PsycopgConnector) -> None:
        self._connector = connector

    async def forget_the_dead(self) -> None:
        await self._rows(_PRUNE, seconds=DEAD_SECONDS)

    async def hasten(self, job_ids: Collection[str]) -> None:
        await self._rows(_HASTEN, ids=list(job_ids))

    async def existing(self, job_ids: Collection[str]) -> Collection[str]:
        return [row["job_id"] for row in await self._rows(_WITH_ITEM, ids=list(job_ids))]

    async def _rows(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        try:
            rows: list[dict[str, Any]] = await self._connector.execute_query_all_async(query, **arguments)
        except ConnectorException as error:
            raise StoreUnavailable from error
        return rows


class _Connector(PsycopgConnector):
    """One whose caller may be cancelled at any moment."""

    async def open_async(self, pool: "psycopg_pool.AsyncConnectionPool[Any] | None" = None) -> None:
        await cancellable(super().open_async(pool))

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        await cancellable(super().execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        return await cancellable(super().execute_query_one_async(query, **arguments))

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        return await cancellable(super().execute_query_all_async(query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        await cancellable(super().listen_notify(on_notification, channels))


def _pool(**options: Any) -> "psycopg_pool.AsyncConnectionPool[Any]":
    """Without looking before each statement whether the connection is good: whoever meets a bad one tries again."""
    return psycopg_pool.AsyncConnectionPool(**{**options, "check": None})


async def _configure(connection: "psycopg.AsyncConnection[Any]") -> None:
    # Each statement is a transaction: a message there and one back.
    await connection.set_autocommit(True)
    await connection.execute("SET default_transaction_isolation = 'read committed'")


async def _configure_pooled(connection: "psycopg.AsyncConnection[Any]") -> None:
    # Another session may have it next, with settings of its own.
    await connection.set_isolation_level(psycopg.IsolationLevel.READ_COMMITTED)
