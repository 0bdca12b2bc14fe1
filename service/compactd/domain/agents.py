"""Agents and their memory blocks: what a conversation takes its system prompt, model and settings from."""

import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from compactd.domain.handles import HandleText
from compactd.domain.settings import CompactionSettings, ModelSettingsUnion

MAX_BLOCKS = 100
MAX_NAME = 256
DEFAULT_BLOCK_LIMIT = 100_000
MIN_CONTEXT_WINDOW = 1_000

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
ContextWindowLimit = Annotated[int, Field(ge=MIN_CONTEXT_WINDOW)]
MAX_SYSTEM_BYTES = 1024 * 1024


def _check_system(text: str) -> str:
    if len(text.encode()) > MAX_SYSTEM_BYTES:
        raise ValueError(f"Shorten the system prompt to at most {MAX_SYSTEM_BYTES} bytes of UTF-8.")
    return text


SystemTemplate = Annotated[str, AfterValidator(_check_system)]


def _check_numbers(value: dict[str, Any]) -> dict[str, Any]:
    """A Struct can hold numbers that the JSON it is stored as cannot."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("Use finite numbers: JSON has no NaN and no infinity.") from None
    return value


JsonObject = Annotated[dict[str, Any], AfterValidator(_check_numbers)]


class BlockSpec(BaseModel):
    """A memory block as a client writes it. `value` has at most `limit` characters."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Name
    description: str = ""
    limit: int = Field(default=DEFAULT_BLOCK_LIMIT, ge=1)
    read_only: bool = False
    # After `limit`, which its validation looks at.
    value: Annotated[str, Field(validate_default=True)] = ""

    @field_validator("value")
    @classmethod
    def _within_limit(cls, value: str, info: ValidationInfo) -> str:
        limit = info.data.get("limit")
        if limit is not None and len(value) > limit:
            raise ValueError(f"Shorten it to the block's limit of {limit} characters, or raise limit.")
        return value


class Block(BlockSpec):
    """A stored memory block."""

    id: str


class AgentSpec(BaseModel):
    """What a client may set on an agent. `tool_schemas` are OpenAI tool objects; an empty `name` gets a made-up one."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    description: str = ""
    system: SystemTemplate = ""
    model: HandleText | None = None
    model_settings: ModelSettingsUnion | None = None
    context_window_limit: ContextWindowLimit | None = None
    compaction_settings: CompactionSettings | None = None
    tool_schemas: tuple[JsonObject, ...] = ()
    tags: tuple[Name, ...] = ()
    metadata: JsonObject = Field(default_factory=dict)
    memory_blocks: tuple[BlockSpec, ...] = Field(default=(), max_length=MAX_BLOCKS)

    @field_validator("memory_blocks")
    @classmethod
    def _labels_differ(cls, blocks: tuple[BlockSpec, ...]) -> tuple[BlockSpec, ...]:
        labels = [block.label for block in blocks]
        if len(set(labels)) < len(labels):
            raise ValueError("Give each memory block a label of its own.")
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
