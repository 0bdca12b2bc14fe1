"""Runners that take a job from each other, stand still and go on, in whatever order: it has the effect that it tells
of, or none. Each step is a unit of work, as the store does them; what came of earlier ones decides what it does."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from compactd.domain.errors import ContextChanged, JobEnded
from compactd.domain.ids import new_uuid
from compactd.domain.jobs import Again, End, JobFailure, JobState
from compactd.domain.keys import ConversationKey, JobKey
from compactd.domain.operations import JobToken, Reply
from compactd.domain.paging import Page
from compactd.ports.jobs import TakenJob
from compactd.ports.operations import AlreadyDone, Claim
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import asked, elapse, remove_jobs, take_all
from tests.builders.stored_operations import commit_claimed, end_leases, operation
from tests.builders.stored_values import NAMESPACE, begin

SCHEDULES = 30
STEPS = 40

DOWN = JobFailure("UNAVAILABLE", "PROVIDER_UNAVAILABLE", "The provider could not be reached.")
ENDS = [End(JobState.CANCELLED), End(JobState.FAILED, DOWN), End(JobState.SKIPPED, DOWN)]


@dataclass(slots=True)
class Runner:
    """A process as it knows itself: it may have stood still since."""

    name: str
    taken: TakenJob | None = None
    claim: Claim | None = None
    made: str = ""
    """The record that it has made or heard of."""


class Schedule:
    """Of one job that somebody has submitted, or of a policy's."""

    def __init__(self, store: SqlStore, ref: ConversationKey, job_id: str, random: Random) -> None:
        self._store = store
        self._jobs = store.jobs
        self._ref = ref
        self._key = JobKey(NAMESPACE, job_id)
        self._random = random
        self._runners = [Runner(f"runner {number}") for number in range(3)]
        self.log: list[str] = []

    async def run(self) -> None:
        """Steps at random until the job has ended; then each runner does what it can still do, and does the job if it
        has not ended."""
        for _ in range(STEPS):
            await self._do(*self._random.choice(self._possible_steps()))
            if (await self._jobs.get_job(self._key)).state.is_ended:
                break
        for runner in self._runners:
            await self._do(self._claim, runner)
            await self._do(self._commit, runner)
        for runner in self._runners:
            await self._do(self._stand_still)
            for step in (self._take, self._claim, self._commit, self._succeed):
                await self._do(step, runner)

    def _possible_steps(self) -> list[tuple[Any, ...]]:
        """Each with its runner, if it is one's."""
        steps: list[tuple[Any, ...]] = [(self._stand_still,), (self._stand_still,), (self._cancel,), (self._recover,)]
        for runner in self._runners:
            steps.append((self._take, runner))
            if runner.taken is not None:
                steps.append((self._give_back, runner))
                steps += [(step, runner) for step in ((self._succeed,) if runner.made else (self._end, self._defer))]
            if runner.claim is not None:
                steps += [(self._commit, runner), (self._fail, runner)]
            elif runner.taken is not None:
                steps += [(self._claim, runner)] * 2
        return steps

    async def _do(self, step: Callable[..., Awaitable[object]], *arguments: Runner) -> None:
        came = await step(*arguments)
        self.log.append(f"{step.__name__} {' '.join(runner.name for runner in arguments)}: {came}")

    async def _take(self, runner: Runner) -> object:
        for taken in await take_all(self._jobs, runner.name):
            runner.taken, runner.claim, runner.made = taken, None, ""
        return runner.taken and runner.taken.token

    async def _claim(self, runner: Runner) -> object:
        if runner.taken is None or runner.claim is not None:
            return None
        token = JobToken(runner.taken.job.id, runner.taken.token)
        asked_for = operation(runner.taken.job.request_id, job=token)
        with suppress(ContextChanged):
            step = await self._store.claim(self._ref, asked_for)
            if isinstance(step, Claim):
                runner.claim = step
            elif isinstance(step, Reply):
                runner.made = step.reply.decode()
            return step
        return "lost"

    async def _commit(self, runner: Runner) -> object:
        if runner.claim is None:
            return None
        claim, runner.claim = runner.claim, None
        state = await self._store.state(self._ref)
        with suppress(ContextChanged):
            if state.context_version == claim.context_version:
                runner.made = (await commit_claimed(self._store, claim)).id
                return runner.made
        return "lost"

    async def _fail(self, runner: Runner) -> object:
        if runner.claim is not None:
            await self._store.fail(runner.claim, b"why")
            runner.claim = None
        return None

    async def _succeed(self, runner: Runner) -> object:
        if runner.taken is None or not runner.made:
            return None
        return await self._jobs.end_job(runner.taken, End(JobState.SUCCEEDED, None, runner.made))

    async def _end(self, runner: Runner) -> object:
        if runner.taken is None or runner.made:
            return None
        try:
            return await self._jobs.end_job(runner.taken, self._random.choice(ENDS))
        except AlreadyDone as done:
            runner.made = done.reply.decode()
            return runner.made

    async def _defer(self, runner: Runner) -> object:
        if runner.taken is None or runner.made:
            return None
        request_id = runner.taken.job.request_id if self._random.random() < 0.5 else new_uuid()
        try:
            return await self._jobs.defer_job(runner.taken, Again(0, DOWN), request_id)
        except AlreadyDone as done:
            runner.made = done.reply.decode()
            return runner.made

    async def _give_back(self, runner: Runner) -> object:
        return await self._jobs.give_back_jobs(runner.name)

    async def _stand_still(self) -> None:
        """All of them, for longer than they hold anything."""
        await elapse(self._store, 60)
        await end_leases(self._store, self._ref.conversation_id)

    async def _recover(self) -> object:
        return await self._jobs.recover_jobs()

    async def _cancel(self) -> object:
        with suppress(JobEnded):
            return (await self._jobs.cancel_job(self._key)).state
        return "ended"


async def records_of(store: SqlStore, ref: ConversationKey) -> Sequence[str]:
    return [record.id for record in await store.list_compactions(ref, Page(limit=10))]


@pytest.mark.parametrize("automatic", [False, True])
async def test_in_whatever_order_runners_come_a_job_has_the_effect_that_it_tells_of(
    sql_store: SqlStore, *, automatic: bool
) -> None:
    await remove_jobs(sql_store)
    ended: set[JobState] = set()
    for seed in range(SCHEDULES):
        ref = await begin(sql_store, 5)
        job = await sql_store.jobs.submit_job(ref, asked(automatic=automatic))
        schedule = Schedule(sql_store, ref, job.id, Random(seed))
        await schedule.run()
        found = await sql_store.jobs.get_job(JobKey(NAMESPACE, job.id))
        told = [found.compaction_id] if found.state is JobState.SUCCEEDED else []
        assert found.state.is_ended, (seed, schedule.log)
        assert await records_of(sql_store, ref) == told, (seed, schedule.log)
        ended.add(found.state)
    assert ended == {JobState.SUCCEEDED, JobState.CANCELLED, JobState.FAILED, JobState.SKIPPED}
