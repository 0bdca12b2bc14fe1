"""What is wrong with one conversation: its row, its messages one after another, and its records."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from compactd.application.audit_faults import Faults
from compactd.application.audited_claims import SummaryFigures
from compactd.application.audited_jobs import check_jobs
from compactd.application.audited_operations import check_operations
from compactd.application.audited_records import RecordAudit
from compactd.application.audited_sums import SumsAt
from compactd.domain.calls import MAX_OPEN_CALLS, Answer, UnansweredCallMissing, WaitingCalls
from compactd.domain.messages import Role
from compactd.ports.audit import AuditedConversation, AuditedMessage, AuditReading

FIRST_SYSTEM_VERSION = 1


@dataclass(frozen=True, slots=True)
class ConversationFindings:
    """What is wrong, in sentences, and how much was looked at."""

    sentences: Sequence[str]
    messages: int
    records: int


def audit_conversation(reading: AuditReading) -> ConversationFindings:
    """Goes through the records, then through the messages, and keeps figures of both; of contents it keeps none."""
    faults = Faults()
    row = reading.conversation
    records = RecordAudit(faults)
    for audited in reading.records():
        records.add(audited)
    records.check_row(row)
    sums = SumsAt([*records.boundaries(), row.context_start])
    messages = _Messages(row, sums, faults)
    for message in reading.messages():
        messages.add(message)
    messages.end()
    sums.end()
    records.check_messages(sums, messages.summaries)
    outside = sums.between(1, row.context_start - 1).count
    if row.evicted_count != outside:
        faults.note(
            "Messages before the context: {count}; the conversation counts {said}.",
            count=outside,
            said=row.evicted_count,
        )
    _check_system_versions(reading.system_versions(), row, faults)
    check_operations(reading.operations(), row, faults)
    check_jobs(reading.jobs(), faults)
    return ConversationFindings(faults.sentences(), messages.count, records.count)


def _check_system_versions(versions: Sequence[int], row: AuditedConversation, faults: Faults) -> None:
    for version in versions:
        if version >= row.system_version:
            faults.note(
                "A kept system message has version {version}, and {now} is in force.",
                version=version,
                now=row.system_version,
            )
    for version in sorted({*range(FIRST_SYSTEM_VERSION, row.system_version)} - {*versions}):
        faults.note("The system message of version {version} was not kept.", version=version)


class _Messages:
    """Follows the messages by position: each has to stand where it should, and its row has to say what it says."""

    def __init__(self, row: AuditedConversation, sums: SumsAt, faults: Faults) -> None:
        self._row = row
        self._sums = sums
        self._faults = faults
        self._waiting: WaitingCalls | None = WaitingCalls(())
        self._overflowed = False
        self._next = 0
        self._last = 0
        self.count = 0
        self.summaries: dict[int, SummaryFigures] = {}

    def add(self, message: AuditedMessage) -> None:
        self.count += 1
        self._check_position(message.position)
        if message.message is None:
            self._faults.note("The message at position {position} cannot be read.", position=message.position)
        elif message.call_count != len(message.message.tool_calls):
            self._faults.note(
                "The message at position {position} has another number of calls than its row says.",
                position=message.position,
            )
        if not message.position and message.role != Role.SYSTEM.value:
            self._faults.note("A {role} message stands at position 0, and no system message.", role=message.role)
        if message.role == Role.SUMMARY.value:
            self._add_summary(message)
            self._check_stale(message, None)
            return
        if message.position:
            self._last = message.position
            self._sums.add(message)
            answer = self._follow(message)
            self._check_stale(message, answer.tool if answer else None)
        else:
            self._check_stale(message, None)

    def end(self) -> None:
        """All messages were there."""
        row, faults = self._row, self._faults
        self._check_gap(max(self._next, row.next_position))
        if self._next > row.next_position:
            faults.note(
                "The next position is {said}, and there are messages up to {last}.",
                said=row.next_position,
                last=self._next - 1,
            )
        if row.last_position != self._last:
            faults.note(
                "The last message stands at position {last}, and the conversation says {said}.",
                last=self._last,
                said=row.last_position,
            )
        self._check_open_calls()

    def _check_position(self, position: int) -> None:
        self._check_gap(position)
        self._next = position + 1

    def _check_gap(self, position: int) -> None:
        if position == self._next + 1:
            self._faults.note("No message stands at position {first}.", first=self._next)
        elif position > self._next:
            self._faults.note("No messages stand at positions {first} to {last}.", first=self._next, last=position - 1)

    def _add_summary(self, message: AuditedMessage) -> None:
        text = message.message.text if message.message else ""
        digest = hashlib.sha256(text.encode()).digest()
        self.summaries[message.position] = SummaryFigures(digest, message.token_count, message.tokenizer)

    def _check_stale(self, message: AuditedMessage, tool: str | None) -> None:
        for name in message.stale(tool):
            self._faults.note(
                "What is stored as {name} of the message at position {position} is not what its content gives.",
                name=name,
                position=message.position,
            )

    def _follow(self, message: AuditedMessage) -> Answer | None:
        """The call that the message answers by those before it; None if it answers none, or if nobody can tell."""
        if message.message is None:
            # What it called or answered is not known, so neither is what those behind it do.
            self._waiting = None
        if self._waiting is None or message.message is None:
            return None
        told = (*message.answers, message.late, message.late_tool)
        # A result without a call, as `repair` keeps it. Which tool it came from, its batch has said.
        kept = Answer(None, None, message.late_tool or "", late=True)
        if self._overflowed and told == _as_told(kept):
            return kept
        try:
            answer = self._waiting.follow(message.message, message.position, message.answers)
        except UnansweredCallMissing:
            if told == _as_told(kept):
                return kept
            self._faults.note(
                "The result at position {position} answers no call that waits for one.", position=message.position
            )
            return None
        self._overflowed = self._overflowed or self._waiting.count > MAX_OPEN_CALLS
        if told != _as_told(answer):
            self._faults.note(
                "The result at position {position} is stored as the answer to another call than it answers.",
                position=message.position,
            )
        return answer

    def _check_open_calls(self) -> None:
        stored = self._row.open_calls
        if stored is None:
            self._faults.note("The calls that wait for results cannot be read.")
            return
        if self._row.live_calls != (alive := sum(not call.dead for call in stored)):
            self._faults.note(
                "Calls that wait for results and are not dead: {count}; the conversation counts {said}.",
                count=alive,
                said=self._row.live_calls,
            )
        if self._waiting is None:
            return
        # The oldest of too many are forgotten, after a batch: which ones, the messages do not say.
        count = len(stored) if self._overflowed else self._waiting.count
        if list(stored) != (self._waiting.youngest(count) if count else []):
            self._faults.note(
                "Other calls wait for results by the messages, or others of them are dead, than are stored."
            )


def _as_told(answer: Answer | None) -> tuple[int | None, int | None, bool, str | None]:
    """What a row says of the call that its message answers."""
    if answer is None:
        return None, None, False, None
    return answer.position, answer.index, answer.late, answer.tool if answer.late else None
