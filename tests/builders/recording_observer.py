"""An observer that keeps what it is told."""

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
    ProviderWait,
    StartedCall,
)


class RecordingObserver:
    """What it was told, by kind, in order."""

    def __init__(self) -> None:
        self.started_calls: list[StartedCall] = []
        self.calls: list[EndedCall] = []
        self.model_requests: list[EndedModelRequest] = []
        self.units: list[EndedUnitOfWork] = []
        self.compactions: list[tuple[ConversationKey, Compaction]] = []
        self.restores: list[tuple[ConversationKey, Compaction]] = []
        self.failed_compactions: list[FailedCompaction] = []
        self.erasures: list[tuple[Erasure, ErasureReason, str]] = []
        self.circuits: list[CircuitChange] = []
        self.provider_waits: list[ProviderWait] = []
        self.attempts: list[EndedAttempt] = []
        self.chores: list[EndedChore] = []

    def call_started(self, call: StartedCall) -> None:
        self.started_calls.append(call)

    def call_ended(self, call: EndedCall) -> None:
        self.calls.append(call)

    def model_request_ended(self, request: EndedModelRequest) -> None:
        self.model_requests.append(request)

    def unit_of_work_ended(self, unit: EndedUnitOfWork) -> None:
        self.units.append(unit)

    def compaction_committed(self, key: ConversationKey, record: Compaction) -> None:
        self.compactions.append((key, record))

    def context_restored(self, key: ConversationKey, record: Compaction) -> None:
        self.restores.append((key, record))

    def compaction_failed(self, failed: FailedCompaction) -> None:
        self.failed_compactions.append(failed)

    def erased(self, erasure: Erasure, reason: ErasureReason, identity: str) -> None:
        self.erasures.append((erasure, reason, identity))

    def circuit_changed(self, change: CircuitChange) -> None:
        self.circuits.append(change)

    def provider_waited(self, wait: ProviderWait) -> None:
        self.provider_waits.append(wait)

    def attempt_ended(self, attempt: EndedAttempt) -> None:
        self.attempts.append(attempt)

    def chore_ended(self, chore: EndedChore) -> None:
        self.chores.append(chore)
