"""What the clients of a run know: every operation, each of its attempts, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

UNKNOWN_AFTER = frozenset({"BROKEN", "CANCELLED", "DEADLINE_EXCEEDED", "DRAINING", "OUTCOME_UNKNOWN"})
"""Codes and reasons after which a change may have been made all the same, as the contract lists them; after any other
error nothing may have changed."""


class Fate(StrEnum):
    """What the client knows of an operation at the end."""

    DONE = "acknowledged"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call: seconds since the run began, which server and door, and the code that it ended with (OK, a canonical
    code, REFUSED where no connection was made, BROKEN where one was lost)."""

    began: float
    ended: float
    where: str
    code: str
    reason: str = ""

    @property
    def may_have_happened(self) -> bool:
        return self.code in UNKNOWN_AFTER or self.reason in UNKNOWN_AFTER


@dataclass(frozen=True, slots=True)
class Reply:
    """What an acknowledged operation was answered, as far as it can be held against what is stored.

    `value` is what a write leaves to be read: the prompt of a Recompile, the text of an update.
    """

    message_ids: tuple[str, ...] = ()
    positions: tuple[int, ...] = ()
    resource_id: str = ""
    value: str = ""
    record: str = ""
    where: str = ""
    """The door that `record` came through."""


@dataclass(slots=True)
class Operation:
    """A write, with its repetitions under the same request_id. `sent` are the marks of an append's messages, or the
    value of another write."""

    number: int
    kind: str
    subject: str
    request_id: str = ""
    sent: tuple[str, ...] = ()
    attempts: list[Attempt] = field(default_factory=list)
    reply: Reply | None = None
    acknowledged: float = 0.0
    """When the first answer came."""
    replays: int = 0

    @property
    def fate(self) -> Fate:
        if self.reply is not None:
            return Fate.DONE
        if any(attempt.may_have_happened for attempt in self.attempts):
            return Fate.UNKNOWN
        return Fate.FAILED

    @property
    def began(self) -> float:
        return min(attempt.began for attempt in self.attempts)

    @property
    def ended(self) -> float:
        """When its client knew; an operation whose outcome is unknown may happen at any time after it began."""
        if self.reply is not None:
            return self.acknowledged
        return self.attempts[-1].ended if self.fate is Fate.FAILED else float("inf")

    def line(self) -> str:
        """For people who look for what went wrong."""
        tries = ", ".join(
            f"{attempt.began:.3f}-{attempt.ended:.3f} {attempt.where} {attempt.code}"
            + (f"/{attempt.reason}" if attempt.reason else "")
            for attempt in self.attempts
        )
        found = self.reply and (
            self.reply.positions or self.reply.resource_id or " ".join(self.reply.value.split())[:40]
        )
        said = f" -> {found}" if found else ""
        return f"#{self.number} {self.kind} {self.request_id or '(no id)'} {len(self.sent)} sent: {tries}{said}"


@dataclass(frozen=True, slots=True)
class ContextRead:
    """A GetContext: the ids of the kept messages in it, in no order, and what it said of itself."""

    began: float
    ended: float
    conversation_id: str
    message_ids: frozenset[str]
    last_position: int
    version: str
    opening: str
    """Hash of the system message and the summary that it showed."""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may not be, and of which conversation or agent."""

    subject: str
    sentence: str


@dataclass(slots=True)
class History:
    """Everything that happened in a run against one database."""

    operations: list[Operation] = field(default_factory=list)
    contexts: list[ContextRead] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What went wrong, and when, in its order."""
    stored: dict[str, Sequence[str]] = field(default_factory=dict)
    """What is stored at the end of each conversation in which something was found, by its id."""
    jobs: Counter[str] = field(default_factory=Counter)
    """How many jobs have ended in which way, at the end of the run."""
    reads: int = 0
    """Reads that were answered."""
    codes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How many calls of each kind ended with which code and reason."""

    def open(self, kind: str, subject: str, request_id: str = "", sent: Sequence[str] = ()) -> Operation:
        operation = Operation(len(self.operations), kind, subject, request_id, tuple(sent))
        self.operations.append(operation)
        return operation

    def find(self, subject: str, sentence: str) -> None:
        self.findings.append(Finding(subject, sentence))

    def of(self, kinds: Iterable[str], subject: str) -> list[Operation]:
        wanted = frozenset(kinds)
        return [operation for operation in self.operations if operation.subject == subject and operation.kind in wanted]

    def fates(self) -> Mapping[str, Counter[Fate]]:
        """By kind."""
        found: dict[str, Counter[Fate]] = {}
        for operation in self.operations:
            found.setdefault(operation.kind, Counter())[operation.fate] += 1
        return found

    def answered(self) -> int:
        """Writes and reads that were."""
        return self.reads + sum(operation.reply is not None for operation in self.operations)

    def lines(self, subject: str) -> list[str]:
        """The operations on a conversation or agent, in the order in which they began."""
        found = [item for item in self.operations if item.subject == subject and item.attempts]
        return [item.line() for item in sorted(found, key=lambda item: item.began)]
