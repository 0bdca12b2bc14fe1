"""JSON to messages, by their descriptors: ProtoJSON with the rules of the REST adapter.

Both spellings of a name are accepted and unknown names ignored; null is absent. Enum values may be written in lower
case without their prefix. Numbers are numbers: a string is not one, 10.0 is 10.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from compactd.domain.errors import MAX_VIOLATIONS
from compactd.gateway.json_values import (
    decode_double,
    decode_items,
    decode_text,
    require_list,
    require_object,
    scalar_decoder,
)
from compactd.rpc.wire import UnreadableValue

EnclosingObject = Mapping[str, Any]
"""The JSON object that a value stands in."""

MAX_STRUCT_DEPTH = 30
"""Levels of objects and lists in a Struct. Each takes three of the hundred levels that protobuf parses: a deeper one
could be stored and never be read over gRPC."""


_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?", re.ASCII)
"""RFC 3339, and with a blank for the T and without a zone too, as Python and databases write times; protobuf's own
decoder takes more."""

_LAST_SECOND = 253_402_300_799
"""The end of the year 9999. As milliseconds it is a day of 1978: those of later times are told from seconds."""


ShapeDecoder = Callable[["JsonDecoder", Any, Any, EnclosingObject], None]
"""Fills a message from a value in a JSON shape of its own. UnreadableValue with the path below the message."""


@dataclass(frozen=True, slots=True)
class JsonField:
    """A field by one of its names. `slot` is what can be given once only: the field, or the oneof that it is in.
    `null` is what null means, None where it is the same as absent."""

    name: str
    slot: str
    null: Any
    assign: Callable[[Message, Any, EnclosingObject], None]


class JsonDecoder:
    """Decodes any message of the contract. `shapes` are the messages with a JSON shape of their own, by full name;
    `null_values` says what null means, by a field's full name, where it is not the same as absent; `other_names` are
    further names of fields, by their own."""

    def __init__(
        self, shapes: Mapping[str, ShapeDecoder], null_values: Mapping[str, Any], other_names: Mapping[str, str]
    ) -> None:
        self._shapes: dict[str, ShapeDecoder] = {
            Struct.DESCRIPTOR.full_name: _decode_struct,
            Timestamp.DESCRIPTOR.full_name: _decode_timestamp,
            Duration.DESCRIPTOR.full_name: _decode_duration,
            FieldMask.DESCRIPTOR.full_name: _decode_field_mask,
            **shapes,
        }
        self._null_values = null_values
        self._other_names = other_names
        # Filled by whichever thread decodes a message of the kind first: two that do it at once store the same.
        self._fields: dict[str, dict[str, JsonField]] = {}

    def decode(self, message: Any, value: Any, enclosing: EnclosingObject) -> None:
        """Fills `message` from `value`, which stands in `enclosing`. UnreadableValue says where it does not fit."""
        shape = self._shapes.get(message.DESCRIPTOR.full_name)
        if shape is not None:
            shape(self, message, value, enclosing)
        else:
            self.decode_fields(message, value)

    def decode_fields(self, message: Any, value: Any) -> None:
        """As `decode`, with the fields as they are in the proto."""
        given = require_object(value)
        fields = self.fields_of(message.DESCRIPTOR)
        filled: set[str] = set()
        for key, item in given.items():
            field = fields.get(key)
            if field is None or (item is None and field.null is None):
                continue
            if field.slot in filled:
                raise UnreadableValue((field.name,), _given_twice(field))
            filled.add(field.slot)
            try:
                field.assign(message, field.null if item is None else item, given)
            except UnreadableValue as error:
                raise error.below(field.name) from None

    def fields_of(self, descriptor: Descriptor) -> dict[str, JsonField]:
        """The fields of a message by both spellings of their names."""
        fields = self._fields.get(descriptor.full_name)
        if fields is None:
            fields = {}
            for item in descriptor.fields:
                fields[item.name] = fields[item.json_name] = self._field(item)
                if item.name in self._other_names:
                    fields[self._other_names[item.name]] = fields[item.name]
            self._fields[descriptor.full_name] = fields
        return fields

    def _field(self, field: FieldDescriptor) -> JsonField:
        oneof = field.containing_oneof
        # `optional` is a oneof of one field in the descriptor.
        slot = oneof.name if oneof is not None and len(oneof.fields) > 1 else field.name
        return JsonField(field.name, slot, self._null_values.get(field.full_name), self._setter(field))

    def _setter(self, field: FieldDescriptor) -> Callable[[Message, Any, EnclosingObject], None]:
        name = field.name
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            return lambda message, value, _: _set_map(getattr(message, name), value)
        if field.message_type is not None and field.is_repeated:
            return lambda message, value, _: self._set_items(getattr(message, name), value)
        if field.message_type is not None:
            return lambda message, value, enclosing: self._set_message(getattr(message, name), value, enclosing)
        decode = scalar_decoder(field)
        if field.is_repeated:
            return lambda message, value, _: getattr(message, name).extend(decode_items(decode, value))
        return lambda message, value, _: setattr(message, name, decode(value))

    def _set_message(self, message: Message, value: Any, enclosing: EnclosingObject) -> None:
        message.SetInParent()
        self.decode(message, value, enclosing)

    def _set_items(self, messages: Any, value: Any) -> None:
        errors: list[UnreadableValue] = []
        for index, item in enumerate(require_list(value)):
            try:
                self.decode(messages.add(), item, {})
            except UnreadableValue as error:
                errors.append(error.below(index))
                if len(errors) == MAX_VIOLATIONS:
                    break
        if errors:
            raise UnreadableValue.of(errors)


def _given_twice(field: JsonField) -> str:
    if field.slot == field.name:
        return "is given in both spellings: give it once."
    return f"only one member of {field.slot} can be given: leave the others out."


def _set_map(target: Any, value: Any) -> None:
    """Fills a map from text to text, the contract's only kind."""
    for key, item in require_object(value).items():
        # Outside of the path: a key that is no text cannot be said back.
        decode_text(key)
        try:
            target[key] = decode_text(item)
        except UnreadableValue as error:
            raise UnreadableValue((key,), error.sentence) from None


