"""Summary parts by a model: from its own context in the self modes if that fits, else from a transcript."""

from collections.abc import Sequence
from functools import partial

from compactd.application.chunked_summary import forecast_chunks, merge_summaries, summarize_transcript
from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.material import Material, MaterialLoader, Transcript
from compactd.application.model_session import ModelSession
from compactd.application.summary import Draft
from compactd.domain.compactions import MergeSource, Method, RequestForm, SummaryPart
from compactd.ports.model import PromptTooLong
from compactd.strategies.part_room import room_for_part


class ModelSummarizer:
    """The Summarizer over one session with a model."""

    def __init__(self, session: ModelSession, loader: MaterialLoader) -> None:
        self._session = session
        self._loader = loader

    async def summarize(self, material: Material) -> Draft:
        """The new part, for the evicted messages."""
        characters = _characters(material, material.earlier, material.source_tokens)
        if material.own_context is not None and await self._session.fits(material.plan.own_context_tokens):
            own = await material.own_context()
            try:
                text = await self._session.read_own_context(
                    own.view,
                    own.tools,
                    summarized=bool(material.earlier),
                    tokens=material.plan.own_context_tokens,
                    characters=characters,
                )
                return Draft(text, Method.MODEL, RequestForm.SELF)
            except PromptTooLong:
                # The same context would be too long again: the same model reads it as a transcript, in chunks.
                pass
        return await self._from_transcript(self._loader.evicted_transcript(material), material.earlier, characters)

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> Draft:
        """One part for two neighbours: from the originals if those fit one request, else from their texts."""
        one, other = parts[index], parts[index + 1]
        self._session.steps.merging()
        about = one.source_tokens + other.source_tokens
        characters = _characters(material, [*parts[:index], *parts[index + 2 :]], about)
        if await self._session.fits(about):
            originals = self._loader.merged_transcript(material, one, other)
            return await self._from_transcript(originals, (), characters, MergeSource.ORIGINALS)
        text = await merge_summaries(self._session, [one.text, other.text], await self._session.room(), characters)
        return Draft(text, Method.MODEL, RequestForm.TRANSCRIPT, merged_from=MergeSource.TEXTS)

    async def forecast(self, planned: PlannedCompaction) -> int:
        """How many chunks `summarize` would begin with. SummarizerWindowExceeded where that is known before asking."""
        if self._session.terms.self_mode and await self._session.fits(planned.plan.own_context_tokens):
            return 1
        load_entries = partial(self._loader.evicted_entries, planned)
        earlier = await self._loader.earlier_parts(planned)
        return await forecast_chunks(self._session, planned.plan.transcript_tokens, load_entries, earlier)

    async def _from_transcript(
        self,
        transcript: Transcript,
        earlier: Sequence[SummaryPart],
        characters: int,
        merged_from: MergeSource | None = None,
    ) -> Draft:
        summary = await summarize_transcript(self._session, transcript, earlier, characters)
        method = Method.MODEL_CHUNKED if summary.chunks > 1 else Method.MODEL
        return Draft(summary.text, method, RequestForm.TRANSCRIPT, summary.chunks, merged_from)


def _characters(material: Material, others: Sequence[SummaryPart], source_tokens: int) -> int:
    """What to tell the model that a part beside these others may have; 0 where the summary has no limit in characters.
    What is longer all the same is merged or cut off."""
    return min(material.clip_chars, room_for_part(others, source_tokens, material.clip_chars))
