"""Merges summaries of neighbouring stretches into one, level by level, as far as a window lets it."""

from collections.abc import Sequence

from compactd.application.asking import Asker
from compactd.ports.model import PromptTooLong
from compactd.strategies.chunks import MAX_MERGE_LEVELS, TranscriptItem, TranscriptRoom, total_tokens
from compactd.strategies.request_forms import PARTIAL_LINE_TOKENS, render_partial


async def merge_summaries(asker: Asker, texts: Sequence[str], room: int) -> str:
    """One text for all, in their order; `room` tokens of them fit one request. SummarizerWindowExceeded if they do not
    get fewer."""
    level = list(texts)
    for _ in range(MAX_MERGE_LEVELS):
        merged, room = await _merge_level(asker, level, room)
        if len(merged) == 1:
            return merged[0]
        if len(merged) == len(level):
            break
        level = merged
    raise asker.exceeded()


async def _merge_level(asker: Asker, level: Sequence[str], room: int) -> tuple[list[str], int]:
    """Neighbours merged as far as they fit `room` together, and the room, smaller after a refusal."""
    sizes = await asker.tokenizer.count_texts(level, asker.task.tokenizer)
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
            limit = asker.output_limit() if final else asker.partial_limit(room)
            try:
                merged.append(await asker.ask(batch, limit, final=final, merge=True))
            except PromptTooLong as refusal:
                room = (await asker.smaller(total_tokens(batch), TranscriptRoom(room), limit, refusal)).tokens
                continue
        first += count
    return merged, room


def _how_many_fit(items: Sequence[TranscriptItem], first: int, room: int) -> int:
    """How many neighbours from `first` on fit `room` together; a item larger than that stands alone."""
    used = 0
    for index in range(first, len(items)):
        used += items[index].tokens
        if used > room:
            return max(1, index - first)
    return len(items) - first
