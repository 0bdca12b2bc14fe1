"""What is wrong with the jobs of a conversation."""

from collections.abc import Iterable

from compactd.application.audit_faults import Faults
from compactd.application.audited_operations import LEEWAY_SECONDS
from compactd.domain.jobs import JobState
from compactd.ports.audit import AuditedJob
from compactd.ports.jobs import HELD_SECONDS

_STATES = {state.value: state for state in JobState}


def check_jobs(jobs: Iterable[AuditedJob], faults: Faults) -> None:
    """What runs has a runner, and that not for ever; what has ended has an end; what succeeded has its record. A runner
    that died leaves jobs that run and are held no more: that is no fault, since others take them over."""
    for job in jobs:
        state = _STATES.get(job.state)
        if not job.is_own:
            faults.note("The job {job} is of another namespace or agent than the conversation.", job=job.id)
        if state is None or (job.has_end, job.has_runner) != (state.is_ended, state is JobState.RUNNING):
            faults.note("The job {job} is {state}; its end or its runner says otherwise.", job=job.id, state=job.state)
        if state is JobState.RUNNING and (job.attempts < 1 or job.held_seconds > HELD_SECONDS + LEEWAY_SECONDS):
            faults.note(
                "The job {job} runs with attempt {attempts}, and is its runner's for {seconds:.0f} seconds more.",
                job=job.id,
                attempts=job.attempts,
                seconds=job.held_seconds,
            )
        if state is JobState.SUCCEEDED and not job.has_record:
            faults.note("The job {job} succeeded, and its compaction is no record.", job=job.id)
        if state is not JobState.SUCCEEDED and job.compaction_id:
            faults.note("The job {job} is {state}, and names a compaction.", job=job.id, state=job.state)
