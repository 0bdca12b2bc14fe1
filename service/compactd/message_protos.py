"""Chat messages from and to the contract's protos, spelled out by hand: they are by far the most frequent values.

Callers send and receive them in this form, and the store keeps them in it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from compactd.domain.errors import InvalidField
from compactd.domain.messages import (
    NO_METADATA,
    AudioPart,
    ChatMessage,
    ContentPart,
    FilePart,
    ImagePart,
    OpaquePart,
    ReasoningField,
    Role,
    TextPart,
    ToolCall,
)
from compaction.v1 import message_pb2

ROLES = {
    message_pb2.MESSAGE_ROLE_SYSTEM: Role.SYSTEM,
    message_pb2.MESSAGE_ROLE_USER: Role.USER,
    message_pb2.MESSAGE_ROLE_ASSISTANT: Role.ASSISTANT,
    message_pb2.MESSAGE_ROLE_TOOL: Role.TOOL,
    message_pb2.MESSAGE_ROLE_SUMMARY: Role.SUMMARY,
}
ROLE_NUMBERS = {role: number for number, role in ROLES.items()}

REASONING_FIELDS = {
    message_pb2.REASONING_FIELD_UNSPECIFIED: ReasoningField.REASONING_CONTENT,
    message_pb2.REASONING_FIELD_REASONING_CONTENT: ReasoningField.REASONING_CONTENT,
    message_pb2.REASONING_FIELD_REASONING: ReasoningField.REASONING,
}
REASONING_FIELD_NUMBERS = {field: number for number, field in REASONING_FIELDS.items()}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

NO_TIME = "give a time between the years 1 and 9999."


def message_from_proto(proto: message_pb2.ChatMessage, path: str) -> ChatMessage:
    """The message of a proto that stands at `path` of a request, such as `messages[3]`. InvalidField for a role that is
    none, a part without content and a time that is no time."""
    role = ROLES.get(proto.role)
    if role is None:
        raise InvalidField(f"{path}.role", "say who speaks: system, user, assistant or tool.")
    created_at = None
    if proto.HasField("created_at"):
        try:
            created_at = proto.created_at.ToDatetime(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise InvalidField(f"{path}.created_at", NO_TIME) from None
    return ChatMessage(
        role,
        proto.content if proto.HasField("content") else None,
        _parts_from_proto(proto.parts, path) if proto.parts else (),
        tuple(map(_call_from_proto, proto.tool_calls)) if proto.tool_calls else (),
        proto.tool_call_id,
        proto.is_error,
        proto.name,
        created_at,
        dict(proto.metadata) if proto.metadata else NO_METADATA,
        proto.reasoning if proto.HasField("reasoning") else None,
        _reasoning_field(proto.reasoning_field, path),
        proto.model,
    )


def blank_from_proto(proto: message_pb2.ChatMessage) -> ChatMessage:
    """In the place of a message that cannot be read: what calls and results are followed by."""
    calls = tuple(map(_call_from_proto, proto.tool_calls))
    return ChatMessage(ROLES.get(proto.role, Role.USER), tool_calls=calls, tool_call_id=proto.tool_call_id)


def _reasoning_field(number: message_pb2.ReasoningField.ValueType, path: str) -> ReasoningField:
    found = REASONING_FIELDS.get(number)
    if found is None:
        raise InvalidField(f"{path}.reasoning_field", "is no value of ReasoningField: use one of its names.")
    return found


def _parts_from_proto(protos: Iterable[message_pb2.ContentPart], path: str) -> tuple[ContentPart, ...]:
    return tuple(part_from_proto(part, f"{path}.parts[{index}]") for index, part in enumerate(protos))


def part_from_proto(proto: message_pb2.ContentPart, path: str) -> ContentPart:
    """The part of a proto that stands at `path`. InvalidField for one without content."""
    match proto.WhichOneof("part"):
        case "text":
            return TextPart(proto.text)
        case "image":
            return _image_from_proto(proto.image, path)
        case "opaque":
            return _opaque_from_proto(proto.opaque)
        case "file":
            return _file_from_proto(proto.file, path)
        case "audio":
            return AudioPart(proto.audio.format, proto.audio.data, proto.audio.transcript)
        case _:
            raise InvalidField(path, "a part is a text, an image, a file, audio or an opaque part: set one of them.")


def _image_from_proto(proto: message_pb2.Image, path: str) -> ImagePart:
    match proto.WhichOneof("source"):
        case "url":
            return ImagePart(url=proto.url)
        case "inline":
            return ImagePart(data=proto.inline.data, media_type=proto.inline.media_type)
        case _:
            raise InvalidField(f"{path}.image", "an image is a url or inline bytes: set one of them.")


def _file_from_proto(proto: message_pb2.File, path: str) -> FilePart:
    source = proto.WhichOneof("source")
    if source is None:
        raise InvalidField(f"{path}.file", "a file is a url, a file_id or its bytes: set one of them.")
    return FilePart(proto.name, proto.media_type, **{source: getattr(proto, source)})


def _opaque_from_proto(proto: message_pb2.Opaque) -> OpaquePart:
    return OpaquePart(proto.provider, proto.model, proto.type, proto.data)


def _call_from_proto(proto: message_pb2.ToolCall) -> ToolCall:
    opaque = _opaque_from_proto(proto.opaque) if proto.HasField("opaque") else None
    function = proto.function
    return ToolCall(proto.id, function.name, function.arguments, proto.type or "function", opaque)


def message_to_proto(message: ChatMessage) -> message_pb2.ChatMessage:
    """A message as it is answered: its body, its content, and what only its import knows."""
    proto = body_to_proto(message)
    if message.content is not None:
        proto.content = message.content
    _add_import_data(proto, message)
    return proto


def body_to_proto(message: ChatMessage) -> message_pb2.ChatMessage:
    """All of a message but its content and its import data. Who wrote it is of the body where thoughts are: they are
    shown to their maker."""
    proto = message_pb2.ChatMessage(
        role=ROLE_NUMBERS[message.role],
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
    if message.reasoning is not None:
        proto.reasoning = message.reasoning
        proto.reasoning_field = REASONING_FIELD_NUMBERS[message.reasoning_field]
        proto.model = message.model
    return proto


def time_to_proto(moment: datetime) -> Timestamp:
    """An aware datetime. `FromDatetime` does the same in ten times the time, 6 µs."""
    since = moment - _EPOCH
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1_000)


def import_data_to_proto(message: ChatMessage) -> message_pb2.ChatMessage:
    """Nothing of a message but its time, its metadata and, if it has no thoughts as text, who wrote it."""
    proto = message_pb2.ChatMessage()
    _add_import_data(proto, message)
    return proto


def _add_import_data(proto: message_pb2.ChatMessage, message: ChatMessage) -> None:
    if message.created_at is not None:
        proto.created_at.CopyFrom(time_to_proto(message.created_at))
    if message.metadata:
        proto.metadata.update(message.metadata)
    if message.reasoning is None:
        proto.model = message.model


def _part_to_proto(part: ContentPart) -> message_pb2.ContentPart:
    if isinstance(part, TextPart):
        return message_pb2.ContentPart(text=part.text)
    if isinstance(part, OpaquePart):
        return message_pb2.ContentPart(opaque=_opaque_to_proto(part))
    if isinstance(part, AudioPart):
        audio = message_pb2.Audio(format=part.format, data=part.data, transcript=part.transcript)
        return message_pb2.ContentPart(audio=audio)
    if isinstance(part, FilePart):
        return message_pb2.ContentPart(file=_file_to_proto(part))
    if part.url is not None:
        return message_pb2.ContentPart(image=message_pb2.Image(url=part.url))
    inline = message_pb2.InlineImage(media_type=part.media_type, data=part.data or b"")
    return message_pb2.ContentPart(image=message_pb2.Image(inline=inline))


def _file_to_proto(part: FilePart) -> message_pb2.File:
    file = message_pb2.File(name=part.name, media_type=part.media_type)
    for source in ("url", "file_id", "data"):
        if (given := getattr(part, source)) is not None:
            setattr(file, source, given)
    return file


def _opaque_to_proto(part: OpaquePart) -> message_pb2.Opaque:
    return message_pb2.Opaque(provider=part.provider, model=part.model, type=part.type, data=part.data)
