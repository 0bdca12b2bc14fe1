"""What a finding shows of its conversation is what is stored."""

import time
from pathlib import Path

from compactd.domain.jobs import End, JobState
from compactd.ports.operations import Claimed
from compactd.storage.store import open_store
from tests.builders.stored_jobs import asked, take_one
from tests.builders.stored_operations import claimed, operation
from tests.builders.stored_values import begin, commit_of
from tests.sqlite import migrated_sqlite
from tests.torture.stored import stored_lines


async def test_lease_records_jobs_and_operations_are_shown_by_the_clock_of_the_run(tmp_path: Path) -> None:
    zero = time.time() - 100
    url = migrated_sqlite(tmp_path / "compactd.db")
    store = open_store(url, durable=False)
    ref = await begin(store, 5)
    job = await store.jobs.submit_job(ref, asked())
    taken = await take_one(store.jobs)
    claim = await claimed(store, ref, operation(job.request_id))
    commit = commit_of(await store.state(ref), 4, [1, 2, 3])
    record = await store.commit_compaction(ref, commit, Claimed(claim, lambda record: record.id.encode()))
    await store.jobs.end_job(taken, End(JobState.SUCCEEDED, None, record.id))
    await store.close()
    lease, made, ended, operated = stored_lines(url, ref.conversation_id, zero)
    assert lease == "conversation: version 1, lease 1 until 0"
    assert made.startswith(f"record 1: compaction {record.id} at ")
    assert ended.startswith(f"{job.id}: succeeded as {job.request_id} for a call, begun 1 times, taken 1: queued 10")
    assert ended.endswith(record.id)
    assert operated == f"operation {job.request_id}: done, attempt 1 under lease 1 -> {record.id}"
