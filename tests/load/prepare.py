"""Puts conversations into the server before a measurement; nothing of it is measured."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import grpc

from compaction.v1 import (
    agent_pb2,
    agent_service_pb2,
    agent_service_pb2_grpc,
    compaction_service_pb2_grpc,
    conversation_service_pb2,
    conversation_service_pb2_grpc,
)
from tests.load import workload
from tests.load.compact_request import compact_request

INSTANT = "openai/gpt-4.1-mini"
"""A model whose window, 1,047,576 tokens, takes 5,000 messages in one request."""

SLOW = "sglang/slow"
EXTRACTIVE = "local/extractive"

AT_ONCE = 16
"""Conversations that are filled at the same time."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Preparation:
    """A Python client of one server."""

    address: str

    def agent(self, summarizer: str = "") -> str:
        """A new agent's id. Its model gives the conversations a window that all their messages fit; its settings let
        `summarizer` summarize them, if one is given."""
        agent = agent_pb2.Agent(name="bench", system="You are a careful engineer.", model=INSTANT)
        if summarizer:
            agent.compaction_settings.model = summarizer

        async def create(channel: grpc.aio.Channel) -> str:
            request = agent_service_pb2.CreateAgentRequest(agent=agent)
            return (await agent_service_pb2_grpc.AgentServiceStub(channel).CreateAgent(request)).id

        return asyncio.run(self._connected(create))

    def conversations(self, agent_id: str, count: int, messages: int) -> list[str]:
        """The ids of `count` new conversations with so many messages each."""

        async def make(channel: grpc.aio.Channel) -> list[str]:
            stub = conversation_service_pb2_grpc.ConversationServiceStub(channel)
            gate = asyncio.Semaphore(AT_ONCE)

            async def one(number: int) -> str:
                async with gate:
                    request = conversation_service_pb2.CreateConversationRequest(agent_id=agent_id)
                    created = await stub.CreateConversation(request)
                    await _append(channel, created.id, messages, number)
                    return created.id

            return await asyncio.gather(*(one(number) for number in range(count)))

        return asyncio.run(self._connected(make))

    def compact_all(self, conversations: Sequence[str]) -> None:
        """Leaves these conversations with a summary and nothing else in their contexts."""

        async def compact(channel: grpc.aio.Channel) -> None:
            stub = compaction_service_pb2_grpc.CompactionServiceStub(channel)
            for name in conversations:
                await stub.Compact(compact_request(name, INSTANT, "all"))

        asyncio.run(self._connected(compact))

    async def _connected(self, work: Callable[[grpc.aio.Channel], Awaitable[T]]) -> T:
        async with grpc.aio.insecure_channel(self.address) as channel:
            return await work(channel)


async def _append(channel: grpc.aio.Channel, conversation_id: str, messages: int, offset: int) -> None:
    send: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(
        "/compaction.v1.ConversationService/AppendMessages"
    )
    head = conversation_service_pb2.AppendMessagesRequest(conversation_id=conversation_id).SerializeToString()
    for variant, size in workload.batches(messages, offset):
        # Serialized messages that follow each other are one: the batches need not be serialized for each conversation.
        await send(head + _serialized(variant, size))


@cache
def _serialized(variant: int, size: int) -> bytes:
    messages = workload.batch(variant, size)
    return conversation_service_pb2.AppendMessagesRequest(messages=messages).SerializeToString()
