"""ChatMessage as OpenAI's chat API writes it."""

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from compactd.domain.messages import REASONING_DETAILS, Role, reasoning_details
from compactd.gateway.chat_message_forms import FORMS, json_text, read_details, read_reasoning, with_known_forms
from compactd.gateway.chat_message_keys import (
    HINTS_OF_CALL,
    IGNORED_OF_CALL,
    IGNORED_OF_FUNCTION,
    IGNORED_OF_MESSAGE,
    refuse_unknown,
    refuse_unknown_of_part,
    says_something,
)
from compactd.gateway.content_parts import decode_part, encode_part, holds_media
from compactd.gateway.json_decoder import EnclosingObject, JsonDecoder
from compactd.gateway.json_encoder import JsonEncoder, encode_timestamp
from compactd.gateway.json_values import decode_text, require_object
from compactd.message_protos import REASONING_FIELD_NUMBERS, REASONING_FIELDS, ROLES
from compactd.rpc.wire import Path, UnreadableValue
from compaction.v1 import message_pb2

ROLE_NAMES = {number: role.value for number, role in ROLES.items()}


def _keys_of(descriptor: Any) -> frozenset[str]:
    """A field's name in both spellings."""
    return frozenset(key for field in descriptor.fields for key in (field.name, field.json_name))


_KEYS = _keys_of(message_pb2.ChatMessage.DESCRIPTOR) - {"parts", "reasoning_field", "reasoningField"} | FORMS
_CALL_KEYS = _keys_of(message_pb2.ToolCall.DESCRIPTOR)
_FUNCTION_KEYS = _keys_of(message_pb2.FunctionCall.DESCRIPTOR)
_OPAQUE_KEYS = _keys_of(message_pb2.Opaque.DESCRIPTOR)
_TEXT_KEYS = ("content", "name", "tool_call_id")
_RESULT_ROLES = (Role.TOOL, "function")
_USUAL_KEYS = frozenset({"role", "tool_calls", *_TEXT_KEYS})
_USUAL_CALL_KEYS = frozenset({"id", "type", "function"})
_USUAL_FUNCTION_KEYS = frozenset({"name", "arguments"})
_USUAL_ROLES = {name: number for number, name in ROLE_NAMES.items()}
_PLAIN_KEYS = frozenset({"role", "is_error", "created_at", "metadata", *_TEXT_KEYS})
"""Of a message without calls that has no other key nothing has to be made into the contract's form."""


def decode_chat_message(
    decoder: JsonDecoder, message: message_pb2.ChatMessage, value: Any, _enclosing: EnclosingObject
) -> None:
    """All fields are ProtoJSON's but `content`, which is null, a text, or a list of parts, and what a model thought,
    which has the keys of chat APIs; the role `developer` is OpenAI's newer name of `system`. Other forms are made into
    these (`chat_message_forms`); a key that is of neither is refused by name if there is something in it
    (`chat_message_keys`)."""
    given = require_object(value)
    if _fill_usual(message, given):
        return
    message.Clear()
    if given.get("role") == "developer":
        given = {**given, "role": Role.SYSTEM.value}
    if given.get("parts") is not None:
        raise UnreadableValue(("parts",), "give the parts as a list in content.")
    if not given.keys() <= _PLAIN_KEYS or type(given.get("content")) is dict or given.get("role") == "function":
        given = _in_known_form(decoder, message, given)
    content = given.get("content")
    if type(content) is list:
        _decode_content(decoder, message, content, value)
        given = {key: item for key, item in given.items() if key != "content"}
    elif message.parts and content is not None:
        message.parts.add().text = _at("content", content)
        given = {key: item for key, item in given.items() if key != "content"}
    decoder.decode_fields(message, given)


def _fill_usual(message: message_pb2.ChatMessage, given: dict[str, Any]) -> bool:
    """Whether the message is a text, calls, or a result, as nearly all are: it is filled in then. Any other, and
    whatever is wrong, takes the long way, which says what."""
    role, calls = given.get("role"), given.get("tool_calls")
    if type(role) is not str or role not in _USUAL_ROLES or not given.keys() <= _USUAL_KEYS:
        return False
    message.role = _USUAL_ROLES[role]
    try:
        for key in _TEXT_KEYS:
            text = given.get(key)
            if type(text) is str:
                setattr(message, key, text)
            elif text is not None:
                return False
        return calls is None or (type(calls) is list and all(_fill_usual_call(message, call) for call in calls))
    except UnicodeEncodeError:
        return False


def _fill_usual_call(message: message_pb2.ChatMessage, call: Any) -> bool:
    if type(call) is not dict or call.keys() != _USUAL_CALL_KEYS:
        return False
    function = call["function"]
    if type(function) is not dict or function.keys() != _USUAL_FUNCTION_KEYS:
        return False
    texts = (call["id"], call["type"], function["name"], function["arguments"])
    if any(type(text) is not str for text in texts):
        return False
    filled = message.tool_calls.add(id=texts[0], type=texts[1])
    filled.function.name, filled.function.arguments = texts[2:]
    return True


