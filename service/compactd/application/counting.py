"""Token counts of a whole context, in one tokenizer: stored figures, counted again only after a change of model."""

from dataclasses import replace

from compactd.application.in_force import model_in_force
from compactd.application.ports import Head, Snapshot, Store, Tokenizer, TokenizerName
from compactd.domain.context import SUMMARY_FRAME_TOKENS, Context, Entry
from compactd.domain.messages import ChatMessage, Role
from compactd.strategies.parts import join


def tokenizer_in_force(head: Head, tokenizer: Tokenizer) -> TokenizerName:
    """The tokenizer of the conversation's model."""
    return tokenizer.for_model(model_in_force(head).handle)


async def tools_tokens(head: Head, name: str, tokenizer: Tokenizer) -> int:
    """Tokens of the agent's tool schemas; stored for the agent's own tokenizer, counted for another one."""
    if head.agent.tools_tokenizer == name or not head.agent.tool_schemas:
        return head.agent.tools_tokens
    return await tokenizer.count_tools(head.agent.tool_schemas, name)


async def in_one_tokenizer(snapshot: Snapshot, name: str, store: Store, tokenizer: Tokenizer) -> Snapshot:
    """The snapshot with every figure counted by `name`; what had to be counted again is stored."""
    context = replace(snapshot.context, tools_tokens=await tools_tokens(snapshot.head, name, tokenizer))
    shown = [entry for entry in (context.system, context.summary, *context.entries) if entry is not None]
    stale = [entry for entry in shown if entry.tokenizer != name]
    if not stale:
        return replace(snapshot, context=context)
    messages = await _load(snapshot, stale, store)
    counts = await tokenizer.count_messages(messages, name)
    fresh = {
        entry.position: replace(
            entry,
            tokenizer=name,
            token_count=count + (SUMMARY_FRAME_TOKENS if entry.role is Role.SUMMARY else 0),
        )
        for entry, count in zip(stale, counts, strict=True)
    }
    await store.store_counts(
        snapshot.head.conversation.id, name, [(entry.position, entry.token_count) for entry in fresh.values()]
    )
    return replace(snapshot, context=_replaced(context, fresh))


def _replaced(context: Context, fresh: dict[int, Entry]) -> Context:
    return replace(
        context,
        system=fresh.get(0, context.system),
        summary=context.summary and fresh.get(context.summary.position, context.summary),
        entries=tuple(fresh.get(entry.position, entry) for entry in context.entries),
    )


async def _load(snapshot: Snapshot, stale: list[Entry], store: Store) -> list[ChatMessage]:
    conversation_id = snapshot.head.conversation.id
    stored = {}
    if any(entry.role is Role.SYSTEM for entry in stale):
        stored.update({message.position: message for message in await store.load_messages(conversation_id, 0, 0)})
    positions = [entry.position for entry in stale if entry.role not in (Role.SYSTEM, Role.SUMMARY)]
    if positions:
        loaded = await store.load_messages(conversation_id, positions[0], positions[-1])
        stored.update({message.position: message for message in loaded})
    last = snapshot.head.last_compaction
    summary = ChatMessage(Role.SUMMARY, join(last.parts) if last else "")
    return [summary if entry.role is Role.SUMMARY else stored[entry.position].message for entry in stale]
