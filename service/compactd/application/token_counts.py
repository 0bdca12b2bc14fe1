"""Token counts of a whole context, in one tokenizer: stored figures, counted again only after a change of model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from compactd.application.context_window import effective_model
from compactd.domain.context import Context, Entry, entry_tokens
from compactd.domain.messages import Role, StoredMessage
from compactd.ports.agents import AgentStore
from compactd.ports.contexts import ContextStore, ConversationState, Snapshot
from compactd.ports.tokenizer import Tokenizer, TokenizerName
from compactd.strategies.summary_parts import join
from compactd.strategies.summary_size import framed_tokens


def tokenizer_of(state: ConversationState, tokenizer: Tokenizer) -> TokenizerName:
    """The tokenizer of the conversation's model."""
    return tokenizer.for_model(effective_model(state).handle)


@dataclass(frozen=True, slots=True)
class ContextCounter:
    """Gives the figures of a context in one tokenizer."""

    agents: AgentStore
    contexts: ContextStore
    tokenizer: Tokenizer

    async def tools_tokens(self, state: ConversationState, name: str) -> int:
        """Tokens of the agent's tool schemas; stored for the agent's own tokenizer, read and counted for another."""
        if state.tools_tokenizer == name or not state.has_tools:
            return state.tools_tokens
        agent = await self.agents.get_agent(state.agent_key)
        return await self.tokenizer.count_tools(agent.tool_schemas, name)

    async def counted(self, snapshot: Snapshot, name: str) -> Snapshot:
        """The snapshot with every figure counted by `name`; what had to be counted again is stored."""
        context = replace(snapshot.context, tools_tokens=await self.tools_tokens(snapshot.state, name))
        entries = [entry for entry in (context.system, context.summary, *context.entries) if entry is not None]
        stale = [entry for entry in entries if entry.tokenizer != name]
        if not stale:
            return replace(snapshot, context=context)
        fresh = await self._counted_again(snapshot, stale, name)
        counts = [(entry.position, entry.token_count) for entry in fresh.values()]
        await self.contexts.store_counts(snapshot.state.key, name, counts)
        return replace(snapshot, context=_with_entries(context, fresh))

    async def _counted_again(self, snapshot: Snapshot, stale: Sequence[Entry], name: str) -> dict[int, Entry]:
        """The stale entries by position, counted by `name`. The summary's text is that of the last record."""
        counts: dict[int, int] = {}
        last = snapshot.last_compaction
        if last is not None and any(entry.role is Role.SUMMARY for entry in stale):
            [tokens] = await self.tokenizer.count_texts([join(last.parts)], name)
            counts[next(entry.position for entry in stale if entry.role is Role.SUMMARY)] = framed_tokens(tokens)
        messages = await self._load(snapshot.state, [e.position for e in stale if e.role is not Role.SUMMARY])
        tokens_of = await self.tokenizer.count_messages([stored.message for stored in messages], name)
        counts |= {
            stored.position: entry_tokens(stored.role, tokens) if stored.position else tokens
            for stored, tokens in zip(messages, tokens_of, strict=True)
        }
        return {entry.position: replace(entry, tokenizer=name, token_count=counts[entry.position]) for entry in stale}

    async def _load(self, state: ConversationState, positions: Sequence[int]) -> list[StoredMessage]:
        """The messages at these positions, in order: the system message by itself, and the range that holds the
        rest."""
        messages = await self.contexts.load_messages(state.key, 0, 0) if 0 in positions else []
        others = [position for position in positions if position]
        if others:
            messages += await self.contexts.load_messages(state.key, others[0], others[-1])
        wanted = set(positions)
        return [stored for stored in messages if stored.position in wanted]


def _with_entries(context: Context, fresh: dict[int, Entry]) -> Context:
    return replace(
        context,
        system=fresh.get(0, context.system),
        summary=context.summary and fresh.get(context.summary.position, context.summary),
        entries=tuple(fresh.get(entry.position, entry) for entry in context.entries),
    )
