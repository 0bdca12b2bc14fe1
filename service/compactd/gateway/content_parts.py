"""Content parts as OpenAI's chat API writes them.

What other APIs and frameworks call the same is taken too: their texts, images, files and sounds by the keys that they
have them under. Given back is one shape.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from compactd.domain.error_shape import shortened
from compactd.gateway.json_decoder import JsonDecoder
from compactd.gateway.json_encoder import JsonEncoder
from compactd.gateway.json_values import decode_bytes, decode_text, require_object
from compactd.rpc.wire import UnreadableValue
from compaction.v1 import message_pb2

_KINDS = "a part is of type text, image_url, file, input_audio or opaque."
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "document": "give it as a part of type file",
        "tool_use": "give calls in the tool_calls of the message",
        "tool_result": "give the result as a message of role tool",
        "thinking": "give thoughts as the reasoning_content of the message, or as an opaque part",
        "redacted_thinking": "give it as an opaque part, which goes back to its maker",
    }
)
"""What Anthropic's API has as parts, and where it belongs here."""

_NAME_KEYS = ("filename", "name")
_MEDIA_TYPE_KEYS = ("format", "mime_type", "media_type", "mimeType")
"""litellm's, LangChain's, Anthropic's and MCP's."""
_DATA_KEYS = ("file_data", "base64", "data")
_URL_KEYS = ("file_url", "url")

