"""A transcript summarized by a model: in one request where it fits, else in chunks whose answers are merged."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from compactd.application.first_failure import FirstFailure
from compactd.application.material import Transcript
from compactd.application.model_session import ModelSession
from compactd.domain.compactions import SummaryPart
from compactd.domain.context import Entry
from compactd.ports.model import PromptTooLong
from compactd.strategies.chunks import (
    MAX_MERGE_LEVELS,
    MIN_CHUNK_TOKENS,
    TranscriptItem,
    TranscriptRoom,
    chunk_count,
    pack,
    total_tokens,
)
from compactd.strategies.request_forms import PARTIAL_LINE_TOKENS, render_partial

CHUNKS_AT_ONCE = 4
"""How many chunks of one compaction are with the provider at the same time, after the first has shown the size."""


@dataclass(frozen=True, slots=True)
class ChunkedSummary:
    """A summary, and into how many chunks the transcript was cut for it; 1 if it was read whole."""

    text: str
    chunks: int


async def summarize_transcript(
    session: ModelSession, transcript: Transcript, parts: Sequence[SummaryPart], characters: int = 0
) -> ChunkedSummary:
    """The summary of a transcript, which may have so many `characters` unless that is 0; `parts` are the ones before
    it, shown as reference.

    Raises SummarizerWindowExceeded, and what the model's requests raise but PromptTooLong.
    """
    room = await session.room_beside(parts)
    if transcript.tokens <= room.tokens:
        return await _in_one_request(session, transcript, room, characters)
    items = await transcript.items()
    if total_tokens(items) > room.tokens:
        _require_chunk(session, room.tokens)
    return await _in_chunks(session, items, room, characters)


async def forecast_chunks(
    session: ModelSession,
    tokens: int,
    load_entries: Callable[[], Awaitable[Sequence[Entry]]],
    parts: Sequence[SummaryPart],
) -> int:
    """How many chunks summarize_transcript would begin with, for messages of so many `tokens`. Raises what it would
    raise before the first request."""
    room = await session.room_beside(parts)
    if tokens <= room.tokens:
        return 1
    _require_chunk(session, room.tokens)
    return chunk_count(await load_entries(), room.tokens)


async def merge_summaries(session: ModelSession, texts: Sequence[str], room: int, characters: int = 0) -> str:
    """One text for summaries of neighbouring stretches, in their order, level by level; `room` tokens of them fit one
    request. SummarizerWindowExceeded if they do not get fewer."""
    level = list(texts)
    for _ in range(MAX_MERGE_LEVELS):
        merged, room = await _merge_level(session, level, room, characters)
        if len(merged) == 1:
            return merged[0]
        if len(merged) == len(level):
            break
        level = merged
    raise session.window_exceeded()


async def _in_one_request(
    session: ModelSession, transcript: Transcript, room: TranscriptRoom, characters: int
) -> ChunkedSummary:
    """Asks for the whole; in chunks only if the provider has less room than its window tells."""
    limit = session.output_limit()
    session.steps.cut(1)
    try:
        whole = TranscriptItem((await transcript.whole(),), (transcript.tokens,))
        return ChunkedSummary(await session.read_transcript([whole], limit, room.earlier, characters=characters), 1)
    except PromptTooLong as too_long:
        items = await transcript.items()
        smaller = await session.smaller_room(total_tokens(items), room, limit, too_long)
    return await _in_chunks(session, items, smaller, characters)


async def _in_chunks(
    session: ModelSession, items: Sequence[TranscriptItem], room: TranscriptRoom, characters: int
) -> ChunkedSummary:
    first, *others = pack(items, room.tokens)
    session.steps.cut(1 + len(others))
    limit = session.partial_limit(room.tokens) if others else session.output_limit()
    said = 0 if others else characters
    try:
        partials = [await session.read_transcript(first, limit, room.earlier, characters=said)]
    except PromptTooLong as too_long:
        smaller = await session.smaller_room(total_tokens(first), room, limit, too_long)
        return await _in_chunks(session, items, smaller, characters)
    gate = asyncio.Semaphore(CHUNKS_AT_ONCE)
    async with FirstFailure() as group:
        tasks = [group.create_task(_partials(session, chunk, room, gate)) for chunk in others]
    for task in tasks:
        partials += task.result()
    if len(partials) == 1:
        return ChunkedSummary(partials[0], 1)
    text = await merge_summaries(session, partials, room.tokens + room.earlier_tokens, characters)
    return ChunkedSummary(text, len(partials))


async def _partials(
    session: ModelSession, chunk: Sequence[TranscriptItem], room: TranscriptRoom, gate: asyncio.Semaphore
) -> list[str]:
    """The partial summary of a chunk, or several if the provider wants it smaller."""
    limit = session.partial_limit(room.tokens)
    try:
        async with gate:
            return [await session.read_transcript(chunk, limit, room.earlier)]
    except PromptTooLong as too_long:
        smaller = await session.smaller_room(total_tokens(chunk), room, limit, too_long)
    partials: list[str] = []
    narrower_chunks = list(pack(chunk, smaller.tokens))
    session.steps.cut_smaller(len(narrower_chunks))
    for narrower in narrower_chunks:
        partials += await _partials(session, narrower, smaller, gate)
    return partials


def _require_chunk(session: ModelSession, tokens: int) -> None:
    """SummarizerWindowExceeded where the room is too small for any chunk."""
    if tokens < MIN_CHUNK_TOKENS:
        raise session.window_exceeded()


async def _merge_level(
    session: ModelSession, level: Sequence[str], room: int, characters: int
) -> tuple[list[str], int]:
    """Neighbours merged as far as they fit `room` together, and the room, smaller if it proved too large."""
    sizes = await session.count(level)
    items = [
        TranscriptItem((render_partial(number, text),), (size + PARTIAL_LINE_TOKENS,))
        for number, (text, size) in enumerate(zip(level, sizes, strict=True), start=1)
    ]
    merged: list[str] = []
    first = 0
    while first < len(items):
        count = _how_many_fit(items, first, room)
        batch = items[first : first + count]
        if count == 1:
            merged.append(level[first])
        else:
            final = count == len(level)
            limit = session.output_limit() if final else session.partial_limit(room)
            try:
                said = characters if final else 0
                merged.append(await session.read_transcript(batch, limit, characters=said, merge=True))
            except PromptTooLong as too_long:
                # Smaller by a share each time, down to the least, where smaller_room raises.
                room = (await session.smaller_room(total_tokens(batch), TranscriptRoom(room), limit, too_long)).tokens
                continue
        first += count
    return merged, room


def _how_many_fit(items: Sequence[TranscriptItem], first: int, room: int) -> int:
    """How many neighbours from `first` on fit `room` together; one that is larger stands alone."""
    used = 0
    for index in range(first, len(items)):
        used += items[index].tokens
        if used > room:
            return max(1, index - first)
    return len(items) - first
