"""The store of sweeps: `ports.sweeps.SweepStore` on the database of everything else."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.keys import PolicyKey, SweepKey
from compactd.domain.paging import Page
from compactd.domain.policies import CompactionBudget
from compactd.domain.sweeps import PauseReason, Sweep
from compactd.ports.operations import Once
from compactd.ports.sweeps import NewSweep
from compactd.storage import cron_runs, sweep_pages, sweep_rows, sweeps
from compactd.storage.database import Database
from compactd.storage.job_queue import JobQueue
from compactd.storage.once import Subject, write_once


class SqlSweepStore:
    """Errors as of `SqlStore`."""

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._queue = queue

    async def start_sweep(self, namespace: str, new: NewSweep, once: Once[Sweep] | None = None) -> Sweep:
        limit = self._queue.room.rules.of(namespace).unfinished_sweeps
        effect = partial(sweeps.start_sweep, namespace=namespace, new=new, limit=limit)
        return await write_once(self._database, once, effect, lambda _: Subject("", ""))

    async def get_sweep(self, key: SweepKey) -> Sweep:
        return await self._database.read(sweep_rows.get_sweep, key)

    async def list_sweeps(self, namespace: str, page: Page) -> list[Sweep]:
        return await self._database.read(sweep_rows.list_sweeps, namespace, page)

    async def pause_sweep(self, key: SweepKey, reason: PauseReason) -> Sweep:
        return await self._database.write(sweeps.pause_sweep, key, reason)

    async def resume_sweep(self, key: SweepKey, budget: CompactionBudget | None = None) -> Sweep:
        return await self._database.write(sweeps.resume_sweep, key, budget, self._queue.enlist)

    async def cancel_sweep(self, key: SweepKey) -> Sweep:
        return await self._database.write(sweeps.cancel_sweep, key)

    async def due_runs(self) -> Sequence[PolicyKey]:
        return await self._database.read_once(cron_runs.due_runs)

    async def start_run(self, key: PolicyKey) -> None:
        await self._database.write(cron_runs.start_run, key)

    async def put_off_run(self, key: PolicyKey) -> None:
        await self._database.write_unsynced(cron_runs.put_off_run, key)

    async def sweeps_to_advance(self) -> Sequence[str]:
        return await self._database.read_once(sweep_pages.sweeps_to_advance)

    async def advance_sweep(self, sweep_id: str) -> bool:
        return await self._database.write_unsynced(sweep_pages.advance_sweep, sweep_id, self._queue)

    async def remove_expired_sweeps(self) -> bool:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            return await self._database.write_unsynced(sweeps.remove_expired_sweeps)
        return False
