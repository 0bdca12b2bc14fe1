"""Several observers as one, none of which breaks what it is told of."""

from collections.abc import Sequence

import structlog

from compactd.domain.compactions import Compaction
from compactd.domain.erasures import Erasure, ErasureReason
from compactd.domain.keys import ConversationKey
from compactd.ports.observer import (
    CircuitChange,
    EndedAttempt,
    EndedCall,
    EndedChore,
    EndedModelRequest,
    EndedUnitOfWork,
    FailedCompaction,
    Observer,
    ProviderWait,
    StartedCall,
)


class Observers:
    """Tells each of `observers` in their order. What one of them raises is a bug, which is logged once for each thing
    that it is told; the call that it was told of has its own end, and the others are told all the same."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = tuple(observers)
        self._failed: set[tuple[type[Observer], str]] = set()

    def call_started(self, call: StartedCall) -> None:
        self._tell("call_started", call)

    def call_ended(self, call: EndedCall) -> None:
        self._tell("call_ended", call)

    def model_request_ended(self, request: EndedModelRequest) -> None:
        self._tell("model_request_ended", request)

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None:
        self._tell("unit_of_work_ended", unit)

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None:
        self._tell("compaction_committed", key, record)

    def context_restored(self, key: ConversationKey, record: Compaction) -> None:
        self._tell("context_restored", key, record)

    def compaction_failed(self, failed: FailedCompaction) -> None:
        self._tell("compaction_failed", failed)

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:
        self._tell("erased", erasure, reason, identity)

    def circuit_changed(self, change: CircuitChange) -> None:
        self._tell("circuit_changed", change)

    def provider_waited(self, wait: ProviderWait) -> None:
        self._tell("provider_waited", wait)

    def attempt_ended(self, attempt: EndedAttempt) -> None:
        self._tell("attempt_ended", attempt)

    def chore_ended(self, chore: EndedChore) -> None:
        self._tell("chore_ended", chore)

    def _tell(self, told: str, *what: object) -> None:
        for observer in self._observers:
            try:
                getattr(observer, told)(*what)
            except Exception:  # noqa: BLE001  (a bug of whatever kind)
                self._log(observer, told)

    def _log(self, observer: Observer, told: str) -> None:
        name = (type(observer), told)
        if name not in self._failed:
            self._failed.add(name)
            structlog.get_logger().exception("observer failed", observer=type(observer).__name__, told=told)
