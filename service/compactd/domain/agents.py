"""Agents and their memory blocks: what a conversation takes its system prompt, model and settings from."""

import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, ValidationInfo, field_validator

from compactd.domain.errors import InvalidField
from compactd.domain.handles import HandleText
from compactd.domain.limits import (
    MAX_ITEMS,
    MAX_NAME,
    MAX_RESOURCE_BYTES,
    Description,
    Name,
    OptionalName,
    SystemTemplate,
    told,
    wire_bytes,
)
from compactd.domain.policies import AutoCompaction
from compactd.domain.settings import CompactionSettings, ModelSettingsUnion

MAX_BLOCKS = 100
DEFAULT_BLOCK_LIMIT = 100_000
MIN_CONTEXT_WINDOW = 1_000

ContextWindowLimit = Annotated[
    int, Field(ge=MIN_CONTEXT_WINDOW), told(f"a number of tokens, {MIN_CONTEXT_WINDOW:,} or more.")
]


def _check_numbers(value: dict[str, Any]) -> dict[str, Any]:
    """A Struct can hold numbers that the JSON it is stored as cannot."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("use finite numbers: JSON has no NaN and no infinity.") from None
    return value


def _check_tool(schema: dict[str, Any]) -> dict[str, Any]:
    function = schema.get("function")
    name = function.get("name") if isinstance(function, dict) else None
    if schema.get("type") != "function" or not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME:
        raise ValueError(
            'write the tool as OpenAI does: type "function", and function with a name of 1 to 256 characters.'
        )
    return schema


JsonObject = Annotated[dict[str, Any], AfterValidator(_check_numbers)]
ToolSchema = Annotated[
    JsonObject,
    AfterValidator(_check_tool),
    Field(
        json_schema_extra={
            "properties": {
                "type": {"type": "string", "const": "function"},
                "function": {
                    "type": "object",
                    "properties": {"name": {"type": "string", "minLength": 1, "maxLength": MAX_NAME}},
                    "required": ["name"],
                    "additionalProperties": True,
                },
            },
            "required": ["type", "function"],
        }
    ),
]


class BlockSpec(BaseModel):
    """A memory block as a client writes it. `value` has at most `limit` characters."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    label: Name
    description: Description = ""
    limit: Annotated[int, Field(ge=1), told("a number of characters, 1 or more.")] = DEFAULT_BLOCK_LIMIT
    read_only: bool = False
    # After `limit`, which its validation looks at.
    value: Annotated[str, Field(validate_default=True)] = ""

    @field_validator("value")
    @classmethod
    def _within_limit(cls, value: str, info: ValidationInfo) -> str:
        limit = info.data.get("limit")
        if limit is not None and len(value) > limit:
            raise ValueError(f"shorten it to the block's limit of {limit} characters, or raise limit.")
        return value


class Block(BlockSpec):
    """A stored memory block."""

    id: str


class AgentSpec(BaseModel):
    """What a client may set on an agent. `tool_schemas` are OpenAI tool objects; an empty `name` gets a made-up one.

    Of tools and blocks only the first bad one is reported: finding out about a thousand takes 40 ms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    name: OptionalName = ""
    description: Description = ""
    system: SystemTemplate = ""
    model: HandleText | None = None
    model_settings: ModelSettingsUnion | None = None
    context_window_limit: ContextWindowLimit | None = None
    compaction_settings: CompactionSettings | None = None
    auto_compaction: AutoCompaction | None = None
    tool_schemas: Annotated[tuple[ToolSchema, ...], FailFast()] = Field(default=(), max_length=MAX_ITEMS)
    tags: tuple[Name, ...] = Field(default=(), max_length=MAX_ITEMS)
    metadata: JsonObject = Field(default_factory=dict)
    memory_blocks: Annotated[tuple[BlockSpec, ...], FailFast()] = Field(default=(), max_length=MAX_BLOCKS)

    @field_validator("memory_blocks")
    @classmethod
    def _labels_differ(cls, blocks: tuple[BlockSpec, ...]) -> tuple[BlockSpec, ...]:
        labels = [block.label for block in blocks]
        if len(set(labels)) < len(labels):
            raise ValueError("give each memory block a label of its own.")
        return blocks


class Agent(AgentSpec):
    """A stored agent. `tools_tokens` is the size of its tool schemas, counted with `tools_tokenizer`."""

    id: str
    memory_blocks: tuple[Block, ...] = ()
    default_conversation_id: str
    created_at: datetime
    updated_at: datetime
    tools_tokens: int = 0
    tools_tokenizer: str = ""


def check_whole(agent: AgentSpec, path: str) -> None:
    """InvalidField naming `path` for an agent that would not fit one answer, though each of its fields does."""
    size = wire_bytes(agent.model_dump(mode="json"))
    if size > MAX_RESOURCE_BYTES:
        raise InvalidField(
            path,
            f"makes an agent of {size} bytes, at most {MAX_RESOURCE_BYTES} are allowed: shorten what it holds.",
        )
