"""Values of JSON to values of fields: texts, numbers, booleans, bytes and enums, each with what it may not be."""

import binascii
import math
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from compactd.rpc.wire import UnreadableValue, enum_numbers

INT32 = range(-(2**31), 2**31)

_TO_STANDARD_ALPHABET = str.maketrans("-_", "+/")


def require_object(value: Any) -> dict[str, Any]:
    if type(value) is not dict:
        raise UnreadableValue((), "give an object.")
    return value


def require_list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise UnreadableValue((), "give a list.")
    return value


def decode_items(decode: Callable[[Any], Any], value: Any) -> list[Any]:
    items = []
    for index, item in enumerate(require_list(value)):
        try:
            items.append(decode(item))
        except UnreadableValue as error:
            raise UnreadableValue((index, *error.path), error.sentence) from None
    return items


def scalar_decoder(field: FieldDescriptor) -> Callable[[Any], Any]:
    """What makes a field's value of a JSON value."""
    if field.enum_type is not None:
        numbers = enum_numbers(field.enum_type) | {value.name: value.number for value in field.enum_type.values}
        return lambda value: _decode_enum(numbers, value)
    return _SCALAR_DECODERS[field.type]


def _decode_enum(numbers: Mapping[str, int], value: Any) -> int:
    if type(value) is str:
        # Names may be written in capitals, as the protos have them, without their prefix too.
        found = numbers.get(value.lower() if value not in numbers and value.isupper() else value)
        if found is not None:
            return found
    if type(value) is int and value in numbers.values():
        return value
    names = ", ".join(name for name in numbers if name.islower())
    raise UnreadableValue((), f"use one of {names}.")


def decode_text(value: Any) -> str:
    if type(value) is not str:
        raise UnreadableValue((), "give a text.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise UnreadableValue((), "holds half of a surrogate pair, which is no character.") from None
    return value


def _decode_bool(value: Any) -> bool:
    if type(value) is not bool:
        raise UnreadableValue((), "give true or false.")
    return value


def _decode_int32(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise UnreadableValue((), "give a whole number.")
    if value not in INT32:
        raise UnreadableValue((), "give a whole number of 32 bits.")
    return value


def decode_double(value: Any) -> float:
    if type(value) is not int and not isinstance(value, float):
        raise UnreadableValue((), "give a number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise UnreadableValue((), "give a number that a double can hold.")
    return number


def decode_bytes(value: Any) -> bytes:
    """Base64 in either alphabet, with or without its padding, also in lines."""
    text = "".join(decode_text(value).split()).translate(_TO_STANDARD_ALPHABET)
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableValue((), "give bytes in base64.") from None


_SCALAR_DECODERS: dict[int, Callable[[Any], Any]] = {
    FieldDescriptor.TYPE_STRING: decode_text,
    FieldDescriptor.TYPE_BOOL: _decode_bool,
    FieldDescriptor.TYPE_INT32: _decode_int32,
    FieldDescriptor.TYPE_DOUBLE: decode_double,
    FieldDescriptor.TYPE_BYTES: decode_bytes,
}
