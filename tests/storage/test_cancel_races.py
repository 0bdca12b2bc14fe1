"""What is cancelled while others would take it over has no effect later. On SQLite nobody else writes meanwhile."""

import asyncio
from typing import Any

import pytest

from compactd.domain.errors import ContextChanged
from compactd.domain.ids import new_id
from compactd.domain.jobs import JobState
from compactd.domain.keys import ConversationKey, JobKey, PolicyKey, SweepKey
from compactd.domain.policies import ConversationSelector
from compactd.domain.sweeps import SweepSpec
from compactd.ports.sweeps import NewSweep
from compactd.storage import policies
from compactd.storage.abandonments import Abandonment
from compactd.storage.store import SqlStore
from tests.builders.stored_jobs import asked, elapse, remove_jobs, take_all
from tests.builders.stored_operations import claimed, commit_claimed, operation
from tests.builders.stored_values import NAMESPACE, begin


@pytest.mark.parametrize("how", ["by a call", "with its policy", "with its sweep"])
async def test_a_job_that_is_recovered_while_it_is_cancelled_commits_nothing_afterwards(
    postgres_store: SqlStore, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    store, loop = postgres_store, asyncio.get_running_loop()
    jobs, ref = store.jobs, await begin(store, 5)
    await remove_jobs(store)
    sweep = await swept(store, ref) if how == "with its sweep" else None
    if sweep is None:
        await jobs.submit_job(ref, asked(policy_id="policy-1"))
    [job] = [taken.job for taken in await take_all(jobs) if taken.job.conversation_id == ref.conversation_id]
    claim = await claimed(store, ref, operation(job.request_id))
    await elapse(store, 60)
    abandon, recovered = Abandonment.run, []

    def slowly(abandonment: Abandonment, *arguments: Any) -> None:
        abandon(abandonment, *arguments)
        recovered.append(asyncio.run_coroutine_threadsafe(jobs.recover_jobs(), loop).result())

    monkeypatch.setattr(Abandonment, "run", slowly)
    if sweep is not None:
        await store.sweeps.cancel_sweep(sweep)
    elif how == "by a call":
        await jobs.cancel_job(JobKey(NAMESPACE, job.id))
    else:
        await store._database.write(policies.cancel_jobs, PolicyKey(NAMESPACE, "policy-1"))
    assert recovered == [0]
    assert (await jobs.get_job(JobKey(NAMESPACE, job.id))).state is JobState.RUNNING
    await jobs.recover_jobs()
    if how == "with its policy":
        # What runs goes on.
        assert (await jobs.get_job(JobKey(NAMESPACE, job.id))).state is JobState.QUEUED
        await commit_claimed(store, claim)
    else:
        assert (await jobs.get_job(JobKey(NAMESPACE, job.id))).state is JobState.CANCELLED
        with pytest.raises(ContextChanged):
            await commit_claimed(store, claim)


async def swept(store: SqlStore, ref: ConversationKey) -> SweepKey:
    """A sweep that has queued a job for the conversation, and others of its agent."""
    spec = SweepSpec(selector=ConversationSelector(agent_ids=((await store.state(ref)).agent_id,)))
    sweep = await store.sweeps.start_sweep(NAMESPACE, NewSweep(new_id("sweep"), spec, b""))
    assert await store.sweeps.advance_sweep(sweep.id)
    return SweepKey(NAMESPACE, sweep.id)
