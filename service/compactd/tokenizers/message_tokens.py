"""What a message is, for counting: the texts a model reads, and constants for what stands around them.

tokens(message) = 4 + reasoning + text + (1 + name) + for each call (8 + name + arguments) + opaque data
    + 1600 for each image + 3000 for each file + 1920 for each recording, and its transcript
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from compactd.domain.messages import AudioPart, ChatMessage, ContentPart, FilePart, ImagePart, OpaquePart, TextPart

MESSAGE_TOKENS = 4
"""Three for the marks around a message (OpenAI's cookbook, "How to count tokens with tiktoken"), one for its role."""
NAME_TOKENS = 1
"""What a name costs beside its text (same source)."""
CALL_TOKENS = 8
"""What OpenAI's harmony format writes around a call: channel, recipient, content type and end mark."""
IMAGE_TOKENS = 1_600
"""What Anthropic documents for an image at its largest useful size (1.15 megapixels; width x height / 750). OpenAI's
largest is 1,445, Gemini's 258 a tile: a count too high compacts early, one too low overflows a window."""
FILE_TOKENS = 3_000
"""What Anthropic documents for a dense page of a PDF (1,500 to 3,000 of text a page); Gemini's is 258. How many pages a
file has is not looked at: what a provider counts (`observed_context_tokens`) corrects it."""
AUDIO_TOKENS = 1_920
"""A minute of Gemini's 32 a second; OpenAI's is 600 (one for 100 ms of a user's speech). None without bytes."""
TOOL_TOKENS = 8
"""What stands around the JSON of one tool."""

EMPTY = "[empty]"


def constant_tokens(message: ChatMessage) -> int:
    """Tokens of a message that do not depend on its texts."""
    named = NAME_TOKENS if message.name else 0
    return MESSAGE_TOKENS + named + CALL_TOKENS * len(message.tool_calls) + sum(map(_part_constant, message.parts))


def message_texts(message: ChatMessage) -> Iterator[str]:
    """The texts of a message that are counted, `[empty]` for a message without content and calls."""
    if message.name:
        yield message.name
    if message.reasoning:
        yield message.reasoning
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


def _part_constant(part: ContentPart) -> int:
    if isinstance(part, ImagePart):
        return IMAGE_TOKENS
    if isinstance(part, FilePart):
        return FILE_TOKENS
    return AUDIO_TOKENS if isinstance(part, AudioPart) and part.data else 0


def _part_texts(part: ContentPart) -> Iterator[str]:
    if isinstance(part, TextPart):
        yield part.text
    elif isinstance(part, AudioPart):
        if part.transcript:
            yield part.transcript
    elif isinstance(part, OpaquePart):
        yield _opaque_text(part)


def _opaque_text(part: OpaquePart) -> str:
    return part.data.decode("utf-8", "replace")
