"""The metrics: what each says, and by which labels. /metrics and the table in the documents are made of this one.

No label holds anything that a caller has written, and each has few values: names of models, ids, namespaces and call
ids are in the log. Namespaces are as many as an operator has customers: no label either.
"""

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "compactd_"


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """`name` without the prefix; a counter is shown with `_total` behind it. Compared by identity: each is one row."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """As it is shown."""
        return f"{PREFIX}{self.name}{'_total' if self.kind is Kind.COUNTER else ''}"


def _counter(name: str, meaning: str, *labels: str) -> Metric:
    return Metric(name, Kind.COUNTER, meaning, labels)


def _gauge(name: str, meaning: str, *labels: str) -> Metric:
    return Metric(name, Kind.GAUGE, meaning, labels)


def _histogram(name: str, meaning: str, *labels: str) -> Metric:
    return Metric(name, Kind.HISTOGRAM, meaning, labels)


BUCKETS = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    30.0,
    60.0,
    120.0,
    300.0,
    600.0,
)
"""Upper bounds of every histogram, in seconds: from a small read to the longest compaction that is allowed by
default."""

LABELS = {
    "method": "`/compaction.v1.SERVICE/METHOD`, as in the log; `unknown` for one that the contract does not have",
    "door": "`grpc`, `rest`",
    "code": "the name of a gRPC code, over REST too",
    "provider": "a provider of [settings.md](settings.md#who-writes-the-summary)",
    "outcome": "of a request to a model `answered`, `rate_limited`, `unavailable`, `unauthenticated`, `rejected`, "
    "`prompt_too_long`, `cancelled`, or `error` (a bug); of a compaction `committed`, `degraded`, `failed`; "
    "of an identifier `retained` (in the context still), `recoverable`; of a chore `done`, `failed`",
    "chore": "a [chore](operations.md#chores) by its name",
    "mode": "a compaction mode, as `mode` is written over REST",
    "reason": "a reason of [errors.md](errors.md); for what failed also `INTERNAL`, for a compaction `CANCELLED` too; "
    "of erasures `call`, `retention`; of jobs also the name of a code where it has no reason",
    "kind": "of tokens `input`, `output`, `cached` (those of `input` that a provider had cached); of units of work "
    "`read`, `write`; of erasures `agent`, `conversation`",
    "origin": "what a job was queued for: `call`, `policy`, `sweep`",
    "state": "of jobs in the database `ready` (to be run), `put_off` (to a later time), `running`; of jobs that ended "
    "`succeeded`, `skipped`, `failed`, `cancelled`",
    "error": "the name of a class of the server, or of the database's driver",
    "generation": "of Python's garbage collector: 0, 1, 2",
    "version": "of compactd",
    "python": "the version of Python",
}
"""What the labels' values are."""

CALLS_STARTED = _counter("calls_started", "Calls of the contract that have begun.", "method", "door")
CALLS_HANDLED = _counter("calls_handled", "Calls that have ended.", "method", "door", "code")
CALLS_FAILED = _counter("calls_failed", "Calls that have failed for a reason of the contract, or a bug.", "reason")
CALLS_IN_FLIGHT = _gauge("calls_in_flight", "Calls that have begun and not ended.", "method", "door")
CALL_SECONDS = _histogram(
    "call_seconds",
    "Time from the arrival of a call to its end; with the trace id of one call in each bucket.",
    "method",
)

MODEL_REQUESTS = _counter("model_requests", "Requests to models, repeats included.", "provider", "outcome")
MODEL_REQUEST_SECONDS = _histogram("model_request_seconds", "How long requests to models took.", "provider")
MODEL_TOKENS = _counter("model_tokens", "Tokens, by the answers of models.", "provider", "kind")
MODEL_COST = _counter(
    "model_cost_usd", "US dollars that answers of models cost, as far as prices are known.", "provider"
)
MODEL_UNPRICED = _counter("model_unpriced_answers", "Answers of models whose price is not known.", "provider")
CIRCUITS_OPEN = _gauge("circuits_open", "Circuits that are open: their models are not asked.", "provider")
CIRCUIT_OPENINGS = _counter("circuit_openings", "How often a circuit opened.", "provider")
PROVIDER_WAITING = _gauge(
    "provider_waiting", "Requests to models that wait because of the limits set for their provider.", "provider"
)
PROVIDER_THROTTLED = _counter(
    "provider_throttled_seconds",
    "How long requests to models have waited because of the limits set for their provider.",
    "provider",
)

