"""Chat messages in the OpenAI chat shape: what agents append and what views are made of."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from compactd.domain.value_class import value

NO_METADATA: Mapping[str, str] = MappingProxyType({})


class Role(StrEnum):
    """Who speaks. Only the service itself writes SUMMARY."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    SUMMARY = "summary"


@value
class TextPart:
    """A piece of text."""

    text: str


@value
class ImagePart:
    """An image, by reference (`url`) or by its bytes (`data` with `media_type`); exactly one of the two is set."""

    url: str | None = None
    data: bytes | None = None
    media_type: str = ""


@value
class OpaquePart:
    """Provider state that only the provider and model that made it can read: reasoning, signatures."""

    provider: str
    model: str
    type: str
    data: bytes


ContentPart = TextPart | ImagePart | OpaquePart


@value
class ToolCall:
    """A call of a tool; `arguments` is the text the model wrote, JSON by intention and kept byte for byte."""

    id: str
    name: str
    arguments: str
    type: str = "function"
    opaque: OpaquePart | None = None


@value
class ChatMessage:
    """One message. `content` and `parts` exclude each other; `created_at` and `metadata` are of the import only."""

    role: Role
    content: str | None = None
    parts: tuple[ContentPart, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    is_error: bool = False
    name: str = ""
    created_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)

    @property
    def text(self) -> str:
        """The text of the message: `content`, or its text parts joined by line ends; empty if it has none."""
        if self.content is not None:
            return self.content
        return "\n".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def characters(self) -> int:
        """Code points of the text and of names and arguments of tool calls: what a summary's size is a share of."""
        return len(self.text) + sum(len(call.name) + len(call.arguments) for call in self.tool_calls)


@value
class CompactionStats:
    """What a compaction did to its context, as it was planned: the window in force in tokens, and how many stored
    messages (system message, summary, entries) the context held before and after."""

    context_window: int
    messages_count_before: int
    messages_count_after: int


@value
class StoredMessage:
    """A message at its place in a conversation. A summary's `token_count` includes the frame it is shown in;
    `compaction_stats` are of the compaction that wrote it, and None on any other role."""

    id: str
    position: int
    token_count: int
    created_at: datetime
    message: ChatMessage
    compaction_stats: CompactionStats | None = None
