"""Several observers as one."""

from collections.abc import Sequence

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
    """Tells each of `observers` in their order."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)

    def call_started(self, call: StartedCall) -> None:
        for observer in self._observers:
            observer.call_started(call)

    def call_ended(self, call: EndedCall) -> None:
        for observer in self._observers:
            observer.call_ended(call)

    def model_request_ended(self, request: EndedModelRequest) -> None:
        for observer in self._observers:
            observer.model_request_ended(request)

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None:
        for observer in self._observers:
            observer.unit_of_work_ended(unit)

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None:
        for observer in self._observers:
            observer.compaction_committed(key, record)

    def context_restored(self, key: ConversationKey, record: Compaction) -> None:
        for observer in self._observers:
            observer.context_restored(key, record)

    def compaction_failed(self, failed: FailedCompaction) -> None:
        for observer in self._observers:
            observer.compaction_failed(failed)

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:
        for observer in self._observers:
            observer.erased(erasure, reason, identity)

    def circuit_changed(self, change: CircuitChange) -> None:
        for observer in self._observers:
            observer.circuit_changed(change)
