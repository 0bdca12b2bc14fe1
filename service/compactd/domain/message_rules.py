"""What a message must be to be appended. Each refusal names the field's path in the request."""

from collections.abc import Sequence

from compactd.domain.errors import InvalidField
from compactd.domain.messages import ChatMessage, ImagePart, OpaquePart, Part, Role, TextPart, ToolCall

MAX_BATCH = 1_000
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
MAX_SYSTEM_BYTES = 1024 * 1024
MAX_NAME = 256


def check_batch(messages: Sequence[ChatMessage]) -> None:
    """Checks each message by itself; how calls and results go together is known only beside the stored ones."""
    if not 1 <= len(messages) <= MAX_BATCH:
        raise InvalidField("messages", f"a batch holds 1 to {MAX_BATCH} messages, this one {len(messages)}.")
    for index, message in enumerate(messages):
        check_message(message, f"messages[{index}]")


def check_message(message: ChatMessage, path: str) -> None:
    """Raises InvalidField for the first rule that the message breaks."""
    if message.role is Role.SUMMARY:
        raise InvalidField(f"{path}.role", "only the service itself writes summaries: append a user message instead.")
    if message.content is not None and message.parts:
        raise InvalidField(f"{path}.parts", "content and parts exclude each other: give one of them.")
    if message.tool_calls and message.role is not Role.ASSISTANT:
        raise InvalidField(f"{path}.tool_calls", "only an assistant message can call tools.")
    _check_result_fields(message, path)
    if message.role is Role.ASSISTANT and not (message.content or message.parts or message.tool_calls):
        raise InvalidField(f"{path}.content", "an assistant message without tool calls needs content.")
    _check_length(message.name, f"{path}.name")
    for index, call in enumerate(message.tool_calls):
        _check_call(call, f"{path}.tool_calls[{index}]")
    for index, part in enumerate(message.parts):
        _check_part(part, f"{path}.parts[{index}]", message.role)
    _check_size(message, path)


def _check_result_fields(message: ChatMessage, path: str) -> None:
    if message.role is Role.TOOL:
        if not message.tool_call_id:
            raise InvalidField(f"{path}.tool_call_id", "a tool message needs the id of the call that it answers.")
        _check_length(message.tool_call_id, f"{path}.tool_call_id")
    elif message.tool_call_id:
        raise InvalidField(f"{path}.tool_call_id", "only a tool message answers a call: leave it empty.")
    elif message.is_error:
        raise InvalidField(f"{path}.is_error", "only a tool message can report an error: leave it false.")


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


def _check_part(part: Part, path: str, role: Role) -> None:
    if role is Role.SYSTEM and not isinstance(part, TextPart):
        raise InvalidField(path, "a system message holds text only.")
    if isinstance(part, ImagePart):
        if not part.url and not part.data:
            raise InvalidField(f"{path}.image", "an image needs a url or data.")
        if part.data and not part.media_type:
            raise InvalidField(f"{path}.image.media_type", "image data needs its media type, such as image/png.")
        _check_length(part.media_type, f"{path}.image.media_type")
    elif isinstance(part, OpaquePart):
        _check_opaque(part, f"{path}.opaque")


def _check_opaque(part: OpaquePart, path: str) -> None:
    for name in ("provider", "model", "type"):
        value = getattr(part, name)
        if not value:
            raise InvalidField(f"{path}.{name}", f"an opaque part needs its {name}: it goes back to its maker only.")
        _check_length(value, f"{path}.{name}")


def _check_length(value: str, path: str) -> None:
    if len(value) > MAX_NAME:
        raise InvalidField(path, f"has {len(value)} characters, at most {MAX_NAME} are allowed.")


def _check_size(message: ChatMessage, path: str) -> None:
    limit = MAX_SYSTEM_BYTES if message.role is Role.SYSTEM else MAX_MESSAGE_BYTES
    size = size_bytes(message)
    if size > limit:
        raise InvalidField(path, f"has {size} bytes of content, at most {limit} are allowed.")


def size_bytes(message: ChatMessage) -> int:
    """UTF-8 bytes of texts, calls and metadata, and the bytes of images and opaque parts."""
    size = _utf8(message.content or "")
    for part in message.parts:
        if isinstance(part, TextPart):
            size += _utf8(part.text)
        elif isinstance(part, ImagePart):
            size += len(part.data or b"") + _utf8(part.url or "")
        else:
            size += len(part.data)
    for call in message.tool_calls:
        size += _utf8(call.id) + _utf8(call.name) + _utf8(call.arguments)
        size += len(call.opaque.data) if call.opaque else 0
    return size + sum(_utf8(key) + _utf8(value) for key, value in message.metadata.items())


def _utf8(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
