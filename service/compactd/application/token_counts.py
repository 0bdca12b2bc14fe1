"""Token counts of a whole context, in one tokenizer: stored figures, counted again only after a change of model."""

from collections.abc import Sequence
from dataclasses import replace

from compactd.application.context_window import effective_model
from compactd.domain.context import Context, Entry
from compactd.domain.messages import Role, StoredMessage
from compactd.ports.contexts import ConversationState, Snapshot
from compactd.ports.store import Store
from compactd.ports.tokenizer import Tokenizer, TokenizerName
from compactd.strategies.summary_parts import join
from compactd.strategies.summary_size import framed_tokens


def tokenizer_of(state: ConversationState, tokenizer: Tokenizer) -> TokenizerName:
    """The tokenizer of the conversation's model."""
    return tokenizer.for_model(effective_model(state).handle)


async def tools_tokens(state: ConversationState, name: str, store: Store, tokenizer: Tokenizer) -> int:
    """Tokens of the agent's tool schemas; stored for the agent's own tokenizer, read and counted for another one."""
    if state.tools_tokenizer == name or not state.has_tools:
        return state.tools_tokens
    agent = await store.get_agent(state.agent_key)
    return await tokenizer.count_tools(agent.tool_schemas, name)


async def in_tokenizer(snapshot: Snapshot, name: str, store: Store, tokenizer: Tokenizer) -> Snapshot:
    """The snapshot with every figure counted by `name`; what had to be counted again is stored."""
    context = replace(snapshot.context, tools_tokens=await tools_tokens(snapshot.state, name, store, tokenizer))
    shown = [entry for entry in (context.system, context.summary, *context.entries) if entry is not None]
    stale = [entry for entry in shown if entry.tokenizer != name]
    if not stale:
        return replace(snapshot, context=context)
    fresh = await _counted(snapshot, stale, name, store, tokenizer)
    await store.store_counts(
        snapshot.state.key, name, [(entry.position, entry.token_count) for entry in fresh.values()]
    )
    return replace(snapshot, context=_replaced(context, fresh))


def _replaced(context: Context, fresh: dict[int, Entry]) -> Context:
    return replace(
        context,
        system=fresh.get(0, context.system),
        summary=context.summary and fresh.get(context.summary.position, context.summary),
        entries=tuple(fresh.get(entry.position, entry) for entry in context.entries),
    )


async def _counted(
    snapshot: Snapshot, stale: list[Entry], name: str, store: Store, tokenizer: Tokenizer
) -> dict[int, Entry]:
    """The stale entries by position, counted by `name`. The summary's text is that of the record in force."""
    counts: dict[int, int] = {}
    last = snapshot.last_compaction
    if last is not None and any(entry.role is Role.SUMMARY for entry in stale):
        [tokens] = await tokenizer.count_texts([join(last.parts)], name)
        counts[next(entry.position for entry in stale if entry.role is Role.SUMMARY)] = framed_tokens(tokens)
    messages = await _load(snapshot.state, [e.position for e in stale if e.role is not Role.SUMMARY], store)
    tokens_of = await tokenizer.count_messages([stored.message for stored in messages], name)
    counts |= {stored.position: tokens for stored, tokens in zip(messages, tokens_of, strict=True)}
    return {entry.position: replace(entry, tokenizer=name, token_count=counts[entry.position]) for entry in stale}


async def _load(state: ConversationState, positions: Sequence[int], store: Store) -> list[StoredMessage]:
    """The messages at these positions, in order: the system message by itself, and the stretch that holds the rest."""
    messages = await store.load_messages(state.key, 0, 0) if 0 in positions else []
    others = [position for position in positions if position]
    if others:
        messages += await store.load_messages(state.key, others[0], others[-1])
    wanted = set(positions)
    return [stored for stored in messages if stored.position in wanted]
