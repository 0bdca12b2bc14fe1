"""How large a context is, as callers are told after an append and with the context itself."""

from dataclasses import dataclass, replace

from compactd.application.context_window import context_window
from compactd.application.token_counts import ContextCounter
from compactd.domain.context import LATE_FRAME_TOKENS, OPENING_TOKENS, STAND_IN_TOKENS
from compactd.domain.errors import CompactdError
from compactd.ports.contexts import ContextStore, ContextTotals, ConversationState
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
class ToolsTokens:
    """What an agent's tool schemas take, counted with `tokenizer`, which need not be the agent's."""

    tokens: int
    tokenizer: str
    agent_id: str

    def are_of(self, state: ConversationState, name: TokenizerName) -> bool:
        """Whether they are those of a conversation's agent, in this tokenizer."""
        return (self.agent_id, self.tokenizer) == (state.agent_id, name.name)


class CountedOtherwise(Exception):
    """Some of a context has to be counted with the tokenizer of its model before its size can be told."""

    def __init__(self, state: ConversationState) -> None:
        super().__init__()
        self.state = state


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
        return context_size(state, _view_tokens(totals, tools), name, self.catalog)

    def size_at_once(
        self, appended: Appended, name: TokenizerName, tools: ToolsTokens | None, *, may_estimate: bool
    ) -> ContextSize:
        """The same without reading anything; `tools` are what `count_again` returned. CountedOtherwise if something has
        to be counted first, unless an estimate will do."""
        state, totals = appended.state, appended.totals
        if tools is not None and tools.are_of(state, name):
            tools_tokens, is_counted = tools.tokens, True
        else:
            tools_tokens, is_counted = state.tools_tokens, state.tools_tokenizer == name.name or not state.has_tools
        if totals.tokenizer != name.name or not is_counted:
            if not may_estimate:
                raise CountedOtherwise(state)
            name = replace(name, estimate=True)
        return context_size(state, _view_tokens(totals, tools_tokens), name, self.catalog)

    async def count_again(self, state: ConversationState, name: TokenizerName) -> ToolsTokens:
        """Counts the context with this tokenizer; stores what is stored of it, and returns the rest."""
        snapshot = await self.counter.counted(await self.contexts.snapshot(state.key), name.name)
        return ToolsTokens(snapshot.context.tools_tokens, name.name, state.agent_id)

    async def _counted_again(self, state: ConversationState, name: TokenizerName) -> ContextSize:
        snapshot = await self.counter.counted(await self.contexts.snapshot(state.key), name.name)
        tokens = context_tokens(snapshot.context, form_groups(snapshot.context.entries))
        return context_size(snapshot.state, tokens, name, self.catalog)


def _view_tokens(totals: ContextTotals, tools_tokens: int) -> int:
    return (
        totals.tokens
        + tools_tokens
        + totals.late_results * LATE_FRAME_TOKENS
        + totals.stand_ins * STAND_IN_TOKENS
        + totals.opening * OPENING_TOKENS
    )
