"""Agents and their memory blocks: what a conversation takes its system prompt, model and settings from."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from compactd.domain.handles import HandleText
from compactd.domain.settings import CompactionSettings, ModelSettingsUnion

MAX_BLOCKS = 100
MAX_NAME = 256
DEFAULT_BLOCK_LIMIT = 100_000
MIN_CONTEXT_WINDOW = 1_000

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
ContextWindowLimit = Annotated[int, Field(ge=MIN_CONTEXT_WINDOW, le=2**31 - 1)]


class BlockSpec(BaseModel):
    """A memory block as a client writes it. `value` has at most `limit` characters."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Name
    value: str = ""
    description: str = ""
    limit: int = Field(default=DEFAULT_BLOCK_LIMIT, ge=1, le=2**31 - 1)
    read_only: bool = False

    @model_validator(mode="after")
    def _value_within_limit(self) -> "BlockSpec":
        if len(self.value) > self.limit:
            raise ValueError(
                f"value has {len(self.value)} characters and limit is {self.limit}: shorten one, raise one"
            )
        return self


class Block(BlockSpec):
    """A stored memory block."""

    id: str


class AgentSpec(BaseModel):
    """What a client may set on an agent. `tool_schemas` are OpenAI tool objects."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    description: str = ""
    system: str = ""
    model: HandleText | None = None
    model_settings: ModelSettingsUnion | None = None
    context_window_limit: ContextWindowLimit | None = None
    compaction_settings: CompactionSettings | None = None
    tool_schemas: tuple[dict[str, Any], ...] = ()
    tags: tuple[Name, ...] = ()
    metadata: dict[str, Any] = Field(default_factory=dict)


class Agent(AgentSpec):
    """A stored agent. `tools_tokens` is the size of its tool schemas, counted with `tools_tokenizer`."""

    id: str
    memory_blocks: tuple[Block, ...] = ()
    default_conversation_id: str
    created_at: datetime
    updated_at: datetime
    tools_tokens: int = 0
    tools_tokenizer: str = ""
