"""Limits of messages and batches: over one is INVALID_ARGUMENT, at it is accepted."""

from typing import Any

import pytest

from compaction.v1 import (
    message_pb2,
)
from tests.builders.chat import append, assistant, call, new_conversation, result, system, user
from tests.rpc.failures import failure_of
from tests.rpc.limits import CONVERSATION, MIB, assert_names
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")


def message(**fields: Any) -> message_pb2.ChatMessage:
    return message_pb2.ChatMessage(**fields)


def image(**fields: Any) -> message_pb2.ChatMessage:
    return message(role=2, parts=[{"image": fields}])


def file(**fields: Any) -> message_pb2.ChatMessage:
    return message(role=2, parts=[{"file": fields}])


def audio(**fields: Any) -> message_pb2.ChatMessage:
    return message(role=2, parts=[{"audio": fields}])


def opaque(**fields: Any) -> message_pb2.ChatMessage:
    return message(role=3, parts=[{"opaque": fields}])


BAD_MESSAGES: list[tuple[str, message_pb2.ChatMessage, str]] = [
    ("no role", message(content="x"), "role"),
    ("unknown role", message(role=17, content="x"), "role"),
    ("a summary", message(role=5, content="x"), "role"),
    ("content and parts", message(role=2, content="x", parts=[{"text": "y"}]), "parts"),
    ("empty part", message(role=2, parts=[{"text": "y"}, {}]), "parts[1]"),
    ("image without source", image(), "parts[0].image"),
    ("image without url", image(url=""), "parts[0].image.url"),
    ("image without data", image(inline={"media_type": "image/png"}), "parts[0].image.inline.data"),
    ("image without type", image(inline={"data": b"x"}), "parts[0].image.inline.media_type"),
    (
        "long type of an image",
        image(inline={"data": b"x", "media_type": "x" * 257}),
        "parts[0].image.inline.media_type",
    ),
    ("file without source", file(name="report.pdf"), "parts[0].file"),
    ("file without url", file(url=""), "parts[0].file.url"),
    ("file without id", file(file_id=""), "parts[0].file.file_id"),
    ("file without data", file(data=b""), "parts[0].file.data"),
    ("long id of a file", file(file_id="x" * 257), "parts[0].file.file_id"),
    ("long name of a file", file(file_id="f", name="x" * 257), "parts[0].file.name"),
    ("long type of a file", file(file_id="f", media_type="x" * 257), "parts[0].file.media_type"),
    ("file too large", file(data=b"x" * (8 * MIB + 1)), ""),
    ("audio without data and transcript", audio(format="wav"), "parts[0].audio.data"),
    ("long format of audio", audio(data=b"x", format="x" * 257), "parts[0].audio.format"),
    ("file of the system", message(role=1, parts=[{"file": {"file_id": "f"}}]), "parts[0]"),
    ("opaque without provider", opaque(model="m", type="t"), "parts[0].opaque.provider"),
    ("opaque without type", opaque(provider="p", model="m"), "parts[0].opaque.type"),
    ("opaque without model", opaque(provider="p", type="t"), "parts[0].opaque.model"),
    ("long opaque model", opaque(provider="p", model="x" * 257, type="t"), "parts[0].opaque.model"),
    ("empty assistant", assistant(), "content"),
    ("empty text of the assistant", assistant(""), "content"),
    ("empty texts of the assistant", message(role=3, parts=[{"text": ""}, {"text": ""}]), "parts"),
    ("call by a user", message(role=2, content="x", tool_calls=[call("a")]), "tool_calls"),
    ("call without id", assistant(None, call("a"), call("")), "tool_calls[1].id"),
    ("call without name", assistant(None, call("a", name="")), "tool_calls[0].function.name"),
    ("long id of a call", assistant(None, call("x" * 257)), "tool_calls[0].id"),
    ("long id of an answer", result("x" * 257), "tool_call_id"),
    ("long name of a function", assistant(None, call("a", name="x" * 257)), "tool_calls[0].function.name"),
    ("call of another type", message(role=3, tool_calls=[{"id": "a", "type": "x"}]), "tool_calls[0].function.name"),
    (
        "custom call",
        message(role=3, tool_calls=[{"id": "a", "type": "x", "function": {"name": "f"}}]),
        "tool_calls[0].type",
    ),
    ("result without id", message(role=4, content="x"), "tool_call_id"),
    ("result of no call", result("nowhere"), "tool_call_id"),
    ("answer by a user", message(role=2, content="x", tool_call_id="a"), "tool_call_id"),
    ("error of a user", message(role=2, content="x", is_error=True), "is_error"),
    ("long name", message(role=2, content="x", name="x" * 257), "name"),
    ("too large", user("x" * (8 * MIB + 1)), ""),
    ("image too large", image(inline={"media_type": "image/png", "data": b"x" * (8 * MIB + 1)}), ""),
    ("time before year 1", message(role=2, content="x", created_at={"seconds": -(10**12)}), "created_at"),
    ("time of too many nanoseconds", message(role=2, content="x", created_at={"nanos": 10**9}), "created_at"),
    ("image of the system", message(role=1, parts=[{"text": "x"}, {"image": {"url": "x"}}]), "parts[1]"),
]


