"""Clients that write all along, whatever happens, and know what became of each of their messages."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import grpc

from compaction.v1 import conversation_service_pb2, message_pb2
from tests.builders.chat import compact, history_of, make, new_conversation, user
from tests.rpc.failures import read
from tests.server import Client

CALL_SECONDS = 20
COMPACT_EVERY = 25

REFUSED = "STORE_UNAVAILABLE"
EXPECTED = (REFUSED, "OUTCOME_UNKNOWN", "NOTHING_TO_COMPACT", "SUMMARY_NOT_SMALLER", "CONTEXT_CHANGED")
"""Reasons that a call may fail for while a database comes and goes; by the first one nothing has changed. Where most of
the appends between two compactions were refused, too little was said for a summary to be smaller."""


@dataclass
class Writer:
    """Appends one message after the other to a conversation of its own, and compacts it now and then."""

    client: Client
    conversation_id: str
    positions: dict[str, int] = field(default_factory=dict)
    """Of texts that were acknowledged."""
    unknown: set[str] = field(default_factory=set)
    """Texts that may be stored or not."""

    async def write(self, stop: asyncio.Event) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            await self._append(f"{self.conversation_id}: {number}")
            if number % COMPACT_EVERY == 0:
                await self._compact()

    async def _append(self, text: str) -> None:
        request = make(
            conversation_service_pb2.AppendMessagesRequest, conversation_id=self.conversation_id, messages=[user(text)]
        )
        try:
            answer = await self.client.conversations.AppendMessages(request, timeout=CALL_SECONDS)
        except grpc.aio.AioRpcError as error:
            if reason_of(error) != REFUSED:
                self.unknown.add(text)
            await asyncio.sleep(0.02)
        else:
            self.positions[text] = answer.messages[0].position

    async def _compact(self) -> None:
        try:
            await compact(self.client, self.conversation_id)
        except grpc.aio.AioRpcError as error:
            reason_of(error)

    async def check(self) -> None:
        """What was acknowledged is there and where it was said to be, what was refused is not, and nothing is twice."""
        stored = [(message.message.content, message.position) for message in await self._user_messages()]
        found = dict(stored)
        assert len(found) == len(stored)
        assert {text: found.get(text) for text in self.positions} == self.positions
        assert set(found) <= set(self.positions) | self.unknown

    async def _user_messages(self) -> list[message_pb2.Message]:
        found: list[message_pb2.Message] = []
        while page := await self._page(found[-1].id if found else ""):
            found += page
        return [message for message in found if message.message.role == message_pb2.MESSAGE_ROLE_USER]

    async def _page(self, after: str) -> Sequence[message_pb2.Message]:
        """The database may still be on its way back: only what was acknowledged before it went was waited for."""
        async with asyncio.timeout(60):
            while True:
                try:
                    return await history_of(self.client, self.conversation_id, limit=1000, after=after)
                except grpc.aio.AioRpcError as error:
                    if reason_of(error) != REFUSED:
                        raise
                    await asyncio.sleep(0.02)


def reason_of(error: grpc.aio.AioRpcError) -> str:
    """DEADLINE_EXCEEDED and CANCELLED have none; whatever is not to be expected here is raised."""
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return ""
    failure = read(error)
    assert failure.reason in EXPECTED, failure
    return failure.reason


class Load:
    """Several writers at once."""

    def __init__(self, writers: Sequence[Writer]) -> None:
        self.writers = writers

    @property
    def acknowledged(self) -> int:
        return sum(len(writer.positions) for writer in self.writers)

    async def until_more(self, count: int = 30) -> None:
        """Until so many more messages were acknowledged."""
        wanted = self.acknowledged + count
        async with asyncio.timeout(60):
            while self.acknowledged < wanted:  # noqa: ASYNC110 - it is the server that is watched
                await asyncio.sleep(0.01)


@asynccontextmanager
async def load(client: Client, writers: int = 6) -> AsyncIterator[Load]:
    """Has them write inside the block, and checks what is stored at its end."""
    stop = asyncio.Event()
    here = Load([Writer(client, await new_conversation(client)) for _ in range(writers)])
    async with asyncio.TaskGroup() as tasks:
        for writer in here.writers:
            tasks.create_task(writer.write(stop))
        yield here
        stop.set()
    for writer in here.writers:
        await writer.check()
