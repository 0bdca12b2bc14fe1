"""Messages as the columns of their rows: the content as UTF-8, all else in the contract's wire form.

The wire forms of `body`, of a ChatMessage with the content alone, and of `import_data`, one behind the other, are that
of the whole message: what is shown as it is stored needs no decoding. Release 0.1 wrote a body of JSON with all of it;
a brace, which begins no ChatMessage, tells the two apart. A field of ChatMessage needs nothing here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

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
from compactd.message_protos import ROLE_NUMBERS, body_to_proto, import_data_to_proto, message_from_proto
from compaction.v1 import message_pb2

ROLES = {role.value: role for role in Role}

_BARE_BODIES = {message_pb2.ChatMessage(role=number).SerializeToString(): role for role, number in ROLE_NUMBERS.items()}
"""The bodies of messages that have nothing but content, as most have: they are known by sight."""


class StoredForm(NamedTuple):
    """What a row holds of a message; `compaction_stats` are of the compaction that wrote a summary."""

    body: bytes
    import_data: bytes | None = None
    content: bytes | None = None
    compaction_stats: bytes | None = None


class _Part(msgspec.Struct, omit_defaults=True):
    """A content part by its kind: one of the three is set."""

    text: str | None = None
    image: ImagePart | None = None
    opaque: OpaquePart | None = None


class _JsonBody(msgspec.Struct, omit_defaults=True):
    """All of a message but its role; of a summary, what its compaction did as well. As release 0.1 wrote it: what came
    later is not here."""

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
_json_body_decoder = msgspec.json.Decoder(_JsonBody)
_open_calls_decoder = msgspec.json.Decoder(_OpenCalls)
_call_ids_decoder = msgspec.json.Decoder(list[str])


def encode_message(message: ChatMessage, stats: CompactionStats | None = None) -> StoredForm:
    """What a row holds of a message; `stats` are of the compaction that wrote a summary."""
    imported = message.created_at is not None or message.metadata or (message.model and message.reasoning is None)
    return StoredForm(
        body_to_proto(message).SerializeToString(),
        import_data_to_proto(message).SerializeToString() if imported else None,
        None if message.content is None else message.content.encode(),
        None if stats is None else message_pb2.CompactionStats(**asdict(stats)).SerializeToString(),
    )


def decode_message(role: str, form: StoredForm) -> ChatMessage:
    """The message of a row of this role."""
    if is_json(form.body):
        return _from_json(role, form.body)
    bare = _BARE_BODIES.get(form.body)
    if bare is not None and form.import_data is None:
        return ChatMessage(bare, None if form.content is None else form.content.decode())
    proto = message_pb2.ChatMessage.FromString(form.body)
    if form.content is not None:
        proto.content = form.content.decode()
    if form.import_data is not None:
        proto.MergeFromString(form.import_data)
    return message_from_proto(proto, "message")


def decode_stats(role: str, form: StoredForm) -> CompactionStats | None:
    """What the compaction did that wrote this summary; None for any other message."""
    if role != Role.SUMMARY.value:
        return None
    if is_json(form.body):
        return _json_body_decoder.decode(form.body).compaction_stats
    if form.compaction_stats is None:
        return None
    stats = message_pb2.CompactionStats.FromString(form.compaction_stats)
    return CompactionStats(stats.context_window, stats.messages_count_before, stats.messages_count_after)


def is_json(body: bytes) -> bool:
    """Whether release 0.1 wrote it."""
    return body.startswith(b"{")


def encode_call_ids(message: ChatMessage) -> bytes | None:
    """The ids of the calls that a message makes, in their order; None if it makes none."""
    return _encoder.encode([call.id for call in message.tool_calls]) if message.tool_calls else None


def decode_call_ids(body: bytes) -> list[str]:
    """The same ids."""
    return _call_ids_decoder.decode(body)


def encode_open_calls(calls: Sequence[OpenCall]) -> bytes:
    """The calls of a conversation that wait for a result, as arrays of their fields."""
    return _encoder.encode([(call.id, call.position, call.index, call.tool, call.dead) for call in calls])


def decode_open_calls(body: bytes) -> list[OpenCall]:
    """The same calls, in their order."""
    return [OpenCall(*fields) for fields in _open_calls_decoder.decode(body)]


def _from_json(role: str, body: bytes) -> ChatMessage:
    found = _json_body_decoder.decode(body)
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


def _content_part(part: _Part) -> ContentPart:
    if part.text is not None:
        return TextPart(part.text)
    if part.image is not None:
        return part.image
    if part.opaque is not None:
        return part.opaque
    raise ValueError("a stored content part of no known kind")
