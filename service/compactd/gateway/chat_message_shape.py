"""ChatMessage as OpenAI's chat API writes it."""

from typing import Any

from compactd.domain.messages import Role
from compactd.gateway.content_parts import decode_part, encode_part
from compactd.gateway.json_decoder import EnclosingObject, JsonDecoder
from compactd.gateway.json_encoder import JsonEncoder, encode_timestamp
from compactd.gateway.json_values import require_object
from compactd.message_protos import ROLES
from compactd.rpc.wire import UnreadableValue
from compaction.v1 import message_pb2

ROLE_NAMES = {number: role.value for number, role in ROLES.items()}


def decode_chat_message(
    decoder: JsonDecoder, message: message_pb2.ChatMessage, value: Any, _enclosing: EnclosingObject
) -> None:
    """All fields are ProtoJSON's but `content`, which is null, a text, or a list of parts; the role `developer` is
    OpenAI's newer name of `system`."""
    given = require_object(value)
    if given.get("role") == "developer":
        given = {**given, "role": Role.SYSTEM.value}
    if given.get("parts") is not None:
        raise UnreadableValue(("parts",), "give the parts as a list in content.")
    content = given.get("content")
    if type(content) is not list:
        decoder.decode_fields(message, given)
        return
    decoder.decode_fields(message, {key: item for key, item in given.items() if key != "content"})
    for index, part in enumerate(content):
        try:
            decode_part(decoder, message.parts.add(), part)
        except UnreadableValue as error:
            raise UnreadableValue(("parts", index, *error.path), error.sentence) from None


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
    return plain


def _content(encoder: JsonEncoder, message: message_pb2.ChatMessage) -> Any:
    if message.HasField("content"):
        return message.content
    return [encode_part(encoder, part) for part in message.parts] or None


def _encode_call(encoder: JsonEncoder, call: message_pb2.ToolCall) -> dict[str, Any]:
    function = {"name": call.function.name, "arguments": call.function.arguments}
    plain: dict[str, Any] = {"id": call.id, "type": call.type or "function", "function": function}
    if call.HasField("opaque"):
        plain["opaque"] = encoder.encode_fields(call.opaque)
    return plain
