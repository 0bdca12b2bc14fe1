"""What a message must be to be appended. Each error names the field's path in the request."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from compactd.domain.calls import MAX_CALLS_PER_MESSAGE
from compactd.domain.error_shape import FieldViolation
from compactd.domain.errors import MAX_VIOLATIONS, InvalidField
from compactd.domain.handles import ModelHandle
from compactd.domain.limits import MAX_ITEMS, MAX_NAME, MAX_SYSTEM_BYTES, check_count, utf8_bytes
from compactd.domain.messages import (
    AudioPart,
    ChatMessage,
    ContentPart,
    FilePart,
    ImagePart,
    OpaquePart,
    Role,
    TextPart,
    ToolCall,
)
from compactd.domain.value_class import value

MAX_BATCH = 1_000
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""The most bytes that one message may take in protobuf."""

MAX_BATCH_ITEMS = 20_000
"""The most parts, calls and metadata entries of all messages of a batch: making values of a million empty ones takes
seconds."""


Faults = Mapping[int, Sequence[FieldViolation]]
"""What is wrong with messages of a batch, by their index in it, where something is."""

NO_FAULTS: Faults = MappingProxyType({})


class RepairKind(StrEnum):
    """What was done to a message that could not be stored as it was."""

    LATE_RESULT = "late_result"
    LEFT_OUT = "left_out"


@value
class Repair:
    """What was done to the message at this index of a batch."""

    index: int
    kind: RepairKind


@value
class ItemCounts:
    """How many content parts, tool calls and metadata entries a message has: known before it is made into values."""

    parts: int
    tool_calls: int
    metadata: int

    @property
    def total(self) -> int:
        return self.parts + self.tool_calls + self.metadata


def check_batch_length(count: int) -> None:
    """Comes first: InvalidField for so many messages that none of them is worth a look."""
    if not 1 <= count <= MAX_BATCH:
        raise InvalidField("messages", f"a batch holds 1 to {MAX_BATCH} messages, this one {count}.")


def check_item_counts(messages: Sequence[ItemCounts]) -> None:
    """Comes before their bytes are measured, which looks at each item. InvalidField for too many."""
    total = 0
    for index, message in enumerate(messages):
        count = message.total
        total += count
        if count > MAX_ITEMS:
            for name in ("parts", "tool_calls", "metadata"):
                check_count(getattr(message, name), f"messages[{index}].{name}")
    if total > MAX_BATCH_ITEMS:
        raise InvalidField(
            "messages",
            f"hold {total} parts, tool calls and metadata entries, at most {MAX_BATCH_ITEMS} are allowed in a batch: "
            "send it in smaller ones.",
        )


def size_faults(sizes: Iterable[int]) -> Faults:
    """`sizes` are the messages' bytes in protobuf: which are too large."""
    return {
        index: [FieldViolation(f"messages[{index}]", f"has {size} bytes, at most {MAX_MESSAGE_BYTES} are allowed.")]
        for index, size in enumerate(sizes)
        if size > MAX_MESSAGE_BYTES
    }


def faults_of(messages: Sequence[ChatMessage], indexes: Sequence[int]) -> Faults:
    """What is wrong with each message by itself, by its index in the request, where something is; how calls and results
    go together is known only beside the stored ones."""
    faults: dict[int, Sequence[FieldViolation]] = {}
    for index, message in zip(indexes, messages, strict=True):
        try:
            check_message(message, f"messages[{index}]")
        except InvalidField as error:
            faults[index] = error.violations
    return faults


def in_order(faults: Faults) -> list[FieldViolation]:
    """All of them, by index. Of more than an error lists, one of each message comes first."""
    found = [faults[index] for index in sorted(faults)]
    if sum(map(len, found)) <= MAX_VIOLATIONS:
        return [fault for of_message in found for fault in of_message]
    return [of_message[0] for of_message in found] + [fault for of_message in found for fault in of_message[1:]]


def no_call_waits(index: int) -> FieldViolation:
    """What is wrong with a result, at this index of the request, without an unanswered call of its id."""
    return FieldViolation(
        f"messages[{index}].tool_call_id",
        "no earlier call with this id waits for a result: append it once, behind its call, or set repair.",
    )


def check_message(message: ChatMessage, path: str) -> None:
    """Raises InvalidField for the first rule that the message breaks."""
    if message.role is Role.SUMMARY:
        raise InvalidField(f"{path}.role", "only the service itself writes summaries: append a user message instead.")
    if message.content is not None and message.parts:
        raise InvalidField(f"{path}.parts", "content and parts exclude each other: give one of them.")
    if message.tool_calls and message.role is not Role.ASSISTANT:
        raise InvalidField(f"{path}.tool_calls", "only an assistant message can call tools.")
    if len(message.tool_calls) > MAX_CALLS_PER_MESSAGE:
        count = len(message.tool_calls)
        raise InvalidField(f"{path}.tool_calls", f"has {count} calls, at most {MAX_CALLS_PER_MESSAGE} are allowed.")
    _check_result_fields(message, path)
    _check_maker_fields(message, path)
    if says_nothing(message):
        field = "parts" if message.parts else "content"
        raise InvalidField(
            f"{path}.{field}", "without tool calls an assistant message needs content: leave it out, or set repair."
        )
    _check_length(message.name, f"{path}.name")
    for index, call in enumerate(message.tool_calls):
        _check_call(call, f"{path}.tool_calls[{index}]")
    for index, part in enumerate(message.parts):
        _check_part(part, f"{path}.parts[{index}]", message.role)
    if message.role is Role.SYSTEM and utf8_bytes(message.text) > MAX_SYSTEM_BYTES:
        raise InvalidField(path, f"a system message has at most {MAX_SYSTEM_BYTES} bytes of text: shorten it.")


