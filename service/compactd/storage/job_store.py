"""The store of jobs: `ports.jobs.JobStore` on the database of everything else."""

from collections.abc import Collection, Sequence
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from compactd.domain.errors import OutcomeUnknown, StoreUnavailable
from compactd.domain.jobs import Again, End, Job
from compactd.domain.keys import ConversationRef, JobKey
from compactd.domain.operations import OperationKey
from compactd.domain.paging import Page
from compactd.domain.progress import NumberedEvent
from compactd.ports.jobs import Backlog, Drawn, JobFilter, JobRequest, TakenJob, Waiting, WatchedCompact, WatchedJob
from compactd.ports.operations import Claim
from compactd.storage import ended_jobs, job_ends, job_events, job_rows, jobs
from compactd.storage.database import Database
from compactd.storage.job_backlog import measure_jobs
from compactd.storage.job_queue import JobQueue


class SqlJobStore:
    """Errors as of `SqlStore`."""

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self._database = database
        self._jobs = jobs.Jobs(queue)

    async def submit_job(self, ref: ConversationRef, asked: JobRequest) -> Job:
        return await self._database.write(self._jobs.submit_job, ref, asked)

    async def find_submitted(self, namespace: str, request_id: str) -> Job | None:
        return await self._database.read_once(jobs.find_submitted, namespace, request_id)

    async def get_job(self, key: JobKey) -> Job:
        return await self._database.read_once(job_rows.read_job, key)

    async def list_jobs(self, namespace: str, where: JobFilter, page: Page) -> list[Job]:
        return await self._database.read(job_rows.list_jobs, namespace, where, page)

    async def cancel_job(self, key: JobKey) -> Job:
        return await self._database.write(job_ends.cancel_job, key)

    async def look_for_jobs(self) -> Waiting:
        return await self._database.read_once(jobs.look_for_jobs)

    async def measure_jobs(self) -> Backlog:
        return await self._database.read(measure_jobs)

    async def take_jobs(self, runner: str, count: int) -> Sequence[TakenJob]:
        return await self._database.write_unsynced(self._jobs.take_jobs, runner, count)

    async def draw_job(self, runner: str) -> Drawn | None:
        return await self._database.write_unsynced(self._jobs.draw_job, runner)

    async def first_jobs(self, count: int) -> Sequence[str]:
        return await self._database.read(jobs.first_jobs, count)

    async def enlist_jobs(self, job_ids: Sequence[str]) -> int:
        return await self._database.write_unsynced(self._jobs.enlist_jobs, job_ids)

    async def recover_jobs(self) -> int:
        return await self._database.write_unsynced(self._jobs.recover_jobs)

    async def renew_jobs(self, runner: str, job_ids: Collection[str]) -> Collection[str]:
        return await self._database.write_unsynced(jobs.renew_jobs, runner, job_ids)

    async def end_job(self, taken: TakenJob, end: End, events: Sequence[NumberedEvent] = ()) -> bool:
        return await self._database.write_unsynced(job_events.end_job, taken, end, events)

    async def defer_job(
        self, taken: TakenJob, again: Again, request_id: str, events: Sequence[NumberedEvent] = ()
    ) -> bool:
        return await self._database.write_unsynced(job_events.defer_job, self._jobs, taken, again, request_id, events)

    async def add_events(self, taken: TakenJob, events: Sequence[NumberedEvent]) -> None:
        await self._database.write_unsynced(job_events.add_events, taken, events)

    async def watch_job(self, key: JobKey, after: int) -> WatchedJob:
        return await self._database.read_once(job_events.watch_job, key, after)

    async def submitted_as(self, key: OperationKey) -> JobKey | None:
        return await self._database.read_once(job_events.submitted_as, key)

    async def add_events_of_compact(self, claim: Claim, events: Sequence[NumberedEvent]) -> None:
        await self._database.write_unsynced(job_events.add_events_of_compact, claim, events)

    async def mark_watched(self, key: OperationKey) -> None:
        await self._database.write_unsynced(job_events.mark_watched, key)

    async def watch_compact(self, key: OperationKey, after: int) -> WatchedCompact | None:
        return await self._database.read_once(job_events.watch_compact, key, after)

    async def give_back_jobs(self, runner: str) -> int:
        return await self._database.write_unsynced(self._jobs.give_back_jobs, runner)

    async def remove_expired_jobs(self) -> bool:
        with suppress(StoreUnavailable, OutcomeUnknown, DBAPIError):
            more = await self._database.write_unsynced(ended_jobs.remove_expired_jobs)
            more = await self._database.write_unsynced(ended_jobs.shorten_ended_jobs) or more
            return await self._database.write_unsynced(job_events.remove_old_events) or more
        return False
