"""Proto messages to plain data and back, by their descriptors.

Plain data is what the pydantic models of the domain validate and dump: dicts by field name without what is unset,
enum values as their lower-case names without prefix, a oneof as its one key, repeated fields as tuples, a Struct as
JSON with integers where doubles are whole, a Timestamp as an aware datetime, a Duration as a timedelta.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp

from compactd.domain.limits import MAX_ITEMS, too_many
from compactd.message_protos import NO_TIME, time_to_proto

M = TypeVar("M", bound=Message)

Maker = Callable[[Any], Any]

STRUCT = Struct.DESCRIPTOR

Path = tuple[str | int, ...]
"""The way to a field, as pydantic gives it: names, and indexes of repeated fields."""

MAX_STRUCT_BYTES = 1024 * 1024
"""The most bytes of a field of Structs, in protobuf, all its items together: each of their values is a Python object
here."""

AT_ONCE_BYTES = 4 * 1024
"""So much protobuf is read in about a millisecond, whatever it holds: a value in a Struct takes two bytes at least."""

LARGEST_EXACT = 2**53
"""Up to here every whole number has a double of its own, so that it can be taken for the integer it was."""


def serialized(message: Message) -> bytes:
    """The wire form in which equal messages are equal bytes, maps and all, as long as the contract stays the same."""
    return message.SerializeToString(deterministic=True)


class UnreadableValue(ValueError):
    """A value that the wire can carry and the contract does not know. `path` starts below the converted message;
    `others` are more such values of the same message, found at once."""

    def __init__(self, path: Path, sentence: str, others: "Sequence[UnreadableValue]" = ()) -> None:
        super().__init__(sentence)
        self.path = path
        self.sentence = sentence
        self.others = others

    def below(self, *steps: str | int) -> "UnreadableValue":
        """The same for the message in which this one stands at `steps`."""
        return UnreadableValue((*steps, *self.path), self.sentence, [other.below(*steps) for other in self.others])

    @classmethod
    def of(cls, errors: "Sequence[UnreadableValue]") -> "UnreadableValue":
        """All of them as one, which is the first of them."""
        first, *others = [each for error in errors for each in (error, *error.others)]
        return cls(first.path, first.sentence, [cls(other.path, other.sentence) for other in others])


def plain_from_proto(message: Message, path: Path = (), without: Collection[str] = ()) -> dict[str, Any]:
    """The set fields of `message`. A scalar without presence is unset when zero, an enum when UNSPECIFIED.

    Fields of it named in `without` are not looked at. UnreadableValue for the number of an enum value that is not in
    the contract, a time that is no time, lists of more than MAX_ITEMS, and Structs larger than MAX_STRUCT_BYTES.
    """
    plain = {
        field.name: _field_from_proto(field, value, (*path, field.name))
        for field, value in message.ListFields()
        if field.name not in without
    }
    return {name: value for name, value in plain.items() if value is not None}


def is_large(message: Message) -> bool:
    """Whether reading it takes so long that it should not be done where others wait. A list over its limit is not
    measured: that alone would take long."""
    lists = (len(value) for field, value in message.ListFields() if field.is_repeated)
    return any(count > MAX_ITEMS for count in lists) or message.ByteSize() > AT_ONCE_BYTES


def plain_to_proto(plain: Mapping[str, Any], message_class: type[M]) -> M:
    """A `message_class` with the fields of `plain`; None is unset. What does not fit is a bug of ours, and raises."""
    makers = _makers_of(message_class.DESCRIPTOR)
    fields: dict[str, Any] = {}
    for name, value in plain.items():
        if name not in makers:
            raise ValueError(f"{message_class.DESCRIPTOR.full_name} has no field {name}")
        if value is not None:
            make = makers[name]
            fields[name] = value if make is None else make(value)
    return message_class(**fields)


def struct_to_plain(struct: Struct) -> dict[str, Any]:
    """The JSON object that a Struct holds; whole doubles are integers again."""
    return {name: _json_value(value) for name, value in struct.fields.items()}


def _field_from_proto(field: FieldDescriptor, value: Any, path: Path) -> Any:
    if field.is_repeated and len(value) > MAX_ITEMS:
        raise UnreadableValue(path, too_many(len(value)))
    if _is_map(field):
        return dict(value)
    if field.message_type is STRUCT:
        _check_size(value if field.is_repeated else (value,), path)
    if field.is_repeated:
        return tuple(_value_from_proto(field, item, (*path, index)) for index, item in enumerate(value))
    if field.enum_type is not None and value == 0:
        return None
    return _value_from_proto(field, value, path)


def _check_size(structs: Sequence[Struct], path: Path) -> None:
    size = sum(struct.ByteSize() for struct in structs)
    if size > MAX_STRUCT_BYTES:
        raise UnreadableValue(path, f"{size} bytes as protobuf, at most {MAX_STRUCT_BYTES} are allowed: shorten it.")


def _value_from_proto(field: FieldDescriptor, value: Any, path: Path) -> Any:
    if field.enum_type is not None:
        names = enum_names(field.enum_type)
        if value not in names:
            raise UnreadableValue(path, f"{value} is no value of {field.enum_type.name}: use one of its names.")
        return names[value]
    if isinstance(value, Struct):
        return struct_to_plain(value)
    if isinstance(value, Timestamp):
        return time_from_proto(value, path)
    if isinstance(value, Duration):
        return _duration_from_proto(value, path)
    return plain_from_proto(value, path) if isinstance(value, Message) else value


def time_from_proto(value: Timestamp, path: Path) -> datetime:
    try:
        return value.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableValue(path, NO_TIME) from error


def _duration_from_proto(value: Duration, path: Path) -> timedelta:
    try:
        return value.ToTimedelta()
    except (ValueError, OverflowError) as error:
        raise UnreadableValue(path, "give a duration of less than 10,000 years.") from error


def _duration_to_proto(value: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(value)
    return duration


def _json_value(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            return struct_to_plain(value.struct_value)
        case "list_value":
            return [_json_value(item) for item in value.list_value.values]
        case "number_value":
            return _json_number(value.number_value)
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _json_number(number: float) -> int | float:
    whole = math.isfinite(number) and number.is_integer() and abs(number) <= LARGEST_EXACT
    return int(number) if whole else number


@cache
def _makers_of(descriptor: Descriptor) -> dict[str, Maker | None]:
    """By field: what makes of a plain value what the message's class takes, None where that is the value itself."""
    return {field.name: _maker_of(field) for field in descriptor.fields}