COMPACTIONS = _counter(
    "compactions", "Compactions that were committed, or that failed after a model was asked.", "mode", "outcome"
)
COMPACTION_SECONDS = _histogram("compaction_seconds", "How long committed compactions took.", "mode")
EVICTED_MESSAGES = _counter("evicted_messages", "Messages that compactions evicted.", "mode")
TOKENS_SAVED = _counter("tokens_saved", "By how many tokens compactions made contexts smaller.", "mode")
EVICTED_IDENTIFIERS = _counter(
    "evicted_identifiers", "Identifiers in evicted messages, by the receipts of compactions.", "mode", "outcome"
)
UNFOUNDED_IDENTIFIERS = _counter(
    "unfounded_identifiers",
    "Identifiers in summaries that nothing before them holds, by the receipts of compactions.",
    "mode",
)
DEGRADED = _counter("degraded_answers", "Compactions by the embedded summarizer because a model failed.", "reason")
FAILED = _counter("failed_compactions", "Compactions that asked a model and changed nothing.", "reason")
FAILED_TOKENS = _counter(
    "failed_compaction_tokens",
    "Tokens of compactions that asked a model and changed nothing, and so have no record.",
    "kind",
)
FAILED_COST = _counter(
    "failed_compaction_cost_usd", "US dollars that such compactions cost, as far as prices are known."
)
RESTORES = _counter("restores", "Compactions, or restores, that were undone.")
ERASURES = _counter("erasures", "Agents and conversations that were deleted.", "kind", "reason")
ERASED_MESSAGES = _counter(
    "erased_messages", "Messages that were deleted with agents and conversations, summaries included.", "reason"
)

CHORES_ENDED = _counter("chores_ended", "Chores that succeeded or failed in this process.", "chore", "outcome")
CHORE_SECONDS = _counter("chore_seconds", "How long chores took.", "chore")
JOBS = _gauge("jobs", "Jobs in the database that have not ended, whichever process runs them.", "state")
JOBS_OLDEST = _gauge("jobs_oldest_seconds", "How long the job that has waited longest has been due; 0 without one.")
JOBS_RUNNING = _gauge("jobs_running", "Jobs that this process runs.")
JOBS_ENDED = _counter("jobs_ended", "Jobs that this process has ended.", "origin", "state")
JOBS_FAILED = _counter("jobs_failed", "Jobs that failed in this process.", "reason")
JOBS_DEFERRED = _counter("jobs_deferred", "Attempts at jobs that failed and are repeated later.", "reason")
JOB_ATTEMPT_SECONDS = _histogram("job_attempt_seconds", "How long attempts at jobs took.")
JOB_TOKENS_SAVED = _counter("job_tokens_saved", "By how many tokens jobs made contexts smaller.", "origin")
JOB_COST = _counter("job_cost_usd", "US dollars that successful jobs cost, as far as prices are known.", "origin")

UNIT_SECONDS = _histogram(
    "unit_of_work_seconds",
    "Time of transactions, from the wait for a thread to the commit; without those of health and of these pages.",
    "kind",
)
UNIT_FAILURES = _counter("unit_of_work_failures", "Transactions that were not committed.", "kind", "error")

READY = _gauge("ready", "1 while the server wants calls, as /readyz says.")
DATABASE_UP = _gauge("database_up", "1 while the database answers; it is asked twice a second.")
CALLS_IN_HAND = _gauge("calls_in_hand", "Calls that are counted against COMPACTD_MAX_CALLS_IN_HAND.")
CALLS_IN_HAND_LIMIT = _gauge("calls_in_hand_limit", "COMPACTD_MAX_CALLS_IN_HAND.")
BYTES_IN_HAND = _gauge("bytes_in_hand", "Bytes of requests that are counted against COMPACTD_MAX_BYTES_IN_HAND.")
BYTES_IN_HAND_LIMIT = _gauge("bytes_in_hand_limit", "COMPACTD_MAX_BYTES_IN_HAND.")
ATTEMPTS = _gauge("compaction_attempts", "Compactions that run, including those that linger.")
UNITS_WAITING = _gauge("units_of_work_waiting", "Units of work that wait for a thread of the store.", "kind")
CPU_JOBS_WAITING = _gauge("cpu_jobs_waiting", "Pieces of work that wait for a CPU worker.")

BUILD = _gauge("build_info", "1; what runs is in the labels.", "version", "python")
GC_COLLECTIONS = _counter("gc_collections", "Runs of Python's garbage collector.", "generation")

METRICS = tuple(row for row in tuple(globals().values()) if isinstance(row, Metric))
"""All of them, in the order above."""

PROCESS_METRICS = "compactd_process_"
"""What the names of those begin with that prometheus-client reads from the system: CPU seconds, memory, open files,
start time."""
