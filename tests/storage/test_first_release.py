"""A database of release 0.1.0, with the rows that it wrote, becomes one of this version and is read as it was.

`release_0_1_0.json` holds those rows by table: bytes as the text that they are, moments in ISO 8601.
"""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, LargeBinary, MetaData, Table, create_engine, event, select, update
from sqlalchemy.exc import OperationalError

from compactd.domain.agents import Block
from compactd.domain.compactions import (
    Compaction,
    CompactionKind,
    Method,
    PartState,
    RequestForm,
    SummaryPart,
    Usage,
)
from compactd.domain.keys import AgentKey, ConversationKey, DefaultConversationOf
from compactd.domain.messages import (
    ChatMessage,
    CompactionStats,
    ImagePart,
    OpaquePart,
    Role,
    TextPart,
    ToolCall,
)
from compactd.domain.model_settings import AnthropicModelSettings
from compactd.domain.paging import Page
from compactd.ports.agents import AgentFilter
from compactd.ports.contexts import SystemText
from compactd.ports.conversations import ConversationFilter
from compactd.ports.store import Store
from compactd.storage import tables
from compactd.storage.message_codec import StoredForm, decode_message
from compactd.storage.migrate import migrate
from compactd.storage.schema import MIGRATIONS, SchemaMismatch
from compactd.storage.store import SqlStore, open_store
from compactd.storage.urls import parse_url
from compactd.strategies.rules_version import RULES_VERSION
from tests.builders.stored_values import append, compact, put_conversation, result, user

ROWS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("release_0_1_0.json").read_text(encoding="utf-8")
)
AGENT = AgentKey("default", "agent-00000000-0000-4000-8000-00000000000a")
CONVERSATION = ConversationKey("default", "conv-00000000-0000-4000-8000-00000000000e")
COMPACTION = "compaction-00000000-0000-4000-8000-00000000000f"
NOW = datetime(2026, 3, 4, 5, 6, 7, 890_123, tzinfo=UTC)
OPAQUE = OpaquePart("openai", "gpt-4.1", "reasoning", b"\0\xff\x10")
MESSAGES = [
    ChatMessage(Role.SYSTEM, "You are Ada, imported."),
    ChatMessage(
        Role.USER,
        "Where is the key? \0é",
        name="Bo",
        created_at=datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC),
        metadata={"source": "mail"},
    ),
    ChatMessage(
        Role.ASSISTANT,
        "I look.",
        tool_calls=(
            ToolCall("call_1", "search", '{"q": "key"}'),
            ToolCall("call_2", "search", "{}", opaque=OPAQUE),
        ),
    ),
    ChatMessage(Role.TOOL, "in the drawer", tool_call_id="call_1"),
    ChatMessage(Role.TOOL, "not found", tool_call_id="call_2", is_error=True),
    ChatMessage(Role.ASSISTANT, "In the drawer."),
    ChatMessage(
        Role.USER,
        parts=(
            TextPart("And this?"),
            ImagePart(url="https://example.org/a.png"),
            ImagePart(data=bytes(range(4)), media_type="image/png"),
            OPAQUE,
        ),
    ),
    ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("call_3", "look", "{}"),)),
    ChatMessage(Role.USER, "Never mind."),
    ChatMessage(Role.ASSISTANT, tool_calls=(ToolCall("call_4", "look", "{}"),)),
    ChatMessage(Role.SUMMARY, "Bo asked for the key 💡"),
]


def make_database(url: str) -> None:
    """The tables of the first release, and its rows."""
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for name, rows in ROWS.items():
            table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
            connection.execute(table.insert(), [stored(table, row) for row in rows])
    engine.dispose()


