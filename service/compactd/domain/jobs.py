"""Jobs: compactions that are made in their turn while nobody waits, and what becomes of one whose attempt has ended.

Pure. The store keeps the jobs, `background/job_runner.py` does what is decided here.
"""

from enum import IntEnum, StrEnum
from hashlib import sha256

from compactd.domain.ids import uuid_from
from compactd.domain.value_class import value

MAX_ATTEMPTS = 5
"""How often a job is begun before it counts as failed."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 30.0, 3600.0
"""The pause after the first attempt that failed; each is twice as long as the one before, up to the longest."""

LONGEST_PUT_OFF_SECONDS = 24 * 3600.0 + LONGEST_PAUSE_SECONDS
"""How long a job is put off at most: until the next day, which has a budget of its own, and a pause."""

PATIENCE_SECONDS = 3 * 24 * 3600.0
"""How long a job is put off by those who say when to come back, such as a provider that limits its calls, before it
counts as failed."""

LEAST_DEFERRALS = 3
"""How often it was put off by then, at least: it may have waited for its turn as long, or with a sweep that was paused,
before anybody was asked."""

KEEP_SECONDS = 30 * 24 * 3600.0
"""How long a job is kept that has ended."""

KEEP_REQUEST_SECONDS = 24 * 3600.0
"""How long one that has ended keeps a request of more than SMALL_REQUEST bytes: prompts would be most of what jobs
take."""

SMALL_REQUEST = 256
"""Bytes of a request that is kept as long as its job."""


_IS_DIGEST = b"\0"
"""What no protobuf begins with."""


class JobState(StrEnum):
    """QUEUED → RUNNING → one of those that end it, or QUEUED again; a queued one may be cancelled."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_ended(self) -> bool:
        return self not in (JobState.QUEUED, JobState.RUNNING)


class JobPriority(IntEnum):
    """Which jobs come first, by number."""

    HIGH = 1
    NORMAL = 2
    LOW = 3


class JobOrigin(StrEnum):
    """What a job was queued for."""

    CALL = "call"
    POLICY = "policy"
    SWEEP = "sweep"


@value
class JobFailure:
    """Why an attempt failed, as a caller of Compact is told it: the canonical code and the reason by name, and the
    sentence. `retry_after`: after how many seconds it says to come back, None where it says nothing."""

    code: str
    reason: str
    message: str
    retry_after: float | None = None


@value
class Job:
    """Times are seconds since the epoch by the database's clock.

    `request` is what is asked of Compact, as protobuf, without its ids; of a large one only the digest is left when
    the job has ended long ago (`kept_request`). It is not begun before `due_at`, None
    for at once. `attempts`: how often it was begun. `deferrals`: how often it was sent away before a model was asked.
    An `automatic` one is a policy's or a sweep's; `traceparent` says in which trace it was asked for, empty for none.
    """

    id: str
    namespace: str
    agent_id: str
    conversation_id: str
    state: JobState
    priority: JobPriority
    request: bytes
    request_id: str
    policy_id: str
    sweep_id: str
    automatic: bool
    attempts: int
    deferrals: int
    queued_at: float
    due_at: float | None
    started_at: float | None
    ended_at: float | None
    compaction_id: str
    tokens_before: int
    tokens_after: int
    cost_usd: float | None
    failure: JobFailure | None
    traceparent: str

    @property
    def origin(self) -> JobOrigin:
        """A run of a policy at its times is a sweep, and the policy's."""
        if self.policy_id:
            return JobOrigin.POLICY
        return JobOrigin.SWEEP if self.sweep_id else JobOrigin.CALL

    @property
    def kept_request(self) -> bytes | None:
        """What it asks for; None where only the digest is left."""
        return None if self.request.startswith(_IS_DIGEST) else self.request

    def is_for(self, conversation_id: str, request: bytes, priority: JobPriority) -> bool:
        """Whether it is what these ask for."""
        is_same = self.request in (request, digest_of(request))
        return is_same and (self.conversation_id, self.priority) == (conversation_id, priority)


@value
class End:
    """The job has ended in this state. What was compacted is there where it succeeded, `failure` otherwise."""

    state: JobState
    failure: JobFailure | None = None
    compaction_id: str = ""
    tokens_before: int = 0
    tokens_after: int = 0
    cost_usd: float | None = None

    @property
    def is_without_effect(self) -> bool:
        """Whether it says so of what was asked for under the job's request_id: another request may have that, and what
        came of it is not the job's."""
        is_of_another = self.failure is not None and self.failure.reason == "REQUEST_ID_REUSED"
        return self.state is not JobState.SUCCEEDED and not is_of_another


@value
class Again:
    """The job waits for so many seconds, and is tried once more. `counted`: the attempt was one of MAX_ATTEMPTS.
    `anew`: what was planned does not hold any more."""

    pause_seconds: float
    failure: JobFailure
    counted: bool = True
    anew: bool = False


_NOTHING_TO_DO = frozenset({"NOTHING_TO_COMPACT", "CANNOT_HELP", "CONVERSATION_NOT_FOUND", "AGENT_NOT_FOUND"})
"""Reasons for which a job is skipped: it did not go wrong."""

_TRANSIENT = frozenset({"UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED", "DEADLINE_EXCEEDED"})
"""Codes with which the same may well go right later."""


def after_failure(job: Job, failure: JobFailure, *, share: float, is_pinned: bool) -> End | Again:
    """What becomes of a running job whose attempt has failed. `share` of the pause is made, between half of it and all,
    so that jobs that failed together do not come back together. `is_pinned`: it asks for one version of the context,
    and is in vain with another."""
    if failure.reason in _NOTHING_TO_DO:
        return End(JobState.SKIPPED, failure)
    is_aborted = failure.code == "ABORTED"
    if failure.code not in _TRANSIENT or (is_aborted and is_pinned):
        return End(JobState.FAILED, failure)
    if failure.retry_after is not None:
        waited = (job.started_at or job.queued_at) - job.queued_at
        if waited >= PATIENCE_SECONDS and job.deferrals >= LEAST_DEFERRALS:
            return End(JobState.FAILED, failure)
        pause = pause_seconds(job.deferrals) * share
        return Again(max(pause, failure.retry_after + pause), failure, counted=False)
    if job.attempts >= MAX_ATTEMPTS:
        return End(JobState.FAILED, failure)
    return Again(pause_seconds(job.attempts - 1) * share, failure, anew=is_aborted and job.automatic)


def pause_seconds(before: int) -> float:
    """The longest pause after an attempt that so many others failed before."""
    # The exponent is bounded: a job may have been put off hundreds of times.
    return min(FIRST_PAUSE_SECONDS * 2.0 ** min(max(before, 0), 10), LONGEST_PAUSE_SECONDS)


def next_turn(own_last: int | None, first: int | None) -> int:
    """The turn of a namespace's next job among those of its priority: behind its own last one that waits, and not
    before the first one of all. With n namespaces each has every n-th turn (start-time fair queueing)."""
    return max(own_last or 0, (first or 1) - 1, 0) + 1


def digest_of(request: bytes) -> bytes:
    """What is kept of a large request when its job has ended long ago: whether a repeated call asks for the same."""
    return _IS_DIGEST + sha256(request).digest()


def automatic_request_id(owner_id: str, conversation_id: str, context_version: int, request: bytes) -> str:
    """The request_id of a job that nobody gave one: the same for what a policy or a sweep (`owner_id`) asks of a
    context as it is, so that a job which comes twice has one effect. Another request, say after the policy was changed,
    has another one."""
    return uuid_from(owner_id, conversation_id, str(context_version), request.hex())
