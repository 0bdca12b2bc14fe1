"""Chat messages from and to their protos, spelled out by hand: they are by far the most frequent values."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice

from compactd.application.cpu_worker import FEW_MESSAGES
from compactd.domain.errors import InvalidField
from compactd.domain.message_rules import ItemCounts, check_batch_length, check_item_counts, check_sizes
from compactd.domain.messages import (
    NO_METADATA,
    ChatMessage,
    ContentPart,
    ImagePart,
    OpaquePart,
    Role,
    StoredMessage,
    TextPart,
    ToolCall,
)
from compactd.rpc.wire import UnreadableValue, time_from_proto
from compaction.v1 import message_pb2

ROLES = {
    message_pb2.MESSAGE_ROLE_SYSTEM: Role.SYSTEM,
    message_pb2.MESSAGE_ROLE_USER: Role.USER,
    message_pb2.MESSAGE_ROLE_ASSISTANT: Role.ASSISTANT,
    message_pb2.MESSAGE_ROLE_TOOL: Role.TOOL,
    message_pb2.MESSAGE_ROLE_SUMMARY: Role.SUMMARY,
}
ROLE_NUMBERS = {role: number for number, role in ROLES.items()}


def item_count(messages: Iterable[ChatMessage | message_pb2.ChatMessage]) -> int:
    """What converting messages takes: how many there are, with their parts, calls and metadata entries. Of many
    messages the first ones are looked at, which are many already."""
    return sum(
        1 + len(message.parts) + len(message.tool_calls) + len(message.metadata)
        for message in islice(messages, FEW_MESSAGES + 1)
    )


def messages_from_proto(protos: Sequence[message_pb2.ChatMessage]) -> list[ChatMessage]:
    """InvalidField for a batch too large, a role that is none, a part without content and a time that is no time."""
    check_batch_length(len(protos))
    check_item_counts([ItemCounts(len(proto.parts), len(proto.tool_calls), len(proto.metadata)) for proto in protos])
    check_sizes(proto.ByteSize() for proto in protos)
    return [_message_from_proto(proto, index) for index, proto in enumerate(protos)]


def _message_from_proto(proto: message_pb2.ChatMessage, index: int) -> ChatMessage:
    role = ROLES.get(proto.role)
    if role is None:
        raise InvalidField(f"messages[{index}].role", "say who speaks: system, user, assistant or tool.")
    created_at = None
    if proto.HasField("created_at"):
        try:
            created_at = time_from_proto(proto.created_at, ())
        except UnreadableValue as unreadable:
            raise InvalidField(f"messages[{index}].created_at", unreadable.sentence) from None
    return ChatMessage(
        role,
        proto.content if proto.HasField("content") else None,
        tuple(
            _part_from_proto(part, f"messages[{index}].parts[{part_index}]")
            for part_index, part in enumerate(proto.parts)
        ),
        tuple(_call_from_proto(call) for call in proto.tool_calls),
        proto.tool_call_id,
        proto.is_error,
        proto.name,
        created_at,
        dict(proto.metadata) if proto.metadata else NO_METADATA,
    )


def _part_from_proto(proto: message_pb2.ContentPart, path: str) -> ContentPart:
    match proto.WhichOneof("part"):
        case "text":
            return TextPart(proto.text)
        case "image":
            return _image_from_proto(proto.image, path)
        case "opaque":
            return _opaque_from_proto(proto.opaque)
        case _:
            raise InvalidField(path, "a part is a text, an image or an opaque part: set one of them.")


def _image_from_proto(proto: message_pb2.Image, path: str) -> ImagePart:
    match proto.WhichOneof("source"):
        case "url":
            return ImagePart(url=proto.url)
        case "inline":
            return ImagePart(data=proto.inline.data, media_type=proto.inline.media_type)
        case _:
            raise InvalidField(f"{path}.image", "an image is a url or inline bytes: set one of them.")


def _opaque_from_proto(proto: message_pb2.Opaque) -> OpaquePart:
    return OpaquePart(proto.provider, proto.model, proto.type, proto.data)


def _call_from_proto(proto: message_pb2.ToolCall) -> ToolCall:
    opaque = _opaque_from_proto(proto.opaque) if proto.HasField("opaque") else None
    function = proto.function
    return ToolCall(proto.id, function.name, function.arguments, proto.type or "function", opaque)


def message_to_proto(message: ChatMessage) -> message_pb2.ChatMessage:
    """A message as it is answered."""
    proto = message_pb2.ChatMessage(
        role=ROLE_NUMBERS[message.role],
        content=message.content,
        tool_call_id=message.tool_call_id,
        is_error=message.is_error,
        name=message.name,
    )
    for part in message.parts:
        proto.parts.append(_part_to_proto(part))
    for call in message.tool_calls:
        function = message_pb2.FunctionCall(name=call.name, arguments=call.arguments)
        opaque = _opaque_to_proto(call.opaque) if call.opaque else None
        proto.tool_calls.append(message_pb2.ToolCall(id=call.id, type=call.type, function=function, opaque=opaque))
    if message.created_at is not None:
        proto.created_at.FromDatetime(message.created_at)
    if message.metadata:
        proto.metadata.update(message.metadata)
    return proto


def _part_to_proto(part: ContentPart) -> message_pb2.ContentPart:
    if isinstance(part, TextPart):
        return message_pb2.ContentPart(text=part.text)
    if isinstance(part, OpaquePart):
        return message_pb2.ContentPart(opaque=_opaque_to_proto(part))
    if part.url is not None:
        return message_pb2.ContentPart(image=message_pb2.Image(url=part.url))
    inline = message_pb2.InlineImage(media_type=part.media_type, data=part.data or b"")
    return message_pb2.ContentPart(image=message_pb2.Image(inline=inline))


def _opaque_to_proto(part: OpaquePart) -> message_pb2.Opaque:
    return message_pb2.Opaque(provider=part.provider, model=part.model, type=part.type, data=part.data)


def stored_to_proto(stored: StoredMessage) -> message_pb2.Message:
    """A stored message as ListMessages answers it."""
    proto = message_pb2.Message(
        id=stored.id,
        position=stored.position,
        token_count=stored.token_count,
        message=message_to_proto(stored.message),
    )
    proto.created_at.FromDatetime(stored.created_at)
    if stored.compaction_stats is not None:
        proto.compaction_stats.CopyFrom(message_pb2.CompactionStats(**asdict(stored.compaction_stats)))
    return proto
