"""Messages and records as bytes: JSON in UTF-8, bytes in it as base64, defaults left out."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from compactd.domain.calls import OpenCall
from compactd.domain.messages import (
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

STATS = "compaction_stats"


def encode_message(message: ChatMessage, stats: CompactionStats | None = None) -> bytes:
    """All of the message but its role, which has a column; of a summary, what its compaction did as well."""
    fields: dict[str, Any] = {}
    if message.content is not None:
        fields["content"] = message.content
    if message.parts:
        fields["parts"] = [_part_fields(part) for part in message.parts]
    if message.tool_calls:
        fields["tool_calls"] = [_call_fields(call) for call in message.tool_calls]
    if message.tool_call_id:
        fields["tool_call_id"] = message.tool_call_id
    if message.is_error:
        fields["is_error"] = True
    if message.name:
        fields["name"] = message.name
    if message.created_at is not None:
        fields["created_at"] = message.created_at.isoformat()
    if message.metadata:
        fields["metadata"] = dict(message.metadata)
    if stats is not None:
        fields[STATS] = stats
    return orjson.dumps(fields)


def decode_message(role: str, body: bytes) -> ChatMessage:
    fields = orjson.loads(body)
    fields.pop(STATS, None)
    if "parts" in fields:
        fields["parts"] = tuple(map(_part, fields["parts"]))
    if "tool_calls" in fields:
        fields["tool_calls"] = tuple(map(_call, fields["tool_calls"]))
    if "created_at" in fields:
        fields["created_at"] = datetime.fromisoformat(fields["created_at"])
    return ChatMessage(ROLES[role], **fields)


def decode_stats(role: str, body: bytes) -> CompactionStats | None:
    """What the compaction did that wrote this summary; None for any other message."""
    fields = orjson.loads(body).get(STATS) if role == Role.SUMMARY.value else None
    return None if fields is None else CompactionStats(**fields)


def encode_open_calls(calls: Sequence[OpenCall]) -> bytes:
    return orjson.dumps([(call.id, call.position, call.index, call.tool, call.dead) for call in calls])


def decode_open_calls(body: bytes) -> list[OpenCall]:
    return [OpenCall(*fields) for fields in orjson.loads(body)]


def _part_fields(part: ContentPart) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"text": text}
        case ImagePart(url, data, media_type):
            return {"image": {"url": url, "data": _base64(data), "media_type": media_type}}
        case OpaquePart():
            return {"opaque": _opaque_fields(part)}


def _part(fields: dict[str, Any]) -> ContentPart:
    if "text" in fields:
        return TextPart(fields["text"])
    if "image" in fields:
        image = fields["image"]
        data = image["data"]
        return ImagePart(image["url"], None if data is None else b64decode(data), image["media_type"])
    return _opaque(fields["opaque"])


def _call_fields(call: ToolCall) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": call.id, "name": call.name, "arguments": call.arguments, "type": call.type}
    if call.opaque is not None:
        fields["opaque"] = _opaque_fields(call.opaque)
    return fields


def _call(fields: dict[str, Any]) -> ToolCall:
    if "opaque" in fields:
        fields["opaque"] = _opaque(fields["opaque"])
    return ToolCall(**fields)


def _opaque_fields(part: OpaquePart) -> dict[str, str | None]:
    return {"provider": part.provider, "model": part.model, "type": part.type, "data": _base64(part.data)}


def _opaque(fields: dict[str, str]) -> OpaquePart:
    return OpaquePart(fields["provider"], fields["model"], fields["type"], b64decode(fields["data"]))


def _base64(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()
