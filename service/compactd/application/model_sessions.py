"""Opens model sessions: on which terms a model is asked, from the plan and what is known of the model."""

from dataclasses import dataclass

from compactd.application.compaction_planner import PlannedCompaction
from compactd.application.context_window import effective_model, model_window
from compactd.application.deadline import Deadline
from compactd.application.learned_windows import LearnedWindows
from compactd.application.model_calls import ModelCalls
from compactd.application.model_session import ModelSession, SessionTerms
from compactd.application.model_steps import ModelSteps
from compactd.application.provider_permits import Asker
from compactd.domain.compactions import RequestForm
from compactd.domain.token_ratios import request_factor
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.progress import SILENT, Progress
from compactd.ports.tokenizer import Tokenizer
from compactd.ports.trace import Tracer
from compactd.strategies.chunks import share_room
from compactd.strategies.output import output_limit


@dataclass(frozen=True, slots=True)
class ModelSessions:
    """Opens sessions with the models that were chosen; what one learns of a window, the next ones know."""

    calls: ModelCalls
    catalog: ModelCatalog
    tokenizer: Tokenizer
    learned: LearnedWindows
    tracer: Tracer

    def open(
        self,
        planned: PlannedCompaction,
        deadline: Deadline | None,
        *,
        background: bool = False,
        progress: Progress = SILENT,
    ) -> ModelSession:
        """A session with the planned model, until the deadline; `background` for a job's. `progress` is told of its
        requests."""
        caller = self.calls.caller(deadline, Asker(planned.state.namespace, background))
        steps = ModelSteps(progress, planned.plan.evicted_tokens)
        return ModelSession(caller, self.tokenizer, self.learned, self._terms(planned), self.tracer, steps)

    def fits_one_request(self, planned: PlannedCompaction) -> bool:
        """Whether all that is evicted certainly fits one request as a transcript, beside the parts to be shown."""
        room = self.open(planned, None).least_room()
        parts = planned.last_compaction.parts if planned.last_compaction else ()
        return room > 0 and planned.plan.transcript_tokens <= share_room(room, parts).tokens

    def _terms(self, planned: PlannedCompaction) -> SessionTerms:
        summarizer = planned.summarizer
        handle, settings = summarizer.handle, summarizer.settings
        own = handle == effective_model(planned.state).handle
        window = planned.window.tokens if own else model_window(handle, self.catalog).tokens
        minute = self.calls.permits.most_tokens(handle)
        if minute is not None and minute < window:
            # A request that no minute has room for would never leave: more and smaller ones do.
            window = minute
        else:
            minute = None
        tokenizer = self.tokenizer.for_model(handle)
        exact = tokenizer.name == planned.tokenizer.name and not tokenizer.estimate
        return SessionTerms(
            handle=handle,
            settings=settings,
            prompt=planned.prompt,
            acknowledge=planned.settings.acknowledge and summarizer.request_form is RequestForm.TRANSCRIPT,
            strict_turns=self.catalog.strict_turns(handle),
            window=window,
            output_limit=output_limit(settings, self.catalog.max_output(handle), window),
            sends_limit=self.catalog.sends_output_limit(handle),
            tokenizer=planned.tokenizer.name,
            factor=request_factor(planned.summarizer_ratio, exact=exact),
            self_mode=summarizer.request_form is RequestForm.SELF,
            tokens_per_minute=minute,
        )
