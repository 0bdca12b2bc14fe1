"""How large a context is, as callers are told after an append and with the context itself."""

from dataclasses import dataclass, replace

from compactd.application.context_window import context_window
from compactd.application.token_counts import ContextCounter
from compactd.domain.error_shape import CompactdError
from compactd.domain.token_ratios import TokenRatio
from compactd.ports.contexts import ContextStore, ConversationState
from compactd.ports.messages import Appended
from compactd.ports.model_catalog import ModelCatalog
from compactd.ports.tokenizer import TokenizerName
from compactd.strategies.tail import sums_of


@dataclass(frozen=True, slots=True)
class ContextSize:
    """Sizes in tokens; an estimate where the tokenizer is not the model's own, or the window is not known."""

    tokens: int
    tokens_estimated: bool
    window: int
    window_estimated: bool
    version: str
    observed_ratio: float | None = None
    """How many tokens of the model's own a counted one has stood for; None where nothing has been seen."""


def context_size(state: ConversationState, tokens: int, tokenizer: TokenizerName, catalog: ModelCatalog) -> ContextSize:
    window = context_window(state, catalog)
    return ContextSize(tokens, tokenizer.estimate, window.tokens, window.estimate, state.version)


def with_ratio(size: ContextSize, ratio: TokenRatio | None) -> ContextSize:
    """The size, and what has been observed of the model whose context it is."""
    return size if ratio is None else replace(size, observed_ratio=ratio.ratio)


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
        state, sums = appended.state, appended.sums
        try:
            if sums.tokenizer != name.name:
                return await self._counted_again(state, name)
            tools = await self.counter.tools_tokens(state, name.name)
        except CompactdError:
            # The messages are stored, and a failure would say that they are not.
            tools, name = state.tools_tokens, replace(name, estimate=True)
        return context_size(state, sums.tokens_with(tools), name, self.catalog)

    def size_at_once(
        self, appended: Appended, name: TokenizerName, tools: ToolsTokens | None, *, may_estimate: bool
    ) -> ContextSize:
        """The same without reading anything; `tools` are what `count_again` returned. CountedOtherwise if something has
        to be counted first, unless an estimate will do."""
        state, sums = appended.state, appended.sums
        if tools is not None and tools.are_of(state, name):
            tools_tokens, is_counted = tools.tokens, True
        else:
            tools_tokens, is_counted = state.tools_tokens, state.tools_tokenizer == name.name or not state.has_tools
        if sums.tokenizer != name.name or not is_counted:
            if not may_estimate:
                raise CountedOtherwise(state)
            name = replace(name, estimate=True)
        return context_size(state, sums.tokens_with(tools_tokens), name, self.catalog)

    async def count_again(self, state: ConversationState, name: TokenizerName) -> ToolsTokens:
        """Counts the context with this tokenizer; stores what is stored of it, and returns the rest."""
        snapshot = await self.counter.counted(await self.contexts.snapshot(state.key), name.name)
        return ToolsTokens(snapshot.context.tools_tokens, name.name, state.agent_id)

    async def _counted_again(self, state: ConversationState, name: TokenizerName) -> ContextSize:
        snapshot = await self.counter.counted(await self.contexts.snapshot(state.key), name.name)
        tokens = sums_of(snapshot.context).tokens_with(snapshot.context.tools_tokens)
        return context_size(snapshot.state, tokens, name, self.catalog)
