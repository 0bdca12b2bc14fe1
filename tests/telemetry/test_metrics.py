"""What is told to an observer is counted, by labels of few values."""

import inspect
from dataclasses import replace

import pytest

from compactd.domain.compactions import Usage
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.handles import ModelHandle
from compactd.domain.keys import ConversationKey
from compactd.domain.model_failures import ProviderFailure
from compactd.ports.observer import (
    CircuitChange,
    EndedCall,
    EndedModelRequest,
    EndedUnitOfWork,
    FailedCompaction,
    Observer,
    StartedCall,
)
from compactd.telemetry import metric_table as table
from compactd.telemetry.metric_table import BUCKETS, LABELS, METRICS, Kind
from compactd.telemetry.metrics import OUTCOMES, Metrics

MODEL = ModelHandle.parse("openai/gpt-5-mini")
METHOD = "/compaction.v1.AgentService/GetAgent"
USAGE = Usage(input_tokens=60, output_tokens=50, cached_tokens=40, calls=1, cost_usd=0.25)


def call(metrics: Metrics, seconds: float = 0.02, trace_id: str = "") -> None:
    """A call from its start to its end."""
    metrics.call_started(StartedCall(METHOD, "id"))
    metrics.call_ended(EndedCall(METHOD, "OK", seconds, "id", "default", trace_id))


def test_it_counts_all_that_there_is_to_tell() -> None:
    told = {name for name, _ in inspect.getmembers(Observer, inspect.isfunction) if not name.startswith("_")}
    assert told <= set(dir(Metrics))


def test_a_call_is_in_flight_between_its_start_and_its_end() -> None:
    metrics = Metrics()
    for _ in range(3):
        metrics.call_started(StartedCall(METHOD, "id", "rest"))
    metrics.call_ended(EndedCall(METHOD, "OK", 0.02, "id", "default", door="rest"))
    metrics.call_ended(EndedCall(METHOD, "NOT_FOUND", 0.02, "id", "default", door="rest"))
    values = metrics.snapshot().values
    assert values[table.CALLS_STARTED] == {(METHOD, "rest"): 3}
    assert values[table.CALLS_HANDLED] == {(METHOD, "rest", "OK"): 1, (METHOD, "rest", "NOT_FOUND"): 1}
    assert values[table.CALLS_IN_FLIGHT] == {(METHOD, "rest"): 1}


def test_seconds_lie_in_the_bucket_whose_bound_they_do_not_exceed() -> None:
    metrics = Metrics()
    for seconds in (0.0, BUCKETS[0], BUCKETS[0] * 1.01, BUCKETS[-1], BUCKETS[-1] * 2):
        call(metrics, seconds)
    seen = metrics.snapshot().distributions[table.CALL_SECONDS][METHOD,]
    assert [(number, count) for number, count in enumerate(seen.counts) if count] == [
        (0, 2),
        (1, 1),
        (len(BUCKETS) - 1, 1),
        (len(BUCKETS), 1),
    ]
    assert seen.sum == pytest.approx(BUCKETS[0] * 2.01 + BUCKETS[-1] * 3)
    assert (BUCKETS[0], BUCKETS[-1]) == (0.001, 600)
    assert list(BUCKETS) == sorted(BUCKETS)


def test_each_bucket_names_the_trace_of_its_last_call() -> None:
    metrics = Metrics()
    for trace_id in ("a" * 32, "b" * 32, ""):
        call(metrics, trace_id=trace_id)
    [exemplar] = metrics.snapshot().distributions[table.CALL_SECONDS][METHOD,].exemplars.values()
    assert (exemplar.trace_id, exemplar.seconds) == ("b" * 32, 0.02)


def test_a_snapshot_stays_as_it_was() -> None:
    metrics = Metrics()
    call(metrics)
    before = metrics.snapshot()
    call(metrics)
    assert before.values[table.CALLS_HANDLED] == {(METHOD, "grpc", "OK"): 1}
    assert sum(before.distributions[table.CALL_SECONDS][METHOD,].counts) == 1


