"""What the records of a conversation say of its messages, held against these."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from compactd.application.audit_faults import Faults
from compactd.application.audited_sums import Sums, SumsAt
from compactd.domain.compactions import Compaction, CompactionKind, SummaryPart

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
class PartFigures:
    """The positions of the messages that a part stands for, and the hash of its text."""

    first: int
    last: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class ContextFigures:
    """Start and summary of a context, and the parts of that summary."""

    start: int = FIRST_POSITION
    summary: int | None = None
    parts: tuple[PartFigures, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordFigures:
    """A record without its texts, and the context that it found (`before`) and left (`after`)."""

    record: Compaction
    before: ContextFigures
    after: ContextFigures
    digest: bytes


def part_of(part: SummaryPart) -> PartFigures:
    return PartFigures(part.first_position, part.last_position, hashlib.sha256(part.text.encode()).digest())


def check_record(figures: RecordFigures, sums: SumsAt, summaries: Mapping[int, SummaryFigures], faults: Faults) -> None:
    """Whether a record says of the messages what is so."""
    _check_parts(figures, sums, faults)
    if figures.record.kind is CompactionKind.COMPACTION:
        _check_evicted(figures, sums, faults)
        _check_summary(figures, summaries, faults)
    _check_tokens(figures, sums, summaries, faults)


def _check_parts(figures: RecordFigures, sums: SumsAt, faults: Faults) -> None:
    """Whether every message before the context is what exactly one part stands for."""
    record_id, start, following = figures.record.id, figures.after.start, FIRST_POSITION
    for part in figures.after.parts:
        if not sums.between(part.first, part.last).count:
            faults.note("A part of the record {id} stands for no message.", id=record_id)
        if part.first < following:
            faults.note(
                "Two parts of the record {id} stand for the message at position {position}.",
                id=record_id,
                position=part.first,
            )
        _check_covered(record_id, following, part.first - 1, sums, faults)
        following = max(following, part.last + 1)
    if following > start:
        faults.note(
            "A part of the record {id} stands for messages that are in the context, from position {start} on.",
            id=record_id,
            start=start,
        )
    _check_covered(record_id, following, start - 1, sums, faults)


def _check_covered(record_id: str, first: int, last: int, sums: SumsAt, faults: Faults) -> None:
    if missing := sums.between(first, last).count:
        faults.note(
            "Between positions {first} and {last} no part of the record {id} stands for messages: {count}.",
            id=record_id,
            count=missing,
            first=first,
            last=last,
        )


def _check_evicted(figures: RecordFigures, sums: SumsAt, faults: Faults) -> None:
    record, note = figures.record, faults.note
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


def _check_summary(figures: RecordFigures, summaries: Mapping[int, SummaryFigures], faults: Faults) -> None:
    position = figures.after.summary
    found = None if position is None else summaries.get(position)
    if found is None:
        faults.note(
            "No summary stands at position {position}, where the record {id} has its own.",
            position=position,
            id=figures.record.id,
        )
    elif found.digest != figures.digest:
        faults.note(
            "The summary at position {position} is not the parts of the record {id}.",
            position=position,
            id=figures.record.id,
        )


def _check_tokens(
    figures: RecordFigures, sums: SumsAt, summaries: Mapping[int, SummaryFigures], faults: Faults
) -> None:
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
        faults.note(
            "The record {id} says {before} tokens before and {after} after it; by the messages it is {expected} fewer.",
            id=record.id,
            before=record.tokens_before,
            after=record.tokens_after,
            expected=expected,
        )
    if record.tokens_after < (new + stayed) * (1 - TOLERANCE):
        faults.note(
            "The record {id} says {after} tokens after it, and summary and kept messages alone have {stayed}.",
            id=record.id,
            after=record.tokens_after,
            stayed=new + stayed,
        )


def _summary_tokens(context: ContextFigures, tokenizer: str, summaries: Mapping[int, SummaryFigures]) -> int | None:
    if context.summary is None:
        return 0
    found = summaries.get(context.summary)
    return found.token_count if found and found.tokenizer == tokenizer else None


def _framed(sums: Sums) -> int:
    """How many of these messages a view adds something for."""
    return sums.late_results + max(0, sums.calls - sums.results)
