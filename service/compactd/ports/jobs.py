"""Where jobs are kept: the truth about them, whoever says whose turn it is (`ports/fleet.py`).

Every time is one of the database's clock.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from compactd.domain.jobs import Again, End, Job, JobPriority, JobState
from compactd.domain.keys import ConversationKey, ConversationRef, JobKey
from compactd.domain.operations import OperationKey, OperationState
from compactd.domain.paging import Page
from compactd.domain.progress import NumberedEvent
from compactd.domain.value_class import value
from compactd.ports.operations import Claim

HELD_SECONDS = 15.0
"""How long a running job is its runner's after it was begun or renewed: so long nobody takes over from a process that
was killed."""


WATCHED_SECONDS = 15.0
"""How long a Compact counts as watched by those who have said so: its process looks each five seconds."""


@value
class JobRequest:
    """What is asked for, before it is a job; fields as in Job. With a `request_id` of its own that is not `automatic`
    it is queued once."""

    priority: JobPriority
    request: bytes
    request_id: str
    policy_id: str = ""
    sweep_id: str = ""
    automatic: bool = False
    traceparent: str = ""


@value
class NewJob:
    """A job to be queued for a conversation that is there."""

    conversation: ConversationKey
    agent_id: str
    asked: JobRequest


@value
class QueuedJob:
    """A job that waits for its turn: the lowest priority by number comes first, then the lowest turn, then what was
    queued first. `due_at`: not before, None for at once."""

    id: str
    namespace: str
    priority: JobPriority
    turn: int
    due_at: float | None = None
    is_new: bool = True
    """Whether it was queued by this; else it is the automatic job that the conversation had already, and may run."""


@value
class TakenJob:
    """A job that a runner has, running. `token` grows each time that it is taken: what is said of it under an older one
    does not hold."""

    job: Job
    token: int


@value
class Drawn:
    """What came out of the queue beside the tables: a job that has begun; None where it was nothing that waits."""

    taken: TakenJob | None


@value
class JobFilter:
    """Which jobs are listed: those of any of the states, of the conversation, the policy, the sweep; empty for all."""

    states: Collection[JobState] = ()
    conversation_id: str = ""
    policy_id: str = ""
    sweep_id: str = ""


@value
class Waiting:
    """What there is to do for whoever runs jobs: `ready` ones, and such as runners that died have `left`; otherwise
    after how many seconds the next one is due, None without one."""

    ready: bool
    left: bool
    due_in: float | None


@value
class WatchedJob:
    """A job as it is, what has happened to it, and the highest ordinal of all that has, 0 without any."""

    job: Job
    events: Sequence[NumberedEvent]
    last_ordinal: int


@value
class WatchedCompact:
    """A Compact as its operation stands (`OperationRecord`) at `now`, and what has happened to it, where that was
    kept."""

    state: OperationState
    attempt: int
    is_live: bool
    reply: bytes
    failure: bytes
    now: float
    events: Sequence[NumberedEvent]


@value
class Backlog:
    """How many jobs of all namespaces have not ended: `ready` to be run, `put_off` to a later time, `running`; of each
    kind no more than MOST_COUNTED are counted. `oldest_seconds`: for how long the one has been due that has waited
    longest among those, 0 without one."""

    ready: int
    put_off: int
    running: int
    oldest_seconds: float


MOST_COUNTED = 100_000
"""Jobs of one kind: beyond it nobody decides by the number, and to count takes longer than a page should."""


class JobStore(Protocol):
    """Jobs. Each method is one unit of work. Promises and errors are those of every store (`ports/store.py`)."""

    async def submit_job(self, ref: ConversationRef, asked: JobRequest) -> Job:
        """Queues it. The same `request_id` and request again: the job that is there. RequestIdReused for another
        request; AgentNotFound, ConversationNotFound."""

    async def find_submitted(self, namespace: str, request_id: str) -> Job | None:
        """The job that was submitted with this `request_id`, None without one; RequestIdReused where another call has
        used it."""

    async def get_job(self, key: JobKey) -> Job:
        """JobNotFound."""

    async def list_jobs(self, namespace: str, where: JobFilter, page: Page) -> list[Job]:
        """In the order in which they were queued. InvalidField for a cursor that is not in the list."""

    async def cancel_job(self, key: JobKey) -> Job:
        """A queued one is cancelled; of a running one its runner is told. One that has had its effect, of which nobody
        was told since its runner died, is left as it is: it ends with that. JobNotFound; JobEnded."""

    async def look_for_jobs(self) -> Waiting:
        """What there is to do."""

    async def measure_jobs(self) -> Backlog:
        """What has not ended, of all namespaces: for operators."""

    async def take_jobs(self, runner: str, count: int) -> Sequence[TakenJob]:
        """Begins so many jobs whose turn it is, at most; those that are due and those that were left by runners that
        died are ready then. `runner` names the process, and is not used twice."""

    async def draw_job(self, runner: str) -> Drawn | None:
        """Takes out of the queue beside the tables what is first there, and begins that job; None where there is
        nothing. One that was put off and is due now takes a turn first, as if it were queued now."""

    async def first_jobs(self, count: int) -> Sequence[str]:
        """Ids of jobs that wait and are due, those whose turn comes first, and of those that were put off the ones that
        have been due for longest; so many of either at most."""

    async def enlist_jobs(self, job_ids: Sequence[str]) -> int:
        """Has the queue beside the tables told again of those of them that wait, as if they had been queued now; of how
        many."""

    async def recover_jobs(self) -> int:
        """Queues what runners that died have left, some at a time; how many."""

    async def renew_jobs(self, runner: str, job_ids: Collection[str]) -> Collection[str]:
        """Those of these jobs that are the runner's are its own for HELD_SECONDS from now; returns those that are to be
        cancelled, by id. What it has and does not name, since it was never told that it has it, is left to others."""

    async def end_job(self, taken: TakenJob, end: End, events: Sequence[NumberedEvent] = ()) -> bool:
        """With the events that are not kept yet. False if it is the runner's no longer: then nothing has changed.
        AlreadyDone, too, if it is to end without an effect and has one. What ends without an effect gets none
        afterwards, whoever is still at work on it."""

    async def defer_job(
        self, taken: TakenJob, again: Again, request_id: str, events: Sequence[NumberedEvent] = ()
    ) -> bool:
        """Queues it again, with the `request_id` that it has from then on, and with the events that are not kept yet.
        One that is to be cancelled is cancelled. False as in `end_job`; AlreadyDone where it is cancelled, or the
        `request_id` another one: to what was asked for before that is an end."""

    async def add_events(self, taken: TakenJob, events: Sequence[NumberedEvent]) -> None:
        """Keeps what has happened to the job, unless it is the runner's no longer."""

    async def watch_job(self, key: JobKey, after: int) -> WatchedJob:
        """The job, and its events with ordinals above `after`. JobNotFound."""

    async def submitted_as(self, key: OperationKey) -> JobKey | None:
        """The job that was submitted with this request_id, None without one."""

    async def add_events_of_compact(self, claim: Claim, events: Sequence[NumberedEvent]) -> None:
        """Keeps what has happened to a Compact, as long as the attempt is the claim's."""

    async def mark_watched(self, key: OperationKey) -> None:
        """Says for WATCHED_SECONDS that somebody watches it in another process than its own."""

    async def watch_compact(self, key: OperationKey, after: int) -> WatchedCompact | None:
        """The Compact that has this request_id, and its events with ordinals above `after`; None without one."""

    async def give_back_jobs(self, runner: str) -> int:
        """Queues all that the runner has, as if they had not been begun; how many."""

    async def remove_expired_jobs(self) -> bool:
        """Removes jobs that have ended KEEP_SECONDS ago, and what happened to them, some hundreds at a time, and leaves
        digests of large requests of those that have KEEP_REQUEST_SECONDS ago; whether there may be more. A database
        that does not answer makes nothing fail."""