def _decode_timestamp(_: JsonDecoder, message: Timestamp, value: Any, _enclosing: EnclosingObject) -> None:
    if type(value) is int or isinstance(value, float):
        _decode_unix_time(message, value)
        return
    found = _TIME.fullmatch(decode_text(value).upper())
    try:
        if found is None:
            raise ValueError(value)
        day, time, zone = found.groups()
        message.FromJsonString(f"{day}T{time}{zone or 'Z'}")
    except ValueError:
        raise UnreadableValue((), "give a time as RFC 3339 has it, such as 2026-03-01T12:00:00Z.") from None


def _decode_unix_time(message: Timestamp, value: float) -> None:
    """Seconds since 1970, as OpenAI's APIs write times."""
    if not 0 <= value <= _LAST_SECOND:
        raise UnreadableValue((), "give a time as seconds since 1970, or as RFC 3339 has it: 2026-03-01T12:00:00Z.")
    message.FromMicroseconds(round(value * 1_000_000))


def _decode_duration(_: JsonDecoder, message: Duration, value: Any, _enclosing: EnclosingObject) -> None:
    """Seconds with an `s` behind them, or as a number."""
    try:
        if type(value) is int or isinstance(value, float):
            message.FromMicroseconds(round(value * 1_000_000))
        else:
            message.FromJsonString(decode_text(value))
    except (ValueError, OverflowError):
        raise UnreadableValue((), 'give a duration in seconds, such as "300s".') from None


def _decode_field_mask(_: JsonDecoder, message: FieldMask, value: Any, _enclosing: EnclosingObject) -> None:
    """Paths between commas, in either spelling."""
    paths = [path for path in decode_text(value).split(",") if path]
    message.paths.extend(re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", path) for path in paths)


def _decode_struct(_: JsonDecoder, message: Struct, value: Any, _enclosing: EnclosingObject) -> None:
    _check_json(require_object(value), 1)
    message.update(value)


def _check_json(value: Any, depth: int) -> None:
    """Checks that a Struct can hold `value`, and gRPC carry it."""
    if type(value) is str:
        decode_text(value)
    elif type(value) is int or isinstance(value, float):
        decode_double(value)
    elif type(value) is dict or type(value) is list:
        if depth > MAX_STRUCT_DEPTH:
            raise UnreadableValue((), f"nests deeper than {MAX_STRUCT_DEPTH} levels: flatten it.")
        for key, item in value.items() if type(value) is dict else enumerate(value):
            if type(key) is str:
                decode_text(key)
            _check_json(item, depth + 1)
