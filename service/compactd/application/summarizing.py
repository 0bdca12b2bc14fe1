"""Sets up who writes a part: the model that is asked, or the embedded summarizer."""

from dataclasses import dataclass

from compactd.application.ask_model import Assignment, LearnedWindows, Writer
from compactd.application.in_force import model_in_force, window_of
from compactd.application.planning import Planned
from compactd.application.ports import Extractive, Model, ModelCatalog, Store, Tokenizer
from compactd.application.worker import CpuWorker
from compactd.application.write_summary import ExtractivePartWriter, Material, ModelPartWriter, Originals
from compactd.domain.compactions import Ask
from compactd.domain.context import Context
from compactd.domain.messages import ChatMessage, Role, StoredMessage
from compactd.strategies.ask import FRAME_TOKENS
from compactd.strategies.chunks import chunk_count
from compactd.strategies.cut import Plan
from compactd.strategies.output import output_limit
from compactd.strategies.parts import join
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

    async def by_model(self, planned: Planned, material: Material, deadline: float | None) -> ModelPartWriter:
        """The writer for the planned model; in the self modes with the view it reads, if that fits its window."""
        task = self._assignment(planned, deadline)
        writer = Writer(self.model, self.tokenizer, self.learned, task)
        own_view = None
        if planned.asked.ask is Ask.SELF and await self._own_context_fits(planned, task):
            own_view = await self._own_view(planned, material)
        return ModelPartWriter(writer, self._originals(), own_view)

    async def forecast(self, planned: Planned) -> tuple[int, int]:
        """The window of the model that would be asked, in tokens, and how many chunks it would read."""
        task = self._assignment(planned, None)
        if planned.asked.ask is Ask.SELF and await self._own_context_fits(planned, task):
            return task.window, 1
        room = await Writer(self.model, self.tokenizer, self.learned, task).room()
        return task.window, chunk_count(planned.plan.evicted_groups, planned.plan.evicted, room)

    def _originals(self) -> Originals:
        return Originals(self.store, self.worker)

    def _assignment(self, planned: Planned, deadline: float | None) -> Assignment:
        handle, settings = planned.asked.handle, planned.asked.settings
        own = handle == model_in_force(planned.snapshot.head).handle
        window = planned.window.tokens if own else window_of(handle, self.catalog).tokens
        tokenizer = self.tokenizer.for_model(handle)
        return Assignment(
            handle=handle,
            settings=settings,
            prompt=planned.prompt,
            acknowledge=planned.settings.acknowledge,
            window=window,
            output_limit=output_limit(settings, self.catalog.max_output(handle), window),
            sends_limit=self.catalog.sends_output_limit(handle),
            tokenizer=planned.tokenizer.name,
            exact=tokenizer.name == planned.tokenizer.name and not tokenizer.estimate,
            deadline=deadline,
        )

    async def _own_context_fits(self, planned: Planned, task: Assignment) -> bool:
        plan = planned.plan
        [prompt] = await self.tokenizer.count_texts([task.prompt], task.tokenizer)
        context = plan.fixed_tokens + plan.summary_tokens + plan.evicted_tokens
        window = self.learned.at_most(task.handle, task.window)
        return context + prompt + FRAME_TOKENS + task.output_limit <= window

    async def _own_view(self, planned: Planned, material: Material) -> list[ViewEntry]:
        """What the agent's model knows, up to the cut, so that its provider's prefix cache hits."""
        snapshot, handle = planned.snapshot, planned.asked.handle
        head = snapshot.head
        bodies = [*await self.store.load_messages(head.conversation.id, 0, 0), *_summary_body(planned)]
        context = _up_to_the_cut(snapshot.context, planned.plan)
        bodies += material.evicted
        keep = opaque_of(handle.provider, handle.name)
        return await self.worker.run(build_view, context, bodies, head.evicted_count, keep)


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
    head, summary = planned.snapshot.head, planned.snapshot.context.summary
    if summary is None or head.last_compaction is None:
        return []
    text = join(head.last_compaction.parts)
    message = ChatMessage(Role.SUMMARY, text)
    return [StoredMessage(summary.id, summary.position, summary.token_count, head.last_compaction.created_at, message)]
