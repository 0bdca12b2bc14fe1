"""A summarizer whose new part ends with identifiers that it would not hold otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from compactd.application.embedded_summarizer import limit_of_new_part
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
        sources = await self.loader.evicted_sources(material)
        extract = await self.extractive.add_ledger(
            draft.text,
            sources,
            partial(limit_of_new_part, self.extractive.default_limit, material),
            [part.text for part in material.earlier],
            cut=material.clip_chars > 0,
        )
        if extract.digests_read:
            self.loader.keep_digests(material, extract.digests_read)
        return replace(draft, text=extract.text)

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> Draft:
        """As the other one merges."""
        return await self.summarizer.merge(material, parts, index)