def _maker_of(field: FieldDescriptor) -> Maker | None:
    make = None if _is_map(field) else _single_maker_of(field)
    if make is None or not field.is_repeated:
        return make
    return lambda values: [make(value) for value in values]


def _single_maker_of(field: FieldDescriptor) -> Maker | None:
    if field.enum_type is not None:
        return enum_numbers(field.enum_type).__getitem__
    if field.message_type is None:
        return None
    message_class = GetMessageClass(field.message_type)
    if message_class is Timestamp:
        return time_to_proto
    if message_class is Duration:
        return _duration_to_proto
    if message_class is Struct:
        return _struct_from
    return lambda plain: plain_to_proto(plain, message_class)


def _struct_from(plain: Mapping[str, Any]) -> Struct:
    struct = Struct()
    struct.update(plain)
    return struct


def _is_map(field: FieldDescriptor) -> bool:
    """A map; the contract's hold scalars."""
    return field.message_type is not None and field.message_type.GetOptions().map_entry


@cache
def enum_names(enum: EnumDescriptor) -> dict[int, str]:
    """Lower-case names without prefix by number; not the zero value, whose own name shows the prefix of all."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return {value.number: value.name.removeprefix(prefix).lower() for value in enum.values if value.number != 0}


@cache
def enum_numbers(enum: EnumDescriptor) -> dict[str, int]:
    """The same the other way round."""
    return {name: number for number, name in enum_names(enum).items()}