def stored(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    values = dict(row)
    for column in table.columns:
        if values[column.name] is not None and isinstance(column.type, LargeBinary):
            values[column.name] = values[column.name].encode()
        elif values[column.name] is not None and isinstance(column.type, DateTime):
            values[column.name] = datetime.fromisoformat(values[column.name])
    return values


@pytest.fixture(params=["sqlite", "postgresql"])
async def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """SQLite upgrades itself when it is first used; for PostgreSQL the operator runs migrate."""
    sqlite = request.param == "sqlite"
    url: str = f"sqlite:///{tmp_path}/compactd.db" if sqlite else request.getfixturevalue("empty_postgres_url")
    make_database(url)
    store = open_store(url, connections=2)
    if not sqlite:
        with pytest.raises(SchemaMismatch):
            await store.ping()
        migrate(url)
    yield store
    await store.close()


async def test_an_agent_is_read_as_it_was(upgraded: Store) -> None:
    agent = await upgraded.get_agent(AGENT)
    assert (agent.name, agent.description, agent.system) == ("Ada 💡", "keeps the books", "You are Ada. {CORE_MEMORY}")
    assert (agent.model, agent.context_window_limit) == ("openai/gpt-5-mini", 32_000)
    assert agent.compaction_settings is not None
    assert isinstance(agent.compaction_settings.model_settings, AnthropicModelSettings)
    assert agent.compaction_settings.model_settings.max_output_tokens == 4_096
    assert agent.compaction_settings.sliding_window_percentage == 0.5
    assert (agent.tags, agent.metadata) == (("books", "tea"), {"team": {"floor": 3}})
    assert (agent.tools_tokens, agent.tools_tokenizer, len(agent.tool_schemas)) == (12, "o200k_base", 1)
    assert (agent.created_at, agent.updated_at) == (NOW, NOW)
    assert agent.memory_blocks == (
        Block(id="block-00000000-0000-4000-8000-00000000000c", label="human", value="likes tea"),
        Block(
            id="block-00000000-0000-4000-8000-00000000000d",
            label="persona",
            description="who Ada is",
            limit=500,
            read_only=True,
        ),
    )
    where = AgentFilter(tags=("books", "tea"), match_all_tags=True, query_text="ADA")
    assert await upgraded.list_agents("default", where, Page(9)) == [agent]


async def test_conversations_are_read_as_they_were(upgraded: Store) -> None:
    found, ids = await upgraded.get_conversation(CONVERSATION)
    assert (found.summary, found.model, found.agent_id) == ("The move", "openai/gpt-4.1", AGENT.agent_id)
    assert found.compaction_settings is not None
    assert found.compaction_settings.clip_chars == 4_000
    assert (found.created_at, found.last_message_at) == (NOW, NOW)
    assert [int(message_id[-12:]) for message_id in ids] == [2, 12, 8, 9, 10, 11]
    assert await upgraded.list_conversations("default", ConversationFilter(summary_search="MOVE"), Page(9)) == [found]


async def test_settings_that_the_renamed_column_holds_are_in_the_state(upgraded: Store) -> None:
    state = await upgraded.state(CONVERSATION)
    agent = await upgraded.get_agent(AGENT)
    assert state.agent.model == agent.model == "openai/gpt-5-mini"
    assert state.agent.model_settings == agent.model_settings
    assert state.agent.compaction_settings == agent.compaction_settings
    assert (state.agent.context_window_limit, state.has_tools, state.tools_tokens) == (32_000, True, 12)
    assert (state.conversation.model, state.conversation.context_window_limit) == ("openai/gpt-4.1", None)
    assert (state.version, state.last_position, state.evicted_count) == ("1.2", 9, 5)
    default = await upgraded.state(DefaultConversationOf("default", AGENT.agent_id))
    assert (default.version, default.conversation.model) == ("0.1", None)


async def test_messages_are_read_as_they_were(upgraded: Store) -> None:
    found = await upgraded.list_messages(CONVERSATION, Page(99, descending=False))
    assert [stored.message for stored in found] == MESSAGES
    assert [stored.token_count for stored in found] == [6, 9, 20, 5, 4, 5, 1_620, 10, 4, 10, 60]
    assert found[-1].compaction_stats == CompactionStats(32_000, 10, 6)
    assert found[1].created_at == MESSAGES[1].created_at


async def test_the_context_and_its_record_are_read_as_they_were(upgraded: Store) -> None:
    snapshot = await upgraded.snapshot(CONVERSATION, bodies=True)
    assert [entry.position for entry in snapshot.context.entries] == [6, 7, 8, 9]
    assert [stored.message for stored in snapshot.bodies or ()] == [MESSAGES[0], MESSAGES[-1], *MESSAGES[6:10]]
    record = Compaction(
        id=COMPACTION,
        conversation_id=CONVERSATION.conversation_id,
        created_at=NOW,
        kind=CompactionKind.COMPACTION,
        parent_id=None,
        mode="sliding_window",
        request_form=RequestForm.TRANSCRIPT,
        method=Method.MODEL_CHUNKED,
        degraded_reason="",
        settings={"mode": "sliding_window", "sliding_window_percentage": 0.5},
        unused_settings=("model_settings.anthropic.strict",),
        model="anthropic/claude-haiku-4-5",
        prompt_sha256="0" * 64,
        parts=(SummaryPart(1, 5, 30, "Bo asked for the key 💡", PartState.NEW),),
        last_seen_position=9,
        first_evicted_position=1,
        last_evicted_position=5,
        evicted_count=5,
        tokens_before=1_700,
        tokens_after=1_690,
        tokenizer="o200k_base",
        chunks=2,
        usage=Usage(800, 90, 10, 3, None),
        duration_ms=1_234,
        context_start=6,
        summary_position=10,
    )
    assert snapshot.last_compaction == record
    assert await upgraded.list_compactions(CONVERSATION, Page(9)) == [record]


async def test_a_conversation_goes_on_where_it_was(upgraded: Store) -> None:
    appended = await append(upgraded, CONVERSATION, result("call_4"), user("Thanks."), result("call_3"))
    assert appended.positions == [11, 12, 13]
    entries = (await upgraded.snapshot(CONVERSATION)).context.entries
    assert [entry.late_tool for entry in entries[-3:]] == [None, None, "look"]
    record = await compact(upgraded, CONVERSATION, 12)
    assert (record.parent_id, record.summary_position) == (COMPACTION, 14)
    system = SystemText("You are Ada, recompiled.", 6, "o200k_base")
    assert (await upgraded.put_system(CONVERSATION, system, 2, None)).version == "2.3"
    await upgraded.update_agent(AGENT, lambda agent: agent.model_copy(update={"model": "openai/gpt-4.1"}))
    assert (await upgraded.state(CONVERSATION)).agent.model == "openai/gpt-4.1"
    await upgraded.delete_agent(AGENT)
    assert await upgraded.list_agents("default", AgentFilter(), Page(9)) == []


def rows_of(store: SqlStore, conversation_id: str = CONVERSATION.conversation_id) -> list[Any]:
    """The rows of a conversation's messages, as they stand in the database."""
    rows = select(tables.MESSAGES).where(tables.MESSAGES.c.conversation_id == conversation_id)
    with store._database._engines.reader.connect() as connection:
        return list(connection.execute(rows.order_by(tables.MESSAGES.c.position)).all())


def lacks(rows: Sequence[Any]) -> list[int]:
    """The positions of rows that are still as the first release wrote them."""
    return [row.position for row in rows if row.plain is None or row.body.startswith(b"{")]


async def test_rows_are_filled_in_when_they_are_read(upgraded: Store) -> None:
    assert isinstance(upgraded, SqlStore)
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
    await test_messages_are_read_as_they_were(upgraded)


async def test_a_row_is_filled_in_with_what_an_append_writes_today(upgraded: Store) -> None:
    assert isinstance(upgraded, SqlStore)
    await upgraded.snapshot(CONVERSATION, bodies=True)
    await upgraded.load_messages(CONVERSATION, 1, 5)
    await upgraded._afterwork.done()
    fresh = await put_conversation(upgraded, AGENT.agent_id, "default")
    await append(upgraded, ConversationKey("default", fresh.id), *MESSAGES[1:10])
    columns = ("body", "content", "import_data", "plain", "call_ids", "heading", "transcript", "rules_version")
    filled, appended = rows_of(upgraded)[1:10], rows_of(upgraded, fresh.id)[1:]
    for name in (*columns, "body_bytes"):
        assert [getattr(row, name) for row in filled] == [getattr(row, name) for row in appended], name


async def test_a_row_that_cannot_be_filled_in_is_read_all_the_same(upgraded: Store) -> None:
    assert isinstance(upgraded, SqlStore)
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


async def test_earlier_texts_of_the_system_message_are_kept_whole(upgraded: Store) -> None:
    assert isinstance(upgraded, SqlStore)
    for version, text in ((2, "You are Ada, anew."), (3, "You are Ada, again.")):
        await upgraded.put_system(CONVERSATION, SystemText(text, 6, "o200k_base"), version, None)
    texts = select(tables.SYSTEM_TEXTS).where(tables.SYSTEM_TEXTS.c.conversation_id == CONVERSATION.conversation_id)
    with upgraded._database._engines.reader.connect() as connection:
        kept = connection.execute(texts.order_by(tables.SYSTEM_TEXTS.c.system_version)).all()
    forms = [StoredForm(row.body, row.import_data, row.content) for row in kept]
    assert [decode_message("system", form).content for form in forms[-2:]] == [
        MESSAGES[0].content,
        "You are Ada, anew.",
    ]
