"""How large a context is, as callers are told after an append and with the context itself."""

from dataclasses import dataclass, replace

from compactd.application.context_window import context_window
from compactd.application.token_counts import ContextCounter
from compactd.domain.context import LATE_FRAME_TOKENS, OPENING_TOKENS, STAND_IN_TOKENS
from compactd.domain.errors import CompactdError
from compactd.ports.contexts import ContextStore, ConversationState
from compactd.ports.messages import Appended
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.tokenizer import TokenizerName
from compactd.strategies.groups import context_tokens, form_groups


@dataclass(frozen=True, slots=True)
class ContextSize:
    """Sizes in tokens; an estimate where the tokenizer is not the model's own, or the window is not known."""

    tokens: int
    tokens_estimated: bool
    window: int
    window_estimated: bool
    version: str


def context_size(state: ConversationState, tokens: int, tokenizer: TokenizerName, catalog: ModelCatalog) -> ContextSize:
    window = context_window(state, catalog)
    return ContextSize(tokens, tokenizer.estimate, window.tokens, window.estimate, state.version)


@dataclass(frozen=True, slots=True)
class ContextMeter:
    """Measures a context from sums; reads its entries only if they have to be counted again."""

    contexts: ContextStore
    counter: ContextCounter
    catalog: ModelCatalog

    async def size_after(self, appended: Appended, name: TokenizerName) -> ContextSize:
        """The context as the append left it, in the tokenizer of its model; an estimate if it has to be counted again
        and cannot be."""
        state, totals = appended.state, appended.totals
        try:
            if totals.tokenizer != name.name:
                return await self._counted_again(state, name)
            tools = await self.counter.tools_tokens(state, name.name)
        except CompactdError:
            # The messages are stored, and a failure would say that they are not.
            tools, name = state.tools_tokens, replace(name, estimate=True)
        tokens = (
            totals.tokens
            + tools
            + totals.late_results * LATE_FRAME_TOKENS
            + totals.stand_ins * STAND_IN_TOKENS
            + totals.opening * OPENING_TOKENS
        )
        return context_size(state, tokens, name, self.catalog)

    async def _counted_again(self, state: ConversationState, name: TokenizerName) -> ContextSize:
        snapshot = await self.counter.counted(await self.contexts.snapshot(state.key), name.name)
        tokens = context_tokens(snapshot.context, form_groups(snapshot.context.entries))
        return context_size(snapshot.state, tokens, name, self.catalog)
