"""conversations.messages.list and agents.messages.list, by the official Python clients."""

from itertools import groupby
from typing import Any

import httpx
import pytest
from letta_client import AsyncLetta
from letta_client.types import Conversation, ToolReturnMessage
from letta_client.types.agents import (
    AssistantMessage,
    ImageContent,
    Message,
    SummaryMessage,
    SystemMessage,
    TextContent,
    ToolCallMessage,
    UserMessage,
)

from tests.builders.rest_resources import EXTRACTIVE, assistant, call, result, talk, user
from tests.letta.clients import every
from tests.letta.stored_data import append, in_default_conversation, new_conversation

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="session")]

CLASSES = {
    "system_message": SystemMessage,
    "user_message": UserMessage,
    "assistant_message": AssistantMessage,
    "tool_call_message": ToolCallMessage,
    "tool_return_message": ToolReturnMessage,
    "summary_message": SummaryMessage,
}
PIXEL = "iVBORw0KGgo="
TALK = [
    user("What does INV-0001 say?"),
    assistant("Let me look.", call("call_1", arguments='{"invoice": "INV-0001"}'), call("call_2", "open_scan")),
    result("call_1", "612.50 EUR"),
    result("call_2", "no such scan", is_error=True),
    assistant("It says 612.50 EUR."),
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "And this?"},
            {"type": "image_url", "image_url": {"url": "https://example.com/scan.png"}},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
            {"type": "file", "file": {"filename": "scan.pdf", "file_data": "data:application/pdf;base64,JVBERg=="}},
            {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
        ],
    },
]


def ids(entries: list[Message]) -> list[str]:
    """The ids of the stored messages, each once: a message with text and calls is two entries."""
    return [key for key, _ in groupby(entry.id for entry in entries)]


async def compacted(letta: AsyncLetta) -> Conversation:
    """A conversation that has an entry of every type."""
    conversation = await new_conversation(letta, talk(12))
    settings: Any = EXTRACTIVE
    await letta.conversations.messages.compact(conversation.id, compaction_settings=settings)
    await append(letta, conversation.id, TALK)
    return conversation


async def listed(letta: AsyncLetta, conversation_id: str, **query: Any) -> list[Message]:
    return await every(await letta.conversations.messages.list(conversation_id, **{"order": "asc", **query}))


async def test_every_entry_is_of_the_class_of_its_type(letta: AsyncLetta) -> None:
    entries = await listed(letta, (await compacted(letta)).id)
    assert {entry.message_type for entry in entries} == set(CLASSES)
    assert [type(entry) for entry in entries] == [CLASSES[str(entry.message_type)] for entry in entries]


async def test_a_system_message_amid_others_is_one_in_lists_too(letta: AsyncLetta) -> None:
    said = [user("Hi."), {"role": "system", "content": "Answer in French."}, assistant("Bonjour.")]
    conversation = await new_conversation(letta, said)
    first, _, note, _ = await listed(letta, conversation.id)
    assert isinstance(first, SystemMessage)
    assert isinstance(note, SystemMessage)
    assert note.content == "Answer in French."
    only = await listed(letta, conversation.id, include_return_message_types=["system_message"])
    assert ids(only) == [first.id, note.id]


async def test_what_was_said_comes_back(letta: AsyncLetta) -> None:
    entries = await listed(letta, (await new_conversation(letta, TALK)).id)
    _, asked, text, calls, found, missing, answer, shown = entries
    assert isinstance(asked, UserMessage)
    assert asked.content == "What does INV-0001 say?"
    assert isinstance(text, AssistantMessage)
    assert isinstance(calls, ToolCallMessage)
    assert (text.content, text.id) == ("Let me look.", calls.id)
    assert isinstance(calls.tool_calls, list)
    assert [(made.name, made.arguments, made.tool_call_id) for made in calls.tool_calls] == [
        ("find_invoice", '{"invoice": "INV-0001"}', "call_1"),
        ("open_scan", "{}", "call_2"),
    ]
    assert calls.tool_call.tool_call_id == "call_1"
    assert isinstance(found, ToolReturnMessage)
    assert isinstance(missing, ToolReturnMessage)
    assert (found.tool_call_id, found.tool_return, found.status) == ("call_1", "612.50 EUR", "success")
    assert (missing.tool_call_id, missing.tool_return, missing.status) == ("call_2", "no such scan", "error")
    assert missing.tool_returns is not None
    assert [(each.tool_call_id, each.status) for each in missing.tool_returns] == [("call_2", "error")]
    assert isinstance(answer, AssistantMessage)
    assert answer.content == "It says 612.50 EUR."
    assert isinstance(shown, UserMessage)
    assert isinstance(shown.content, list)
    said, linked, embedded, file, audio = shown.content
    assert isinstance(said, TextContent)
    assert said.text == "And this?"
    assert isinstance(linked, ImageContent)
    assert linked.source.to_dict() == {"type": "url", "url": "https://example.com/scan.png"}
    assert isinstance(embedded, ImageContent)
    assert embedded.source.to_dict() == {"type": "base64", "media_type": "image/png", "data": PIXEL}
    assert isinstance(file, TextContent)
    assert isinstance(audio, TextContent)
    assert (file.text, audio.text) == ("[file: scan.pdf, application/pdf]", "[audio: wav]")


