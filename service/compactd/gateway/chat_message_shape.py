"""ChatMessage as OpenAI's chat API writes it."""

from base64 import b64encode
from typing import Any

from compactd.gateway.json_decoder import EnclosingObject, JsonDecoder
from compactd.gateway.json_encoder import JsonEncoder, encode_timestamp
from compactd.gateway.json_values import decode_bytes, decode_text, require_object
from compactd.message_protos import ROLES
from compactd.rpc.wire import UnreadableValue
from compaction.v1 import message_pb2

ROLE_NAMES = {number: role.value for number, role in ROLES.items()}


def decode_chat_message(
    decoder: JsonDecoder, message: message_pb2.ChatMessage, value: Any, _enclosing: EnclosingObject
) -> None:
    """All fields are ProtoJSON's but `content`, which is null, a text, or a list of parts."""
    given = require_object(value)
    if given.get("parts") is not None:
        raise UnreadableValue(("parts",), "give the parts as a list in content.")
    content = given.get("content")
    if type(content) is not list:
        decoder.decode_fields(message, given)
        return
    decoder.decode_fields(message, {key: item for key, item in given.items() if key != "content"})
    for index, part in enumerate(content):
        try:
            _decode_part(decoder, message.parts.add(), require_object(part))
        except UnreadableValue as error:
            raise UnreadableValue(("parts", index, *error.path), error.sentence) from None


def _decode_part(decoder: JsonDecoder, message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    match part.get("type"):
        case "text":
            decoder.decode_fields(message, {"text": part.get("text")})
        case "image_url":
            _decode_image(message.image, part.get("image_url"))
        case "opaque":
            decoder.decode_fields(message, {"opaque": part.get("opaque")})
        case _:
            raise UnreadableValue(("type",), "a part is of type text, image_url or opaque.")


def _decode_image(message: message_pb2.Image, value: Any) -> None:
    message.SetInParent()
    url = value.get("url") if type(value) is dict else None
    if type(url) is not str:
        raise UnreadableValue(("image", "url"), 'write the image as {"url": "…"}: an address, or a data: URL.')
    if url[:5].lower() != "data:":
        message.url = decode_text(url)
        return
    kind, comma, data = url[5:].partition(",")
    if not comma or not kind.endswith(";base64"):
        raise UnreadableValue(("image", "url"), "write the bytes as data:image/png;base64,…, with their media type.")
    message.inline.media_type = kind.removesuffix(";base64")
    try:
        message.inline.data = decode_bytes(data)
    except UnreadableValue as error:
        raise UnreadableValue(("image", "inline", "data"), error.sentence) from None


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
    return [_encode_part(encoder, part) for part in message.parts] or None


def _encode_part(encoder: JsonEncoder, part: message_pb2.ContentPart) -> dict[str, Any]:
    match part.WhichOneof("part"):
        case "text":
            return {"type": "text", "text": part.text}
        case "image":
            return {"type": "image_url", "image_url": {"url": _image_url(part.image)}}
        case _:
            return {"type": "opaque", "opaque": encoder.encode_fields(part.opaque)}


def _image_url(image: message_pb2.Image) -> str:
    if image.WhichOneof("source") == "url":
        return image.url
    return f"data:{image.inline.media_type};base64,{b64encode(image.inline.data).decode()}"


def _encode_call(encoder: JsonEncoder, call: message_pb2.ToolCall) -> dict[str, Any]:
    function = {"name": call.function.name, "arguments": call.function.arguments}
    plain: dict[str, Any] = {"id": call.id, "type": call.type or "function", "function": function}
    if call.HasField("opaque"):
        plain["opaque"] = encoder.encode_fields(call.opaque)
    return plain
