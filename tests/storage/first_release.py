"""A database of release 0.1.0, with the rows that it wrote.

`release_0_1_0.json` holds those rows by table: bytes as the text that they are, moments in ISO 8601.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, LargeBinary, MetaData, Table, create_engine

from compactd.domain.keys import AgentKey, ConversationKey
from compactd.domain.messages import ChatMessage, ImagePart, OpaquePart, Role, TextPart, ToolCall
from compactd.storage.schema import MIGRATIONS
from compactd.storage.urls import parse_url

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
