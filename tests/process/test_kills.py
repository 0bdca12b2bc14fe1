"""Servers that are killed in the middle of what they do, and the one beside them that goes on with it."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from compactd.application.audit import audit
from compaction.v1 import compaction_service_pb2, conversation_service_pb2
from tests.builders.chat import append, compact, context_of, history_of, make, new_conversation, talk, user
from tests.loopback.model import LoopbackModel, Received, Reply
from tests.server import Client, ServerProcess, connected, local_server, server_process

# The lease of a server that was killed has to end.
pytestmark = pytest.mark.timeout(180)

ALL = 1
WINDOW_OF_8000 = "openai/gpt-4"
MODEL = "openai/gpt-5-mini"

IN_TIME = 90
"""Seconds; a lease ends within 15, and cores are shared."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where the server goes no further, as `held_server` is told it; the model's steps are held by the model."""

    held: str = ""
    is_committed: bool = False
    model: str = MODEL
    turns: int = 20


STEPS: Mapping[str, Step] = {
    "before the plan": Step("before=compactd.application.compaction_planner:CompactionPlanner.plan"),
    "during the model call": Step(),
    "between chunks": Step(model=WINDOW_OF_8000, turns=150),
    "before the commit": Step("before=compactd.storage.store:SqlStore.commit_compaction"),
    "after the commit": Step("after=compactd.storage.store:SqlStore.commit_compaction", is_committed=True),
    # The last one: on SQLite nobody else writes from now on.
    "in the commit": Step("before=compactd.storage.compactions:encode_record"),
}


class HoldingModel(LoopbackModel):
    """Answers at once, but for the first request that has one of the held words in it: that one waits for ever."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[str, asyncio.Event] = {}

    def hold(self, word: str) -> asyncio.Event:
        """Set once such a request waits."""
        return self._held.setdefault(word, asyncio.Event())

    def requests_with(self, word: str) -> int:
        return sum(word.encode() in request.raw for request in self.requests)

    def reply_to(self, request: Received) -> Reply:
        for word, event in self._held.items():
            if word.encode() in request.raw and not event.is_set():
                event.set()
                return Reply(delay=10 * IN_TIME)
        return super().reply_to(request)


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HoldingModel]:
    async with HoldingModel() as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/compactd.db"
    return str(request.getfixturevalue("postgres_url"))


@asynccontextmanager
async def held_server(
    folder: Path, url: str, model: LoopbackModel, holds: list[str], **more: str
) -> AsyncIterator[ServerProcess]:
    settings = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": f"{model.url}/v1", "COMPACTD_DATABASE_URL": url, **more}
    async with server_process(folder, ("tests.process.held_server", *holds), **settings) as server:
        await server.event("serving")
        yield server


def compact_request(conversation_id: str, step: Step) -> compaction_service_pb2.CompactRequest:
    return make(
        compaction_service_pb2.CompactRequest,
        conversation_id=conversation_id,
        compaction_settings={"mode": ALL, "model": step.model},
        request_id=str(uuid4()),
    )


def last_words(name: str) -> str:
    """What a conversation ends with, so that the model's requests can be told apart."""
    return f"All of this was said {name}."


async def until_held(
    there: Client, server: ServerProcess, model: HoldingModel, name: str, request: compaction_service_pb2.CompactRequest
) -> Awaitable[object]:
    """The call, once it goes no further."""
    event = None if STEPS[name].held else model.hold(last_words(name))
    call = asyncio.ensure_future(there.compactions.Compact(request))
    async with asyncio.timeout(IN_TIME):
        await (server.held(request.conversation_id) if event is None else event.wait())
    assert not call.done()
    return call


async def assert_broken(calls: Sequence[Awaitable[object]]) -> None:
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(outcome, grpc.aio.AioRpcError)
        assert outcome.code() is grpc.StatusCode.UNAVAILABLE


async def records_of(client: Client, conversation_id: str) -> list[str]:
    request = make(compaction_service_pb2.ListCompactionsRequest, conversation_id=conversation_id)
    return [record.id for record in (await client.compactions.ListCompactions(request)).compactions]


async def assert_compacted_once(
    client: Client,
    conversation_id: str,
    before: conversation_service_pb2.GetContextResponse,
    done: compaction_service_pb2.CompactResponse,
) -> None:
    """The context is the summary and nothing else, there is one record of it, and the next one can be made."""
    now = await context_of(client, conversation_id)
    assert (len(now.messages), now.context_tokens) == (2, done.compaction.tokens_after)
    assert (now.last_position, now.version == before.version) == (before.last_position, False)
    assert await records_of(client, conversation_id) == [done.compaction.id]
    await append(client, conversation_id, talk(5))
    again = await compact(client, conversation_id, ALL)
    assert await records_of(client, conversation_id) == [again.compaction.id, done.compaction.id]


