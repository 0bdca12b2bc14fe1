"""Requests of millions of empty things: refused by their lengths, before protobuf makes an object of each."""

from typing import Any

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.errors import InvalidField, MalformedRequest
from compactd.rpc.contract import METHODS
from compactd.rpc.value_count import AT_ONCE_BYTES, MAX_NUMBERS, MAX_VALUES, checked, shape_of
from compaction.v1 import agent_service_pb2, conversation_service_pb2, message_pb2
from tests.builders.chat import make, new_conversation, user
from tests.rpc.failures import failure_of
from tests.server import Client

Append = conversation_service_pb2.AppendMessagesRequest

ENOUGH = 8 * 1024 * 1024 - 100


def varint(number: int) -> bytes:
    head = b""
    while number > 127:
        head += bytes([number & 127 | 128])
        number >>= 7
    return head + bytes([number])


def told(number: int, payload: bytes) -> bytes:
    """A text or a message, in the field of that number."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number_of(descriptor: Any, name: str) -> int:
    return int(descriptor.fields_by_name[name].number)


MESSAGES = number_of(Append.DESCRIPTOR, "messages")
MESSAGE = message_pb2.ChatMessage.DESCRIPTOR
TAGS = number_of(agent_service_pb2.ListAgentsRequest.DESCRIPTOR, "tags")
TYPES = number_of(conversation_service_pb2.ListMessagesRequest.DESCRIPTOR, "include_return_message_types")
AGENT = number_of(agent_service_pb2.CreateAgentRequest.DESCRIPTOR, "agent")

SERVICE = "/compaction.v1.ConversationService"
APPEND = f"{SERVICE}/AppendMessages"

HEAPS = {
    "messages": (APPEND, told(MESSAGES, b"") * ENOUGH, "messages"),
    "parts": (APPEND, told(MESSAGES, told(number_of(MESSAGE, "parts"), b"") * ENOUGH), "messages"),
    "calls": (APPEND, told(MESSAGES, told(number_of(MESSAGE, "tool_calls"), b"") * ENOUGH), "messages"),
    "metadata": (APPEND, told(MESSAGES, told(number_of(MESSAGE, "metadata"), b"") * ENOUGH), "messages"),
    "a name again and again": (APPEND, told(1, b"") * ENOUGH, "conversation_id"),
    "tags": ("/compaction.v1.AgentService/ListAgents", told(TAGS, b"") * ENOUGH, "tags"),
    "types": (f"{SERVICE}/ListMessages", told(TYPES, b"\1" * 2 * ENOUGH), "include_return_message_types"),
    "types one by one": (f"{SERVICE}/ListMessages", bytes([TYPES << 3, 1]) * ENOUGH, "include_return_message_types"),
    "an agent's blocks": ("/compaction.v1.AgentService/CreateAgent", told(AGENT, told(9, b"") * ENOUGH), "agent"),
    "what the contract does not have": (APPEND, bytes([15 << 3 | 2, 0]) * ENOUGH, ""),
    "groups": (APPEND, bytes([15 << 3 | 3, 15 << 3 | 4]) * ENOUGH, ""),
}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("heap", HEAPS.values(), ids=HEAPS)
async def test_millions_of_values_are_refused_and_their_field_named(
    client: Client, heap: tuple[str, bytes, str]
) -> None:
    path, data, field = heap
    call = client.channel.unary_unary(path, request_serializer=bytes, response_deserializer=bytes)
    failed = await failure_of(call(data))
    assert failed.code is grpc.StatusCode.INVALID_ARGUMENT
    assert failed.reason == ("INVALID_FIELD" if field else "MALFORMED_REQUEST")
    assert failed.metadata.get("field", "") == field


@pytest.mark.asyncio(loop_scope="session")
async def test_few_values_of_many_bytes_are_taken(client: Client) -> None:
    conversation_id = await new_conversation(client)
    texts = [user("x" * 150_000 + str(number)) for number in range(10)]
    request = make(Append, conversation_id=conversation_id)
    request.messages.extend(texts)
    assert request.ByteSize() > AT_ONCE_BYTES
    assert len((await client.conversations.AppendMessages(request)).messages) == 10


def is_taken(data: bytes, message: Any) -> bool:
    try:
        for _ in checked(data, shape_of(message.DESCRIPTOR)):
            pass
    except (InvalidField, MalformedRequest):
        return False
    return True


def test_values_are_counted_at_whatever_depth() -> None:
    some = told(MESSAGES, told(number_of(MESSAGE, "parts"), b"") * 999)
    # The message itself is one.
    assert is_taken(some * (MAX_VALUES // 1000), Append)
    assert not is_taken(some * (MAX_VALUES // 1000 + 3), Append)
    assert is_taken(told(TYPES, b"\1" * MAX_NUMBERS), conversation_service_pb2.ListMessagesRequest)
    assert not is_taken(told(TYPES, b"\1" * (MAX_NUMBERS + 1)), conversation_service_pb2.ListMessagesRequest)


def test_bytes_inside_of_texts_are_no_values() -> None:
    assert is_taken(told(MESSAGES, told(number_of(MESSAGE, "content"), told(MESSAGES, b"") * 1_000_000)), Append)


@given(st.binary(max_size=200), st.sampled_from(sorted(METHODS)))
def test_whatever_comes_is_walked_to_an_end_and_few_bytes_are_taken(data: bytes, path: str) -> None:
    assert is_taken(data, METHODS[path].request_class)
