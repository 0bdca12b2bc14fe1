"""What happens to a compaction from being queued to its end, as those who watch it are told."""

from enum import StrEnum

from compactd.domain.jobs import Job, JobFailure, JobState
from compactd.domain.value_class import value

ORDINALS_OF_AN_ATTEMPT = 10_000
"""How far apart the ordinals of two attempts are: an attempt asks a model for fewer chunks and repeats of them."""


class EventKind(StrEnum):
    """QUEUED is a job's alone. It comes again where the job is to be tried once more; the last four end it."""

    QUEUED = "queued"
    PLANNED = "planned"
    ASKING = "asking"
    MERGING = "merging"
    COMMITTED = "committed"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        return self in _ENDS


_ENDS = frozenset((EventKind.COMMITTED, EventKind.SKIPPED, EventKind.FAILED, EventKind.CANCELLED))

_KIND_OF_END = {
    JobState.SUCCEEDED: EventKind.COMMITTED,
    JobState.SKIPPED: EventKind.SKIPPED,
    JobState.FAILED: EventKind.FAILED,
    JobState.CANCELLED: EventKind.CANCELLED,
}


@value
class Event:
    """One thing that happened, at seconds since the epoch: to a job by the database's clock, to a Compact by its
    server's.

    PLANNED: `tokens` are to go, cut into `chunks`. ASKING: a model is asked for the summary of the `chunk`-th of
    `chunks`, counted as they are asked for, after so many `retries`; MERGING: for one of summaries. COMMITTED: the
    `compaction_id`, and the context's tokens before (`tokens`) and after. `failure` says why it failed, was skipped or
    is queued again; then it is not begun before `due_at`.
    """

    kind: EventKind
    at: float
    tokens: int = 0
    chunks: int = 0
    chunk: int = 0
    retries: int = 0
    compaction_id: str = ""
    tokens_after: int = 0
    failure: JobFailure | None = None
    due_at: float | None = None


@value
class NumberedEvent:
    """An event and its place among all of its job or Compact: later ones have higher numbers."""

    ordinal: int
    event: Event


FIRST_ORDINAL = 1
"""Of the event that a job begins with."""


def first_event(job: Job) -> NumberedEvent:
    """That it was queued."""
    return NumberedEvent(FIRST_ORDINAL, Event(EventKind.QUEUED, job.queued_at))


def last_event(job: Job, before: int) -> NumberedEvent | None:
    """How it ended, behind the event with the ordinal `before`; None for a job that has not."""
    if job.ended_at is None:
        return None
    event = Event(
        _KIND_OF_END[job.state],
        job.ended_at,
        tokens=job.tokens_before,
        compaction_id=job.compaction_id,
        tokens_after=job.tokens_after,
        failure=job.failure,
    )
    return NumberedEvent(max(before, FIRST_ORDINAL) + 1, event)


def ordinal_of(attempt: int, count: int) -> int:
    """The ordinal of the `count`-th event of an attempt, both counted from 1: above all those of earlier attempts."""
    return attempt * ORDINALS_OF_AN_ATTEMPT + count


def ordinal_of_end(attempt: int) -> int:
    """That of an attempt's last event, however many there were before it."""
    return (attempt + 1) * ORDINALS_OF_AN_ATTEMPT - 1
