"""Chat messages in the OpenAI chat shape: what agents append and what views are made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

import orjson

from compactd.domain.value_class import value

NO_METADATA: Mapping[str, str] = MappingProxyType({})


class Role(StrEnum):
    """Who speaks. Only the service itself writes SUMMARY."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    SUMMARY = "summary"


class ReasoningField(StrEnum):
    """The field of a chat API that carries what a model thought, as text."""

    REASONING_CONTENT = "reasoning_content"
    REASONING = "reasoning"


class MessageType(StrEnum):
    """What a message is in lists, in the words of Letta's API. `types_of` says which messages are of which type."""

    SYSTEM = "system_message"
    USER = "user_message"
    ASSISTANT = "assistant_message"
    TOOL_CALL = "tool_call_message"
    TOOL_RETURN = "tool_return_message"
    SUMMARY = "summary_message"


@value
class TextPart:
    """Text."""

    text: str


@value
class ImagePart:
    """An image, by reference (`url`) or by its bytes (`data` with `media_type`); exactly one of the two is set."""

    url: str | None = None
    data: bytes | None = None
    media_type: str = ""


REASONING_DETAILS = "reasoning_details"
"""The type of an opaque part that holds the field of this name of OpenRouter's chat API, a list of objects as JSON."""


def reasoning_details(kind: str, data: bytes) -> list[dict[str, Any]]:
    """The objects that an opaque part of this type holds; none where it is of another type, or its data are no list of
    objects as JSON, nor one object."""
    if kind != REASONING_DETAILS:
        return []
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError:
        return []
    details = found if isinstance(found, list) else [found]
    return details if all(isinstance(detail, dict) for detail in details) else []


@value
class FilePart:
    """A document: by reference (`url`, or the `file_id` by which a provider knows an uploaded one) or by its bytes
    (`data`); exactly one of the three is set."""

    name: str = ""
    media_type: str = ""
    url: str | None = None
    file_id: str | None = None
    data: bytes | None = None


@value
class AudioPart:
    """Sound: its bytes in a `format` such as wav or mp3, what is said in it, or both."""

    format: str = ""
    data: bytes = b""
    transcript: str = ""


@value
class OpaquePart:
    """Provider state that only the provider and model that made it can read: reasoning, signatures. Both are empty
    where it was made by the model that wrote the message."""

    provider: str
    model: str
    type: str
    data: bytes


ContentPart = TextPart | ImagePart | FilePart | AudioPart | OpaquePart


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
    """One message. `content` and `parts` exclude each other; `created_at` and `metadata` are of the import only.

    `reasoning` is what the model thought before it answered, in the field of that name; `model` is the handle of the
    model that wrote the message, where it was told or there is something that only its maker may read.
    """

    role: Role
    content: str | None = None
    parts: tuple[ContentPart, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    is_error: bool = False
    name: str = ""
    created_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)
    reasoning: str | None = None
    reasoning_field: ReasoningField = ReasoningField.REASONING_CONTENT
    model: str = ""

    @property
    def text(self) -> str:
        """The text of the message: `content`, or its text parts and what is said in its audio, joined by line ends;
        empty if it has none."""
        if self.content is not None:
            return self.content
        return "\n".join(words for part in self.parts if (words := _words(part)) is not None)

    @property
    def characters(self) -> int:
        """Code points of the text and of names and arguments of tool calls: what a summary's size is a share of."""
        spoken = len(self.text)
        for call in self.tool_calls:
            spoken += len(call.name) + len(call.arguments)
        return spoken


def is_text_alone(message: ChatMessage) -> bool:
    """Whether a provider counts the message as the text that is counted here: it has no images, files or sounds, which
    are counted by constants, and no thoughts, which not everybody is sent."""
    return (
        message.reasoning is None
        and all(isinstance(part, TextPart) for part in message.parts)
        and all(call.opaque is None for call in message.tool_calls)
    )


def _words(part: ContentPart) -> str | None:
    if isinstance(part, TextPart):
        return part.text
    return part.transcript or None if isinstance(part, AudioPart) else None


def made_by(message: ChatMessage, model: str) -> ChatMessage:
    """The message with `model` named as the maker of thoughts whose maker it does not name; the same object if there
    are none. Without a model nobody made them."""
    maker = message.model or model
    provider, _, name = maker.partition("/")
    parts = tuple(
        replace(part, provider=provider, model=name) if isinstance(part, OpaquePart) and not part.provider else part
        for part in message.parts
    )
    named = maker if message.reasoning is not None else message.model
    if named == message.model and parts == message.parts:
        return message
    return replace(message, parts=parts, model=named)


def types_of(role: Role, *, has_text: bool, has_calls: bool) -> tuple[MessageType, ...]:
    """The types of a message, one or more. An assistant message with text and calls is of two; one with neither is an
    assistant message all the same."""
    match role:
        case Role.SYSTEM:
            return (MessageType.SYSTEM,)
        case Role.USER:
            return (MessageType.USER,)
        case Role.TOOL:
            return (MessageType.TOOL_RETURN,)
        case Role.SUMMARY:
            return (MessageType.SUMMARY,)
        case Role.ASSISTANT if not has_calls:
            return (MessageType.ASSISTANT,)
        case Role.ASSISTANT:
            return (MessageType.ASSISTANT, MessageType.TOOL_CALL) if has_text else (MessageType.TOOL_CALL,)


def only_of_types(message: ChatMessage, types: Collection[MessageType]) -> ChatMessage:
    """The message as far as it is of `types`, of which it has one at least: an assistant's calls without their text, or
    its text without the calls, where only one of the two is asked for."""
    if not message.tool_calls:
        return message
    if MessageType.ASSISTANT not in types:
        return replace(message, content=None, parts=())
    if MessageType.TOOL_CALL not in types:
        return replace(message, tool_calls=())
    return message


@value
class CompactionStats:
    """What a compaction did to its context, as it was planned: the effective window in tokens, and how many stored
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

    @property
    def role(self) -> Role:
        return self.message.role

    @property
    def plain(self) -> bool | None:
        return None

    @property
    def call_ids(self) -> Sequence[str]:
        return [call.id for call in self.message.tool_calls]

    @property
    def wire_form(self) -> tuple[bytes, bytes | None] | None:
        return None


class ContextMessage(Protocol):
    """A message at its place in a context, decoded no sooner than `message` is asked for."""

    @property
    def id(self) -> str: ...

    @property
    def position(self) -> int: ...

    @property
    def role(self) -> Role: ...

    @property
    def plain(self) -> bool | None:
        """Whether any view shows the message as it is stored, for all that it holds itself; None if that is not known
        yet."""

    @property
    def call_ids(self) -> Sequence[str]:
        """The ids of its calls, in their order."""

    @property
    def message(self) -> ChatMessage:
        """The message; what only its import knows may be missing."""

    @property
    def wire_form(self) -> tuple[bytes, bytes | None] | None:
        """The message in the contract's wire form without its content, and the content in UTF-8, if it is stored so."""
