"""The metrics as an observer: counts and sums since the start, as plain numbers.

What is counted is told on the event loop, so nothing here needs a lock, and each event costs a microsecond. A library
comes in only where somebody asks for the page (`exposition.py`).
"""

import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from compactd.domain.compactions import Compaction, Usage
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.jobs import JobState
from compactd.domain.keys import ConversationKey
from compactd.ports.observer import (
    CircuitChange,
    EndedAttempt,
    EndedCall,
    EndedChore,
    EndedModelRequest,
    EndedUnitOfWork,
    FailedCompaction,
    ProviderWait,
    StartedCall,
)
from compactd.telemetry import metric_table as table
from compactd.telemetry.gauges import Labels
from compactd.telemetry.metric_table import BUCKETS, METRICS, Kind, Metric

OUTCOMES = {
    "": "answered",
    "CancelledError": "cancelled",
    "PromptTooLong": "prompt_too_long",
    "ProviderRateLimited": "rate_limited",
    "ProviderUnavailable": "unavailable",
    "ProviderUnauthenticated": "unauthenticated",
    "ProviderKeyMissing": "unauthenticated",
    "ProviderRejected": "rejected",
}
"""What became of a request to a model, by the class of its error; anything else is a bug."""


ASKED_BY_ITSELF = frozenset({"ping", "measure_jobs"})
"""The units by which health asks for the database, twice a second, and the admin pages for what waits: among the others
they would make them look faster."""


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One call of a bucket, so that its trace can be found; `at` is in seconds since 1970."""

    trace_id: str
    seconds: float
    at: float


class Distribution:
    """How many observations lie in each bucket, the last one beyond all bounds, and their sum."""

    __slots__ = ("counts", "exemplars", "sum")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.exemplars: dict[int, Exemplar] = {}
        self.sum = 0.0

    def observe(self, seconds: float, trace_id: str = "") -> None:
        bucket = bisect_left(BUCKETS, seconds)
        self.counts[bucket] += 1
        self.sum += seconds
        if trace_id:
            self.exemplars[bucket] = Exemplar(trace_id, seconds, time.time())

    def copy(self) -> "Distribution":
        copied = Distribution()
        copied.counts, copied.exemplars, copied.sum = self.counts.copy(), self.exemplars.copy(), self.sum
        return copied


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What had been counted at one moment."""

    values: Mapping[Metric, Mapping[Labels, float]]
    distributions: Mapping[Metric, Mapping[Labels, Distribution]]


