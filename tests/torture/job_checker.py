"""Holds the jobs of a conversation, as they are stored at the end, against all that the clients know of them and what
they made. Pure: a sentence for everything that may not be."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tests.torture.history import Fate, Operation


@dataclass(frozen=True, slots=True)
class StoredJob:
    """`state` as in `world.ENDED` at the end; a policy's job has its `policy_id`."""

    id: str
    state: str
    request_id: str
    policy_id: str
    compaction_id: str


def check_jobs(
    submits: Sequence[Operation], told: Collection[str], jobs: Sequence[StoredJob], compactions: Collection[str]
) -> list[str]:
    """Each job that somebody was `told` of is there, once; each has ended, and where that was with an effect it is its
    own, among the `compactions` of the conversation."""
    found = []
    by_id = {job.id: job for job in jobs}
    named = Counter(job.request_id for job in jobs if not job.policy_id)
    found += [
        f"doubled: the job of {request_id} is there {count} times" for request_id, count in named.items() if count > 1
    ]
    found += [f"lost: the job {job_id} that somebody was told of" for job_id in sorted({*told} - by_id.keys())]
    for operation in submits:
        if operation.fate is Fate.FAILED and operation.request_id in named:
            found.append(f"rejected and queued: {operation.line()}")
    found += _check_submitted(submits, jobs)
    made = Counter(job.compaction_id for job in jobs if job.compaction_id)
    found += [f"{compaction_id} was made by {count} jobs" for compaction_id, count in made.items() if count > 1]
    for job in jobs:
        if job.state not in ("succeeded", "skipped", "failed", "cancelled"):
            found.append(f"the job {job.id} has not ended: it is {job.state}")
        elif (job.state == "succeeded") != bool(job.compaction_id):
            found.append(f"the job {job.id} is {job.state}, with {job.compaction_id or 'nothing'} made")
        elif job.compaction_id and job.compaction_id not in compactions:
            found.append(f"lost: the job {job.id} has made {job.compaction_id}, which is not there")
    return found


def _check_submitted(submits: Sequence[Operation], jobs: Sequence[StoredJob]) -> list[str]:
    """Nothing is queued that nobody has submitted."""
    acknowledged = {operation.reply.resource_id for operation in submits if operation.reply is not None}
    unknown = [operation for operation in submits if operation.fate is Fate.UNKNOWN]
    names = {operation.request_id for operation in unknown if operation.request_id}
    strange = [
        job.id for job in jobs if not job.policy_id and job.id not in acknowledged and job.request_id not in names
    ]
    nameless = sum(not operation.request_id for operation in unknown)
    if len(strange) > nameless:
        return [f"{len(strange)} jobs that {nameless} calls may have submitted: {strange}"]
    return []
