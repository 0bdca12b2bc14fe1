"""The log as an observer: a line for each call, compaction, restore, erasure, job and circuit that opens or closes, and
more where debugging is on."""

import logging
from collections.abc import Callable, Mapping
from typing import Literal

import structlog

from compactd.domain.compactions import Compaction
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

WriteCall = Callable[[Mapping[str, object]], None]


class LogObserver:
    """Calls, compactions, restores, erasures, jobs and circuits at info or above, all else at debug. Times are in
    milliseconds."""

    def __init__(self, calls: Literal["all", "failed"] = "failed", write_call: WriteCall | None = None) -> None:
        """`calls` says which of them have a line at info, `write_call` writes it; without it structlog does, for four
        times the price."""
        self._log = structlog.get_logger()
        # Asked once: nearly all that is told is told for debugging, and nobody debugs.
        self._is_debugging = self._log.is_enabled_for(logging.DEBUG)
        self._tells_calls = self._log.is_enabled_for(logging.INFO)
        self._tells_all = calls == "all"
        self._write_call = write_call or self._write_slowly

    def call_started(self, call: StartedCall) -> None:
        """Nothing: its end says all that its start does."""

    def call_ended(self, call: EndedCall) -> None:
        if call.code == "OK" and not self._tells_all:
            if self._is_debugging:
                self._log.debug("call", **_fields(call))
        elif self._tells_calls:
            self._write_call(_fields(call))

    def _write_slowly(self, fields: Mapping[str, object]) -> None:
        self._log.info("call", **fields)

    def model_request_ended(self, request: EndedModelRequest) -> None:
        if not self._is_debugging:
            return
        usage = request.usage
        tokens = {} if usage is None else {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        self._log.debug(
            "model request",
            model=str(request.model),
            ms=_milliseconds(request.seconds),
            error=request.error,
            **tokens,
        )

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None:
        if not self._is_debugging:
            return
        self._log.debug(
            "unit of work", kind=unit.kind, unit=unit.name, ms=_milliseconds(unit.seconds), error=unit.error
        )

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None:
        self._log.info(
            "compaction",
            namespace=key.namespace,
            conversation_id=key.conversation_id,
            compaction_id=record.id,
            mode=record.mode,
            model=record.model,
            degraded_reason=record.degraded_reason,
            evicted_count=record.evicted_count,
            tokens_before=record.tokens_before,
            tokens_after=record.tokens_after,
            **_receipt_counts(record),
            ms=record.duration_ms,
        )

    def context_restored(self, key: ConversationKey, record: Compaction) -> None:
        self._log.info(
            "restore",
            namespace=key.namespace,
            conversation_id=key.conversation_id,
            compaction_id=record.id,
            restored_compaction_id=record.restored_compaction_id,
            tokens_before=record.tokens_before,
            tokens_after=record.tokens_after,
            ms=record.duration_ms,
        )

    def compaction_failed(self, failed: FailedCompaction) -> None:
        usage = failed.usage
        self._log.warning(
            "compaction failed",
            namespace=failed.key.namespace,
            conversation_id=failed.key.conversation_id,
            model=str(failed.model),
            reason=failed.reason,
            model_calls=usage.calls,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.cached_tokens,
            cost_usd=usage.cost_usd,
            ms=_milliseconds(failed.seconds),
        )

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:
        of_conversation = {"conversation_id": erasure.conversation_id} if erasure.conversation_id else {}
        self._log.info(
            "erased",
            namespace=erasure.namespace,
            kind=erasure.kind,
            agent_id=erasure.agent_id,
            **of_conversation,
            conversations=erasure.conversations,
            messages=erasure.messages,
            reason=reason,
            identity=identity,
        )

    def circuit_changed(self, change: CircuitChange) -> None:
        if change.is_open:
            self._log.warning(
                "model circuit opened", model=str(change.model), failures=change.failures, seconds=change.seconds
            )
        else:
            self._log.info("model circuit closed", model=str(change.model))

    def provider_waited(self, wait: ProviderWait) -> None:
        """Nothing: the metrics add it up, and a line for each request would say less."""

    def chore_ended(self, chore: EndedChore) -> None:
        """Nothing: one that failed is told with its stack where it is done."""

    def attempt_ended(self, attempt: EndedAttempt) -> None:
        log = self._log.bind(
            job_id=attempt.job_id,
            namespace=attempt.key.namespace,
            conversation_id=attempt.key.conversation_id,
            origin=attempt.origin.value,
            reason=attempt.reason,
            attempts=attempt.attempts,
            waited_seconds=round(attempt.waited_seconds, 1),
            ms=_milliseconds(attempt.seconds),
        )
        if attempt.pause_seconds is not None:
            log.info("job deferred", pause_seconds=round(attempt.pause_seconds, 1))
            return
        log = log.bind(
            state=attempt.state.value,
            compaction_id=attempt.compaction_id,
            saved_tokens=attempt.saved_tokens,
            cost_usd=attempt.cost_usd,
        )
        if attempt.state is JobState.FAILED:
            log.warning("job ended")
        else:
            log.info("job ended")


def _fields(call: EndedCall) -> dict[str, object]:
    fields: dict[str, object] = {
        "method": call.method,
        "code": call.code,
        "ms": _milliseconds(call.seconds),
        "call_id": call.call_id,
        "namespace": call.namespace,
    }
    if call.reason:
        fields["reason"] = call.reason
    if call.identity:
        fields["identity"] = call.identity
    if call.trace_id:
        fields["trace_id"] = call.trace_id
    return fields


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _receipt_counts(record: Compaction) -> dict[str, int]:
    receipt = record.receipt
    if receipt is None:
        return {}
    return {
        "identifiers_retained": receipt.retained,
        "identifiers_recoverable": receipt.recoverable,
        "identifiers_unfounded": receipt.unfounded,
    }
