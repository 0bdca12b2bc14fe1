"""What an audit reads: rows as they are stored, so that they can be held against what they should say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from compactd.domain.calls import OpenCall
from compactd.domain.compactions import Compaction
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AuditedConversation:
    """A conversation's row. `open_calls` is None where that cannot be read; `lease_seconds` is for how long its lease
    still holds, 0 or less if it does not."""

    open_calls: Sequence[OpenCall] | None
    next_position: int
    last_position: int
    context_start: int
    summary_position: int | None
    context_version: int
    system_version: int
    evicted_count: int
    last_compaction_id: str | None
    live_calls: int
    lease_token: int
    lease_seconds: float


@dataclass(frozen=True, slots=True)
class AuditedOperation:
    """An operation's row: what it is called, where it stands, whether a reply and a failure are kept, and for how many
    seconds more the row is. `is_of_job`: a job of the conversation asks for it."""

    name: str
    state: str
    attempt: int
    lease_token: int
    has_reply: bool
    has_failure: bool
    keep_seconds: float
    is_of_job: bool


@dataclass(frozen=True, slots=True)
class AuditedJob:
    """A job's row. `is_own`: its namespace and agent are the conversation's. `held_seconds` is for how long its runner
    still has it, 0 or less if it does not; `has_record` whether its compaction is a record of the conversation."""

    id: str
    state: str
    is_own: bool
    has_runner: bool
    held_seconds: float
    attempts: int
    has_end: bool
    compaction_id: str
    has_record: bool


@dataclass(frozen=True, slots=True)
class AuditedRecord:
    """A record's row: the version that it made, and the record, None where that cannot be read."""

    id: str
    version: int
    record: Compaction | None


@dataclass(frozen=True, slots=True)
class AuditedMessage:
    """A message's row; `message` is None where that cannot be read.

    `answers` are position and index of the call that a result answers, None and None for all else. `stale` names what
    is stored beside the message and is not what today's rules make of it, given the name of the tool that a result came
    from, or None where nobody knows it; what other rules made is not looked at.
    """

    position: int
    role: str
    token_count: int
    tokenizer: str
    call_count: int
    answers: tuple[int | None, int | None]
    late: bool
    late_tool: str | None
    message: ChatMessage | None
    stale: Callable[[str | None], Sequence[str]]


class AuditReading(Protocol):
    """A conversation inside one unit of work: all of it is of one moment, and is read in pages."""

    @property
    def conversation(self) -> AuditedConversation: ...

    def records(self) -> Iterator[AuditedRecord]:
        """In the order of the versions that they made."""

    def messages(self) -> Iterator[AuditedMessage]:
        """In the order of their positions, summaries and the system message too."""

    def operations(self) -> Iterator[AuditedOperation]:
        """Those of the conversation, in the order of their names."""

    def jobs(self) -> Iterator[AuditedJob]:
        """Those of the conversation, in the order of their ids."""

    def system_versions(self) -> Sequence[int]:
        """Those of the kept texts of the system message, in order."""


class AuditStore(Protocol):
    """Everything durable, for an audit. It writes nothing."""

    async def audited_keys(self, after: str, limit: int) -> list[ConversationKey]:
        """Keys of conversations of all namespaces whose ids follow `after`, in the order of their ids."""

    async def audited_key(self, conversation_id: str) -> ConversationKey | None:
        """The key of the conversation with this id, in whatever namespace it is; None if there is none."""

    async def read_for_audit(self, key: ConversationKey, work: Callable[[AuditReading], T]) -> T | None:
        """What `work` returns; None if the conversation is gone. It may run twice, and holds a connection."""
