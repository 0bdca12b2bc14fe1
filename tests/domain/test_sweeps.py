"""How far a sweep is, told from what has come of it."""

from dataclasses import replace

import pytest

from compactd.domain.jobs import JobPriority, JobState
from compactd.domain.sweeps import ALREADY_QUEUED, Outcome, Sweep, SweepSpec, SweepState

HALF_WAY = Sweep(
    id="sweep-1",
    spec=SweepSpec(),
    state=SweepState.RUNNING,
    pause_reason=None,
    shortfall=None,
    policy_id="",
    conversations=1000,
    looked_at=500,
    selected=100,
    queued=30,
    running=10,
    outcomes=(Outcome(JobState.SUCCEEDED, "", 50), Outcome(JobState.FAILED, "PROVIDER_REJECTED", 10)),
    tokens_saved=0,
    tokens_spent=0,
    usd_spent=0.0,
    ran_seconds=120.0,
    started_at=0.0,
    ended_at=None,
)


def test_the_rate_is_that_of_jobs_while_it_ran() -> None:
    assert HALF_WAY.jobs_per_minute == 30
    assert replace(HALF_WAY, ran_seconds=240.0).jobs_per_minute == 15


def test_what_is_left_is_what_waits_and_what_is_selected_as_often_as_before() -> None:
    # 40 jobs, and a fifth of 500 conversations, at one in two seconds.
    assert HALF_WAY.seconds_left == pytest.approx((40 + 100) * 2)
    assert replace(HALF_WAY, looked_at=1000).seconds_left == pytest.approx(80)


def test_what_is_done_is_a_share_of_what_there_will_be() -> None:
    assert HALF_WAY.share_done == pytest.approx(60 / 200)
    assert replace(HALF_WAY, looked_at=0, selected=0, queued=0, running=0, outcomes=()).share_done == 0
    assert replace(HALF_WAY, state=SweepState.SUCCEEDED).share_done == 1


@pytest.mark.parametrize(
    "changed", [{"state": SweepState.PAUSED}, {"state": SweepState.CANCELLED}, {"outcomes": ()}, {"ran_seconds": 0.0}]
)
def test_nothing_is_said_where_nothing_can_be(changed: dict[str, object]) -> None:
    assert replace(HALF_WAY, **changed).seconds_left is None  # type: ignore[arg-type]


def test_what_was_queued_by_others_says_nothing_of_the_rate() -> None:
    skipped = Outcome(JobState.SKIPPED, ALREADY_QUEUED, 1000)
    assert replace(HALF_WAY, outcomes=(*HALF_WAY.outcomes, skipped)).jobs_per_minute == 30


def test_a_sweep_comes_after_what_others_wait_for() -> None:
    assert SweepSpec().priority is JobPriority.LOW