@pytest.mark.parametrize(("_name", "bad", "field"), BAD_MESSAGES, ids=[row[0] for row in BAD_MESSAGES])
async def test_a_broken_message_rejects_the_whole_batch(
    client: Client, _name: str, bad: message_pb2.ChatMessage, field: str
) -> None:
    conversation_id = await new_conversation(client)
    failed = await failure_of(append(client, conversation_id, [user("good"), bad, user("good")]))
    assert_names(failed, f"messages[1].{field}" if field else "messages[1]")
    answer = await append(client, conversation_id, [user("good")], expected_last_position=0)
    assert answer.messages[0].position == 1


async def test_a_system_message_over_a_mebibyte_is_rejected(client: Client) -> None:
    failed = await failure_of(append(client, CONVERSATION, [system("é" * (MIB // 2) + "x")]))
    assert_names(failed, "messages[0]")


async def test_every_message_at_fault_is_named_by_itself_and_by_its_call(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("go"), assistant(None, call("a"))])
    batch = [
        result("a"),
        result("a"),
        assistant(""),
        user("good"),
        message(role=4, tool_call_id="b", name="x" * 257),
        assistant(),
    ]
    failed = await failure_of(append(client, conversation_id, batch))
    named = ["messages[1].tool_call_id", "messages[2].content", "messages[4].name", "messages[5].content"]
    assert list(failed.fields) == named
    assert (await append(client, conversation_id, [result("a")], expected_last_position=2)).messages[0].position == 3


async def test_ten_messages_at_fault_are_named_and_the_others_counted(client: Client) -> None:
    conversation_id = await new_conversation(client)
    failed = await failure_of(append(client, conversation_id, [result(f"c{number}") for number in range(25)]))
    assert list(failed.fields) == [f"messages[{number}].tool_call_id" for number in range(10)]
    assert failed.descriptions[9].endswith("And 15 more fields are wrong.")


async def test_a_result_answered_twice_is_rejected(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("go"), assistant(None, call("a")), result("a")])
    assert_names(await failure_of(append(client, conversation_id, [result("a")])), "messages[0].tool_call_id")


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_batch_has_one_to_a_thousand_messages(client: Client, count: int) -> None:
    assert_names(await failure_of(append(client, CONVERSATION, [user("x")] * count)), "messages")


async def test_a_batch_of_a_thousand_is_accepted(client: Client) -> None:
    conversation_id = await new_conversation(client)
    assert len((await append(client, conversation_id, [user("x")] * 1000)).messages) == 1000


async def test_an_expected_position_below_zero_is_rejected(client: Client) -> None:
    failed = await failure_of(append(client, CONVERSATION, [user("x")], expected_last_position=-1))
    assert_names(failed, "expected_last_position")
