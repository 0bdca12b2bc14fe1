"""An answer made of messages as they are stored is the one made of messages that were decoded."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from compactd.application.context_size import ContextSize
from compactd.application.get_context import ContextView
from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, ContextMessage, Role, StoredMessage
from compactd.ports.contexts import Snapshot
from compactd.ports.store import Store
from compactd.rpc.contexts import context_to_proto
from compactd.storage.store import open_store
from compactd.strategies.groups import form_groups
from compactd.strategies.kept_thoughts import drop_opaque, keep_opaque
from compactd.strategies.view import build_view
from compaction.v1 import conversation_service_pb2
from tests.builders.conversations import RandomConversation, needs_recorded, recorded_conversations, seeds
from tests.builders.stored_values import append, compact, put_agent, put_conversation, ref_to

SIZE = ContextSize(1, False, 2, False, "0.1")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/compactd.db")
    yield store
    await store.close()


def answer(
    snapshot: Snapshot, bodies: Sequence[ContextMessage], *, native: bool
) -> conversation_service_pb2.GetContextResponse:
    keep = keep_opaque if native else drop_opaque
    view = build_view(snapshot.context, bodies, keep, native=native)
    return context_to_proto(ContextView(view, SIZE, "o200k_base", snapshot.context.last_position))


async def check(store: Store, key: ConversationKey) -> None:
    snapshot = await store.snapshot(key, bodies=True)
    assert snapshot.bodies is not None
    loaded = {stored.position: stored for stored in await store.load_messages(key, 0, 10_000)}
    decoded = [loaded.get(body.position) or _summary(body) for body in snapshot.bodies]
    for native in (False, True):
        assert answer(snapshot, snapshot.bodies, native=native) == answer(snapshot, decoded, native=native)


def _summary(body: ContextMessage) -> StoredMessage:
    return StoredMessage(body.id, body.position, 60, datetime.now(UTC), body.message)


async def cut_somewhere(store: Store, key: ConversationKey, random: Random) -> None:
    entries = (await store.snapshot(key)).context.entries
    starts = [entries[group.first].position for group in form_groups(entries)][1:]
    if starts:
        await compact(store, key, random.choice(starts))


@needs_recorded
async def test_recorded_conversations_are_answered_as_if_decoded(store: Store) -> None:
    agent = await put_agent(store)
    for _, messages in recorded_conversations():
        key = ref_to((await put_conversation(store, agent.id)).id)
        await append(store, key, *(message for message in messages if message.role is not Role.SYSTEM))
        await check(store, key)


@pytest.mark.timeout(240)
async def test_odd_conversations_are_answered_as_if_decoded(store: Store) -> None:
    agent = await put_agent(store)
    for random in seeds(75):
        key = ref_to((await put_conversation(store, agent.id)).id)
        conversation = RandomConversation(random)
        for _ in range(3):
            await append(store, key, *(imported(message, random) for message in conversation.batch(12)))
            await check(store, key)
            await cut_somewhere(store, key, random)
            await check(store, key)


def imported(message: ChatMessage, random: Random) -> ChatMessage:
    if random.random() < 0.8:
        return message
    return replace(message, created_at=datetime(2024, 1, 2, tzinfo=UTC), metadata={"source": "mail"})
