"""A batch with faults of several kinds is refused once, and the error names each message at fault."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from compaction.v1 import message_pb2
from tests.builders.chat import append, assistant, call, new_conversation, result, user
from tests.rpc.failures import failure_of
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

USER = message_pb2.MESSAGE_ROLE_USER
ASSISTANT = message_pb2.MESSAGE_ROLE_ASSISTANT
NO_SOURCE = message_pb2.ChatMessage(role=USER, parts=[message_pb2.ContentPart(image=message_pb2.Image())])
NO_TIME = Timestamp(seconds=10**15)


async def test_each_message_at_fault_is_named_whatever_its_fault_is(client: Client) -> None:
    conversation = await new_conversation(client)
    crashed = [
        user("Hi."),
        result("lost-1"),
        assistant(""),
        result("lost-2"),
        assistant(),
        message_pb2.ChatMessage(role=ASSISTANT, content="Hello.", model="/"),
        message_pb2.ChatMessage(role=USER, content="Hm.", reasoning="?"),
        user("All is well with this one."),
        message_pb2.ChatMessage(content="Who said that?"),
        *[NO_SOURCE] * 4,
    ]
    failure = await failure_of(append(client, conversation, crashed))
    assert failure.fields == (
        "messages[1].tool_call_id",
        "messages[2].content",
        "messages[3].tool_call_id",
        "messages[4].content",
        "messages[5].model",
        "messages[6].reasoning",
        "messages[8].role",
        *(f"messages[{index}].parts[0].image" for index in (9, 10, 11)),
    )
    assert failure.descriptions[-1].endswith("And 1 more fields are wrong.")


async def test_a_result_is_not_said_to_lack_a_call_that_cannot_be_read(client: Client) -> None:
    conversation = await new_conversation(client)
    unread = message_pb2.ChatMessage(role=ASSISTANT, tool_calls=[call("a")], created_at=NO_TIME)
    failure = await failure_of(append(client, conversation, [unread, result("a"), result("b")]))
    assert failure.fields == ("messages[0].created_at", "messages[2].tool_call_id")