async def test_a_summary_says_what_it_stands_for(letta: AsyncLetta) -> None:
    conversation = await new_conversation(letta, talk(12), context_window_limit=16_000)
    done = await letta.conversations.messages.compact(conversation.id, compaction_settings={"mode": "all"})
    [summary] = await listed(letta, conversation.id, include_return_message_types=["summary_message"])
    assert isinstance(summary, SummaryMessage)
    assert summary.summary == done.summary
    stats = summary.compaction_stats
    assert stats is not None
    assert (stats.messages_count_before, stats.messages_count_after) == (49, 2)
    assert (stats.trigger, stats.context_window) == ("manual", 16_000)


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_iteration_reads_every_message_once_in_the_order_asked(
    letta: AsyncLetta, sent: list[httpx.Request], order: str, limit: int
) -> None:
    conversation = await compacted(letta)
    whole = await listed(letta, conversation.id, limit=1000)
    sent.clear()
    entries = await listed(letta, conversation.id, order=order, limit=limit)
    assert ids(entries) == (ids(whole) if order == "asc" else ids(whole)[::-1])
    assert len(entries) == len(whole)
    # The last request finds nothing more.
    assert len(sent) == -(-len(ids(whole)) // limit) + 1


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_text_comes_before_the_calls_of_its_message_in_both_orders(letta: AsyncLetta, order: str) -> None:
    conversation = await new_conversation(letta, TALK)
    entries = await listed(letta, conversation.id, order=order)
    [at] = [index for index, entry in enumerate(entries) if isinstance(entry, ToolCallMessage)]
    assert (type(entries[at - 1]), entries[at - 1].id) == (AssistantMessage, entries[at].id)


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_iteration_backwards_reads_every_message_before_the_cursor(letta: AsyncLetta, order: Any) -> None:
    conversation = await new_conversation(letta, talk(3))
    whole = ids(await listed(letta, conversation.id, order=order))
    page = await letta.conversations.messages.list(conversation.id, order=order, before=whole[-1], limit=4)
    assert ids(page.items) == whole[-5:-1]
    backwards = await every(page)
    assert sorted(ids(backwards)) == sorted(whole[:-1])


async def test_only_the_types_asked_for_are_listed_and_counted(letta: AsyncLetta) -> None:
    conversation = await compacted(letta)
    wanted: Any = ["user_message", "tool_call_message"]
    page = await letta.conversations.messages.list(
        conversation.id, include_return_message_types=wanted, limit=5, order="asc"
    )
    assert [type(entry) for entry in page.items] == [UserMessage, ToolCallMessage] * 2 + [UserMessage]
    entries = await every(page)
    assert {entry.message_type for entry in entries} == set(wanted)
    assert len(entries) == 12 + 12 + 3


async def test_half_of_a_message_is_listed_where_only_its_calls_are_asked_for(letta: AsyncLetta) -> None:
    conversation = await new_conversation(letta, TALK)
    [entry] = await listed(letta, conversation.id, include_return_message_types=["tool_call_message"])
    assert isinstance(entry, ToolCallMessage)


async def test_the_messages_of_an_agent_are_those_of_its_default_conversation(letta: AsyncLetta) -> None:
    agent = await in_default_conversation(letta, 2)
    named = await listed(letta, "default", agent_id=agent.id)
    assert len(ids(named)) == 1 + 4 * 2
    assert await every(await letta.agents.messages.list(agent.id, order="asc", limit=2)) == named
    assert await listed(letta, agent.id) == named


async def test_the_messages_of_an_agents_conversation_are_listed_where_it_is_named(letta: AsyncLetta) -> None:
    agent = await in_default_conversation(letta, 2)
    conversation = await letta.conversations.create(agent_id=agent.id)
    await append(letta, conversation.id, TALK)
    entries = await every(await letta.agents.messages.list(agent.id, conversation_id=conversation.id, order="asc"))
    assert entries == await listed(letta, conversation.id)
