"""What an operator reads: a line for each call and each compaction, without a word of what they hold."""

import json
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest
from structlog.contextvars import bound_contextvars
from structlog.testing import capture_logs

from compactd.domain.compactions import Usage
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.handles import ModelHandle
from compactd.domain.jobs import JobOrigin, JobState
from compactd.domain.keys import ConversationKey
from compactd.log import CallLines, configure_logging
from compactd.ports.observer import EndedAttempt, EndedCall, EndedModelRequest, EndedUnitOfWork, FailedCompaction
from compactd.telemetry.log_observer import LogObserver
from tests.builders.records import record

CALL = EndedCall(
    "/compaction.v1.AgentService/GetAgent", "NOT_FOUND", 0.01234, "mine", "default", reason="AGENT_NOT_FOUND"
)
MODEL_REQUEST = EndedModelRequest(
    ModelHandle.parse("openai/gpt-5-mini"), 1.5, usage=Usage(input_tokens=30, output_tokens=4)
)
UNIT = EndedUnitOfWork("read", "get_agent", 0.002)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_call_is_a_line_with_method_code_time_id_and_namespace() -> None:
    with capture_logs() as logged:
        LogObserver().call_ended(CALL)
    assert logged == [
        {
            "event": "call",
            "log_level": "info",
            "method": "/compaction.v1.AgentService/GetAgent",
            "code": "NOT_FOUND",
            "ms": 12.3,
            "call_id": "mine",
            "namespace": "default",
            "reason": "AGENT_NOT_FOUND",
        }
    ]


def test_an_attempt_at_a_job_is_a_line_that_says_what_became_of_it_and_a_failed_one_a_warning() -> None:
    key = ConversationKey("n", "conv-1")
    ended = EndedAttempt(
        "job-1", key, JobOrigin.POLICY, JobState.SUCCEEDED, "", 2, 0.0123, 60.04, None, "cmp-1", 900, 0.25
    )
    deferred = EndedAttempt("job-1", key, JobOrigin.CALL, JobState.QUEUED, "OVERLOADED", 1, 0.5, 0.0, 31.46)
    failed = replace(ended, state=JobState.FAILED, reason="INTERNAL", compaction_id="", saved_tokens=0, cost_usd=None)
    with capture_logs() as logged:
        for attempt in (ended, deferred, failed):
            LogObserver().attempt_ended(attempt)
    common = {"job_id": "job-1", "namespace": "n", "conversation_id": "conv-1"}
    done = {**common, "event": "job ended", "origin": "policy", "attempts": 2, "waited_seconds": 60.0, "ms": 12.3}
    assert logged == [
        {
            **done,
            "log_level": "info",
            "state": "succeeded",
            "reason": "",
            "compaction_id": "cmp-1",
            "saved_tokens": 900,
            "cost_usd": 0.25,
        },
        {
            **common,
            "event": "job deferred",
            "log_level": "info",
            "origin": "call",
            "reason": "OVERLOADED",
            "attempts": 1,
            "waited_seconds": 0.0,
            "ms": 500.0,
            "pause_seconds": 31.5,
        },
        {
            **done,
            "log_level": "warning",
            "state": "failed",
            "reason": "INTERNAL",
            "compaction_id": "",
            "saved_tokens": 0,
            "cost_usd": None,
        },
    ]


def test_a_deletion_is_a_line_that_says_what_how_much_why_and_by_whom() -> None:
    with capture_logs() as logged:
        LogObserver().erased(Erasure("n", "agent-1", "", 3, 40, has_rest=True), ErasureReason.CALL, "ada")
        LogObserver().erased(Erasure("n", "agent-1", "conv-1", 1, 2, has_rest=False), ErasureReason.RETENTION, "")
    common = {"event": "erased", "log_level": "info", "namespace": "n", "agent_id": "agent-1"}
    assert logged == [
        {**common, "kind": "agent", "conversations": 3, "messages": 40, "reason": "call", "identity": "ada"},
        {
            **common,
            "kind": "conversation",
            "conversation_id": "conv-1",
            "conversations": 1,
            "messages": 2,
            "reason": "retention",
            "identity": "",
        },
    ]


def test_a_call_that_did_what_it_should_is_told_to_who_debugs() -> None:
    with capture_logs() as logged:
        LogObserver().call_ended(replace(CALL, code="OK"))
    assert [(line["event"], line["code"], line["log_level"]) for line in logged] == [("call", "OK", "debug")]


