"""Several observers as one, none of which breaks what it is told of."""

from collections.abc import Sequence

import structlog

from compactd.domain.compactions import Compaction
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.keys import ConversationKey
from compactd.ports.observer import (
    CircuitChange,
    EndedCall,
    EndedModelRequest,
    EndedUnitOfWork,
    FailedCompaction,
    Observer,
    StartedCall,
)


class Observers:
    """Tells each of `observers` in their order. What one of them raises is a bug, which is logged once for each thing
    that it is told; the call that it was told of has its own end, and the others are told all the same."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)
        self._failed: set[tuple[type[Observer], str]] = set()

    def call_started(self, call: StartedCall) -> None:
        for observer in self._observers:
            try:
                observer.call_started(call)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "call_started")

    def call_ended(self, call: EndedCall) -> None:
        for observer in self._observers:
            try:
                observer.call_ended(call)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "call_ended")

    def model_request_ended(self, request: EndedModelRequest) -> None:
        for observer in self._observers:
            try:
                observer.model_request_ended(request)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "model_request_ended")

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None:
        for observer in self._observers:
            try:
                observer.unit_of_work_ended(unit)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "unit_of_work_ended")

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None:
        for observer in self._observers:
            try:
                observer.compaction_committed(key, record)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "compaction_committed")

    def context_restored(self, key: ConversationKey, record: Compaction) -> None:
        for observer in self._observers:
            try:
                observer.context_restored(key, record)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "context_restored")

    def compaction_failed(self, failed: FailedCompaction) -> None:
        for observer in self._observers:
            try:
                observer.compaction_failed(failed)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "compaction_failed")

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:
        for observer in self._observers:
            try:
                observer.erased(erasure, reason, identity)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "erased")

    def circuit_changed(self, change: CircuitChange) -> None:
        for observer in self._observers:
            try:
                observer.circuit_changed(change)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, "circuit_changed")

    def _log(self, observer: Observer, told: str) -> None:
        name = (type(observer), told)
        if name not in self._failed:
            self._failed.add(name)
            structlog.get_logger().exception("observer failed", observer=type(observer).__name__, told=told)
