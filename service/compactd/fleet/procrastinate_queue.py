"""The queue of PostgreSQL: Procrastinate, which says whose turn it is, and nothing else.

An item of it is a job's id and its place. It is put into the queue in the transaction that has the job wait, taken out
by one worker, and removed when that has ended. What a job is, and whether it may be begun, our table says: an item too
many begins nothing, and a job without an item gets one again (`mending`). Of what Procrastinate has besides, retries,
results and locks, nothing is used: a `lock` costs PostgreSQL 20 to 37 ms of CPU for each job.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
import psycopg_pool
import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status
from procrastinate.jobs import Job as Item
from procrastinate.manager import JobManager, NotificationCallback

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.fleet.items import QUEUE, TASK
from compactd.fleet.mending import Mending
from compactd.ports.fleet import Work
from compactd.ports.jobs import JobStore, TakenJob

POLL_SECONDS = 1.0
"""How often a worker looks for items that nobody has told it of: all, where it cannot be told."""

AWAY_SECONDS = 1.0
"""How long a worker waits before it asks a database again that did not answer."""

FINISH_TIMES = 15
"""How often it is tried to remove an item whose job has ended. One that stays is removed with its worker."""

HEARTBEAT_SECONDS, DEAD_SECONDS = 5.0, 20.0
"""How often a worker says that it lives, and after which silence it counts as dead."""

LOOK_SECONDS = 30.0
"""How often a process that runs no jobs looks whether anybody does."""

NOBODY = (
    "Jobs wait, and no process runs them: start `compactd work` on this database, or set COMPACTD_JOBS_AT_ONCE to more "
    "than 0."
)

CONNECTIONS = 4
"""The most that a process opens for its queue, beside the one that listens."""

_BEAT = """
INSERT INTO procrastinate_workers (id) OVERRIDING SYSTEM VALUE VALUES (%(worker_id)s)
ON CONFLICT (id) DO UPDATE SET last_heartbeat = now()
"""
_REMOVE_OF_THE_DEAD = """
DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IN (
    SELECT id FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => %(seconds)s)
) RETURNING queueing_lock AS job_id
"""
_OF_WORKER = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %(worker_id)s"
_REMOVE = "DELETE FROM procrastinate_jobs WHERE id = ANY(%(ids)s::bigint[]) RETURNING queueing_lock AS job_id"
_WITH_ITEM = """
SELECT queueing_lock AS job_id FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(%(ids)s::text[])
UNION ALL
SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NOT NULL
"""
_REMOVE_OF_NOBODY = "DELETE FROM procrastinate_jobs WHERE status <> 'todo' AND worker_id IS NULL RETURNING id"
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

    async def run(self, runner: str, work: Work) -> None:
        async with self._connected() as connector:
            if self._at_once:
                await self._run(connector, runner, work)
            else:
                await self._watch(connector)

    async def _run(self, connector: PsycopgConnector, runner: str, work: Work) -> None:
        async def do(job_id: str) -> None:
            taken = await self._begin(job_id, runner)
            if taken is not None:
                await work(taken)

        manager = _Manager(connector)
        app = App(connector=connector)
        app.job_manager = manager
        app.task(name=TASK, queue=QUEUE)(do)
        mending = asyncio.create_task(Mending(self._store, _Items(connector, manager)).run())
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
                        delete_jobs=DeleteJobCondition.ALWAYS,
                        install_signal_handlers=False,
                        # What runs is given back, and not waited for.
                        shutdown_graceful_timeout=0,
                        stalled_worker_timeout=_NEVER,
                    )
                await asyncio.sleep(AWAY_SECONDS)
        finally:
            mending.cancel()
            await asyncio.wait((mending,))

    async def _begin(self, job_id: str, runner: str) -> TakenJob | None:
        """As the store's `begin_job`, as soon as there is a database. It is not broken off: what has been begun is the
        runner's to give back."""
        while True:
            beginning = asyncio.ensure_future(self._store.begin_job(job_id, runner))
            try:
                return await asyncio.shield(beginning)
            except asyncio.CancelledError:
                await asyncio.wait((beginning,))
                raise
            except (StoreUnavailable, OutcomeUnknown):
                await asyncio.sleep(AWAY_SECONDS)

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
        connector = PsycopgConnector(
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


_NEVER = 10 * 365 * 24 * 3600.0
"""Seconds. Workers are not removed before the items are that they had (`mending`)."""


class _Manager(JobManager):
    """What a worker asks of the database, which may be away for a while without the worker ending for it. It knows
    which items this process has: `mine`, by their ids."""

    def __init__(self, connector: PsycopgConnector) -> None:
        super().__init__(connector)
        self._connector = connector
        self.mine: set[int] = set()
        self.worker_id: int | None = None

    async def register_worker(self) -> int:
        self.worker_id = await super().register_worker()
        return self.worker_id

    async def unregister_worker(self, worker_id: int) -> None:
        self.worker_id = None
        # One that stays counts as dead before long.
        with suppress(ConnectorException):
            await super().unregister_worker(worker_id)

    async def update_heartbeat(self, worker_id: int) -> None:
        with suppress(ConnectorException):
            # Others may have taken it for dead while the database was away.
            await self._connector.execute_query_async(_BEAT, worker_id=worker_id)

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Item | None:
        try:
            item = await super().fetch_job(queues, worker_id)
        except ConnectorException:
            await asyncio.sleep(AWAY_SECONDS)
            return None
        if item is not None and item.id is not None:
            self.mine.add(item.id)
        return item

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        try:
            for _ in range(FINISH_TIMES):
                try:
                    return await super().finish_job_by_id_async(job_id, status, delete_job)
                except ConnectorException as error:
                    if isinstance(error.__cause__, psycopg.errors.RaiseException):
                        # It is not there any more.
                        return None
                await asyncio.sleep(AWAY_SECONDS)
        finally:
            self.mine.discard(job_id)
        return None

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
    """`mending.Items` in Procrastinate's tables, for the worker of a manager."""

    def __init__(self, connector: PsycopgConnector, manager: _Manager) -> None:
        self._connector = connector
        self._manager = manager
        self._strange: set[int] = set()

    async def remove_finished(self) -> None:
        await self._rows(_REMOVE_OF_NOBODY)

    async def remove_of_the_dead(self) -> Collection[str]:
        found = await self._jobs_of(_REMOVE_OF_THE_DEAD, seconds=DEAD_SECONDS)
        # Not before their items are.
        await self._rows("SELECT procrastinate_prune_stalled_workers_v1(%(seconds)s)", seconds=DEAD_SECONDS)
        return found

    async def remove_unheard_of(self) -> Collection[str]:
        if self._manager.worker_id is None:
            return ()
        rows = await self._rows(_OF_WORKER, worker_id=self._manager.worker_id)
        strange = {row["id"] for row in rows} - self._manager.mine
        twice, self._strange = strange & self._strange, strange
        return await self._jobs_of(_REMOVE, ids=sorted(twice)) if twice else ()

    async def existing(self, job_ids: Collection[str]) -> Collection[str]:
        return await self._jobs_of(_WITH_ITEM, ids=list(job_ids))

    async def _jobs_of(self, query: Any, **arguments: Any) -> list[str]:
        # What somebody has put there by hand may name none.
        return [row["job_id"] for row in await self._rows(query, **arguments) if row["job_id"]]

    async def _rows(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        try:
            rows: list[dict[str, Any]] = await self._connector.execute_query_all_async(query, **arguments)
        except ConnectorException as error:
            raise StoreUnavailable from error
        return rows


def _pool(**options: Any) -> "psycopg_pool.AsyncConnectionPool[Any]":
    """Without looking before each statement whether the connection is good: whoever meets a bad one tries again."""
    return psycopg_pool.AsyncConnectionPool(**{**options, "check": None})


async def _configure(connection: "psycopg.AsyncConnection[Any]") -> None:
    # Each statement is a transaction: a message there and one back.
    await connection.set_autocommit(True)
    await connection.execute("SET default_transaction_isolation = 'read committed'")
    # An item that a crash brings back begins nothing, or what our table says has not ended.
    await connection.execute("SET synchronous_commit = off")


async def _configure_pooled(connection: "psycopg.AsyncConnection[Any]") -> None:
    # Another session may have it next, with settings of its own.
    await connection.set_isolation_level(psycopg.IsolationLevel.READ_COMMITTED)
