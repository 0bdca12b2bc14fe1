"""Summary parts by the embedded summarizer, which has no window and so no chunks."""

from collections.abc import Callable, Sequence
from functools import partial

from compactd.application.material import Material, MaterialLoader
from compactd.application.summary import Draft
from compactd.domain.compactions import MergeSource, Method, SummaryPart
from compactd.extractive.ledger_section import SHARE_OF_LEDGER
from compactd.ports.contexts import DigestSource
from compactd.ports.extractive import Extractive
from compactd.strategies.clip import clip
from compactd.strategies.part_room import room_for_part
from compactd.strategies.summary_parts import join


def limit_of_new_part(default_limit: Callable[[int, int], int], material: Material, characters: int) -> int:
    """Code points that a new part about messages of so many `characters` may have."""
    plan, clip_chars = material.plan, material.clip_chars
    usual = default_limit(characters, plan.evicted_tokens)
    if clip_chars > 0:
        # More than half of the messages would hardly be smaller than they are.
        room = room_for_part(material.earlier, material.source_tokens, clip_chars)
        return max(1, min(room, clip_chars, max(usual, characters // 2)))
    # The limit of a summary in tokens, as characters of messages like these; images have none for theirs.
    tokens = min(plan.evicted_tokens, characters)
    return max(1, min(usual, plan.counted_window // 10 * characters // max(1, tokens)))


def limit_of_merged(parts: Sequence[SummaryPart], index: int, material: Material) -> int:
    """Code points for one part in the place of those at `index` and `index + 1`: no more than they have."""
    pair = parts[index : index + 2]
    others = [*parts[:index], *parts[index + 2 :]]
    length = len(join(pair))
    limit = material.clip_chars
    if limit <= 0:
        # As many characters as the parts have for each of their tokens.
        tokens = max(1, sum(part.tokens for part in parts))
        limit = material.plan.counted_window // 10 * len(join(parts)) // tokens
    return min(length, room_for_part(others, sum(part.source_tokens for part in pair), limit))


def is_newest(part: SummaryPart, material: Material) -> bool:
    """Whether the part is about what is newly evicted, alone or with earlier messages."""
    return part.last_position == material.plan.last_evicted


class EmbeddedSummarizer:
    """The Summarizer that needs no model."""

    def __init__(self, extractive: Extractive, loader: MaterialLoader) -> None:
        self._extractive = extractive
        self._loader = loader

    async def summarize(self, material: Material) -> Draft:
        """The new part, for the evicted messages."""
        sources = await self._loader.evicted_sources(material)
        text = await self._summary(material, sources, partial(self._limit, material), material.earlier)
        # What it quotes may begin like a model's refusal and is none. Messages of images or blanks say nothing that
        # could be extracted; that they were there is known all the same.
        return _draft(text.strip() or f"({len(sources)} messages without text)")

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> Draft:
        """One part for two neighbours: from the originals if those are within a window, else from their texts."""
        one, other = parts[index], parts[index + 1]
        limit = limit_of_merged(parts, index, material)
        if material.include_ledger and is_newest(other, material):
            limit -= limit // SHARE_OF_LEDGER
        if one.source_tokens + other.source_tokens <= material.plan.counted_window:
            sources = await self._loader.originals(material, one.first_position, other.last_position)
            text = await self._summary(material, sources, lambda _: limit, parts[:index])
            if text.strip():
                return _draft(text, MergeSource.ORIGINALS)
        text = await self._extractive.merge([one.text, other.text], limit)
        return _draft(text.strip() or clip(join((one, other)), limit), MergeSource.TEXTS)

    async def _summary(
        self,
        material: Material,
        sources: Sequence[DigestSource],
        limit: Callable[[int], int],
        earlier: Sequence[SummaryPart],
    ) -> str:
        extract = await self._extractive.summarize(sources, limit, [part.text for part in earlier])
        self._loader.keep_digests(material, extract.digests_read)
        material.findings.quoted.update(extract.quoted)
        return extract.text

    def _limit(self, material: Material, characters: int) -> int:
        """Code points of a new part about messages that have so many, without the section that may follow."""
        limit = limit_of_new_part(self._extractive.default_limit, material, characters)
        return limit - limit // SHARE_OF_LEDGER if material.include_ledger else limit


def _draft(text: str, merged_from: MergeSource | None = None) -> Draft:
    return Draft(text, Method.EXTRACTIVE, None, merged_from=merged_from)
