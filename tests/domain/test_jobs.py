"""What becomes of a job whose attempt has failed; whose turn it is."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.ids import check_request_id
from compactd.domain.jobs import (
    LEAST_DEFERRALS,
    LONGEST_PAUSE_SECONDS,
    MAX_ATTEMPTS,
    PATIENCE_SECONDS,
    Again,
    End,
    Job,
    JobFailure,
    JobPriority,
    JobState,
    after_failure,
    automatic_request_id,
    next_turn,
    pause_seconds,
)

JOB = Job(
    id="job-1",
    namespace="tests",
    agent_id="agent-1",
    conversation_id="conv-1",
    state=JobState.RUNNING,
    priority=JobPriority.NORMAL,
    request=b"",
    request_id="",
    policy_id="",
    sweep_id="",
    automatic=False,
    attempts=1,
    deferrals=0,
    queued_at=1_000.0,
    due_at=None,
    started_at=1_000.0,
    ended_at=None,
    compaction_id="",
    tokens_before=0,
    tokens_after=0,
    cost_usd=None,
    failure=None,
    traceparent="",
)
TRANSIENT = ("UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED", "DEADLINE_EXCEEDED")
CODES = (*TRANSIENT, "INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION", "INTERNAL", "PERMISSION_DENIED")


def failed(code: str, reason: str = "", retry_after: float | None = None) -> JobFailure:
    return JobFailure(code, reason, "It went wrong.", retry_after)


def outcome(job: Job, failure: JobFailure, share: float = 1.0, *, is_pinned: bool = False) -> End | Again:
    return after_failure(job, failure, share=share, is_pinned=is_pinned)


@pytest.mark.parametrize("reason", ["NOTHING_TO_COMPACT", "CANNOT_HELP", "CONVERSATION_NOT_FOUND", "AGENT_NOT_FOUND"])
def test_what_has_nothing_to_do_is_skipped_and_has_not_failed(reason: str) -> None:
    failure = failed("FAILED_PRECONDITION", reason)
    assert outcome(JOB, failure) == End(JobState.SKIPPED, failure)


@given(st.sampled_from(CODES), st.integers(1, MAX_ATTEMPTS), st.floats(0.5, 1.0), st.booleans())
def test_a_job_is_tried_again_only_where_that_may_help_and_only_so_often(
    code: str, attempts: int, share: float, automatic: bool
) -> None:
    job = replace(JOB, attempts=attempts, automatic=automatic)
    match outcome(job, failed(code), share):
        case End(state, failure):
            assert state is JobState.FAILED
            assert failure == failed(code)
            assert code not in TRANSIENT or attempts == MAX_ATTEMPTS
        case Again(pause, failure, counted, anew):
            assert code in TRANSIENT
            assert attempts < MAX_ATTEMPTS
            assert (failure, counted) == (failed(code), True)
            assert pause_seconds(attempts - 1) / 2 <= pause <= pause_seconds(attempts - 1)
            assert anew is (code == "ABORTED" and automatic)


def test_pauses_double_from_half_a_minute_to_an_hour() -> None:
    pauses = [pause_seconds(before) for before in range(30)]
    assert pauses[:4] == [30, 60, 120, 240]
    assert all(after == min(2 * before, LONGEST_PAUSE_SECONDS) for before, after in pairwise(pauses))
    assert pauses[-1] == pause_seconds(10**6) == LONGEST_PAUSE_SECONDS


def test_a_job_that_wants_one_version_fails_with_another() -> None:
    assert outcome(JOB, failed("ABORTED"), is_pinned=True) == End(JobState.FAILED, failed("ABORTED"))
    assert isinstance(outcome(JOB, failed("UNAVAILABLE"), is_pinned=True), Again)


@given(st.integers(1, MAX_ATTEMPTS), st.integers(0, 1_000), st.floats(0, 10_000), st.floats(0.5, 1.0))
def test_who_is_told_when_to_come_back_comes_then_and_has_not_tried(
    attempts: int, deferrals: int, retry_after: float, share: float
) -> None:
    job = replace(JOB, attempts=attempts, deferrals=deferrals)
    again = outcome(job, failed("RESOURCE_EXHAUSTED", "PROVIDER_RATE_LIMITED", retry_after), share)
    assert isinstance(again, Again)
    assert not again.counted
    assert retry_after < again.pause_seconds <= retry_after + LONGEST_PAUSE_SECONDS


def test_who_is_told_to_come_back_for_days_has_failed() -> None:
    failure = failed("UNAVAILABLE", "PROVIDER_UNAVAILABLE", 30)
    waited = replace(JOB, started_at=JOB.queued_at + PATIENCE_SECONDS, deferrals=LEAST_DEFERRALS)
    assert outcome(waited, failure) == End(JobState.FAILED, failure)


def test_days_in_which_a_job_only_waited_for_its_turn_do_not_count() -> None:
    waited = replace(JOB, started_at=JOB.queued_at + 10 * PATIENCE_SECONDS)
    assert isinstance(outcome(waited, failed("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", 30)), Again)


class Line:
    """The jobs of one priority that wait."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, int, str]] = []
        self._queued = 0

    def queue(self, namespace: str) -> None:
        own = [turn for turn, _, of in self.waiting if of == namespace]
        turn = next_turn(max(own, default=None), min((turn for turn, _, _ in self.waiting), default=None))
        self._queued += 1
        self.waiting.append((turn, self._queued, namespace))

    def take(self) -> str:
        first = min(self.waiting)
        self.waiting.remove(first)
        return first[2]


@given(st.lists(st.one_of(st.sampled_from("abc"), st.none()), max_size=80))
def test_between_two_jobs_of_a_namespace_no_other_has_more_than_two(steps: list[Any]) -> None:
    line = Line()
    taken: list[str] = []
    waited: list[Counter[str]] = []
    for step in steps:
        if step is not None:
            line.queue(step)
        elif line.waiting:
            waited.append(Counter(of for _, _, of in line.waiting))
            taken.append(line.take())
    # While a namespace waits all the time, another one gets no two turns more between two of its own.
    for namespace in "abc":
        others: Counter[str] = Counter()
        for of, waiting in zip(taken, waited, strict=True):
            if of == namespace or not waiting[namespace]:
                others.clear()
            else:
                others[of] += 1
                assert others[of] <= 2


def test_a_namespace_that_comes_late_does_not_make_up_for_what_it_has_missed() -> None:
    line = Line()
    for _ in range(100):
        line.queue("early")
    for _ in range(50):
        line.take()
    for _ in range(4):
        line.queue("late")
    assert Counter(line.take() for _ in range(8)) == {"early": 4, "late": 4}


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 99), st.binary(max_size=20))
def test_a_job_that_nobody_named_has_one_name_for_one_thing(
    owner: str, conversation: str, version: int, asked: bytes
) -> None:
    name = automatic_request_id(owner, conversation, version, asked)
    check_request_id(name)
    assert name == automatic_request_id(owner, conversation, version, asked)
    others = {
        automatic_request_id(owner + "x", conversation, version, asked),
        automatic_request_id(owner, conversation + "x", version, asked),
        automatic_request_id(owner, conversation, version + 1, asked),
        automatic_request_id(owner, conversation, version, asked + b"x"),
    }
    assert len(others | {name}) == 5
