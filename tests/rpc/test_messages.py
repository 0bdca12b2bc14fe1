"""AppendMessages and ListMessages through the real server."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from compactd.domain.errors import StoreUnavailable
from compaction.v1 import agent_service_pb2, compaction_service_pb2, message_pb2, sort_order_pb2
from tests.builders.chat import (
    append,
    assistant,
    call,
    context_of,
    history_of,
    make,
    new_agent,
    new_conversation,
    result,
    system,
    talk,
    user,
)
from tests.rpc.failures import failure_of
from tests.server import Client, LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

SYSTEM, USER, ASSISTANT, CALL, RETURN, SUMMARY = range(1, 7)


def every_kind_of_message() -> list[message_pb2.ChatMessage]:
    spoken = user("hello")
    spoken.name = "ines"
    spoken.created_at.FromDatetime(datetime(2024, 2, 29, 23, 59, 59, 123456, UTC))
    spoken.metadata.update({"source": "mail", "": "empty key"})
    seen = message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_USER)
    seen.parts.add().text = "look at this"
    seen.parts.add().image.url = "https://example.com/a.png"
    seen.parts.add().image.inline.data = b"\x89PNG\x00\xff"
    seen.parts[2].image.inline.media_type = "image/png"
    thinking = assistant(None, call("c1", arguments="{not json \u0000"), call("c1"))
    thinking.parts.add().opaque.CopyFrom(
        message_pb2.Opaque(provider="anthropic", model="claude-haiku-4-5", type="thinking", data=b"\x00\xfe")
    )
    thinking.tool_calls[0].opaque.CopyFrom(
        message_pb2.Opaque(provider="google_ai", model="gemini-2.5-flash", type="thought_signature", data=b"sig")
    )
    failed = result("c1", "no such file")
    failed.is_error = True
    empty = message_pb2.ChatMessage(role=message_pb2.MESSAGE_ROLE_TOOL, tool_call_id="c1")
    return [spoken, seen, thinking, failed, empty, user(""), assistant("done")]


async def test_messages_are_stored_as_they_were_appended(client: Client) -> None:
    conversation_id = await new_conversation(client)
    given = every_kind_of_message()
    answer = await append(client, conversation_id, given, request_id=str(uuid4()))
    assert [appended.position for appended in answer.messages] == list(range(1, len(given) + 1))
    _, *stored = await history_of(client, conversation_id)
    assert [message.message for message in stored] == given
    assert [message.id for message in stored] == [appended.id for appended in answer.messages]
    assert stored[0].created_at == given[0].created_at
    assert stored[1].created_at.ToDatetime(UTC) > datetime(2026, 1, 1, tzinfo=UTC)


async def test_a_system_message_first_of_all_replaces_the_rendered_one(client: Client) -> None:
    agent = await new_agent(client, system="rendered")
    conversation_id = await new_conversation(client, agent_id=agent.id)
    [before] = await history_of(client, conversation_id)
    version = (await context_of(client, conversation_id)).version
    answer = await append(client, conversation_id, [system("appended"), user("hello")])
    assert [appended.position for appended in answer.messages] == [0, 1]
    assert answer.messages[0].id == before.id
    assert answer.version != version
    first, _ = await history_of(client, conversation_id)
    assert (first.id, first.message.content) == (before.id, "appended")


async def test_the_append_says_how_full_the_context_is(client: Client) -> None:
    agent = await new_agent(client, model="openai/gpt-4o")
    agent_less = await new_agent(client)
    for agent_id, window, estimated in ((agent.id, 128_000, False), (agent_less.id, 128_000, True)):
        conversation_id = await new_conversation(client, agent_id=agent_id)
        one = await append(client, conversation_id, talk(1))
        two = await append(client, conversation_id, talk(1, first=2))
        context = await context_of(client, conversation_id)
        assert 0 < one.context_tokens < two.context_tokens == context.context_tokens
        assert (two.context_window, two.context_window_estimated) == (window, estimated)
        assert two.context_tokens_estimated is estimated
        assert one.version == two.version == context.version
        assert context.last_position == 8


async def test_positions_go_on_where_the_last_batch_ended(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("one")])
    answer = await append(client, conversation_id, [user("two")], expected_last_position=1)
    assert [appended.position for appended in answer.messages] == [2]


async def test_an_unexpected_last_position_stores_nothing(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("one")])
    for position in (0, 2):
        failed = await failure_of(append(client, conversation_id, [user("two")], expected_last_position=position))
        assert failed.reason == "CONTEXT_CHANGED"
    assert (await context_of(client, conversation_id)).last_position == 1


async def test_a_new_conversation_is_at_position_zero(client: Client) -> None:
    conversation_id = await new_conversation(client)
    answer = await append(client, conversation_id, [user("one")], expected_last_position=0)
    assert answer.messages[0].position == 1


async def positions(client: Client, conversation_id: str, **fields: Any) -> list[int]:
    return [message.position for message in await history_of(client, conversation_id, **fields)]


async def test_history_is_paged_both_ways(client: Client) -> None:
    conversation_id = await new_conversation(client, [user(f"{number}") for number in range(1, 121)])
    ids = [message.id for message in await history_of(client, conversation_id, limit=1000)]
    descending = sort_order_pb2.SORT_ORDER_DESC
    unset = sort_order_pb2.SORT_ORDER_UNSPECIFIED
    assert await positions(client, conversation_id) == list(range(100))
    assert await positions(client, conversation_id, order=unset) == list(range(120, 20, -1))
    assert await positions(client, conversation_id, after=ids[5], limit=3) == [6, 7, 8]
    assert await positions(client, conversation_id, before=ids[5], limit=3) == [2, 3, 4]
    assert await positions(client, conversation_id, order=descending, after=ids[5], limit=3) == [4, 3, 2]
    assert await positions(client, conversation_id, order=descending, before=ids[5], limit=3) == [8, 7, 6]
    assert await positions(client, conversation_id, after=ids[3], before=ids[9], limit=2) == [4, 5]
    assert await positions(client, conversation_id, after=ids[120]) == []
    assert await positions(client, conversation_id, before=ids[0]) == []


async def test_a_page_ends_before_three_mebibytes(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("x" * 1_000_000) for _ in range(5)])
    page = await positions(client, conversation_id)
    assert page[0] == 0
    assert 1 < len(page) < 5


async def test_a_page_holds_at_least_one_message(client: Client) -> None:
    conversation_id = await new_conversation(client, [user("y" * 4_000_000), user("z")])
    [first] = await history_of(client, conversation_id, limit=1, order=sort_order_pb2.SORT_ORDER_ASC)
    assert await positions(client, conversation_id, after=first.id) == [1]


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([], [0, 1, 2, 3, 4]),
        ([SYSTEM], [0]),
        ([USER, RETURN], [1, 3]),
        ([ASSISTANT], [2, 4]),
        ([CALL], [2]),
        ([SUMMARY], []),
    ],
)
async def test_history_is_filtered_by_type(client: Client, types: list[int], expected: list[int]) -> None:
    both = assistant("I will look.", call("c1"))
    conversation_id = await new_conversation(client, [user("go"), both, result("c1"), assistant("done")])
    found = await history_of(client, conversation_id, include_return_message_types=types)
    assert [message.position for message in found] == expected


async def test_of_a_message_of_two_types_the_half_asked_for_is_answered(client: Client) -> None:
    both = assistant("I will look.", call("c1"))
    conversation_id = await new_conversation(client, [user("go"), both])
    [said] = await history_of(client, conversation_id, include_return_message_types=[ASSISTANT])
    assert said.message == assistant("I will look.")
    [made] = await history_of(client, conversation_id, include_return_message_types=[CALL])
    assert made.message == assistant(None, call("c1"))
    [whole] = await history_of(client, conversation_id, include_return_message_types=[ASSISTANT, CALL])
    assert whole.message == both


async def test_history_keeps_evicted_messages_and_earlier_summaries(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(10))
    before = await history_of(client, conversation_id)
    request = make(
        compaction_service_pb2.CompactRequest, conversation_id=conversation_id, compaction_settings={"mode": 1}
    )
    first = await client.compactions.Compact(request)
    await append(client, conversation_id, talk(10, first=11))
    second = await client.compactions.Compact(request)
    history = await history_of(client, conversation_id)
    assert history[: len(before)] == before
    summaries = [message for message in history if message.message.role == message_pb2.MESSAGE_ROLE_SUMMARY]
    assert [message.message.content for message in summaries] == [first.summary, second.summary]
    assert [message.position for message in summaries] == [41, 82]
    assert await positions(client, conversation_id, include_return_message_types=[SUMMARY]) == [41, 82]


async def test_a_listed_summary_tells_what_its_compaction_did(client: Client) -> None:
    conversation_id = await new_conversation(client, talk(20), context_window_limit=64_000)
    done = []
    for mode in (2, 1):
        request = make(
            compaction_service_pb2.CompactRequest, conversation_id=conversation_id, compaction_settings={"mode": mode}
        )
        done.append(await client.compactions.Compact(request))
    history = await history_of(client, conversation_id)
    told = [message.compaction_stats for message in history if message.HasField("compaction_stats")]
    assert told == [
        message_pb2.CompactionStats(
            context_window=64_000,
            messages_count_before=answer.num_messages_before,
            messages_count_after=answer.num_messages_after,
        )
        for answer in done
    ]
    assert {message.message.role for message in history if message.HasField("compaction_stats")} == {
        message_pb2.MESSAGE_ROLE_SUMMARY
    }


async def test_an_append_that_is_stored_does_not_fail_over_counting(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise StoreUnavailable

    agent = await new_agent(server.client)
    conversation_id = await new_conversation(server.client, talk(1), agent_id=agent.id)
    # What comes next is counted with the tokenizer of the model that the conversation had.
    request = make(
        agent_service_pb2.UpdateAgentRequest,
        agent_id=agent.id,
        agent={"model": "openai/gpt-4"},
        update_mask={"paths": ["model"]},
    )
    await server.client.agents.UpdateAgent(request)
    monkeypatch.setattr(server.service.store, "snapshot", away)
    answer = await append(server.client, conversation_id, talk(2))
    assert len(answer.messages) == 8
    assert answer.context_tokens_estimated
    monkeypatch.undo()
    context = await context_of(server.client, conversation_id)
    assert not context.context_tokens_estimated
    assert abs(answer.context_tokens - context.context_tokens) < context.context_tokens / 2
