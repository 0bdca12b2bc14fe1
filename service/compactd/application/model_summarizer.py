"""Summary parts by a model: from its own context in the self modes if that fits, else from a transcript."""

from collections.abc import Sequence

from compactd.application.chunked_summary import forecast_chunks, merge_summaries, summarize_transcript
from compactd.application.cpu_worker import CpuWorker
from compactd.application.material import Material, MaterialLoader
from compactd.application.model_session import ModelSession
from compactd.application.summary import Draft
from compactd.domain.compactions import MergeSource, Method, RequestForm, SummaryPart
from compactd.domain.messages import StoredMessage
from compactd.ports.model import PromptTooLong
from compactd.strategies.chunks import TranscriptItem, render_groups, render_messages
from compactd.strategies.cut import Plan
from compactd.strategies.transcript import tool_names


class ModelSummarizer:
    """The Summarizer over one session with a model."""

    def __init__(self, session: ModelSession, loader: MaterialLoader, worker: CpuWorker) -> None:
        self._session = session
        self._loader = loader
        self._worker = worker

    async def summarize(self, material: Material) -> Draft:
        """The new part, for the evicted messages."""
        if material.own_context is not None and await self._session.fits(material.plan.own_context_tokens):
            own = await material.own_context()
            try:
                text = await self._session.read_own_context(own.view, own.tools, summarized=bool(material.earlier))
                return Draft(text, Method.MODEL, RequestForm.SELF)
            except PromptTooLong:
                # The same context would be too long again: the same model reads it as a transcript, in chunks.
                pass
        items = await self._worker.run_over(len(material.evicted), _render_evicted, material)
        return await self._from_transcript(items, material.earlier)

    async def merge(self, material: Material, parts: Sequence[SummaryPart], index: int) -> Draft:
        """One part for two neighbours: from the originals if those fit one request, else from their texts."""
        one, other = parts[index], parts[index + 1]
        if await self._session.fits(one.source_tokens + other.source_tokens):
            messages = await self._loader.originals(material, one.first_position, other.last_position)
            items = await self._worker.run_over(len(messages), _render_messages, messages)
            return await self._from_transcript(items, (), MergeSource.ORIGINALS)
        text = await merge_summaries(self._session, [one.text, other.text], await self._session.room())
        return Draft(text, Method.MODEL, RequestForm.TRANSCRIPT, merged_from=MergeSource.TEXTS)

    async def forecast(self, plan: Plan, earlier: Sequence[SummaryPart]) -> int:
        """How many chunks `summarize` would begin with. SummarizerWindowExceeded where that is known before asking."""
        if self._session.terms.self_mode and await self._session.fits(plan.own_context_tokens):
            return 1
        return await forecast_chunks(self._session, plan.evicted_groups, plan.evicted, earlier)

    async def _from_transcript(
        self, items: Sequence[TranscriptItem], earlier: Sequence[SummaryPart], merged_from: MergeSource | None = None
    ) -> Draft:
        summary = await summarize_transcript(self._session, items, earlier)
        method = Method.MODEL_CHUNKED if summary.chunks > 1 else Method.MODEL
        return Draft(summary.text, method, RequestForm.TRANSCRIPT, summary.chunks, merged_from)


def _render_evicted(material: Material) -> list[TranscriptItem]:
    plan, evicted = material.plan, material.evicted
    tools = tool_names(evicted) | {entry.position: entry.late_tool for entry in plan.evicted if entry.late_tool}
    return render_groups(plan.evicted_groups, evicted, tools)


def _render_messages(messages: Sequence[StoredMessage]) -> list[TranscriptItem]:
    return render_messages(messages, tool_names(messages))
