"""What a row says of how a transcript shows its message is what rendering it afresh says."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from compactd.domain.keys import ConversationKey
from compactd.domain.messages import ChatMessage, ImagePart, Role, TextPart, ToolCall
from compactd.storage.store import SqlStore
from compactd.storage.tables import MESSAGES
from compactd.strategies.rules_version import RULES_VERSION
from compactd.strategies.transcript import spoken
from tests.builders.conversations import RandomConversation, needs_recorded, recorded_conversations, seeds
from tests.builders.rendering import render, tool_names
from tests.builders.stored_values import (
    append,
    assistant,
    batch_of,
    begin,
    calls,
    compact,
    put_agent,
    put_conversation,
    ref_to,
    result,
    system,
    user,
)

CALL = b"[assistant calls search, id c] {}"


def rows_of(store: SqlStore, key: ConversationKey) -> list[Any]:
    """The rows of a conversation's messages, in their order."""
    rows = select(MESSAGES).where(MESSAGES.c.conversation_id == key.conversation_id).order_by(MESSAGES.c.position)
    with store._database._engines.reader.connect() as connection:
        return list(connection.execute(rows).all())


async def check(store: SqlStore, key: ConversationKey, messages: list[ChatMessage]) -> None:
    await append(store, key, *messages)
    stored = await store.load_messages(key, 1, len(messages))
    tools = tool_names(stored)
    fresh = [render(each.message, tools.get(each.position, "")) for each in stored]
    # So nothing of what follows is written anew.
    assert {row.rules_version for row in rows_of(store, key)} == {RULES_VERSION}
    assert [message.text for message in await store.load_rendered(key, 1, len(messages))] == fresh
    assert await store.load_transcript(key, 1, len(messages)) == "\n".join(fresh)


@needs_recorded
async def test_recorded_conversations_are_stored_as_they_are_rendered(sql_store: SqlStore) -> None:
    agent = await put_agent(sql_store)
    for _, messages in recorded_conversations():
        conversation = await put_conversation(sql_store, agent.id)
        said = [message for message in messages if message.role is not Role.SYSTEM]
        await check(sql_store, ref_to(conversation.id), said)


async def test_hundreds_of_odd_conversations_are_stored_as_they_are_rendered(sql_store: SqlStore) -> None:
    agent = await put_agent(sql_store)
    odd = [RandomConversation(random).batch(random.randint(1, 24)) for random in seeds(300)]
    # Ten of them, one behind the other, are one that is odder still.
    for first in range(0, len(odd), 10):
        conversation = await put_conversation(sql_store, agent.id)
        messages = [message for batch in odd[first : first + 10] for message in batch]
        await check(sql_store, ref_to(conversation.id), messages)


async def test_what_was_worked_out_before_the_append_is_stored_as_what_the_store_works_out(sql_store: SqlStore) -> None:
    said = [
        system("Hello."),
        user("token: abcd1234"),
        calls("c"),
        result("c"),
        assistant("[user] hello"),
        user("hello"),
    ]
    agent = await put_agent(sql_store)
    for spoken_before in (None, [spoken(message) for message in said]):
        ref = ref_to((await put_conversation(sql_store, agent.id)).id)
        await sql_store.append(ref, replace(batch_of(*said), spoken=spoken_before))
        rows = rows_of(sql_store, ref)
        assert [row.transcript for row in rows] == [None, b"token: [secret]", CALL, None, b"\\[user] hello", None]


async def test_what_says_nothing_new_is_stored_once(sql_store: SqlStore) -> None:
    ref = await begin(sql_store)
    secret = "the key is sk-ant-REDACTED"
    await append(sql_store, ref, user("hello"), ChatMessage(Role.USER, "hello", name="Bo"), user(secret))
    plain, named, redacted = rows_of(sql_store, ref)[1:]
    assert (plain.heading, plain.transcript, plain.content) == (None, None, b"hello")
    assert (named.heading, named.transcript) == (b"[user Bo]", None)
    assert redacted.heading is None
    assert redacted.transcript != redacted.content == secret.encode()


