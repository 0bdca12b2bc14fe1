"""Sets up who writes a part: the model that is asked, or the embedded summarizer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from compactd.application.ask_model import Writer
from compactd.application.asking import Asker, Assignment
from compactd.application.cpu_worker import CpuWorker
from compactd.application.learned_windows import LearnedWindows
from compactd.application.planning import Planned
from compactd.application.summarizer_choice import effective_model, model_window
from compactd.application.write_summary import ExtractivePartWriter, Material, ModelPartWriter, Originals
from compactd.domain.compactions import RequestForm, SummaryPart
from compactd.domain.context import Context
from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.ports.extractive import Extractive
from compactd.ports.model import Model
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.store import Store
from compactd.ports.tokenizer import Tokenizer
from compactd.strategies.cut import Plan
from compactd.strategies.output import output_limit
from compactd.strategies.summary_parts import join
from compactd.strategies.view import ViewEntry, build_view, opaque_of


@dataclass(frozen=True, slots=True)
class Summarizing:
    """The parts of the service that writing a summary needs."""

    store: Store
    catalog: ModelCatalog
    tokenizer: Tokenizer
    model: Model
    extractive: Extractive
    worker: CpuWorker
    learned: LearnedWindows

    def embedded(self) -> ExtractivePartWriter:
        return ExtractivePartWriter(self.extractive, self._originals())

    def asker(self, planned: Planned, deadline: float | None) -> Asker:
        """Who asks the planned model, and knows what that has cost so far."""
        return Asker(self.model, self.tokenizer, self.learned, self._assignment(planned, deadline))

    async def by_model(self, planned: Planned, material: Material, asker: Asker) -> ModelPartWriter:
        """The writer for the planned model; in the self modes with the view it reads, if that fits its window."""
        writer, own_view = Writer(asker), None
        if await _reads_own_context(planned, writer):
            own_view = await self._own_view(planned, material)
        return ModelPartWriter(writer, self._originals(), own_view)

    async def forecast(self, planned: Planned) -> tuple[int, int]:
        """The window of the model that would be asked, in tokens, and how many chunks it would read. Raises
        SummarizerWindowExceeded where that is known before asking."""
        asker, plan = self.asker(planned, None), planned.plan
        writer = Writer(asker)
        if await _reads_own_context(planned, writer):
            return asker.task.window, 1
        earlier = await self.earlier(planned)
        return asker.task.window, await writer.forecast(plan.evicted_groups, plan.evicted, earlier)

    async def earlier(self, planned: Planned) -> Sequence[SummaryPart]:
        """The parts in force, counted by the tokenizer of the plan."""
        record, name = planned.snapshot.last_compaction, planned.tokenizer.name
        if record is None or record.tokenizer == name:
            return record.parts if record else ()
        counts = await self.tokenizer.count_texts([part.text for part in record.parts], name)
        return [replace(part, tokens=tokens) for part, tokens in zip(record.parts, counts, strict=True)]

    def _originals(self) -> Originals:
        return Originals(self.store, self.worker)

    def _assignment(self, planned: Planned, deadline: float | None) -> Assignment:
        handle, settings = planned.asked.handle, planned.asked.settings
        own = handle == effective_model(planned.snapshot.state).handle
        window = planned.window.tokens if own else model_window(handle, self.catalog).tokens
        tokenizer = self.tokenizer.for_model(handle)
        return Assignment(
            handle=handle,
            settings=settings,
            prompt=planned.prompt,
            acknowledge=planned.settings.acknowledge and planned.asked.ask is RequestForm.TRANSCRIPT,
            window=window,
            output_limit=output_limit(settings, self.catalog.max_output(handle), window),
            sends_limit=self.catalog.sends_output_limit(handle),
            tokenizer=planned.tokenizer.name,
            exact=tokenizer.name == planned.tokenizer.name and not tokenizer.estimate,
            self_mode=planned.asked.ask is RequestForm.SELF,
            clip_chars=planned.settings.clip_chars,
            deadline=deadline,
        )

    async def _own_view(self, planned: Planned, material: Material) -> list[ViewEntry]:
        """What the agent's model knows, up to the cut, so that its provider's prefix cache hits."""
        snapshot, handle = planned.snapshot, planned.asked.handle
        state = snapshot.state
        bodies = [*await self.store.load_messages(state.key, 0, 0), *_summary_body(planned)]
        context = _up_to_the_cut(snapshot.context, planned.plan)
        bodies += material.evicted
        keep = opaque_of(handle.provider, handle.name)
        return await self.worker.run_over(len(bodies), build_view, context, bodies, state.evicted_count, keep)


async def _reads_own_context(planned: Planned, writer: Writer) -> bool:
    plan = planned.plan
    context = plan.fixed_tokens + plan.summary_tokens + plan.evicted_tokens
    return planned.asked.ask is RequestForm.SELF and await writer.fits(context)


def _up_to_the_cut(context: Context, plan: Plan) -> Context:
    return Context(
        start=context.start,
        system=context.system,
        summary=context.summary,
        entries=plan.evicted,
        tools_tokens=context.tools_tokens,
        last_position=context.last_position,
    )


def _summary_body(planned: Planned) -> list[StoredMessage]:
    """The summary message, whose text the record in force holds."""
    last, summary = planned.snapshot.last_compaction, planned.snapshot.context.summary
    if summary is None or last is None:
        return []
    text = join(last.parts)
    message = ChatMessage(Role.SUMMARY, text)
    return [StoredMessage(summary.id, summary.position, summary.token_count, last.created_at, message)]
