"""Who is told what happens: calls, requests to models, units of work, compactions, restores, erasures, circuits, jobs.

What is told has ended, but for calls, of which the start is told too. It holds names and numbers, and no contents,
prompts, summaries or keys.
"""

from typing import Literal, Protocol

from compactd.domain.compactions import Compaction, Usage
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.handles import ModelHandle
from compactd.domain.jobs import JobOrigin, JobState
from compactd.domain.keys import ConversationKey
from compactd.domain.value_class import value

Door = Literal["grpc", "rest"]
"""Where a call came in."""


@value
class StartedCall:
    """`method` as in EndedCall, which follows for each."""

    method: str
    call_id: str
    door: Door = "grpc"


@value
class EndedCall:
    """`method` is /package.Service/Method, or `unknown` for one that the contract does not have; `code` the
    name of a gRPC code; `namespace` is empty for a caller that nobody knows."""

    method: str
    code: str
    seconds: float
    call_id: str
    namespace: str
    trace_id: str = ""
    """Of the trace that it is in, if it is in one."""
    door: Door = "grpc"
    identity: str = ""
    """What operators know its caller by, where the server asks who calls; never a credential."""
    reason: str = ""
    """The contract's reason why it failed, INTERNAL for a bug; empty for a call that did not, that was cancelled, or
    whose deadline is over."""


@value
class EndedModelRequest:
    """`error` is the name of the error's class, empty for an answer that is of use; `usage` is what an answer says of
    itself, None where none came."""

    model: ModelHandle
    seconds: float
    error: str = ""
    usage: Usage | None = None


@value
class EndedUnitOfWork:
    """`kind` is read or write, `name` that of the function inside; `seconds` include the wait for a thread."""

    kind: str
    name: str
    seconds: float
    error: str = ""
    """The name of its class, empty if there was none."""


@value
class FailedCompaction:
    """A compaction that asked a model and changed nothing: no record says what that took. `reason` is the error's,
    CANCELLED for a caller who has gone, INTERNAL for a bug."""

    key: ConversationKey
    model: ModelHandle
    mode: str
    reason: str
    usage: Usage
    seconds: float


@value
class CircuitChange:
    """A circuit that opened, after so many `failures` in a row, for `seconds`; or that closed. `is_called` says whether
    the model is called now, with whichever credential."""

    model: ModelHandle
    is_open: bool
    failures: int
    seconds: float
    is_called: bool


@value
class ProviderWait:
    """A request begins to wait for the permit that the limits of its provider ask for; or its wait is over, after so
    many `seconds`, whatever came of it."""

    provider: str
    begins: bool
    seconds: float = 0.0


@value
class EndedAttempt:
    """An attempt at a job that is over. `state` is the job's from now on: an end of it, or QUEUED where it is tried
    again after `pause_seconds`. `reason`: the contract's, or the code where it has none; empty where it succeeded.
    `waited_seconds`: from when it was queued to the beginning of this attempt. What was compacted is 0 and empty where
    nothing was; `cost_usd` is None where the price is not known."""

    job_id: str
    key: ConversationKey
    origin: JobOrigin
    state: JobState
    reason: str
    attempts: int
    seconds: float
    waited_seconds: float
    pause_seconds: float | None = None
    compaction_id: str = ""
    saved_tokens: int = 0
    cost_usd: float | None = None


@value
class EndedChore:
    """A chore (`background/chores.py`) that this process has done, or that has failed in it."""

    name: str
    seconds: float
    failed: bool


class Observer(Protocol):
    """Each method returns at once and raises nothing: what is observed waits for it. All are called from the event
    loop."""

    def call_started(self, call: StartedCall) -> None: ...

    def call_ended(self, call: EndedCall) -> None: ...

    def model_request_ended(self, request: EndedModelRequest) -> None: ...

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None: ...

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None: ...

    def context_restored(self, key: ConversationKey, record: Compaction) -> None: ...

    def compaction_failed(self, failed: FailedCompaction) -> None: ...

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:
        """`identity` is what operators know who asked for it by; empty for nobody in particular."""

    def circuit_changed(self, change: CircuitChange) -> None: ...

    def provider_waited(self, wait: ProviderWait) -> None: ...

    def attempt_ended(self, attempt: EndedAttempt) -> None: ...

    def chore_ended(self, chore: EndedChore) -> None: ...


class SilentObserver:
    """Tells nobody: for what has no operator, such as `compactd migrate`."""

    def call_started(self, call: StartedCall) -> None: ...

    def call_ended(self, call: EndedCall) -> None: ...

    def model_request_ended(self, request: EndedModelRequest) -> None: ...

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None: ...

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None: ...

    def context_restored(self, key: ConversationKey, record: Compaction) -> None: ...

    def compaction_failed(self, failed: FailedCompaction) -> None: ...

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None: ...

    def circuit_changed(self, change: CircuitChange) -> None: ...

    def provider_waited(self, wait: ProviderWait) -> None: ...

    def attempt_ended(self, attempt: EndedAttempt) -> None: ...

    def chore_ended(self, chore: EndedChore) -> None: ...