async def test_a_server_killed_at_any_step_of_a_compaction_leaves_it_to_another_one(
    tmp_path: Path, url: str, model: HoldingModel
) -> None:
    async with local_server(url) as here:
        client = here.client
        ids = {
            name: await new_conversation(client, [*talk(step.turns), user(last_words(name))])
            for name, step in STEPS.items()
        }
        before = {name: await context_of(client, ids[name]) for name in STEPS}
        requests = {name: compact_request(ids[name], step) for name, step in STEPS.items()}
        holds = [f"{step.held}={ids[name]}" for name, step in STEPS.items() if step.held]
        async with held_server(tmp_path, url, model, holds) as server, connected(server.address) as there:
            running = [await until_held(there, server, model, name, request) for name, request in requests.items()]
            await server.kill()
            await assert_broken(running)
        after = {name: await context_of(client, ids[name]) for name in STEPS}
        assert {name for name in STEPS if after[name] != before[name]} == {"after the commit"}
        asked = {name: model.requests_with(last_words(name)) for name in STEPS}
        async with asyncio.timeout(IN_TIME):
            replies = await asyncio.gather(*(client.compactions.Compact(request) for request in requests.values()))
        # What was committed is answered from what was kept.
        asked_again = {name for name in STEPS if model.requests_with(last_words(name)) > asked[name]}
        assert asked_again == STEPS.keys() - {"after the commit"}
        for name, done in zip(STEPS, replies, strict=True):
            await assert_compacted_once(client, ids[name], before[name], done)
        assert (await audit(here.service.store)).findings == []


APPENDS = {
    "after the commit": "after=compactd.storage.store:SqlStore.append",
    "in the commit": "before=compactd.storage.messages:read_sums",
}


async def test_an_append_whose_server_is_killed_has_one_effect_when_it_is_repeated_elsewhere(
    tmp_path: Path, url: str, model: HoldingModel
) -> None:
    async with local_server(url) as here:
        client = here.client
        ids = {name: await new_conversation(client, talk(2)) for name in APPENDS}
        requests = [
            make(
                conversation_service_pb2.AppendMessagesRequest,
                conversation_id=conversation_id,
                messages=talk(1, first=3),
                request_id=str(uuid4()),
            )
            for conversation_id in ids.values()
        ]
        holds = [f"{place}={ids[name]}" for name, place in APPENDS.items()]
        async with held_server(tmp_path, url, model, holds) as server, connected(server.address) as there:
            running = []
            for request in requests:
                running.append(asyncio.ensure_future(there.conversations.AppendMessages(request)))
                await asyncio.wait_for(server.held(request.conversation_id), IN_TIME)
            await server.kill()
            await assert_broken(running)
        stored = [len(await history_of(client, conversation_id)) for conversation_id in ids.values()]
        assert stored == [1 + 8 + 4, 1 + 8]
        for request in requests:
            replies = [await client.conversations.AppendMessages(request) for _ in range(2)]
            assert replies[0] == replies[1]
            assert [message.position for message in replies[0].messages] == [9, 10, 11, 12]
            assert len(await history_of(client, request.conversation_id)) == 1 + 8 + 4
        assert (await audit(here.service.store)).findings == []


@contextmanager
def nobody_writing(url: str) -> Iterator[None]:
    """A process that is stopped inside the block holds no lock of an SQLite file, where nothing would end its write.

    PostgreSQL ends a transaction that takes too long.
    """
    path = url.removeprefix("sqlite:///")
    if path == url:
        yield
        return
    with closing(sqlite3.connect(path, timeout=IN_TIME, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def test_a_server_that_stood_still_for_longer_than_its_lease_commits_nothing(
    tmp_path: Path, url: str, model: HoldingModel
) -> None:
    async with local_server(url) as here:
        conversation_id = await new_conversation(here.client, [*talk(20), user(last_words("slowly"))])
        before = await context_of(here.client, conversation_id)
        request = compact_request(conversation_id, Step())
        async with held_server(tmp_path, url, model, []) as server, connected(server.address) as there:
            asked = model.hold(last_words("slowly"))
            running = asyncio.ensure_future(there.compactions.Compact(request))
            await asyncio.wait_for(asked.wait(), IN_TIME)
            with nobody_writing(url):
                os.kill(server.pid, signal.SIGSTOP)
            try:
                done = await asyncio.wait_for(here.client.compactions.Compact(request), IN_TIME)
            finally:
                os.kill(server.pid, signal.SIGCONT)
            # It finds that it has lost its lease, and that somebody else has done its work.
            assert await asyncio.wait_for(running, IN_TIME) == done
        await assert_compacted_once(here.client, conversation_id, before, done)
