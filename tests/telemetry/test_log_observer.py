"""What an operator reads: a line for each call and each compaction, without a word of what they hold."""

import json
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from compactd.domain.compactions import Usage
from compactd.domain.handles import ModelHandle
from compactd.domain.keys import ConversationKey
from compactd.log import configure_logging
from compactd.ports.observer import EndedCall, EndedModelRequest, EndedUnitOfWork, FailedCompaction
from compactd.telemetry.log_observer import LogObserver
from tests.builders.records import record

CALL = EndedCall("/compaction.v1.AgentService/GetAgent", "NOT_FOUND", 0.01234, "mine", "default")
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
        }
    ]


def test_a_call_that_did_what_it_should_is_told_to_who_debugs() -> None:
    with capture_logs() as logged:
        LogObserver().call_ended(replace(CALL, code="OK"))
    assert [(line["event"], line["code"], line["log_level"]) for line in logged] == [("call", "OK", "debug")]


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
