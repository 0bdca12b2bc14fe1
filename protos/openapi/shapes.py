"""The messages whose JSON has a shape of its own, as schemas; those of messages are in `messages`."""

from collections.abc import Mapping

from google.protobuf.descriptor import Descriptor

from protos.openapi.messages import chat_message, content_part, stored_message
from protos.openapi.schemas import (
    COUNT,
    TEXT,
    Direction,
    Schema,
    Schemas,
    ShapeSchema,
    an_object,
    constant,
    described,
    nullable,
    one_of,
)

PROVIDER_NOTE = (
    "In JSON this is one flat object: `provider_type` names the member of the oneof, and the member's fields stand "
    "beside it. Also read, but never written: the same object without `provider_type`, where the `model` beside the "
    'settings names the provider; and the form of ProtoJSON, `{"openai": {…}}`.'
)
FORMAT_NOTE = (
    "In JSON this is one flat object, told apart by `type`. Also read, but never written: the same object without "
    '`type`, where `json_schema` is given; and the form of ProtoJSON, `{"text": {}}`.'
)
AGENT_NOTE = "In JSON it has, beside its fields, what Letta's clients expect of an agent."


def model_settings(schemas: Schemas, message: Descriptor, direction: Direction) -> Schema:
    return described(PROVIDER_NOTE, _flat_union(schemas, message, direction, "provider_type"))


def response_format(schemas: Schemas, message: Descriptor, direction: Direction) -> Schema:
    return described(FORMAT_NOTE, _flat_union(schemas, message, direction, "type"))


def _flat_union(schemas: Schemas, message: Descriptor, direction: Direction, key: str) -> Schema:
    """One schema for each member of the message's one oneof."""
    members = {item.name: schemas.tagged(item, direction, key) for item in message.fields}
    return one_of(key, members)


def agent(schemas: Schemas, message: Descriptor, direction: Direction) -> Schema:
    """As it is sent, an agent is its fields; answered, it has what Letta's clients expect beside them."""
    plain = schemas.fields(message, direction)
    if direction is Direction.SENT:
        return plain
    again = "`memory_blocks` once more."
    blocks = {**plain["properties"]["memory_blocks"], "description": again}
    tools = schemas.define("Tool", _tool())
    more: dict[str, Schema] = {
        "agent_type": constant("letta_v1_agent", "Letta's word for this kind of agent."),
        "llm_config": schemas.define("LlmConfig", _llm_config()),
        "memory": described(again, an_object({"blocks": blocks}, ["blocks"])),
        "blocks": blocks,
        "tools": {"description": "The functions of `tool_schemas`.", "type": "array", "items": tools},
        "sources": {"description": "Always empty.", "type": "array", "items": {}, "maxItems": 0},
    }
    return described(AGENT_NOTE, an_object({**plain["properties"], **more}, [*plain["required"], *more]))


def _llm_config() -> Schema:
    properties = {
        "model": described("The model's name, without the provider. Empty without a model.", TEXT),
        "model_endpoint_type": described("The model's provider.", nullable(TEXT)),
        "context_window": described("The same as `context_window` of the agent.", COUNT),
        "handle": described("The same as `model` of the agent.", nullable(TEXT)),
    }
    return described("The agent's model in Letta's words.", an_object(properties, [*properties]))


def _tool() -> Schema:
    properties = {
        "id": described("`tool-` and the name.", TEXT),
        "name": described("The function's name.", TEXT),
        "json_schema": {"description": "The function as it stands in `tool_schemas`.", "type": "object"},
    }
    return described("A tool of an agent in Letta's words.", an_object(properties, [*properties]))


SHAPES: Mapping[str, ShapeSchema] = {
    "compaction.v1.Agent": agent,
    "compaction.v1.ChatMessage": chat_message,
    "compaction.v1.ContentPart": content_part,
    "compaction.v1.Message": stored_message,
    "compaction.v1.ModelSettings": model_settings,
    "compaction.v1.ResponseFormat": response_format,
}
"""By full name. A ContentPart belongs to the shape of its ChatMessage."""

SHARED = frozenset(
    f"compaction.v1.{name}" for name in ("ChatMessage", "ContentPart", "FunctionCall", "Opaque", "ToolCall")
)
"""A ChatMessage is answered with the keys alone that are set, so that what is answered can be sent."""
