"""GetContext: what to send to the model now."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from compactd.application.context_size import ContextSize, context_size, with_ratio
from compactd.application.context_window import effective_model
from compactd.application.cpu_worker import FEW_MESSAGES, MANY_STORED_FORMS, CpuWorker
from compactd.application.token_counts import ContextCounter, tokenizer_of
from compactd.application.token_ratios import TokenRatios
from compactd.domain.keys import ConversationRef
from compactd.domain.messages import ContextMessage
from compactd.ports.contexts import ContextStore, Snapshot
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.tokenizer import Tokenizer
from compactd.strategies.kept_thoughts import drop_opaque, keep_opaque
from compactd.strategies.turns import strict_turns
from compactd.strategies.view import ViewEntry, build_view


class ContextForm(Enum):
    """What is asked for: the view that an agent's model is shown, the same in strict turns, or as it is stored."""

    OPENAI = "openai"
    STRICT = "strict"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class ContextView:
    """The view, its size, and where it stands: the last appended message, the tokenizer that counted."""

    entries: Sequence[ViewEntry]
    size: ContextSize
    tokenizer: str
    last_position: int


@dataclass(frozen=True, slots=True)
class GetContext:
    """Builds the view of a conversation's context."""

    contexts: ContextStore
    counter: ContextCounter
    catalog: ModelCatalog
    tokenizer: Tokenizer
    worker: CpuWorker
    ratios: TokenRatios

    async def __call__(self, ref: ConversationRef, form: ContextForm) -> ContextView:
        await self.ratios.refresh(ref.namespace)
        snapshot = await self.contexts.snapshot(ref, bodies=True)
        name = tokenizer_of(snapshot.state, self.tokenizer)
        snapshot = await self.counter.counted(snapshot, name.name)
        entries, tokens = await self.worker.run_if(_takes_long(snapshot.bodies or ()), _view, snapshot, form)
        ratio = self.ratios.of(ref.namespace, effective_model(snapshot.state).handle, name.name)
        size = with_ratio(context_size(snapshot.state, tokens, name, self.catalog), ratio)
        return ContextView(entries, size, name.name, snapshot.context.last_position)


def _takes_long(bodies: Sequence[ContextMessage]) -> bool:
    return len(bodies) > MANY_STORED_FORMS or sum(not body.plain for body in bodies) > FEW_MESSAGES


def _view(snapshot: Snapshot, form: ContextForm) -> tuple[list[ViewEntry], int]:
    """The view, and the tokens of the context: those of all that is shown, and of the tool schemas."""
    context, native = snapshot.context, form is ContextForm.NATIVE
    keep = keep_opaque if native else drop_opaque
    entries = build_view(context, snapshot.bodies or (), keep, native=native)
    tokens = context.tools_tokens + sum(entry.token_count for entry in entries)
    return (strict_turns(entries) if form is ContextForm.STRICT else entries), tokens
