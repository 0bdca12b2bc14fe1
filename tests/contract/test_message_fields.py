"""Every field of a message, found in its descriptor, survives every way that a message takes.

A new field in the proto is red here until it is in the domain's values, in their conversion from and to proto, in the
stored bytes, in REST's JSON and in the OpenAPI document, and counted in tokens or listed as not counted.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs
import orjson
import pytest
import tiktoken
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from compactd.domain.messages import ChatMessage
from compactd.gateway.json_decoder import JsonDecoder
from compactd.gateway.json_encoder import JsonEncoder
from compactd.gateway.shapes import SHAPE_DECODERS, SHAPE_ENCODERS, SPREAD_ENCODERS
from compactd.message_protos import message_to_proto
from compactd.rpc.messages import batch_from_proto
from compactd.storage.message_codec import decode_message, encode_message
from compactd.tokenizers.encodings import O200K, count_segments, load_encoding
from compactd.tokenizers.message_tokens import constant_tokens, message_texts
from compaction.v1 import message_pb2

FieldPath = tuple[str, ...]
"""From ChatMessage down to a field that holds a value: `("parts", "image", "url")`."""

NOT_COUNTED = {
    "role": "takes the same whoever speaks",
    "tool_call_id": "is not shown as text",
    "is_error": "is not shown as text",
    "created_at": "is not shown",
    "metadata": "is not shown",
    "reasoning_field": "says where the reasoning stands",
    "model": "is not shown",
    "parts.image.url": "an image is counted by a constant",
    "parts.image.inline.media_type": "an image is counted by a constant",
    "parts.image.inline.data": "an image is counted by a constant",
    "parts.file.name": "a file is counted by a constant",
    "parts.file.media_type": "a file is counted by a constant",
    "parts.file.url": "a file is counted by a constant",
    "parts.file.file_id": "a file is counted by a constant",
    "parts.file.data": "a file is counted by a constant",
    "parts.audio.format": "a recording is counted by a constant",
    "parts.audio.data": "a recording is counted by a constant",
    "tool_calls.id": "is not shown as text",
    "tool_calls.type": "is the same for every call",
    **{
        f"{above}.{field}": "says whose data it is, and is shown to nobody"
        for above in ("parts.opaque", "tool_calls.opaque")
        for field in ("provider", "model", "type")
    },
}

CHAT_MESSAGE: Any = message_pb2.ChatMessage.DESCRIPTOR

EXCLUDES = {"content": "parts", "parts": "content"}
"""What a message has one of."""


def paths(descriptor: Any, above: FieldPath = ()) -> Iterator[FieldPath]:
    for field in descriptor.fields:
        path = (*above, field.name)
        if is_value(field):
            yield path
        else:
            yield from paths(field.message_type, path)


def is_value(field: Any) -> Any:
    inner = field.message_type
    return inner is None or inner.GetOptions().map_entry or inner is Timestamp.DESCRIPTOR


PATHS = list(paths(CHAT_MESSAGE))
EVERY_PATH = pytest.mark.parametrize("path", PATHS, ids=".".join)


def message_with(path: FieldPath, more: int = 1) -> message_pb2.ChatMessage:
    """A message in which that field is set, and beside it whatever else can be. With `more` its value is another one,
    a longer one where it is a text."""
    message = message_pb2.ChatMessage()
    fill(message, path, more, without=EXCLUDES.get(path[0], "parts"))
    return message


def fill(message: Message, path: FieldPath, more: int, without: str = "") -> None:
    for field in message.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        if field.name == without or (oneof and len(oneof.fields) > 1 and field.name != member(oneof.fields, path)):
            continue
        if is_value(field):
            set_value(message, field, more if path == (field.name,) else 1)
            continue
        inner = getattr(message, field.name)
        below = path[1:] if path and path[0] == field.name else ()
        fill(inner.add() if field.is_repeated else inner, below, more)


def member(fields: Any, path: FieldPath) -> str:
    """Which field of a oneof is set: the one on the way, else the first."""
    names: list[str] = [field.name for field in fields]
    return path[0] if path and path[0] in names else names[0]


def set_value(message: Message, field: Any, more: int) -> None:
    # With a slash, as the handle of a model has one: over REST a bare name is none.
    text = f"{field.name}/é " * more
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        getattr(message, field.name)[field.name] = text
    elif field.message_type is not None:
        getattr(message, field.name).FromSeconds(1_000_000_000 + more)
    elif field.enum_type is not None:
        setattr(message, field.name, field.enum_type.values[-more].number)
    elif field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        setattr(message, field.name, more == 1)
    else:
        setattr(message, field.name, text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text)


def value_at(message: Any, path: FieldPath) -> Any:
    """What stands there; of a repeated field in its first item. None where the way ends early."""
    for name in path:
        field = message.DESCRIPTOR.fields_by_name[name]
        if field.has_presence and not message.HasField(name):
            return None
        message = getattr(message, name)
        if field.is_repeated and not is_value(field):
            if not message:
                return None
            message = message[0]
    return dict(message) if hasattr(message, "items") else message


def domain_of(message: message_pb2.ChatMessage) -> ChatMessage:
    [found], _ = batch_from_proto([message])
    return found


@cache
def openapi() -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(files("compaction.v1").joinpath("openapi.json").read_bytes())
    return document


def as_json(message: message_pb2.ChatMessage) -> Any:
    """The message as JSON, as a client decodes it."""
    return orjson.loads(orjson.dumps(JsonEncoder(SHAPE_ENCODERS, SPREAD_ENCODERS).encode(message)))


def undescribed(schema: dict[str, Any], value: Any, above: str = "") -> list[str]:
    """Keys of `value` that the schema does not name; of alternatives the one that names most counts."""
    if reference := schema.get("$ref"):
        return undescribed(openapi()["components"]["schemas"][reference.rpartition("/")[2]], value, above)
    if alternatives := schema.get("anyOf") or schema.get("oneOf"):
        return min((undescribed(each, value, above) for each in alternatives), key=len)
    if isinstance(value, list):
        return [key for item in value for key in undescribed(schema.get("items", {}), item, above)]
    if not isinstance(value, dict):
        return []
    found = []
    for key, item in value.items():
        inner = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
        found += undescribed(inner, item, f"{above}{key}.") if inner else [f"{above}{key}"]
    return found


@EVERY_PATH
def test_a_field_is_set_in_the_message_that_is_tried(path: FieldPath) -> None:
    assert value_at(message_with(path), path)
    assert value_at(message_with(path), path) != value_at(message_with(path, 2), path)


@EVERY_PATH
def test_a_field_survives_the_way_from_proto_to_the_domain_and_back(path: FieldPath) -> None:
    message = message_with(path)
    back = message_to_proto(domain_of(message))
    assert value_at(back, path) == value_at(message, path)


@EVERY_PATH
def test_a_field_survives_being_stored(path: FieldPath) -> None:
    message = domain_of(message_with(path))
    back = decode_message(message.role.value, encode_message(message))
    assert value_at(message_to_proto(back), path) == value_at(message_with(path), path)
    assert back == message


@EVERY_PATH
def test_a_field_survives_the_way_to_json_and_back(path: FieldPath) -> None:
    message, back = message_with(path), message_pb2.ChatMessage()
    plain = as_json(message)
    JsonDecoder(SHAPE_DECODERS, {}, {}).decode(back, plain, {})
    assert value_at(back, path) == value_at(message, path)
    assert as_json(back) == plain


@EVERY_PATH
def test_a_field_is_described_by_the_openapi_document(path: FieldPath) -> None:
    schema = {"$ref": "#/components/schemas/ChatMessage"}
    message = as_json(message_with(path))
    assert undescribed(schema, message) == []
    jsonschema_rs.validate({**openapi(), **schema}, message)


@pytest.mark.parametrize(
    "message",
    [
        {"role": "developer", "content": "Be brief.", "created_at": 1_772_366_400},
        {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": {"a": 1}}},
        {"role": "function", "name": "f", "content": {"t": 21}},
        {"role": "assistant", "refusal": "No.", "audio": None},
        {"role": "assistant", "audio": {"id": "audio_1", "transcript": "Sunny."}},
    ],
)
def test_an_older_form_is_described_by_the_openapi_document(message: Any) -> None:
    schema = {"$ref": "#/components/schemas/ChatMessage"}
    jsonschema_rs.validate({**openapi(), **schema}, message)
    JsonDecoder(SHAPE_DECODERS, {}, {}).decode(message_pb2.ChatMessage(), message, {})
    described = openapi()["components"]["schemas"]["ChatMessage"]["properties"]
    assert message.keys() <= described.keys()


@pytest.fixture(scope="module")
def encoding() -> tiktoken.Encoding:
    return load_encoding(O200K)


def tokens_of(message: ChatMessage, encoding: tiktoken.Encoding) -> int:
    return sum(count_segments(encoding, list(message_texts(message)))) + constant_tokens(message)


@EVERY_PATH
def test_a_field_is_counted_in_tokens_or_listed_as_not_counted(path: FieldPath, encoding: tiktoken.Encoding) -> None:
    few, many = (tokens_of(domain_of(message_with(path, more)), encoding) for more in (1, 2))
    assert (few == many) is (".".join(path) in NOT_COUNTED)


def test_every_field_that_is_listed_as_not_counted_is_one() -> None:
    assert NOT_COUNTED.keys() <= {".".join(path) for path in PATHS}
