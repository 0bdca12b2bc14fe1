"""What a message is, for counting: the texts a model reads, and constants for what stands around them.

tokens(message) = 4 + text + (1 + name) + for each call (8 + name + arguments) + 1600 for each image + opaque data
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from compactd.domain.messages import ChatMessage, ImagePart, OpaquePart, TextPart

MESSAGE_TOKENS = 4
"""Three for the marks around a message (OpenAI's cookbook, "How to count tokens with tiktoken"), one for its role."""
NAME_TOKENS = 1
"""What a name costs beside its text (same source)."""
CALL_TOKENS = 8
"""What OpenAI's harmony format writes around a call: channel, recipient, content type and end mark."""
IMAGE_TOKENS = 1_600
"""What Anthropic documents for an image at its largest useful size (1.15 megapixels; width x height / 750). OpenAI's
largest is 1,445, Gemini's 258 a tile: a count too high compacts early, one too low overflows a window."""
TOOL_TOKENS = 8
"""What stands around the JSON of one tool."""

EMPTY = "[empty]"


def constant_tokens(message: ChatMessage) -> int:
    """Tokens of a message that do not depend on its texts."""
    images = sum(isinstance(part, ImagePart) for part in message.parts)
    named = NAME_TOKENS if message.name else 0
    return MESSAGE_TOKENS + named + CALL_TOKENS * len(message.tool_calls) + IMAGE_TOKENS * images


def message_texts(message: ChatMessage) -> Iterator[str]:
    """The texts of a message that are counted, `[empty]` for a message without content and calls."""
    if message.name:
        yield message.name
    if message.content:
        yield message.content
    for part in message.parts:
        yield from _part_texts(part)
    for call in message.tool_calls:
        yield call.name
        yield call.arguments
        if call.opaque is not None:
            yield _opaque_text(call.opaque)
    if not (message.content or message.parts or message.tool_calls):
        yield EMPTY


def tool_texts(tool_schemas: Sequence[dict[str, Any]]) -> list[str]:
    """Each tool as the compact JSON that providers are sent."""
    return [orjson.dumps(schema).decode() for schema in tool_schemas]


def _part_texts(part: TextPart | ImagePart | OpaquePart) -> Iterator[str]:
    if isinstance(part, TextPart):
        yield part.text
    elif isinstance(part, OpaquePart):
        yield _opaque_text(part)


def _opaque_text(part: OpaquePart) -> str:
    return part.data.decode("utf-8", "replace")