_AUDIO_FORMATS: Mapping[str, str] = MappingProxyType(
    {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav", "mp4": "m4a", "x-m4a": "m4a", "x-flac": "flac"}
)
"""What OpenAI's API calls the formats whose media type is named otherwise, behind `audio/`."""


def decode_part(decoder: JsonDecoder, message: message_pb2.ContentPart, value: Any) -> None:
    """One of the list that a message's content is. UnreadableValue naming the proto's field."""
    part = require_object(value)
    kind = part.get("type")
    if kind == "opaque":
        decoder.decode_fields(message, {"opaque": part.get("opaque")})
        return
    decode = _DECODERS.get(kind) if type(kind) is str else None
    if decode is None:
        raise UnreadableValue(("type",), _unread(kind))
    decode(message, part)


def encode_part(encoder: JsonEncoder, part: message_pb2.ContentPart) -> dict[str, Any]:
    """What is not set is not there."""
    match part.WhichOneof("part"):
        case "text":
            return {"type": "text", "text": part.text}
        case "image":
            return {"type": "image_url", "image_url": {"url": _image_url(part.image)}}
        case "file":
            return {"type": "file", "file": _encode_file(part.file)}
        case "audio":
            return {"type": "input_audio", "input_audio": _encode_audio(part.audio)}
        case _:
            return {"type": "opaque", "opaque": encoder.encode_fields(part.opaque)}


def decode_audio(message: message_pb2.Audio, value: Any) -> None:
    """Of an object with `data`, `format` and `transcript`: an input_audio, or the `audio` of an assistant's message."""
    message.SetInParent()
    if type(value) is not dict:
        raise UnreadableValue(("audio",), 'write the audio as {"data": "…", "format": "wav"}.')
    if value.get("url") is not None or value.get("file_id") is not None:
        sentence = "give the bytes of the audio in base64: what is elsewhere is kept as a part of type file."
        raise UnreadableValue(("audio", "data"), sentence)
    media_type, data = _inline(_first_text(value, _DATA_KEYS, ("audio", "data")), ("audio", "data"))
    media_type = _first_text(value, ("mime_type", "media_type", "mimeType"), ("audio", "format")) or media_type
    message.data = data
    message.format = _first_text(value, ("format",), ("audio", "format")) or _audio_format(media_type)
    message.transcript = _first_text(value, ("transcript",), ("audio", "transcript"))


def _decode_text(message: message_pb2.ContentPart, part: dict[str, Any], key: str = "text") -> None:
    text = part.get(key)
    if text is None:
        raise UnreadableValue((), "a part of type text needs its text.")
    try:
        message.text = decode_text(text)
    except UnreadableValue as error:
        raise UnreadableValue(("text",), error.sentence) from None


def _decode_refusal(message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    _decode_text(message, part, "refusal")


def _decode_image_url(message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    """OpenAI's has an object in `image_url`, its responses and many tools the address alone."""
    value = part.get("image_url")
    _decode_image(message.image, value.get("url") if type(value) is dict else value)


def _decode_image_block(message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    """LangChain's block, or one of Letta's, which has the same in a `source`."""
    source = part.get("source")
    block = source if type(source) is dict else part
    data = _first_text(block, _DATA_KEYS, ("image", "inline", "data"))
    if not data:
        _decode_image(message.image, block.get("url"))
        return
    media_type, message.image.inline.data = _inline(data, ("image", "inline", "data"))
    given = _first_text(block, _MEDIA_TYPE_KEYS, ("image", "inline", "media_type"))
    message.image.inline.media_type = given or media_type


def _decode_image(message: message_pb2.Image, url: Any) -> None:
    message.SetInParent()
    if type(url) is not str:
        raise UnreadableValue(("image", "url"), 'write the image as {"url": "…"}: an address, or a data: URL.')
    if not _is_data_url(url):
        message.url = decode_text(url)
        return
    if ";base64," not in url:
        raise UnreadableValue(("image", "url"), "write the bytes as data:image/png;base64,…, with their media type.")
    message.inline.media_type, message.inline.data = _inline(url, ("image", "inline", "data"))


def _decode_file_part(message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    """OpenAI's has an object in `file`, LangChain's the keys of it in the part."""
    _decode_file(message.file, part["file"] if part.get("file") is not None else part)


def _decode_input_file(message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    _decode_file(message.file, part)


def _decode_file(message: message_pb2.File, value: Any) -> None:
    message.SetInParent()
    if type(value) is not dict:
        raise UnreadableValue(("file",), 'write the file as {"filename": "…", "file_data": "…"} or {"file_id": "…"}.')
    message.name = _file_name(value)
    message.media_type = _first_text(value, _MEDIA_TYPE_KEYS, ("file", "media_type"))
    data = _first_text(value, _DATA_KEYS, ("file", "data"))
    url = _first_text(value, _URL_KEYS, ("file", "url"))
    if ":" in data[:64] and not _is_data_url(data):
        # OpenRouter's API takes an address in the place of the bytes. Base64 has no colon.
        data, url = "", data
    # In LangChain's older blocks `id` is the file's; elsewhere it is the block's own.
    id_key = "id" if value.get("source_type") == "id" else "file_id"
    file_id = _first_text(value, (id_key,), ("file", "file_id"))
    if sum(map(bool, (data, url, file_id))) > 1:
        raise UnreadableValue(("file",), "is in more than one place: give its bytes, its address or its file_id.")
    if data or _is_data_url(url):
        media_type, message.data = _inline(data or url, ("file", "data"))
        message.media_type = message.media_type or media_type
    elif url:
        message.url = url
    elif file_id:
        message.file_id = file_id


def _file_name(value: dict[str, Any]) -> str:
    """Of the file's object, or of what LangChain has beside it. UnreadableValue where it has two."""
    places = [value, *(value[key] for key in ("extras", "metadata") if type(value.get(key)) is dict)]
    names = {_first_text(place, (key,), ("file", "name")): None for place in places for key in _NAME_KEYS}
    found = [name for name in names if name]
    if len(found) > 1:
        raise UnreadableValue(("file", "name"), "has two names: give one of them.")
    return found[0] if found else ""


def _decode_input_audio(message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    decode_audio(message.audio, part.get("input_audio"))


def _decode_audio_block(message: message_pb2.ContentPart, part: dict[str, Any]) -> None:
    decode_audio(message.audio, part)


_DECODERS: Mapping[str, Callable[[message_pb2.ContentPart, dict[str, Any]], None]] = MappingProxyType(
    {
        "text": _decode_text,
        "image_url": _decode_image_url,
        "file": _decode_file_part,
        "input_audio": _decode_input_audio,
        # An assistant's, in OpenAI's API.
        "refusal": _decode_refusal,
        # OpenAI's responses.
        "input_text": _decode_text,
        "output_text": _decode_text,
        "input_image": _decode_image_url,
        "input_file": _decode_input_file,
        # LangChain's blocks; Letta has the first as well.
        "image": _decode_image_block,
        "audio": _decode_audio_block,
    }
)


_TEXTS = frozenset({"text", "input_text", "output_text", "refusal"})
_HELD_IN = ("image_url", "source", "file", "input_audio", "opaque", "file_id", *_DATA_KEYS, *_URL_KEYS)


def holds_media(value: Any) -> bool:
    """Whether a value in the place of a part is meant as an image, a file, a sound or an opaque part: it has the type,
    and something where such parts have what they hold."""
    kind = value.get("type") if type(value) is dict else None
    if type(kind) is not str or kind in _TEXTS or (kind not in _DECODERS and kind != "opaque"):
        return False
    return any(value.get(key) for key in _HELD_IN)


def _unread(kind: Any) -> str:
    if type(kind) is not str or not kind.isprintable():
        return "say the type of the part: text, image_url, file, input_audio or opaque."
    instead = f"{_INSTEAD[kind]}; " if kind in _INSTEAD else ""
    return f"{shortened(kind, 30)!r} is not read: {instead}{_KINDS}"


def _first_text(given: dict[str, Any], keys: tuple[str, ...], path: tuple[str, ...]) -> str:
    """The first of `keys` that is there and not empty, else an empty text. UnreadableValue at `path` for no text."""
    for key in keys:
        value = given.get(key)
        if value is None or value == "":
            continue
        try:
            return decode_text(value)
        except UnreadableValue as error:
            raise UnreadableValue(path, error.sentence) from None
    return ""


def _is_data_url(url: str) -> bool:
    return url[:5].lower() == "data:"


def _inline(text: str, path: tuple[str, ...]) -> tuple[str, bytes]:
    """The media type, if it is said, and the bytes of base64 or of a data: URL of it."""
    media_type = ""
    if _is_data_url(text):
        # From the right: a media type can have a comma among its parameters, base64 has none.
        head, _, text = text[5:].rpartition(",")
        if not head.endswith(";base64"):
            raise UnreadableValue(path, "write the bytes in base64, as data:application/pdf;base64,… has them.")
        media_type = head.removesuffix(";base64")
    try:
        return media_type, decode_bytes(text)
    except UnreadableValue as error:
        raise UnreadableValue(path, error.sentence) from None


def _audio_format(media_type: str) -> str:
    subtype = media_type.partition(";")[0].rpartition("/")[2].lower()
    return _AUDIO_FORMATS.get(subtype, subtype)


def _image_url(image: message_pb2.Image) -> str:
    return image.url if image.WhichOneof("source") == "url" else _data_url(image.inline.media_type, image.inline.data)


def _encode_file(file: message_pb2.File) -> dict[str, str]:
    plain = {"filename": file.name} if file.name else {}
    match file.WhichOneof("source"):
        case "data":
            plain["file_data"] = (
                _data_url(file.media_type, file.data) if file.media_type else b64encode(file.data).decode()
            )
            return plain
        case "url":
            # As OpenRouter takes it; what is no address would be read as base64 there.
            plain["file_data" if ":" in file.url[:64] else "file_url"] = file.url
        case _:
            plain["file_id"] = file.file_id
    if file.media_type:
        plain["format"] = file.media_type
    return plain


def _encode_audio(audio: message_pb2.Audio) -> dict[str, str]:
    plain = {"data": b64encode(audio.data).decode()} if audio.data else {}
    return plain | {name: value for name in ("format", "transcript") if (value := getattr(audio, name))}


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(data).decode()}"
