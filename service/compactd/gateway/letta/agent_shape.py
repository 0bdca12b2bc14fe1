"""Agent with what Letta's clients expect beside its fields."""

from typing import Any

from compactd.gateway.json_encoder import JsonEncoder
from compaction.v1 import agent_pb2

AGENT_TYPE = "letta_v1_agent"
"""Letta's only kind of agent that is still made; its clients look at it to know what else to expect."""


def encode_agent(encoder: JsonEncoder, message: agent_pb2.Agent) -> dict[str, Any]:
    """The fields, and `agent_type`, `llm_config`, `memory`, `blocks`, `tools`, `sources` beside them."""
    plain = encoder.encode_fields(message)
    blocks = plain["memory_blocks"]
    provider, _, model = message.model.partition("/")
    return plain | {
        "agent_type": AGENT_TYPE,
        "llm_config": {
            "model": model,
            "model_endpoint_type": provider or None,
            "context_window": message.context_window,
            "handle": message.model or None,
        },
        "memory": {"blocks": blocks},
        "blocks": blocks,
        "tools": [_tool(schema) for schema in plain["tool_schemas"]],
        "sources": [],
    }


def _tool(schema: dict[str, Any]) -> dict[str, Any]:
    """A tool has no id of its own here: its name, which the model knows it by, is one within the agent."""
    function = schema["function"]
    return {"id": f"tool-{function['name']}", "name": function["name"], "json_schema": function}
