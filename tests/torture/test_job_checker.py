"""The checker of a run finds jobs that are not as they should be, in histories that are written by hand."""

from dataclasses import replace

import pytest

from tests.torture.checker import StoredRecord, check_records
from tests.torture.history import Operation, Reply
from tests.torture.job_checker import StoredJob, check_jobs
from tests.torture.test_checker import operation


def submit(began: float, request_id: str, job_id: str = "", code: str = "OK") -> Operation:
    """Without a job it was not acknowledged."""
    reply = Reply(resource_id=job_id) if job_id else None
    return replace(operation("submit", began, code, reply=reply), request_id=request_id)


DONE = StoredJob("job-a", "succeeded", "a", "", "compaction-a")
CANCELLED = StoredJob("job-b", "cancelled", "b", "", "")
OF_POLICY = StoredJob("job-p", "succeeded", "p", "policy-1", "compaction-p")
SUBMITS = [
    submit(0, "a", "job-a"),
    submit(1, "b", "job-b"),
    submit(2, "c", code="BROKEN"),
    submit(3, "d", code="INVALID_ARGUMENT"),
]
CLEAN = [DONE, CANCELLED, OF_POLICY]
COMPACTIONS = {"compaction-a", "compaction-p"}


def found_in(jobs: list[StoredJob], *more: Operation) -> list[str]:
    return check_jobs([*SUBMITS, *more], ["job-a", "job-b", "job-p"], jobs, COMPACTIONS)


def test_jobs_that_are_as_they_were_told_are_clean() -> None:
    assert found_in(CLEAN) == []
    # Of unknown outcome: it may be there, and may not.
    assert found_in([*CLEAN, StoredJob("job-c", "skipped", "c", "", "")]) == []


@pytest.mark.parametrize(
    ("jobs", "word"),
    [
        ([DONE, OF_POLICY], "lost: the job job-b"),
        ([DONE, CANCELLED], "lost: the job job-p"),
        ([*CLEAN, replace(DONE, id="job-a2", compaction_id="compaction-p")], "doubled: the job of a"),
        ([*CLEAN, replace(CANCELLED, id="job-d", request_id="d")], "rejected and queued"),
        ([*CLEAN, replace(CANCELLED, id="job-z", request_id="z")], "1 jobs that 0 calls may have submitted"),
        ([DONE, CANCELLED, replace(OF_POLICY, compaction_id="compaction-a")], "was made by 2 jobs"),
        ([DONE, replace(CANCELLED, state="queued"), OF_POLICY], "has not ended: it is queued"),
        ([replace(DONE, compaction_id=""), CANCELLED, OF_POLICY], "is succeeded, with nothing made"),
        ([DONE, replace(CANCELLED, compaction_id="compaction-p"), OF_POLICY], "is cancelled, with compaction-p"),
        ([replace(DONE, compaction_id="compaction-x"), CANCELLED, OF_POLICY], "which is not there"),
    ],
    ids=[
        *("lost", "a policy's lost", "doubled", "rejected", "nobody's", "two of one effect"),
        *("no end", "no effect", "effect of what was cancelled", "lost effect"),
    ],
)
def test_jobs_that_are_not_as_they_were_told_are_found(jobs: list[StoredJob], word: str) -> None:
    assert any(word in sentence for sentence in found_in(jobs))


def test_one_nameless_submit_of_unknown_outcome_explains_one_job_and_no_more() -> None:
    nameless = submit(4, "", code="DEADLINE_EXCEEDED")
    strange = [replace(CANCELLED, id=f"job-{number}", request_id=f"made up {number}") for number in range(2)]
    assert found_in([*CLEAN, strange[0]], nameless) == []
    assert found_in([*CLEAN, *strange], nameless) != []


def test_an_effect_that_no_job_and_no_call_owns_is_found() -> None:
    records = [StoredRecord(f"compaction-{name}", "COMPACTION", ()) for name in ("a", "p", "b")]
    [sentence] = check_records([], [], records, CLEAN)
    assert "['compaction-b']" in sentence
