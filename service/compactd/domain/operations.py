"""A request that has one effect however often it comes: what is known of it, and what a call for it does next.

Pure. The store keeps the records, and says of a running one whether anybody is still at work on it;
`application/run_operation.py` does what is decided here.
"""

from enum import StrEnum

from compactd.domain.value_class import value

KEEP_SECONDS = 24 * 3600.0
"""How long the reply to a request with a request_id is kept."""

KEEP_OF_JOB_SECONDS = 30 * 24 * 3600.0
"""The same for what a job asked for, until somebody has told of it: its runner may have died before that, and for days
no other process may run jobs."""

KEEP_UNNAMED_SECONDS = 600.0
"""How long the reply to a request without one is kept, for its client's own retries."""


class OperationState(StrEnum):
    """A failed one has failed in its last attempt: the next call begins another."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@value
class OperationKey:
    """`name` is the caller's request_id, or made of the request itself."""

    namespace: str
    name: str


@value
class JobToken:
    """A job as a runner has taken it: `token` grows each time that it is taken."""

    job_id: str
    token: int


@value
class Operation:
    """What a call asks for. `fingerprint` is a hash of RPC and request: the same name with another one is a mistake.

    `is_named` says whether the caller gave the name: every later call with it gets the reply that is kept. Without one
    an equal call is a new request, unless the operation still runs, or the call `is_repeat`: its client says that it
    repeats one whose answer it has not seen. Which one that was is not known: it may have got nowhere, long after the
    one whose reply is kept. So it gets that only while the reply is still the last word.

    What a `job` asks for begins only while the job is that runner's: to others it may have ended meanwhile.
    """

    key: OperationKey
    fingerprint: bytes
    is_named: bool
    is_repeat: bool = False
    job: JobToken | None = None

    @property
    def keep_seconds(self) -> float:
        """How long the reply is kept."""
        if self.job is not None:
            return KEEP_OF_JOB_SECONDS
        return KEEP_SECONDS if self.is_named else KEEP_UNNAMED_SECONDS


@value
class OperationRecord:
    """What is kept of an operation. Attempts are counted from 1. `is_live`: it runs, and whoever works at it has shown
    that lately. `is_current`: it is done, and nothing was added or done since. `reply` is there if it
    is done, `failure` if its last attempt failed."""

    fingerprint: bytes
    state: OperationState
    attempt: int
    is_live: bool = False
    is_current: bool = False
    reply: bytes = b""
    failure: bytes = b""


@value
class Take:
    """Begin the next attempt."""


@value
class Wait:
    """Somebody is at work on this attempt: look again later."""

    attempt: int


@value
class Reply:
    """It is done: answer with its reply."""

    reply: bytes


@value
class Fail:
    """The attempt that was waited for has failed: so does the call."""

    failure: bytes


@value
class Reused:
    """The name was given to another request."""


Step = Take | Wait | Reply | Fail | Reused


def next_step(record: OperationRecord | None, operation: Operation, waited_for: int | None = None) -> Step:
    """What a call does that finds this record, None for none; `waited_for` is the attempt that it has waited for."""
    if record is None:
        return Take()
    if record.fingerprint != operation.fingerprint:
        return Reused()
    has_waited = waited_for is not None and record.attempt >= waited_for
    match record.state:
        case OperationState.RUNNING:
            return Wait(record.attempt) if record.is_live else Take()
        case OperationState.DONE:
            is_repeated = operation.is_repeat and record.is_current
            return Reply(record.reply) if operation.is_named or is_repeated or has_waited else Take()
        case OperationState.FAILED:
            return Fail(record.failure) if has_waited else Take()
