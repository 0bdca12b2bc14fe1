"""The demo's agent and messages, as protos."""

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from compaction.v1 import agent_pb2, message_pb2

ROLES = {
    "user": message_pb2.MESSAGE_ROLE_USER,
    "assistant": message_pb2.MESSAGE_ROLE_ASSISTANT,
    "tool": message_pb2.MESSAGE_ROLE_TOOL,
}


@dataclass(frozen=True, slots=True)
class Script:
    """An agent and a whole session with it."""

    agent: agent_pb2.Agent
    messages: list[message_pb2.ChatMessage]


def load_script() -> Script:
    """Reads the shipped conversation."""
    plain = json.loads(files("compactd.demo").joinpath("conversation.json").read_text(encoding="utf-8"))
    return Script(_agent(plain["agent"]), [_message(message) for message in plain["messages"]])


def _agent(plain: dict[str, Any]) -> agent_pb2.Agent:
    agent = agent_pb2.Agent(
        name=plain["name"], system=plain["system"], context_window_limit=plain["context_window_limit"]
    )
    agent.memory_blocks.extend(agent_pb2.Block(**block) for block in plain["memory_blocks"])
    for schema in plain["tool_schemas"]:
        agent.tool_schemas.add().update(schema)
    return agent


def _message(plain: dict[str, Any]) -> message_pb2.ChatMessage:
    calls = [
        message_pb2.ToolCall(id=call["id"], type=call["type"], function=message_pb2.FunctionCall(**call["function"]))
        for call in plain.get("tool_calls", ())
    ]
    return message_pb2.ChatMessage(
        role=ROLES[plain["role"]],
        content=plain.get("content"),
        tool_calls=calls,
        tool_call_id=plain.get("tool_call_id", ""),
        is_error=plain.get("is_error", False),
    )
