"""What a runner does beside its jobs."""

import asyncio
from collections.abc import Collection
from typing import Any, cast

import pytest

from compactd.background import job_runner
from compactd.background.job_runner import JobRunner
from compactd.background.jobs_in_hand import JobsInHand
from compactd.ports.fleet import Work


class _Jobs:
    """A store in which jobs cannot be renewed at first."""

    def __init__(self) -> None:
        self.tries = 0
        self.renewed = asyncio.Event()

    async def renew_jobs(self, _: str, job_ids: Collection[str]) -> Collection[str]:
        self.tries += 1
        if self.tries == 1:
            raise KeyError("jobs")
        self.renewed.set()
        return ()

    async def give_back_jobs(self, _: str) -> int:
        return 0


class _Fleet:
    async def run(self, runner: str, work: Work, leaving: asyncio.Event) -> None:
        await asyncio.Event().wait()


async def test_a_renewal_that_goes_wrong_is_not_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "RENEW_SECONDS", 0)
    jobs, in_hand, nothing = _Jobs(), JobsInHand(), cast(Any, None)
    fleet, store = cast(Any, _Fleet()), cast(Any, jobs)
    runner = JobRunner(fleet, store, nothing, nothing, nothing, nothing, in_hand, 1.0, nothing, nothing)
    with in_hand.holding("job-1"):
        running = asyncio.create_task(runner.run())
        async with asyncio.timeout(30):
            await jobs.renewed.wait()
    running.cancel()
    await asyncio.wait((running,))