class Metrics:
    """Everything that is told, counted by the rows of the table."""

    def __init__(self) -> None:
        self._counts: dict[Metric, dict[Labels, float]] = {
            metric: defaultdict(float) for metric in METRICS if metric.kind is Kind.COUNTER
        }
        self._distributions: dict[Metric, dict[Labels, Distribution]] = {
            metric: defaultdict(Distribution) for metric in METRICS if metric.kind is Kind.HISTOGRAM
        }
        self._open_circuits: dict[Labels, float] = defaultdict(float)
        self._waiting: dict[Labels, float] = defaultdict(float)
        for metric, counts in self._counts.items():
            if not metric.labels:
                counts[()] = 0.0

    def snapshot(self) -> Snapshot:
        """A copy, which a thread may read."""
        values: dict[Metric, Mapping[Labels, float]] = {metric: dict(counts) for metric, counts in self._counts.items()}
        values[table.CALLS_IN_FLIGHT] = self._in_flight()
        values[table.CIRCUITS_OPEN] = dict(self._open_circuits)
        values[table.PROVIDER_WAITING] = dict(self._waiting)
        distributions = {
            metric: {labels: each.copy() for labels, each in of_labels.items()}
            for metric, of_labels in self._distributions.items()
        }
        return Snapshot(values, distributions)

    def call_started(self, call: StartedCall) -> None:
        self._add(table.CALLS_STARTED, 1, call.method, call.door)

    def call_ended(self, call: EndedCall) -> None:
        self._add(table.CALLS_HANDLED, 1, call.method, call.door, call.code)
        if call.reason:
            self._add(table.CALLS_FAILED, 1, call.reason)
        self._distributions[table.CALL_SECONDS][call.method,].observe(call.seconds, call.trace_id)

    def model_request_ended(self, request: EndedModelRequest) -> None:
        provider = request.model.provider
        self._add(table.MODEL_REQUESTS, 1, provider, OUTCOMES.get(request.error, "error"))
        self._distributions[table.MODEL_REQUEST_SECONDS][provider,].observe(request.seconds)
        if request.usage is None:
            return
        self._add_tokens(table.MODEL_TOKENS, request.usage, provider)
        if request.usage.cost_usd is None:
            if request.usage.input_tokens or request.usage.output_tokens:
                self._add(table.MODEL_UNPRICED, 1, provider)
        else:
            self._add(table.MODEL_COST, request.usage.cost_usd, provider)

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None:
        if unit.name in ASKED_BY_ITSELF:
            return
        self._distributions[table.UNIT_SECONDS][unit.kind,].observe(unit.seconds)
        if unit.error:
            self._add(table.UNIT_FAILURES, 1, unit.kind, unit.error)

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None:  # noqa: ARG002
        self._add(table.COMPACTIONS, 1, record.mode, "degraded" if record.degraded_reason else "committed")
        self._distributions[table.COMPACTION_SECONDS][record.mode,].observe(record.duration_ms / 1000)
        self._add(table.EVICTED_MESSAGES, record.evicted_count, record.mode)
        self._add(table.TOKENS_SAVED, max(0, record.tokens_before - record.tokens_after), record.mode)
        if record.receipt is not None:
            self._add(table.EVICTED_IDENTIFIERS, record.receipt.retained, record.mode, "retained")
            self._add(table.EVICTED_IDENTIFIERS, record.receipt.recoverable, record.mode, "recoverable")
            self._add(table.UNFOUNDED_IDENTIFIERS, record.receipt.unfounded, record.mode)
        if record.degraded_reason:
            self._add(table.DEGRADED, 1, record.degraded_reason)

    def context_restored(self, key: ConversationKey, record: Compaction) -> None:  # noqa: ARG002
        self._add(table.RESTORES, 1)

    def compaction_failed(self, failed: FailedCompaction) -> None:
        self._add(table.COMPACTIONS, 1, failed.mode, "failed")
        self._add(table.FAILED, 1, failed.reason)
        self._add_tokens(table.FAILED_TOKENS, failed.usage)
        self._add(table.FAILED_COST, failed.usage.cost_usd or 0.0)

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:  # noqa: ARG002
        self._add(table.ERASURES, 1, erasure.kind, reason)
        self._add(table.ERASED_MESSAGES, erasure.messages, reason)

    def circuit_changed(self, change: CircuitChange) -> None:
        provider = change.model.provider
        self._open_circuits[provider,] += 1 if change.is_open else -1
        if change.is_open:
            self._add(table.CIRCUIT_OPENINGS, 1, provider)

    def provider_waited(self, wait: ProviderWait) -> None:
        self._waiting[wait.provider,] += 1 if wait.begins else -1
        if not wait.begins:
            self._add(table.PROVIDER_THROTTLED, wait.seconds, wait.provider)

    def attempt_ended(self, attempt: EndedAttempt) -> None:
        self._distributions[table.JOB_ATTEMPT_SECONDS][()].observe(attempt.seconds)
        if attempt.pause_seconds is not None:
            self._add(table.JOBS_DEFERRED, 1, attempt.reason)
            return
        self._add(table.JOBS_ENDED, 1, attempt.origin, attempt.state)
        if attempt.state is JobState.FAILED:
            self._add(table.JOBS_FAILED, 1, attempt.reason)
        if attempt.state is JobState.SUCCEEDED:
            self._add(table.JOB_TOKENS_SAVED, max(0, attempt.saved_tokens), attempt.origin)
            self._add(table.JOB_COST, attempt.cost_usd or 0.0, attempt.origin)

    def chore_ended(self, chore: EndedChore) -> None:
        self._add(table.CHORES_ENDED, 1, chore.name, "failed" if chore.failed else "done")
        self._add(table.CHORE_SECONDS, chore.seconds, chore.name)

    def _add(self, metric: Metric, amount: float, *labels: str) -> None:
        self._counts[metric][labels] += amount

    def _add_tokens(self, metric: Metric, usage: Usage, *labels: str) -> None:
        self._add(metric, usage.input_tokens, *labels, "input")
        self._add(metric, usage.output_tokens, *labels, "output")
        self._add(metric, usage.cached_tokens, *labels, "cached")

    def _in_flight(self) -> Mapping[Labels, float]:
        running = dict(self._counts[table.CALLS_STARTED])
        for (method, door, _), ended in self._counts[table.CALLS_HANDLED].items():
            running[method, door] -= ended
        return running
