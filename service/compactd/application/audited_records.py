"""What is wrong with the records of a conversation: with their chain, and with what they say of the messages."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from compactd.application.audit_faults import Faults
from compactd.application.audited_receipts import check_receipt
from compactd.application.audited_sums import Sums, SumsAt
from compactd.domain.compactions import Compaction, CompactionKind, PartState, SummaryPart
from compactd.ports.audit import AuditedConversation, AuditedRecord
from compactd.strategies.summary_parts import join

FIRST_POSITION = 1
"""Where the context of a conversation starts that was never compacted."""

FRAME_TOKENS = 200
"""More than a view adds for a late result, for a call without one, or at the beginning of a context."""

TOLERANCE = 0.05
"""By this share sums of tokens may differ beside: the rules of counting may have become others."""


@dataclass(frozen=True, slots=True)
class SummaryFigures:
    """A summary's row: the hash of its text, and its tokens with the frame."""

    digest: bytes
    token_count: int
    tokenizer: str


@dataclass(frozen=True, slots=True)
class _Part:
    first: int
    last: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class _Context:
    """Start and summary of a context, and the parts of that summary."""

    start: int = FIRST_POSITION
    summary: int | None = None
    parts: tuple[_Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _Figures:
    """A record without its texts, and the context that it found (`before`) and left (`after`)."""

    record: Compaction
    before: _Context
    after: _Context
    digest: bytes


class RecordAudit:
    """Takes the records in the order of their versions, then the row and the sums of the messages."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._figures: dict[str, _Figures] = {}
        self._last: _Figures | None = None
        self._legible = True
        self.count = 0

    def add(self, audited: AuditedRecord) -> None:
        self.count += 1
        if audited.version != self.count:
            self._faults.note(
                "The record {id} made version {version}, and is number {number}.",
                id=audited.id,
                version=audited.version,
                number=self.count,
            )
        record = audited.record
        if record is None:
            self._faults.note("The record {id} cannot be read.", id=audited.id)
            # What it left is not known, so neither is what those behind it found.
            self._legible = False
        if not self._legible or record is None:
            return
        check_receipt(record, self._faults)
        expected = self._last.record.id if self._last else None
        if record.parent_id != expected:
            self._faults.note(
                "The record {id} names {parent} as the one before it, which is {expected}.",
                id=record.id,
                parent=record.parent_id,
                expected=expected,
            )
        before = self._last.after if self._last else _Context()
        after = _Context(record.context_start, record.summary_position, tuple(map(_part, record.parts)))
        digest = hashlib.sha256(join(record.parts).encode()).digest()
        self._last = self._figures[record.id] = _Figures(replace(record, parts=()), before, after, digest)
        if record.kind is CompactionKind.RESTORE:
            self._check_restore(record, after)
        else:
            self._check_kept(record, before, after)

    def check_row(self, row: AuditedConversation) -> None:
        """Whether the conversation points where its last record says."""
        faults = self._faults
        if row.context_version != self.count:
            faults.note(
                "The context has version {version}; records: {count}.",
                version=row.context_version,
                count=self.count,
            )
        if not self._legible:
            return
        last = self._last
        in_force = last.record.id if last else None
        if row.last_compaction_id != in_force:
            faults.note(
                "The record in force is {said} by the conversation, and {last} is the last one.",
                said=row.last_compaction_id,
                last=in_force,
            )
        context = last.after if last else _Context()
        if row.context_start != context.start:
            faults.note(
                "The context starts at position {said}, and by the record in force at {start}.",
                said=row.context_start,
                start=context.start,
            )
        if row.summary_position != context.summary:
            faults.note(
                "The summary of the context is at position {said}, and by the record in force at {summary}.",
                said=row.summary_position,
                summary=context.summary,
            )

    def boundaries(self) -> Iterator[int]:
        """The positions that `check_messages` wants the sums before."""
        for figures in self._figures.values():
            record = figures.record
            yield from (record.context_start, record.last_seen_position + 1)
            yield from (record.first_evicted_position, record.last_evicted_position + 1)
            for part in figures.after.parts:
                yield from (part.first, part.last + 1)

    def check_messages(self, sums: SumsAt, summaries: Mapping[int, SummaryFigures]) -> None:
        """Whether the records say of the messages what is so."""
        known = set()
        for figures in self._figures.values():
            self._check_parts(figures, sums)
            if figures.record.kind is CompactionKind.COMPACTION:
                known.add(figures.after.summary)
                self._check_evicted(figures, sums)
                self._check_summary(figures, summaries)
            self._check_tokens(figures, sums, summaries)
        if self._legible:
            for position in summaries.keys() - known:
                self._faults.note("The summary at position {position} is that of no record.", position=position)

    def _check_restore(self, record: Compaction, after: _Context) -> None:
        undone = self._figures.get(record.restored_compaction_id or "")
        if undone is None or undone.record.id == record.id:
            self._faults.note(
                "The record {id} undid {undone}, which is no record before it.",
                id=record.id,
                undone=record.restored_compaction_id,
            )
        elif undone.before != after:
            self._faults.note(
                "The record {id} left another context than {undone} had found.", id=record.id, undone=undone.record.id
            )

    def _check_kept(self, record: Compaction, before: _Context, after: _Context) -> None:
        kept = [part for part, made in zip(after.parts, record.parts, strict=True) if made.state is PartState.KEPT]
        if not set(kept) <= set(before.parts):
            self._faults.note("The record {id} keeps a part that the one before it does not have.", id=record.id)

    def _check_parts(self, figures: _Figures, sums: SumsAt) -> None:
        """Whether every message before the context is what exactly one part stands for."""
        record_id, start, following = figures.record.id, figures.after.start, FIRST_POSITION
        for part in figures.after.parts:
            if not sums.between(part.first, part.last).count:
                self._faults.note("A part of the record {id} stands for no message.", id=record_id)
            if part.first < following:
                self._faults.note(
                    "Two parts of the record {id} stand for the message at position {position}.",
                    id=record_id,
                    position=part.first,
                )
            self._check_covered(record_id, following, part.first - 1, sums)
            following = max(following, part.last + 1)
        if following > start:
            self._faults.note(
                "A part of the record {id} stands for messages that are in the context, from position {start} on.",
                id=record_id,
                start=start,
            )
        self._check_covered(record_id, following, start - 1, sums)

    def _check_covered(self, record_id: str, first: int, last: int, sums: SumsAt) -> None:
        if missing := sums.between(first, last).count:
            self._faults.note(
                "Between positions {first} and {last} no part of the record {id} stands for messages: {count}.",
                id=record_id,
                count=missing,
                first=first,
                last=last,
            )

    def _check_evicted(self, figures: _Figures, sums: SumsAt) -> None:
        record, note = figures.record, self._faults.note
        first, last = record.first_evicted_position, record.last_evicted_position
        count = sums.between(first, last).count
        if count != record.evicted_count:
            note(
                "Messages where the record {id} evicted them: {count}; it counts {said}.",
                id=record.id,
                said=record.evicted_count,
                count=count,
            )
        start, new_start = figures.before.start, figures.after.start
        left_out = sums.between(start, first - 1).count + sums.between(last + 1, new_start - 1).count
        if left_out or first < start or last >= new_start:
            note(
                "The record {id} evicted other messages than those between the context's starts, {before} and {after}.",
                id=record.id,
                before=start,
                after=new_start,
            )
        if record.last_seen_position < last or (record.summary_position or 0) <= record.last_seen_position:
            note(
                "The record {id} saw messages up to position {seen}, evicted up to {last}, and has its summary at "
                "{summary}.",
                id=record.id,
                seen=record.last_seen_position,
                last=last,
                summary=record.summary_position,
            )

    def _check_summary(self, figures: _Figures, summaries: Mapping[int, SummaryFigures]) -> None:
        position = figures.after.summary
        found = None if position is None else summaries.get(position)
        if found is None:
            self._faults.note(
                "No summary stands at position {position}, where the record {id} has its own.",
                position=position,
                id=figures.record.id,
            )
        elif found.digest != figures.digest:
            self._faults.note(
                "The summary at position {position} is not the parts of the record {id}.",
                position=position,
                id=figures.record.id,
            )

    def _check_tokens(self, figures: _Figures, sums: SumsAt, summaries: Mapping[int, SummaryFigures]) -> None:
        """Whether the context became so much smaller, or larger, as the messages say that left it or came back. Only
        where everything is counted by the record's tokenizer; fixed parts are the same before and after."""
        record, before, after = figures.record, figures.before, figures.after
        between = sums.between(min(before.start, after.start), max(before.start, after.start) - 1)
        kept = sums.between(after.start, record.last_seen_position)
        measured = [
            _summary_tokens(before, record.tokenizer, summaries),
            _summary_tokens(after, record.tokenizer, summaries),
            between.tokens(record.tokenizer),
            kept.tokens(record.tokenizer),
        ]
        if None in measured:
            return
        old, new, moved, stayed = (tokens or 0 for tokens in measured)
        expected = old - new + (moved if after.start > before.start else -moved)
        slack = FRAME_TOKENS * (1 + _framed(between)) + TOLERANCE * (old + new + moved)
        if abs(record.tokens_before - record.tokens_after - expected) > slack:
            self._faults.note(
                "The record {id} says {before} tokens before and {after} after it; by the messages it is {expected} "
                "fewer.",
                id=record.id,
                before=record.tokens_before,
                after=record.tokens_after,
                expected=expected,
            )
        if record.tokens_after < (new + stayed) * (1 - TOLERANCE):
            self._faults.note(
                "The record {id} says {after} tokens after it, and summary and kept messages alone have {stayed}.",
                id=record.id,
                after=record.tokens_after,
                stayed=new + stayed,
            )


def _summary_tokens(context: _Context, tokenizer: str, summaries: Mapping[int, SummaryFigures]) -> int | None:
    if context.summary is None:
        return 0
    found = summaries.get(context.summary)
    return found.token_count if found and found.tokenizer == tokenizer else None


def _framed(sums: Sums) -> int:
    """How many of these messages a view adds something for."""
    return sums.late_results + max(0, sums.calls - sums.results)


def _part(part: SummaryPart) -> _Part:
    return _Part(part.first_position, part.last_position, hashlib.sha256(part.text.encode()).digest())
