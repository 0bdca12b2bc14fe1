"""Messages as bytes: JSON in UTF-8, bytes in it as base64, defaults of a message left out.

msgspec knows the domain's dataclasses, so a field of a tool call, an image or an opaque part needs nothing here; one of
ChatMessage itself needs a line in `_Body`, and one in each of the two functions below it. What an old row does not
have has its default.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from compactd.domain.calls import OpenCall
from compactd.domain.messages import (
    NO_METADATA,
    ChatMessage,
    CompactionStats,
    ContentPart,
    ImagePart,
    OpaquePart,
    Role,
    TextPart,
    ToolCall,
)

ROLES = {role.value: role for role in Role}


class _Part(msgspec.Struct, omit_defaults=True):
    """A content part by its kind: one of the three is set."""

    text: str | None = None
    image: ImagePart | None = None
    opaque: OpaquePart | None = None


class _Body(msgspec.Struct, omit_defaults=True):
    """All of a message but its role, which has a column; of a summary, what its compaction did as well."""

    content: str | None = None
    parts: tuple[_Part, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    is_error: bool = False
    name: str = ""
    created_at: datetime | None = None
    metadata: Mapping[str, str] = {}
    compaction_stats: CompactionStats | None = None


_OpenCalls = list[tuple[str, int, int, str, bool]]

_encoder = msgspec.json.Encoder()
_body_decoder = msgspec.json.Decoder(_Body)
_open_calls_decoder = msgspec.json.Decoder(_OpenCalls)


def encode_message(message: ChatMessage, stats: CompactionStats | None = None) -> bytes:
    """The body of a message; `stats` are of the compaction that wrote a summary."""
    return _encoder.encode(
        _Body(
            message.content,
            tuple(map(_part_of, message.parts)) if message.parts else (),
            message.tool_calls,
            message.tool_call_id,
            message.is_error,
            message.name,
            message.created_at,
            dict(message.metadata) if message.metadata else {},
            stats,
        )
    )


def decode_message(role: str, body: bytes) -> ChatMessage:
    """The message of a body, with the role of its row."""
    found = _body_decoder.decode(body)
    return ChatMessage(
        ROLES[role],
        found.content,
        tuple(map(_content_part, found.parts)) if found.parts else (),
        found.tool_calls,
        found.tool_call_id,
        found.is_error,
        found.name,
        found.created_at,
        found.metadata or NO_METADATA,
    )


def decode_stats(role: str, body: bytes) -> CompactionStats | None:
    """What the compaction did that wrote this summary; None for any other message."""
    return _body_decoder.decode(body).compaction_stats if role == Role.SUMMARY.value else None


def encode_open_calls(calls: Sequence[OpenCall]) -> bytes:
    """The calls of a conversation that wait for a result, as arrays of their fields."""
    return _encoder.encode([(call.id, call.position, call.index, call.tool, call.dead) for call in calls])


def decode_open_calls(body: bytes) -> list[OpenCall]:
    """The same calls, in their order."""
    return [OpenCall(*fields) for fields in _open_calls_decoder.decode(body)]


def _part_of(part: ContentPart) -> _Part:
    match part:
        case TextPart(text):
            return _Part(text=text)
        case ImagePart():
            return _Part(image=part)
        case OpaquePart():
            return _Part(opaque=part)


def _content_part(part: _Part) -> ContentPart:
    if part.text is not None:
        return TextPart(part.text)
    if part.image is not None:
        return part.image
    if part.opaque is not None:
        return part.opaque
    raise ValueError("a stored content part of no known kind")
