"""What is wrong with the records of a conversation: with their chain, and with where the conversation points."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from compactd.application.audit_faults import Faults
from compactd.application.audited_claims import ContextFigures, RecordFigures, SummaryFigures, check_record, part_of
from compactd.application.audited_receipts import check_receipt
from compactd.application.audited_sums import SumsAt
from compactd.domain.compactions import Compaction, CompactionKind, PartState
from compactd.ports.audit import AuditedConversation, AuditedRecord
from compactd.strategies.summary_parts import join


class RecordAudit:
    """Takes the records in the order of their versions, then the row and the sums of the messages."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._figures: dict[str, RecordFigures] = {}
        self._last: RecordFigures | None = None
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
        before = self._last.after if self._last else ContextFigures()
        after = ContextFigures(record.context_start, record.summary_position, tuple(map(part_of, record.parts)))
        digest = hashlib.sha256(join(record.parts).encode()).digest()
        self._last = self._figures[record.id] = RecordFigures(replace(record, parts=()), before, after, digest)
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
        context = last.after if last else ContextFigures()
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
            check_record(figures, sums, summaries, self._faults)
            if figures.record.kind is CompactionKind.COMPACTION:
                known.add(figures.after.summary)
        if self._legible:
            for position in summaries.keys() - known:
                self._faults.note("The summary at position {position} is that of no record.", position=position)

    def _check_restore(self, record: Compaction, after: ContextFigures) -> None:
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

    def _check_kept(self, record: Compaction, before: ContextFigures, after: ContextFigures) -> None:
        kept = [part for part, made in zip(after.parts, record.parts, strict=True) if made.state is PartState.KEPT]
        if not set(kept) <= set(before.parts):
            self._faults.note("The record {id} keeps a part that the one before it does not have.", id=record.id)