async def test_a_result_says_its_tool_though_the_call_is_in_another_batch(sql_store: SqlStore) -> None:
    """A reading of the result alone, as of one behind a cut, knew no more than `a tool`."""
    ref = await begin(sql_store)
    await append(sql_store, ref, calls("a", "b", tool="find_invoice"))
    await append(sql_store, ref, ChatMessage(Role.TOOL, "paid", tool_call_id="a"), user("and now?"))
    await append(sql_store, ref, ChatMessage(Role.TOOL, "gone", tool_call_id="b", is_error=True))
    rows = rows_of(sql_store, ref)[1:]
    assert [row.heading for row in rows] == [
        None,
        b"[tool result of find_invoice, id a]",
        None,
        b"[tool error of find_invoice, id b]",
    ]


async def test_no_transcript_of_system_messages_and_summaries_is_stored(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 9)
    await compact(sql_store, ref, 5)
    rows = rows_of(sql_store, ref)
    shown = [(row.heading, row.transcript) for row in rows if row.role in ("system", "summary")]
    assert shown == [(None, None), (None, None)]


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        (user("hello"), True),
        (user(" "), False),
        (ChatMessage(Role.USER, "hello", metadata={"source": "mail"}), True),
        (ChatMessage(Role.USER, parts=(ImagePart(url="https://example.org/a.png"),)), True),
        (ChatMessage(Role.ASSISTANT, parts=(ImagePart(url="https://example.org/a.png"),)), False),
        (ChatMessage(Role.USER, parts=(TextPart("a"), TextPart(""))), False),
        (ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("a", "look", "{}"), ToolCall("b", "look", "{}"))), True),
        (ChatMessage(Role.ASSISTANT, "", tool_calls=(ToolCall("a", "look", "{}"),)), False),
    ],
)
async def test_a_row_says_whether_views_show_its_message_as_it_is(
    sql_store: SqlStore, message: ChatMessage, plain: bool
) -> None:
    ref = await begin(sql_store)
    await append(sql_store, ref, message, assistant("yes"))
    [_, row, _] = rows_of(sql_store, ref)
    assert row.plain is plain
    assert row.call_ids == (b'["a","b"]' if len(message.tool_calls) == 2 else b'["a"]' if message.tool_calls else None)


async def test_rows_that_follow_older_rules_are_filled_in_a_few_at_a_time(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compactd.storage.filled_rows.FILLED_AT_ONCE", 3)
    ref = await begin(sql_store, 5)
    with sql_store._database._engines.writer.begin() as connection:
        older = update(MESSAGES).where(MESSAGES.c.conversation_id == ref.conversation_id, MESSAGES.c.position > 0)
        connection.execute(older.values(rules_version=0, transcript=b"as it was shown once"))
    for left in (2, 0, 0):
        rendered = await sql_store.load_rendered(ref, 1, 5)
        assert [message.text for message in rendered] == [f"[user]\nmessage {number}" for number in range(1, 6)]
        await sql_store._afterwork.done()
        assert [row.rules_version for row in rows_of(sql_store, ref)[1:]].count(0) == left


async def test_whether_views_show_a_message_as_it_is_follows_todays_rules(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 2)
    await append(sql_store, ref, user(" "))
    expected = await sql_store.snapshot(ref, bodies=True)
    with sql_store._database._engines.writer.begin() as connection:
        of_conversation = update(MESSAGES).where(MESSAGES.c.conversation_id == ref.conversation_id)
        connection.execute(of_conversation.values(rules_version=RULES_VERSION - 1, plain=True))
    older = await sql_store.snapshot(ref, bodies=True)
    assert [body.plain for body in older.bodies or ()] == [None] * 4
    await sql_store._afterwork.done()
    newer = await sql_store.snapshot(ref, bodies=True)
    assert [bool(body.plain) for body in newer.bodies or ()] == [True, True, True, False]
    assert expected == older == newer
