"""Messages to plain values for JSON, by their descriptors: every field under its proto name, what is unset as null.

Fields without presence are always there, empty lists and zeros included. An enum value is its lower-case name without
prefix, and null where it is UNSPECIFIED. A Timestamp is a datetime, which orjson writes as RFC 3339;
a Duration its seconds with an `s` behind them.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp

from compactd.rpc.wire import enum_names, struct_to_plain

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Getter = Callable[[Any], Any]


ShapeEncoder = Callable[["JsonEncoder", Any], Any]
"""The plain value of a message with a JSON shape of its own."""


class JsonEncoder:
    """Encodes any message of the contract. `shapes` are those with a JSON shape of their own, by full name; one of
    `spread` becomes a list of values, which stand beside those of its neighbours where the message is repeated."""

    def __init__(self, shapes: Mapping[str, ShapeEncoder], spread: Mapping[str, ShapeEncoder]) -> None:
        self._shapes: dict[str, ShapeEncoder] = {
            Struct.DESCRIPTOR.full_name: lambda _, message: struct_to_plain(message),
            Timestamp.DESCRIPTOR.full_name: lambda _, message: encode_timestamp(message),
            Duration.DESCRIPTOR.full_name: lambda _, message: message.ToJsonString(),
            **shapes,
        }
        self._spread = spread
        # Filled by whichever thread encodes a message of the kind first: two that do it at once store the same.
        self._fields: dict[str, list[tuple[str, Getter]]] = {}

    def encode(self, message: Any) -> Any:
        shape = self._shapes.get(message.DESCRIPTOR.full_name)
        return self.encode_fields(message) if shape is None else shape(self, message)

    def encode_fields(self, message: Any) -> dict[str, Any]:
        """As `encode`, with the fields as they are in the proto."""
        return {name: get(message) for name, get in self._fields_of(message.DESCRIPTOR)}

    def encode_field(self, message: Any, name: str) -> Any:
        """The value of one field alone."""
        return dict(self._fields_of(message.DESCRIPTOR))[name](message)

    def _fields_of(self, descriptor: Descriptor) -> list[tuple[str, Getter]]:
        fields = self._fields.get(descriptor.full_name)
        if fields is None:
            fields = [(field.name, self._getter(field)) for field in descriptor.fields]
            self._fields[descriptor.full_name] = fields
        return fields

    def _getter(self, field: FieldDescriptor) -> Getter:
        name = field.name
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            return lambda message: dict(getattr(message, name))
        if field.message_type is not None and field.is_repeated:
            return self._items_getter(name, field.message_type)
        if field.message_type is not None:
            return lambda message: self.encode(getattr(message, name)) if message.HasField(name) else None
        encode = _scalar_encoder(field)
        if field.is_repeated:
            return lambda message: [encode(value) for value in getattr(message, name)]
        if field.has_presence:
            return lambda message: encode(getattr(message, name)) if message.HasField(name) else None
        return lambda message: encode(getattr(message, name))

    def _items_getter(self, name: str, item_type: Descriptor) -> Getter:
        spread = self._spread.get(item_type.full_name)
        if spread is not None:
            return lambda message: [value for item in getattr(message, name) for value in spread(self, item)]
        return lambda message: [self.encode(item) for item in getattr(message, name)]


def encode_timestamp(value: Timestamp) -> datetime:
    """To the microsecond, which is what the store keeps."""
    return EPOCH + timedelta(seconds=value.seconds, microseconds=value.nanos // 1000)


def _scalar_encoder(field: FieldDescriptor) -> Getter:
    if field.enum_type is not None:
        return {0: None, **enum_names(field.enum_type)}.__getitem__
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda value: b64encode(value).decode()
    return lambda value: value