@pytest.mark.parametrize(
    ("level", "calls", "codes"),
    [
        ("info", "all", ["OK", "NOT_FOUND"]),
        ("info", "failed", ["NOT_FOUND"]),
        ("debug", "failed", ["OK", "NOT_FOUND"]),
        ("warning", "all", []),
    ],
)
def test_each_call_has_its_line_or_each_that_failed(
    as_before: None,
    capsys: pytest.CaptureFixture[str],
    level: str,
    calls: Literal["all", "failed"],
    codes: list[str],
) -> None:
    configure_logging(level)
    observer = LogObserver(calls)
    for code in ("OK", "NOT_FOUND"):
        observer.call_ended(replace(CALL, code=code))
    assert [line["code"] for line in lines(capsys)] == codes


@pytest.mark.parametrize("trace_id", ["", "a" * 32])
def test_the_quick_line_of_a_call_is_the_same_as_the_slow_one(
    as_before: None, capfdbinary: pytest.CaptureFixture[bytes], trace_id: str
) -> None:
    configure_logging("info")
    with bound_contextvars(worker=2):
        quick = CallLines(sys.stderr.buffer)
        of_call = {"trace_id": trace_id, "identity": "ada"} if trace_id else {}
        with bound_contextvars(method=CALL.method, call_id=CALL.call_id, **of_call):
            for observer in (LogObserver("all", quick), LogObserver("all")):
                observer.call_ended(replace(CALL, trace_id=trace_id, identity="ada" if trace_id else ""))
    one, other = (json.loads(line) for line in capfdbinary.readouterr().err.splitlines())
    first, second = (datetime.fromisoformat(line.pop("timestamp")) for line in (one, other))
    assert one == other
    assert one["worker"] == 2
    assert timedelta() <= second - first < timedelta(minutes=1)


def test_a_line_takes_any_text(as_before: None, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    configure_logging("info")
    odd = replace(CALL, identity="half a pair: \ud800")
    for observer in (LogObserver("all", CallLines(sys.stderr.buffer)), LogObserver("all")):
        observer.call_ended(odd)
    written = [json.loads(line) for line in capfdbinary.readouterr().err.splitlines()]
    assert [line["identity"] for line in written] == [odd.identity] * 2


def test_a_compaction_is_a_line_of_names_and_numbers() -> None:
    done = record(settings={"prompt": "canary"})
    with capture_logs() as logged:
        LogObserver().compaction_committed(ConversationKey("default", done.conversation_id), done)
    assert logged == [
        {
            "event": "compaction",
            "log_level": "info",
            "namespace": "default",
            "conversation_id": done.conversation_id,
            "compaction_id": done.id,
            "mode": "sliding_window",
            "model": "openai/gpt-5-mini",
            "degraded_reason": "",
            "evicted_count": 20,
            "tokens_before": 3_000,
            "tokens_after": 1_000,
            "identifiers_retained": 3,
            "identifiers_recoverable": 3,
            "identifiers_unfounded": 1,
            "ms": 120,
        }
    ]


@pytest.mark.parametrize(
    ("level", "events"), [("info", ["call"]), ("debug", ["call", "model request", "unit of work"])]
)
def test_requests_to_models_and_units_of_work_are_for_debugging(
    as_before: None, capsys: pytest.CaptureFixture[str], level: str, events: list[str]
) -> None:
    configure_logging(level)
    observer = LogObserver()
    observer.call_ended(CALL)
    observer.model_request_ended(MODEL_REQUEST)
    observer.unit_of_work_ended(UNIT)
    assert [line["event"] for line in lines(capsys)] == events


def test_a_request_to_a_model_is_a_line_of_names_and_numbers() -> None:
    with capture_logs() as logged:
        LogObserver().model_request_ended(MODEL_REQUEST)
    [line] = logged
    assert (line["model"], line["ms"], line["error"]) == ("openai/gpt-5-mini", 1500.0, "")
    assert (line["input_tokens"], line["output_tokens"]) == (30, 4)


def test_a_line_is_an_object_of_json_with_its_time_and_level(
    as_before: None, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("info")
    LogObserver().call_ended(CALL)
    [line] = lines(capsys)
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_a_failed_compaction_is_a_line_that_says_what_it_took() -> None:
    usage = Usage(3_000, 40, 1_000, 3, 0.0125)
    failed = FailedCompaction(
        ConversationKey("default", "conv-1"), MODEL_REQUEST.model, "all", "SUMMARY_EMPTY", usage, 1.5
    )
    with capture_logs() as logged:
        LogObserver().compaction_failed(failed)
    assert logged == [
        {
            "event": "compaction failed",
            "log_level": "warning",
            "namespace": "default",
            "conversation_id": "conv-1",
            "model": "openai/gpt-5-mini",
            "reason": "SUMMARY_EMPTY",
            "model_calls": 3,
            "input_tokens": 3_000,
            "output_tokens": 40,
            "cached_tokens": 1_000,
            "cost_usd": 0.0125,
            "ms": 1500.0,
        }
    ]