def says_nothing(message: ChatMessage) -> bool:
    """Whether it is an assistant's, without calls, empty, and without a thought."""
    if message.role is not Role.ASSISTANT or message.tool_calls or message.content or message.reasoning:
        return False
    return all(isinstance(part, TextPart) and not part.text for part in message.parts)


def _check_result_fields(message: ChatMessage, path: str) -> None:
    if message.role is Role.TOOL:
        if not message.tool_call_id:
            raise InvalidField(f"{path}.tool_call_id", "a tool message needs the id of the call that it answers.")
        _check_length(message.tool_call_id, f"{path}.tool_call_id")
    elif message.tool_call_id:
        raise InvalidField(f"{path}.tool_call_id", "only a tool message answers a call: leave it empty.")
    elif message.is_error:
        raise InvalidField(f"{path}.is_error", "only a tool message can report an error: leave it false.")


def _check_maker_fields(message: ChatMessage, path: str) -> None:
    if message.role is not Role.ASSISTANT:
        if message.reasoning is not None:
            raise InvalidField(f"{path}.reasoning", "only an assistant message has reasoning: leave it out.")
        if message.model:
            raise InvalidField(f"{path}.model", "only an assistant message was written by a model: leave it out.")
    elif message.model:
        try:
            ModelHandle.parse(message.model)
        except ValueError as error:
            raise InvalidField(f"{path}.model", str(error)) from None


def _check_call(call: ToolCall, path: str) -> None:
    if not call.id:
        raise InvalidField(f"{path}.id", "a tool call needs an id, so that a result can answer it.")
    if not call.name:
        raise InvalidField(f"{path}.function.name", "a tool call needs the name of the function it calls.")
    if call.type != "function":
        raise InvalidField(f"{path}.type", "the only type of tool call is function.")
    _check_length(call.id, f"{path}.id")
    _check_length(call.name, f"{path}.function.name")
    if call.opaque is not None:
        _check_opaque(call.opaque, f"{path}.opaque")


def _check_part(part: ContentPart, path: str, role: Role) -> None:
    if role is Role.SYSTEM and not isinstance(part, TextPart):
        raise InvalidField(path, "a system message holds text only.")
    if isinstance(part, ImagePart):
        _check_image(part, f"{path}.image")
    elif isinstance(part, FilePart):
        _check_file(part, f"{path}.file")
    elif isinstance(part, AudioPart):
        _check_audio(part, f"{path}.audio")
    elif isinstance(part, OpaquePart):
        _check_opaque(part, f"{path}.opaque", may_lack_maker=role is Role.ASSISTANT)


def _check_image(part: ImagePart, path: str) -> None:
    if part.data is None:
        if not part.url:
            raise InvalidField(f"{path}.url", "say where the image is, or give its bytes inline.")
        return
    if not part.data:
        raise InvalidField(f"{path}.inline.data", "give the bytes of the image, or its url instead.")
    if not part.media_type:
        raise InvalidField(f"{path}.inline.media_type", "image data needs its media type, such as image/png.")
    _check_length(part.media_type, f"{path}.inline.media_type")


def _check_file(part: FilePart, path: str) -> None:
    _check_length(part.name, f"{path}.name")
    _check_length(part.media_type, f"{path}.media_type")
    _check_length(part.file_id or "", f"{path}.file_id")
    for name in ("url", "file_id", "data"):
        source = getattr(part, name)
        if source is not None and not source:
            raise InvalidField(f"{path}.{name}", "is empty: give the file's url, its file_id, or its bytes.")


def _check_audio(part: AudioPart, path: str) -> None:
    _check_length(part.format, f"{path}.format")
    if not (part.data or part.transcript):
        raise InvalidField(f"{path}.data", "give the bytes of the audio, or its transcript.")


def _check_opaque(part: OpaquePart, path: str, *, may_lack_maker: bool = False) -> None:
    lacks_maker = may_lack_maker and not part.provider and not part.model
    for name in ("type",) if lacks_maker else ("provider", "model", "type"):
        value = getattr(part, name)
        if not value:
            raise InvalidField(f"{path}.{name}", f"an opaque part needs its {name}: it goes back to its maker only.")
        _check_length(value, f"{path}.{name}")


def _check_length(value: str, path: str) -> None:
    if len(value) > MAX_NAME:
        raise InvalidField(path, f"has {len(value)} characters, at most {MAX_NAME} are allowed.")
