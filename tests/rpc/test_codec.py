"""What is converted at once, and what by the CPU worker."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from compactd.application.context_size import ContextSize
from compactd.application.cpu_worker import CpuWorker
from compactd.application.get_context import ContextView
from compactd.domain.agents import AgentSpec
from compactd.domain.messages import ChatMessage, Role, StoredMessage, TextPart
from compactd.rpc.codec import Codec, takes_long
from compactd.strategies.view import Origin, ViewEntry
from compaction.v1 import agent_pb2, conversation_service_pb2, message_pb2
from tests.builders.records import record

TEXT = ChatMessage(Role.USER, "Hello.")
PARTS = ChatMessage(Role.USER, parts=(TextPart("Hello."),) * 50)


def stored(message: ChatMessage) -> StoredMessage:
    return StoredMessage(id="message-1", position=1, created_at=datetime.now(UTC), token_count=1, message=message)


def view(*messages: ChatMessage) -> ContextView:
    entries = [ViewEntry(message, (), Origin.VERBATIM, 1) for message in messages]
    return ContextView(entries, ContextSize(1, False, 1, False, "v"), "o200k_base", 1)


def batch(count: int, **fields: Any) -> Any:
    proto = message_pb2.ChatMessage(**fields)
    return conversation_service_pb2.AppendMessagesRequest(messages=[proto] * count).messages


SHORT: dict[str, object] = {
    "nothing": [],
    "a message of the contract": agent_pb2.Agent(description="x" * 4_000),
    "fifty messages to store": batch(50),
    "fifty stored messages": [stored(TEXT)] * 50,
    "a context of fifty": view(*[TEXT] * 50),
    "an agent": AgentSpec(metadata={"a": [0] * 900}),
    "a few records": [record()] * 50,
}
LONG: dict[str, object] = {
    "a large message of the contract": agent_pb2.Agent(description="x" * 5_000),
    "more than fifty messages to store": batch(51),
    "messages to store with many parts": batch(2, parts=[message_pb2.ContentPart(text="x")] * 25),
    "more than fifty stored messages": [stored(TEXT)] * 51,
    "a stored message of many parts": [stored(PARTS)],
    "a context of more than fifty": view(*[TEXT] * 51),
    "an agent of a thousand values": AgentSpec(metadata={"a": [0] * 1_000}),
    "a hundred agents": [AgentSpec()] * 100,
    "a record with a thousand ids": record(evicted_message_ids=("message-1",) * 1_000),
    "many records": [record(evicted_message_ids=("message-1",) * 100)] * 10,
}


@pytest.fixture
def codec() -> Iterator[Codec]:
    worker = CpuWorker()
    yield Codec(worker)
    worker.close()


def thread_of(*_: object) -> int:
    return threading.get_ident()


@pytest.mark.parametrize("what", SHORT)
async def test_little_is_converted_at_once(codec: Codec, what: str) -> None:
    assert await codec.to_proto(thread_of, SHORT[what]) == threading.get_ident()
    assert await codec.from_proto(thread_of, SHORT[what]) == threading.get_ident()


@pytest.mark.parametrize("what", LONG)
async def test_much_is_converted_by_the_worker(codec: Codec, what: str) -> None:
    assert await codec.to_proto(thread_of, LONG[what]) != threading.get_ident()
    assert await codec.from_proto(thread_of, LONG[what]) != threading.get_ident()


def test_what_belongs_to_a_value_counts_with_it() -> None:
    assert not takes_long(AgentSpec(), ["id"] * 900)
    assert takes_long(AgentSpec(), ["id"] * 1_000)
