"""Values that tests of the store put into it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from compactd.domain.agents import Agent, Block
from compactd.domain.compactions import (
    Compaction,
    CompactionKind,
    MergeSource,
    Method,
    PartState,
    RequestForm,
    SummaryPart,
    Usage,
)
from compactd.domain.context import ContextSums
from compactd.domain.conversations import Conversation
from compactd.domain.keys import AgentKey, ConversationKey, ConversationRef, DefaultConversationOf
from compactd.domain.messages import ChatMessage, CompactionStats, Role, ToolCall
from compactd.ports.compactions import CompactionCommit, RestoreCommit
from compactd.ports.contexts import ConversationState, SystemText
from compactd.ports.messages import Appended, Batch
from compactd.ports.store import Store

NAMESPACE = "tests"
TOKENIZER = "o200k_base"
SYSTEM = SystemText("You are a careful assistant.", 7, TOKENIZER)


def new_agent(**fields: Any) -> Agent:
    now = datetime.now(UTC)
    required = {"id": f"agent-{uuid4()}", "default_conversation_id": f"conv-{uuid4()}"}
    return Agent(**{**required, "name": "Ada", "created_at": now, "updated_at": now, **fields})


def new_block(label: str, value: str = "") -> Block:
    return Block(id=f"block-{uuid4()}", label=label, value=value)


def default_of(agent: Agent) -> Conversation:
    return Conversation(
        id=agent.default_conversation_id,
        agent_id=agent.id,
        is_default=True,
        created_at=agent.created_at,
        updated_at=agent.updated_at,
    )


def new_conversation(agent_id: str, **fields: Any) -> Conversation:
    now = datetime.now(UTC)
    return Conversation(
        **{"id": f"conv-{uuid4()}", "agent_id": agent_id, "created_at": now, "updated_at": now, **fields}
    )


async def sums_of(store: Store, ref: ConversationRef) -> ContextSums:
    """The context as sums, as a plan reads them."""
    return await store.read_context(ref, lambda reading: reading.sums())


def message_tokens(sums: ContextSums) -> int:
    """What is stored for the messages of a context: the system message, the framed summary, the entries."""
    return sums.system_tokens + sums.summary_tokens + sums.entry_tokens


async def put_agent(store: Store, namespace: str = NAMESPACE, **fields: Any) -> Agent:
    agent = new_agent(**fields)
    await store.create_agent(namespace, agent, default_of(agent), SYSTEM)
    return agent


async def put_conversation(store: Store, agent_id: str, namespace: str = NAMESPACE, **fields: Any) -> Conversation:
    conversation = new_conversation(agent_id, **fields)
    await store.create_conversation(namespace, conversation, SYSTEM)
    return conversation


async def begin(store: Store, messages: int = 0) -> ConversationKey:
    """A conversation with so many user messages of ten tokens."""
    agent = await put_agent(store)
    ref = ref_to(agent.default_conversation_id)
    if messages:
        await append(store, ref, *(user(f"message {number}") for number in range(1, messages + 1)))
    return ref


def elsewhere(key: ConversationKey) -> ConversationKey:
    """The same id in a namespace that does not have it."""
    return ConversationKey("other", key.conversation_id)


def agent_key(agent_id: str, namespace: str = NAMESPACE) -> AgentKey:
    return AgentKey(namespace, agent_id)


def ref_to(conversation_id: str, namespace: str = NAMESPACE) -> ConversationKey:
    return ConversationKey(namespace, conversation_id)


def default_ref(agent_id: str, namespace: str = NAMESPACE) -> DefaultConversationOf:
    return DefaultConversationOf(namespace, agent_id)


def batch_of(*messages: ChatMessage, tokens: int = 10, tokenizer: str = TOKENIZER) -> Batch:
    return Batch(messages, [tokens] * len(messages), tokenizer)


async def append(store: Store, ref: ConversationRef, *messages: ChatMessage, tokens: int = 10) -> Appended:
    return await store.append(ref, batch_of(*messages, tokens=tokens))


def user(text: str) -> ChatMessage:
    return ChatMessage(Role.USER, content=text)


def assistant(text: str) -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, content=text)


def calls(*ids: str, tool: str = "search") -> ChatMessage:
    return ChatMessage(Role.ASSISTANT, tool_calls=tuple(ToolCall(call_id, tool, "{}") for call_id in ids))


def result(call_id: str) -> ChatMessage:
    return ChatMessage(Role.TOOL, content="found", tool_call_id=call_id)


def system(text: str) -> ChatMessage:
    return ChatMessage(Role.SYSTEM, content=text)


def record_of(
    state: ConversationState, start: int, evicted: Sequence[int], parent: Compaction | None = None
) -> Compaction:
    """A record that evicts the positions, and moves the start of the context."""
    return Compaction(
        id=f"compaction-{uuid4()}",
        conversation_id=state.conversation_id,
        created_at=datetime.now(UTC),
        kind=CompactionKind.COMPACTION,
        parent_id=parent.id if parent else None,
        mode="sliding_window",
        request_form=RequestForm.TRANSCRIPT,
        method=Method.MODEL_CHUNKED,
        degraded_reason="",
        settings={"mode": "sliding_window", "sliding_window_percentage": 0.3},
        unused_settings=("model_settings.openai.strict",),
        model="openai/gpt-5-mini",
        prompt_sha256="0" * 64,
        parts=(
            SummaryPart(1, 2, 5, "old", PartState.MERGED, MergeSource.TEXTS, 20),
            SummaryPart(evicted[0], evicted[-1], 6, "new 💡\0", PartState.NEW),
        ),
        last_seen_position=state.last_position,
        first_evicted_position=evicted[0],
        last_evicted_position=evicted[-1],
        evicted_count=len(evicted),
        tokens_before=900,
        tokens_after=300,
        tokenizer=TOKENIZER,
        chunks=2,
        usage=Usage(800, 90, 10, 3, None),
        duration_ms=1234,
        context_start=start,
    )


def commit_of(
    state: ConversationState, start: int, evicted: Sequence[int], parent: Compaction | None = None, **fields: Any
) -> CompactionCommit:
    commit = CompactionCommit(
        record=record_of(state, start, evicted, parent),
        context_version=state.context_version,
        system_version=state.system_version,
        summary_message_id=f"message-{uuid4()}",
        summary_text="What happened before 💡\0.",
        summary_tokens=60,
        max_system_tokens=1_000,
        window=8_000,
        stats=CompactionStats(8_000, 6, 4),
    )
    return replace(commit, **fields)


async def compact(store: Store, ref: ConversationRef, start: int) -> Compaction:
    """Commits a compaction after which the context starts at `start`."""
    snapshot = await store.snapshot(ref)
    evicted = range(snapshot.state.context_start, start)
    commit = commit_of(snapshot.state, start, evicted, snapshot.last_compaction)
    return await store.commit_compaction(snapshot.state.key, commit)


async def restore_of(store: Store, ref: ConversationRef, compaction_id: str) -> RestoreCommit:
    """What undoes the compaction."""
    found = await store.restoration(ref, compaction_id)
    record = replace(
        record_of(found.state, found.restored.context_start, [0], found.last),
        kind=CompactionKind.RESTORE,
        parts=found.earlier.parts if found.earlier else (),
        first_evicted_position=0,
        last_evicted_position=0,
        evicted_count=0,
        summary_position=found.restored.summary_position,
        restored_compaction_id=compaction_id,
        restored_cut=found.earlier.last_cut if found.earlier else None,
    )
    state = found.state
    return RestoreCommit(record, state.agent_id, state.context_version, None, found.restored.evicted_count)


async def restore(store: Store, ref: ConversationRef, compaction_id: str) -> Compaction:
    """Commits a restore of the context as it was before the compaction."""
    commit = await restore_of(store, ref, compaction_id)
    return await store.commit_restore((await store.state(ref)).key, commit)
