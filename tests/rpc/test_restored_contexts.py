"""Random conversations, compacted in all modes and restored at random: each is what it would be had the undone never
happened, and goes on so."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import grpc
import pytest
import pytest_asyncio

from compactd.application.audit import audit
from compactd.message_protos import message_to_proto
from compaction.v1 import compaction_service_pb2, compaction_settings_pb2, message_pb2
from tests.builders.chat import append, context_of, new_agent, new_conversation, restore, system
from tests.builders.conversations import RandomConversation
from tests.postgres import *  # noqa: F403
from tests.rpc.failures import read
from tests.server import Client, LocalServer, local_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEEDS = 4
STEPS = 24

Cut = tuple[int, int, float]
"""After how many batches a compaction was made, with which mode and share."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LocalServer]:
    url = f"sqlite:///{tmp_path_factory.mktemp('restored')}/compactd.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("module_postgres_url")
    async with local_server(url) as running:
        yield running


async def reason_of(call: Awaitable[Any]) -> str:
    """Why it failed; empty if it did not."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return read(error).reason
    return ""


@dataclass
class History:
    """A conversation of these batches, and the compactions whose effect is in its context, oldest first."""

    client: Client
    agent_id: str
    id: str
    batches: list[Sequence[message_pb2.ChatMessage]] = field(default_factory=list)
    in_force: tuple[Cut, ...] = ()

    async def append(self, batch: Sequence[message_pb2.ChatMessage]) -> None:
        await append(self.client, self.id, batch)
        self.batches.append(batch)

    async def compact(self, mode: Any, share: float) -> tuple[str, str]:
        """The id of the compaction, or why there was none."""
        settings = compaction_settings_pb2.CompactionSettings(mode=mode, sliding_window_percentage=share)
        request = compaction_service_pb2.CompactRequest(conversation_id=self.id, compaction_settings=settings)
        try:
            done = await self.client.compactions.Compact(request)
        except grpc.aio.AioRpcError as error:
            return "", read(error).reason
        self.in_force += ((len(self.batches), mode, share),)
        return done.compaction.id, ""

    async def without_the_undone(self) -> "History":
        """Another conversation, of the same messages and of the compactions in force alone."""
        other = History(self.client, self.agent_id, await new_conversation(self.client, agent_id=self.agent_id))
        for number, batch in enumerate(self.batches, 1):
            await other.append(batch)
            for after, mode, share in self.in_force:
                if after == number:
                    assert await other.compact(mode, share) != ("", "")
        assert other.in_force == self.in_force
        return other

    async def shown(self) -> list[Any]:
        """The context in both formats, but for ids, positions and the version."""
        contexts = []
        for number in (1, 2):
            context = await context_of(self.client, self.id, format=number)
            sources = [(source.origin, len(source.message_ids), source.token_count) for source in context.sources]
            messages = [message.SerializeToString(deterministic=True) for message in context.messages]
            contexts.append((messages, sources, context.context_tokens, context.context_window, context.tokenizer))
        return contexts

    async def tokens(self) -> int:
        return (await context_of(self.client, self.id)).context_tokens


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_what_was_undone_might_as_well_not_have_happened(server: LocalServer, seed: int) -> None:
    client, random = server.client, Random(seed)
    said = RandomConversation(random)
    agent = await new_agent(client, context_window_limit=random.choice((1_500, 4_000, 16_000)))
    history = History(client, agent.id, await new_conversation(client, agent_id=agent.id))
    await history.append([system("You help."), *map(message_to_proto, said.batch(8))])
    other = await history.without_the_undone()
    before: dict[str, tuple[Cut, ...]] = {}
    restored = 0
    for _ in range(STEPS):
        step = random.random()
        if step < 0.35:
            batch = [message_to_proto(message) for message in said.batch(random.randint(1, 12))]
            await history.append(batch)
            await other.append(batch)
        elif step < 0.7:
            mode, share, cuts = random.randint(1, 4), random.choice((0.2, 0.3, 0.6)), history.in_force
            compaction_id, reason = await history.compact(mode, share)
            assert (await other.compact(mode, share))[1] == reason
            if compaction_id:
                before[compaction_id] = cuts
        elif before:
            undone = random.choice([*before])
            if before[undone] == history.in_force:
                assert await reason_of(restore(client, history.id, undone)) == "NOTHING_TO_RESTORE"
                continue
            tokens = await history.tokens()
            record = await restore(client, history.id, undone)
            before[record.id], history.in_force = history.in_force, before[undone]
            assert (record.tokens_before, record.tokens_after) == (tokens, await history.tokens())
            other = await history.without_the_undone()
            restored += 1
        assert await history.shown() == await other.shown()
    assert restored
    audited = await audit(server.service.store)
    assert audited.findings == []
    assert audited.records >= len(before)