def test_every_failure_of_a_provider_has_an_outcome_of_its_own() -> None:
    families = ProviderFailure.__subclasses__()
    assert len(families) > 3
    named = [OUTCOMES[family.__name__] for family in families]
    assert len(set(named)) == len(named)
    metrics = Metrics()
    for error in ("", "PromptTooLong", "CancelledError", "TypeError", "canary" * 9):
        metrics.model_request_ended(EndedModelRequest(MODEL, 0.1, error))
    outcomes = {labels[1]: count for labels, count in metrics.snapshot().values[table.MODEL_REQUESTS].items()}
    assert outcomes == {"answered": 1, "prompt_too_long": 1, "cancelled": 1, "error": 2}


def test_an_answer_without_a_price_counts_as_that_and_one_that_never_came_does_not() -> None:
    metrics = Metrics()
    for usage in (USAGE, replace(USAGE, cost_usd=None), Usage(calls=1, cost_usd=None)):
        metrics.model_request_ended(EndedModelRequest(MODEL, 0.1, usage=usage))
    values = metrics.snapshot().values
    assert values[table.MODEL_COST] == {("openai",): 0.25}
    assert values[table.MODEL_UNPRICED] == {("openai",): 1}
    assert values[table.MODEL_TOKENS] == {
        ("openai", "input"): 120,
        ("openai", "output"): 100,
        ("openai", "cached"): 80,
    }


def test_a_quota_is_told_from_an_overload() -> None:
    metrics = Metrics()
    for reason in ("QUOTA_EXCEEDED", "OVERLOADED", "QUOTA_EXCEEDED", ""):
        metrics.call_started(StartedCall(METHOD, "id"))
        metrics.call_ended(EndedCall(METHOD, "RESOURCE_EXHAUSTED", 0.1, "id", "default", reason=reason))
    assert metrics.snapshot().values[table.CALLS_FAILED] == {("QUOTA_EXCEEDED",): 2, ("OVERLOADED",): 1}


def test_what_was_spent_in_vain_is_counted() -> None:
    metrics = Metrics()
    key = ConversationKey("default", "conv-1")
    for usage in (USAGE, replace(USAGE, cost_usd=None)):
        metrics.compaction_failed(FailedCompaction(key, MODEL, "all", "SUMMARY_EMPTY", usage, 1.5))
    values = metrics.snapshot().values
    assert values[table.COMPACTIONS] == {("all", "failed"): 2}
    assert values[table.FAILED] == {("SUMMARY_EMPTY",): 2}
    assert values[table.FAILED_TOKENS][("input",)] == 120
    assert values[table.FAILED_COST] == {(): 0.25}


def test_circuits_are_counted_as_they_open_and_close() -> None:
    metrics = Metrics()
    for is_open in (True, True, False):
        metrics.circuit_changed(CircuitChange(MODEL, is_open, 5, 30.0, is_called=not is_open))
    values = metrics.snapshot().values
    assert (values[table.CIRCUITS_OPEN], values[table.CIRCUIT_OPENINGS]) == ({("openai",): 1}, {("openai",): 2})


def test_erasures_are_counted_by_what_and_why() -> None:
    metrics = Metrics()
    metrics.erased(Erasure("n", "agent-1", "", 3, 40, has_rest=True), ErasureReason.CALL, "ada")
    metrics.erased(Erasure("n", "agent-2", "conv-1", 1, 2, has_rest=False), ErasureReason.RETENTION, "")
    values = metrics.snapshot().values
    assert values[table.ERASURES] == {("agent", "call"): 1, ("conversation", "retention"): 1}
    assert values[table.ERASED_MESSAGES] == {("call",): 40, ("retention",): 2}


def test_health_asking_for_the_database_is_no_unit_of_work() -> None:
    metrics = Metrics()
    metrics.unit_of_work_ended(EndedUnitOfWork("read", "ping", 0.1, "StoreUnavailable"))
    metrics.unit_of_work_ended(EndedUnitOfWork("read", "get_agent", 0.1, "AgentNotFound"))
    snapshot = metrics.snapshot()
    assert sum(snapshot.distributions[table.UNIT_SECONDS][("read",)].counts) == 1
    assert snapshot.values[table.UNIT_FAILURES] == {("read", "AgentNotFound"): 1}


def test_the_table_has_no_name_twice_and_says_what_each_label_may_be() -> None:
    names = [metric.full_name for metric in METRICS]
    assert len(set(names)) == len(names)
    assert {label for metric in METRICS for label in metric.labels} == set(LABELS)
    assert all(metric.meaning.endswith(".") for metric in METRICS)
    assert not any(metric.name.endswith("_total") for metric in METRICS if metric.kind is not Kind.COUNTER)
