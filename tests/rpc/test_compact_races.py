"""Compactions that meet each other, or appends, at the commit."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from compactd.domain.compactions import Compaction
from compactd.domain.keys import ConversationKey
from compactd.ports.compactions import CompactionCommit
from compactd.ports.operations import Claimed
from compaction.v1 import compaction_service_pb2
from tests.builders.chat import (
    append,
    compact,
    history_of,
    in_context,
    make,
    new_conversation,
    talk,
    user,
)
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")


ALL = 1

Wait = Callable[[], Awaitable[object]]


@pytest.fixture
def hold_commits(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[Wait], None]:
    """Has each compaction wait when it is about to be committed, so that it meets others there."""
    commit_compaction = server.service.store.commit_compaction

    def hold(wait: Wait) -> None:
        async def held(key: ConversationKey, commit: CompactionCommit, claimed: Claimed[Compaction]) -> Compaction:
            await wait()
            return await commit_compaction(key, commit, claimed)

        monkeypatch.setattr(server.service.store, "commit_compaction", held)

    return hold


async def until_waiting(server: LocalServer, count: int) -> None:
    """Returns once so many calls wait for the only attempt."""
    attempts = server.service.run_operation._attempts
    while sum(running._waiters for running in attempts.values()) < count:  # noqa: ASYNC110 - nobody is told of it
        await asyncio.sleep(0.005)


async def test_equal_compactions_at_once_are_one(server: LocalServer, hold_commits: Callable[[Wait], None]) -> None:
    client, racers = server.client, 4
    conversation_id = await new_conversation(client, talk(60))
    everybody_is_there = asyncio.Event()
    hold_commits(everybody_is_there.wait)
    async with asyncio.timeout(30):
        calls = [asyncio.create_task(compact(client, conversation_id, ALL)) for _ in range(racers)]
        await until_waiting(server, racers)
        everybody_is_there.set()
        answers = await asyncio.gather(*calls)
    assert [answer == answers[0] for answer in answers] == [True] * racers
    request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id)
    assert len((await client.compactions.ListCompactions(request)).compactions) == 1
    assert len(await in_context(client, conversation_id)) == 2


async def test_appends_between_plan_and_commit_and_beside_it_are_neither_lost_nor_doubled(
    client: Client, hold_commits: Callable[[Wait], None]
) -> None:
    conversation_id = await new_conversation(client, talk(30))
    planned, committing = asyncio.Event(), asyncio.Event()

    async def until_ten_are_appended() -> None:
        planned.set()
        await committing.wait()

    async def append_beside() -> list[str]:
        await planned.wait()
        ids = []
        for number in range(20):
            ids.append((await append(client, conversation_id, [user(f"beside {number}")])).messages[0].id)
            if number == 9:
                committing.set()
        return ids

    hold_commits(until_ten_are_appended)
    async with asyncio.timeout(30):
        ids, done = await asyncio.gather(append_beside(), compact(client, conversation_id, ALL))
    now = await in_context(client, conversation_id)
    seen = done.compaction.last_seen_position
    positions = {message.id: message.position for message in await history_of(client, conversation_id, limit=1000)}
    assert seen < positions[ids[0]]
    assert now[2:] == [message_id for message_id in ids if positions[message_id] > seen]
    contents = [message.message.content for message in await history_of(client, conversation_id, limit=1000)]
    assert [text for text in contents if text.startswith("beside")] == [f"beside {number}" for number in range(20)]