def _in_known_form(decoder: JsonDecoder, message: message_pb2.ChatMessage, value: dict[str, Any]) -> dict[str, Any]:
    """What the decoder reads of a message in whatever form; thoughts stand in `message` already."""
    refuse_unknown(value, _KEYS, IGNORED_OF_MESSAGE)
    given = with_known_forms(value)
    reasoning = read_reasoning(given)
    if reasoning is not None:
        message.reasoning, field = reasoning
        message.reasoning_field = REASONING_FIELD_NUMBERS[field]
    _read_timestamp(decoder, given)
    details = read_details(given)
    if details is not None:
        message.parts.add().opaque.MergeFrom(message_pb2.Opaque(type=REASONING_DETAILS, data=details))
    for index, call in enumerate(given["tool_calls"] if type(given.get("tool_calls")) is list else ()):
        _check_call(call, ("tool_calls", index))
    return given


def _read_timestamp(decoder: JsonDecoder, given: dict[str, Any]) -> None:
    """The time of a message as gptme and Claude Code write it. A number may be of another clock, and tells nothing."""
    timestamp = given.pop("timestamp", None)
    if not says_something(timestamp):
        return
    try:
        decoder.decode(Timestamp(), timestamp, given)
    except UnreadableValue as error:
        if isinstance(timestamp, int | float):
            return
        raise error.below("timestamp") from None
    if given.get("created_at") is None and given.get("createdAt") is None:
        given["created_at"] = timestamp


def _check_call(call: Any, path: Path) -> None:
    if type(call) is not dict:
        return
    refuse_unknown(call, _CALL_KEYS, IGNORED_OF_CALL, path, HINTS_OF_CALL)
    if type(function := call.get("function")) is dict:
        refuse_unknown(function, _FUNCTION_KEYS, IGNORED_OF_FUNCTION, (*path, "function"), HINTS_OF_CALL)
    if type(opaque := call.get("opaque")) is dict:
        refuse_unknown(opaque, _OPAQUE_KEYS, (), (*path, "opaque"))


def _at(name: str, value: Any) -> str:
    try:
        return decode_text(value)
    except UnreadableValue as error:
        raise error.below(name) from None


def _decode_content(
    decoder: JsonDecoder, message: message_pb2.ChatMessage, parts: list[Any], value: dict[str, Any]
) -> None:
    """A list. What a tool has returned may be any, which is its JSON text."""
    try:
        _decode_parts(decoder, message, parts)
    except UnreadableValue:
        beside = says_something(value.get("audio"))
        if value.get("role") not in _RESULT_ROLES or beside or any(map(holds_media, parts)):
            raise
        del message.parts[:]
        message.content = _at("content", json_text(value["content"]))


def _decode_parts(decoder: JsonDecoder, message: message_pb2.ChatMessage, parts: list[Any]) -> None:
    for index, part in enumerate(parts):
        try:
            decode_part(decoder, message.parts.add(), part)
            refuse_unknown_of_part(part)
        except UnreadableValue as error:
            raise error.below("parts", index) from None


def encode_chat_message(encoder: JsonEncoder, message: message_pb2.ChatMessage) -> dict[str, Any]:
    """Ready to be sent to an OpenAI-shaped API: what is not set is not there, but `content`."""
    plain: dict[str, Any] = {"role": ROLE_NAMES[message.role], "content": _content(encoder, message)}
    if message.tool_calls:
        plain["tool_calls"] = [_encode_call(encoder, call) for call in message.tool_calls]
    for name in ("tool_call_id", "name", "is_error"):
        if value := getattr(message, name):
            plain[name] = value
    if message.HasField("created_at"):
        plain["created_at"] = encode_timestamp(message.created_at)
    if message.metadata:
        plain["metadata"] = dict(message.metadata)
    if message.HasField("reasoning"):
        plain[REASONING_FIELDS[message.reasoning_field].value] = message.reasoning
    if details := [detail for part in message.parts for detail in _details(part)]:
        plain[REASONING_DETAILS] = details
    if message.model:
        plain["model"] = message.model
    return plain


def _content(encoder: JsonEncoder, message: message_pb2.ChatMessage) -> Any:
    if message.HasField("content"):
        return message.content
    parts = [part for part in message.parts if not _details(part)]
    if len(parts) == 1 and len(message.parts) > 1 and parts[0].WhichOneof("part") == "text":
        # Beside details text is a part, so that they have a place: as it came it was most likely a text.
        return parts[0].text
    return [encode_part(encoder, part) for part in parts] or None


def _details(part: message_pb2.ContentPart) -> list[dict[str, Any]]:
    return reasoning_details(part.opaque.type, part.opaque.data)


def _encode_call(encoder: JsonEncoder, call: message_pb2.ToolCall) -> dict[str, Any]:
    function = {"name": call.function.name, "arguments": call.function.arguments}
    plain: dict[str, Any] = {"id": call.id, "type": call.type or "function", "function": function}
    if call.HasField("opaque"):
        plain["opaque"] = encoder.encode_fields(call.opaque)
    return plain
