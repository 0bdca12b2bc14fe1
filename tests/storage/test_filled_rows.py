"""Rows of the first release lack what is worked out at append today, and are filled in when they are read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from compactd.domain.keys import ConversationKey
from compactd.domain.paging import Page
from compactd.storage import tables
from compactd.storage.store import SqlStore
from compactd.strategies.rules_version import RULES_VERSION
from tests.builders.stored_values import append, put_conversation
from tests.storage.first_release import AGENT, CONVERSATION, MESSAGES


def rows_of(store: SqlStore, conversation_id: str = CONVERSATION.conversation_id) -> list[Any]:
    """The rows of a conversation's messages, as they stand in the database."""
    rows = select(tables.MESSAGES).where(tables.MESSAGES.c.conversation_id == conversation_id)
    with store._database._engines.reader.connect() as connection:
        return list(connection.execute(rows.order_by(tables.MESSAGES.c.position)).all())


def lacks(rows: Sequence[Any]) -> list[int]:
    """The positions of rows that are still as the first release wrote them."""
    return [row.position for row in rows if row.plain is None or row.body.startswith(b"{")]


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
    with upgraded._database._engines.writer.begin() as connection:
        connection.execute(update(tables.MESSAGES).values(rules_version=0))

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
