"""Messages of a view as litellm takes them: OpenAI's shape, with what a provider cannot take written as text."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson

from compactd.domain.messages import ChatMessage, ContentPart, OpaquePart, Role, ToolCall
from compactd.strategies.forged_frames import unframed
from compactd.strategies.placeholders import in_words
from compactd.strategies.presentation import EMPTY
from compactd.summarizers.chat_thoughts import chat_thoughts
from compactd.summarizers.provider_parts import PartWriter, shows_parts
from compactd.summarizers.providers.row import Dialect, Provider

_THINKING = ("thinking", "redacted_thinking")

DEEPEST_ANYWHERE = 250
"""Lists and objects in each other that arguments go out with: Python's readers of JSON, such as vLLM's, stop below a
thousand levels less what called them."""

DEEPEST: Mapping[Dialect, int] = MappingProxyType({Dialect.GEMINI: 45})
"""The same where less is taken: Google reads arguments into protobuf's Struct, of two messages a level, and protobuf
takes a hundred levels of messages."""


def provider_messages(
    messages: Sequence[ChatMessage], provider: Provider, dialect: Dialect, parts: PartWriter
) -> list[dict[str, Any]]:
    """Thoughts are expected to be of the model that is asked; what its API has no place for is left out."""
    return [_message(message, provider, dialect, parts) for message in messages]


def _message(message: ChatMessage, provider: Provider, dialect: Dialect, parts: PartWriter) -> dict[str, Any]:
    if message.role is Role.TOOL:
        text = f"[error] {_plain_text(message)}" if message.is_error else _plain_text(message)
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": text}
    if shows_parts(message):
        return {"role": str(message.role), "content": _named(message, _content(message, parts))}
    text = _named(message, _plain_text(message))
    if not text and not message.tool_calls:
        # It held nothing but what this API has no place for, or a thought, with which no message may end.
        text = EMPTY
    encoded: dict[str, Any] = {"role": "assistant"}
    if text or dialect is Dialect.RESPONSES:
        # An empty message has no place in this API's list of items, and litellm leaves it out where it says so.
        encoded["content"] = text or None
    if message.tool_calls:
        encoded["tool_calls"] = [_tool_call(call, dialect) for call in message.tool_calls]
    if dialect is Dialect.CHAT:
        encoded |= chat_thoughts(message, provider)
    blocks = [block for part in message.parts if (block := _thinking_block(part)) is not None]
    if blocks and dialect is Dialect.MESSAGES:
        encoded["thinking_blocks"] = blocks
    return encoded


def _named(message: ChatMessage, content: Any) -> Any:
    """In words: few APIs have a field for who of several users or agents speaks, and those reject names with spaces."""
    if not message.name:
        return content
    heading = unframed(f"[{message.name}]")
    if isinstance(content, list):
        return [{"type": "text", "text": heading}, *content]
    return f"{heading} {content}" if content else heading


def _plain_text(message: ChatMessage) -> str:
    """Assistants and tools speak text to every API; what is no text among it is named."""
    if message.content is not None:
        return message.content
    return "\n".join(in_words(part, message.role) for part in message.parts if not isinstance(part, OpaquePart))


def _content(message: ChatMessage, parts: PartWriter) -> str | list[dict[str, Any]]:
    return message.content if message.content is not None else parts.content(message.parts)


def _tool_call(call: ToolCall, dialect: Dialect) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": _arguments(call.arguments, dialect)},
    }
    if call.opaque is not None and dialect is Dialect.GEMINI:
        encoded["provider_specific_fields"] = {"thought_signature": call.opaque.data.decode("utf-8", "replace")}
    return encoded


def _arguments(text: str, dialect: Dialect) -> str:
    """Byte for byte, unless it is no JSON object, or one too deep: most APIs reject, or fail on, anything else."""
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        parsed = None
    if isinstance(parsed, dict) and not _is_deeper(parsed, text, DEEPEST.get(dialect, DEEPEST_ANYWHERE)):
        return text
    return orjson.dumps({"arguments": text}).decode() if text.strip() else "{}"


def _is_deeper(parsed: Any, text: str, limit: int) -> bool:
    """Whether lists and objects of the parsed text stand more than `limit` deep in each other."""
    if text.count("{") + text.count("[") <= limit:
        return False
    level = [parsed]
    for _ in range(limit):
        level = [inner for outer in level for inner in _containers(outer)]
    return bool(level)


def _containers(outer: Any) -> list[Any]:
    values = outer.values() if isinstance(outer, dict) else outer
    return [value for value in values if isinstance(value, dict | list)]


def _thinking_block(part: ContentPart) -> dict[str, Any] | None:
    """The block of Anthropic's API that an opaque part of these types holds as JSON."""
    if not isinstance(part, OpaquePart) or part.type not in _THINKING:
        return None
    try:
        block = orjson.loads(part.data)
    except orjson.JSONDecodeError:
        return None
    return block if isinstance(block, dict) and block.get("type") == part.type else None
