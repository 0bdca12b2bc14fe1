"""When what happens to a job has happened: by the clock that its own times are of."""

from typing import Any, cast

from compactd.application.job_watches import JobWatches
from compactd.background.job_events import JobEvents
from compactd.domain.jobs import Again, Job, JobFailure, JobPriority, JobState
from compactd.domain.progress import Event, EventKind, NumberedEvent
from compactd.ports.jobs import JobStore, TakenJob

LONG_AGO, A_DAY = 1_000_000.0, 86_400.0
DOWN = JobFailure("UNAVAILABLE", "PROVIDER_UNAVAILABLE", "The provider could not be reached.")

JOB = Job(
    id="job-1",
    namespace="tests",
    agent_id="agent-1",
    conversation_id="conv-1",
    state=JobState.RUNNING,
    priority=JobPriority.NORMAL,
    request=b"",
    request_id="1",
    policy_id="",
    sweep_id="",
    automatic=False,
    attempts=1,
    deferrals=0,
    queued_at=LONG_AGO - A_DAY,
    due_at=None,
    started_at=LONG_AGO,
    ended_at=None,
    compaction_id="",
    tokens_before=0,
    tokens_after=0,
    cost_usd=None,
    failure=None,
    traceparent="",
)


class _Store:
    async def add_events(self, *_: Any) -> None:
        """They are kept by whoever reads them here."""


async def test_a_machine_whose_clock_is_decades_ahead_tells_the_times_of_the_database() -> None:
    events = JobEvents(cast(JobStore, cast(Any, _Store())), JobWatches(), TakenJob(JOB, 1))
    events.happened(NumberedEvent(7, Event(EventKind.PLANNED, 2e9, tokens=12, chunks=1)))
    events.queued_again(Again(60.0, DOWN))
    planned, queued = (numbered.event for numbered in await events.rest())
    assert LONG_AGO <= planned.at <= queued.at < LONG_AGO + A_DAY
    assert planned.tokens == 12
    assert queued.due_at == queued.at + 60
