"""How large a context is, as callers are told after an append and with the context itself."""

from dataclasses import dataclass, replace

from compactd.application.counting import in_one_tokenizer, tokenizer_in_force, tools_tokens
from compactd.application.in_force import window_in_force
from compactd.application.ports import Appended, ConversationRef, Head, ModelCatalog, Store, Tokenizer, TokenizerName
from compactd.domain.context import LATE_FRAME_TOKENS, OPENING_TOKENS, STAND_IN_TOKENS
from compactd.domain.errors import CompactdError
from compactd.strategies.groups import context_tokens, form_groups


@dataclass(frozen=True, slots=True)
class ContextSize:
    """Sizes in tokens; an estimate where the tokenizer is not the model's own, or the window is not known."""

    tokens: int
    tokens_estimated: bool
    window: int
    window_estimated: bool
    version: str


def context_size(head: Head, tokens: int, tokenizer: TokenizerName, catalog: ModelCatalog) -> ContextSize:
    window = window_in_force(head, catalog)
    return ContextSize(tokens, tokenizer.estimate, window.tokens, window.estimate, head.version)


@dataclass(frozen=True, slots=True)
class Measuring:
    """Measures a context from sums; reads its entries only if they have to be counted again."""

    store: Store
    catalog: ModelCatalog
    tokenizer: Tokenizer

    async def after(self, namespace: str, appended: Appended) -> ContextSize:
        """The context as the append left it; an estimate if it has to be counted again and cannot be."""
        head, totals = appended.head, appended.totals
        name = tokenizer_in_force(head, self.tokenizer)
        try:
            if totals.tokenizer != name.name:
                return await self._again(namespace, head, name)
            tools = await tools_tokens(head, name.name, self.store, self.tokenizer)
        except CompactdError:
            # The messages are stored, and a failure would say that they are not.
            tools, name = head.tools_tokens, replace(name, estimate=True)
        tokens = (
            totals.tokens
            + tools
            + totals.late_results * LATE_FRAME_TOKENS
            + totals.stand_ins * STAND_IN_TOKENS
            + totals.opening * OPENING_TOKENS
        )
        return context_size(head, tokens, name, self.catalog)

    async def _again(self, namespace: str, head: Head, name: TokenizerName) -> ContextSize:
        ref = ConversationRef(head.conversation_id, None)
        snapshot = await self.store.snapshot(namespace, ref)
        snapshot = await in_one_tokenizer(snapshot, name.name, self.store, self.tokenizer)
        tokens = context_tokens(snapshot.context, form_groups(snapshot.context.entries))
        return context_size(snapshot.head, tokens, name, self.catalog)
