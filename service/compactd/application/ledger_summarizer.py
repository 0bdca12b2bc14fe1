"""A summarizer whose new part ends with identifiers that it would not hold otherwise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from compactd.application.embedded_summarizer import is_newest, limit_of_merged, limit_of_new_part
from compactd.application.material import Material, MaterialLoader
from compactd.application.summary import Draft, Summarizer
from compactd.domain.compactions import SummaryPart
from compactd.ports.extractive import Extractive


@dataclass(frozen=True, slots=True)
class LedgerSummarizer:
    """The Summarizer that has another one write the parts, and adds the section to the new one."""

    summarizer: Summarizer
    extractive: Extractive
    loader: MaterialLoader

    async def summarize(self, material: Material) -> Draft:
        """The new part. Without a `clip_chars` nothing is cut off for the section: it takes what room is left."""
        draft = await self.summarizer.summarize(material)
        limit = partial(limit_of_new_part, self.extractive.default_limit, material)
        return await self._with_section(draft, material, limit, material.earlier)

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> Draft:
        """As the other one merges; the part that the new one goes into ends with the section again."""
        draft = await self.summarizer.merge(material, parts, index)
        if not is_newest(parts[index + 1], material):
            return draft
        limit = limit_of_merged(parts, index, material)
        return await self._with_section(draft, material, lambda _: limit, parts[:index])

    async def _with_section(
        self, draft: Draft, material: Material, limit: Callable[[int], int], earlier: Sequence[SummaryPart]
    ) -> Draft:
        sources = await self.loader.evicted_sources(material)
        texts = [part.text for part in earlier]
        extract = await self.extractive.add_ledger(draft.text, sources, limit, texts, cut=material.clip_chars > 0)
        self.loader.keep_digests(material, extract.digests_read)
        return replace(draft, text=extract.text)
