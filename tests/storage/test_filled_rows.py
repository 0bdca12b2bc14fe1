"""Rows of the first release lack what is worked out at append today, and are filled in when they are read."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from compactd.domain.keys import ConversationKey
from compactd.domain.paging import Page
from compactd.ports.contexts import SystemText
from compactd.storage import filled_rows, tables
from compactd.storage.store import SqlStore
from compactd.strategies.rules_version import RULES_VERSION
from tests.builders.recording_observer import RecordingObserver
from tests.builders.stored_values import TOKENIZER, append, begin, put_conversation, user
from tests.storage.first_release import AGENT, CONVERSATION, MESSAGES


def rows_of(store: SqlStore, conversation_id: str = CONVERSATION.conversation_id) -> list[Any]:
    """The rows of a conversation's messages, as they stand in the database."""
    rows = select(tables.MESSAGES).where(tables.MESSAGES.c.conversation_id == conversation_id)
    with store._database._engines.reader.connect() as connection:
        return list(connection.execute(rows.order_by(tables.MESSAGES.c.position)).all())


def lacks(rows: Sequence[Any]) -> list[int]:
    """The positions of rows that are still as the first release wrote them."""
    return [row.position for row in rows if row.plain is None or row.body.startswith(b"{")]


def outdate(store: SqlStore, key: ConversationKey) -> None:
    """As if older rules had worked out what the conversation's rows say."""
    of_conversation = tables.MESSAGES.c.conversation_id == key.conversation_id
    with store._database._engines.writer.begin() as connection:
        connection.execute(update(tables.MESSAGES).where(of_conversation).values(rules_version=0))


async def test_rows_are_filled_in_when_they_are_read(upgraded: SqlStore) -> None:
    await upgraded.ping()
    assert lacks(rows_of(upgraded)) == list(range(11))
    before = await upgraded.snapshot(CONVERSATION, bodies=True)
    await upgraded._afterwork.done()
    assert lacks(rows_of(upgraded)) == [1, 2, 3, 4, 5]
    evicted = await upgraded.load_messages(CONVERSATION, 1, 5)
    await upgraded._afterwork.done()
    assert lacks(rows_of(upgraded)) == []
    assert await upgraded.snapshot(CONVERSATION, bodies=True) == before
    assert await upgraded.load_messages(CONVERSATION, 1, 5) == evicted
    found = await upgraded.list_messages(CONVERSATION, Page(99, descending=False))
    assert [stored.message for stored in found] == MESSAGES


async def test_a_row_is_filled_in_with_what_an_append_writes_today(upgraded: SqlStore) -> None:
    await upgraded.snapshot(CONVERSATION, bodies=True)
    await upgraded.load_messages(CONVERSATION, 1, 5)
    await upgraded._afterwork.done()
    fresh = await put_conversation(upgraded, AGENT.agent_id, "default")
    await append(upgraded, ConversationKey("default", fresh.id), *MESSAGES[1:10])
    columns = ("body", "content", "import_data", "plain", "call_ids", "heading", "transcript", "rules_version")
    filled, appended = rows_of(upgraded)[1:10], rows_of(upgraded, fresh.id)[1:]
    for name in (*columns, "body_bytes"):
        assert [getattr(row, name) for row in filled] == [getattr(row, name) for row in appended], name


async def test_a_row_that_cannot_be_filled_in_is_read_all_the_same(upgraded: SqlStore) -> None:
    expected = await upgraded.load_messages(CONVERSATION, 1, 5)
    await upgraded._afterwork.done()
    outdate(upgraded, CONVERSATION)

    def fail(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("UPDATE"):
            raise OperationalError("UPDATE", {}, Exception("the disk is full"))

    event.listen(upgraded._database._engines.writer, "before_cursor_execute", fail)
    try:
        assert await upgraded.load_messages(CONVERSATION, 1, 5) == expected
        await upgraded._afterwork.done()
    finally:
        event.remove(upgraded._database._engines.writer, "before_cursor_execute", fail)
    assert {row.rules_version for row in rows_of(upgraded)[1:6]} == {0}
    await upgraded.load_messages(CONVERSATION, 1, 5)
    await upgraded._afterwork.done()
    assert {row.rules_version for row in rows_of(upgraded)[1:6]} == {RULES_VERSION}


async def test_much_is_worked_out_and_written_a_part_at_a_time_and_not_while_it_is_written(
    sql_store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled_rows, "FILLED_BYTES", 1_000)
    ref = await begin(sql_store)
    await append(
        sql_store, ref, *(user(letter * size) for letter, size in zip("abcde", (300, 300, 600, 5_000, 10), strict=True))
    )
    outdate(sql_store, ref)
    observer = RecordingObserver()
    monkeypatch.setattr(sql_store._database, "_observer", observer)

    await sql_store.load_messages(ref, 1, 5)
    await sql_store._afterwork.done()
    assert {row.rules_version for row in rows_of(sql_store, ref.conversation_id)[1:]} == {RULES_VERSION}
    part = [("read", "render_rows"), ("write", "fill_in")]
    assert [(unit.kind, unit.name) for unit in observer.units] == [("read", "load_messages"), *part * 4]


async def test_a_text_that_is_another_one_by_now_is_left_alone(sql_store: SqlStore) -> None:
    ref = await begin(sql_store, 1)
    outdate(sql_store, ref)
    rendered, left = await sql_store._database.read(filled_rows.render_rows, ref, [0, 1])
    assert ([position for position, _ in rendered], left) == ([0, 1], [])
    await sql_store.put_system(ref, SystemText("Be brief.", 3, TOKENIZER), 1, None)
    await sql_store._database.write(filled_rows.fill_in, ref, rendered)
    system, message = rows_of(sql_store, ref.conversation_id)
    assert (system.content, message.content) == (b"Be brief.", b"message 1")
    assert system.rules_version == message.rules_version == RULES_VERSION
