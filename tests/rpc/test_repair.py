"""AppendMessages with `repair`: what a crash has left is taken, and the reply says what was done."""

from typing import Any
from uuid import uuid4

import pytest

from compaction.v1 import conversation_service_pb2, message_pb2
from tests.builders.chat import (
    append,
    assistant,
    call,
    compact,
    context_of,
    history_of,
    make,
    new_conversation,
    result,
    system,
    talk,
    user,
)
from tests.rpc.failures import failure_of
from tests.rpc.limits import assert_names
from tests.server import Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

LATE, LEFT_OUT = (
    conversation_service_pb2.REPAIR_KIND_LATE_RESULT,
    conversation_service_pb2.REPAIR_KIND_LEFT_OUT,
)
ALL = 1
BROKEN = [
    user("go on"),
    assistant(""),
    result("gone", "its call was trimmed"),
    result("early", "before its call"),
    assistant(None, call("early", "ls"), call("twice", "cat")),
    result("twice", "once"),
    result("twice", "again"),
    assistant(),
    assistant("Done."),
]


def repairs_of(answer: Any) -> list[tuple[int, int]]:
    return [(repair.index, repair.kind) for repair in answer.repairs]


def shown(context: Any) -> list[tuple[str, str]]:
    names = message_pb2.MessageRole.Name
    return [(names(one.role).removeprefix("MESSAGE_ROLE_").lower(), one.content) for one in context.messages]


async def test_what_a_crash_left_is_kept_late_or_left_out(client: Client) -> None:
    conversation_id = await new_conversation(client)
    answer = await append(client, conversation_id, BROKEN, repair=True)
    assert repairs_of(answer) == [(1, LEFT_OUT), (2, LATE), (3, LATE), (6, LATE), (7, LEFT_OUT)]
    assert [appended.position for appended in answer.messages] == [1, 0, 2, 3, 4, 5, 6, 0, 7]
    assert [appended.id == "" for appended in answer.messages] == [index in (1, 7) for index in range(9)]
    stored = {one.id: one.message for one in await history_of(client, conversation_id)}
    kept = [(appended.id, given) for appended, given in zip(answer.messages, BROKEN, strict=True) if appended.id]
    assert all(stored[message_id] == given for message_id, given in kept)
    context = await context_of(client, conversation_id)
    assert shown(context)[1:] == [
        ("user", "go on"),
        ("user", "[late result of an unknown tool, call gone]\nits call was trimmed"),
        ("user", "[late result of the tool ls, call early]\nbefore its call"),
        ("assistant", ""),
        ("tool", "[no result was recorded]"),
        ("tool", "once"),
        ("user", "[late result of the tool cat, call twice]\nagain"),
        ("assistant", "Done."),
    ]
    assert context.context_tokens == answer.context_tokens == sum(one.token_count for one in context.sources)


async def test_nothing_is_repaired_that_was_not_broken(client: Client) -> None:
    conversation_id = await new_conversation(client)
    answer = await append(client, conversation_id, [system("s"), *talk(2)], repair=True)
    assert repairs_of(answer) == []
    assert [appended.position for appended in answer.messages] == list(range(9))


async def test_a_late_result_of_a_known_call_is_no_repair(client: Client) -> None:
    conversation_id = await new_conversation(client, [assistant(None, call("a")), user("never mind")])
    assert repairs_of(await append(client, conversation_id, [result("a")], repair=True)) == []
    assert repairs_of(await append(client, conversation_id, [result("a")], repair=True)) == [(0, LATE)]


async def test_a_second_result_names_the_tool_of_a_call_in_an_earlier_batch(client: Client) -> None:
    calls = [call("a", "cat"), call("a", "ls"), call("b", "pwd")]
    conversation_id = await new_conversation(client, [assistant(None, call("b", "old")), result("b"), assistant("x")])
    await append(client, conversation_id, [assistant(None, *calls), result("a"), result("a"), result("b"), user("y")])
    named = make(message_pb2.ChatMessage, role=4, tool_call_id="b", content="5", name="given")
    second = [result("b", "2"), result("a", "3"), result("gone", "4"), named]
    assert repairs_of(await append(client, conversation_id, second, repair=True)) == [(at, LATE) for at in range(4)]
    assert [text for _, text in shown(await context_of(client, conversation_id))[-4:]] == [
        "[late result of the tool pwd, call b]\n2",
        "[late result of the tool ls, call a]\n3",
        "[late result of an unknown tool, call gone]\n4",
        "[late result of the tool given, call b]\n5",
    ]


async def test_a_system_message_behind_what_is_left_out_is_the_first(client: Client) -> None:
    conversation_id = await new_conversation(client)
    answer = await append(client, conversation_id, [assistant(""), system("Be brief."), user("x")], repair=True)
    assert [appended.position for appended in answer.messages] == [0, 0, 1]
    assert [appended.id == "" for appended in answer.messages] == [True, False, False]
    assert shown(await context_of(client, conversation_id)) == [("system", "Be brief."), ("user", "x")]


async def test_a_batch_of_which_nothing_is_left_stores_nothing_and_is_no_error(client: Client) -> None:
    conversation_id = await new_conversation(client)
    before = await context_of(client, conversation_id)
    request_id = str(uuid4())
    for _ in range(2):
        answer = await append(client, conversation_id, [assistant("")], repair=True, request_id=request_id)
        assert repairs_of(answer) == [(0, LEFT_OUT)]
        assert [(appended.id, appended.position) for appended in answer.messages] == [("", 0)]
        assert (answer.context_tokens, answer.version) == (before.context_tokens, before.version)
    # It was no first batch.
    assert (await append(client, conversation_id, [system("Be brief.")])).messages[0].position == 0


async def test_a_repeat_gets_the_repairs_too(client: Client) -> None:
    conversation_id = await new_conversation(client)
    fields: dict[str, Any] = {"repair": True, "request_id": str(uuid4())}
    first = await append(client, conversation_id, BROKEN, **fields)
    assert await append(client, conversation_id, BROKEN, **fields) == first
    assert first.repairs
    assert len(await history_of(client, conversation_id)) == 8


async def test_a_repair_takes_nothing_else(client: Client) -> None:
    conversation_id = await new_conversation(client)
    failing_user = make(message_pb2.ChatMessage, role=2, content="x", is_error=True)
    summary = make(message_pb2.ChatMessage, role=5, content="x")
    bad = [assistant(""), failing_user, result("gone"), summary]
    failed = await failure_of(append(client, conversation_id, bad, repair=True))
    assert list(failed.fields) == ["messages[1].is_error", "messages[3].role"]
    assert len(await history_of(client, conversation_id)) == 1


async def test_without_repair_the_same_batch_is_refused_with_every_index(client: Client) -> None:
    conversation_id = await new_conversation(client)
    failed = await failure_of(append(client, conversation_id, BROKEN))
    fields = {1: "content", 2: "tool_call_id", 3: "tool_call_id", 6: "tool_call_id", 7: "content"}
    assert_names(failed, *(f"messages[{index}].{field}" for index, field in fields.items()))
    assert len(await history_of(client, conversation_id)) == 1


async def test_what_was_repaired_is_compacted_like_anything(client: Client) -> None:
    conversation_id = await new_conversation(client)
    await append(client, conversation_id, [*BROKEN, *talk(6)], repair=True)
    done = await compact(client, conversation_id, ALL)
    assert done.num_messages_after == 2
    assert (done.compaction.first_evicted_position, done.compaction.evicted_count) == (1, 7 + 24)
