"""How many values the bytes of a request hold, before they are decoded.

protobuf makes an object of each, in one go that nothing else of the process runs in: an empty message takes two bytes
here, and 100 ns and as many bytes there. So the lengths are walked first, and no further than to the limit.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from compactd.domain.errors import InvalidField, MalformedRequest

AT_ONCE_BYTES = 256 * 1024
"""A request of so many bytes is decoded without being walked: that takes 15 ms at most."""

MAX_VALUES = 300_000
"""The most texts and messages of a request, at whatever depth: they take 35 ms. What the contract allows has fewer, and
over REST it is the same figure."""

MAX_NUMBERS = 1_000_000
"""The most numbers, flags and enum values, which take a tenth of that each."""

SLICE = 2_000
"""Fields that are walked in about a millisecond."""

_TEXTS = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Shape:
    """What is to be known of a message: the messages in it by the number of their field, numbers that come packed, and
    names. The values of other fields are passed over whole."""

    name: str
    inside: "dict[int, Shape]" = field(default_factory=dict)
    packed: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)


def shape_of(descriptor: Descriptor, known: dict[str, Shape] | None = None) -> Shape:
    """`known` are the messages that contain it: a Value holds Values."""
    known = {} if known is None else known
    if descriptor.full_name in known:
        return known[descriptor.full_name]
    shape = known[descriptor.full_name] = Shape(descriptor.full_name)
    for each in descriptor.fields:
        shape.names[each.number] = each.name
        if each.message_type is not None and not _is_plain_map(each.message_type):
            shape.inside[each.number] = shape_of(each.message_type, known)
        elif each.message_type is None and each.is_repeated and each.type not in _TEXTS:
            shape.packed.add(each.number)
    return shape


def _is_plain_map(entry: Descriptor) -> bool:
    """Of a map's entry that holds no message: key and value are part of it."""
    return entry.GetOptions().map_entry and entry.fields_by_name["value"].message_type is None


def checked(data: bytes, shape: Shape) -> Iterator[None]:
    """Walks `data` in slices, between which others may have their turn. InvalidField, or MalformedRequest where it is
    not the contract's, for too many values. What cannot be walked to its end is left to the decoder."""
    with suppress(IndexError):
        yield from _walk(data, shape)


def _walk(data: bytes, whole: Shape) -> Iterator[None]:
    at, end, shape, top = 0, len(data), whole, 0
    outer: list[tuple[int, Shape]] = []
    values = numbers = 0
    next_turn = SLICE
    # Each turn goes on by a byte or more, or leaves a message.
    while True:
        if values + numbers >= next_turn:
            _check(values, numbers, whole, top)
            next_turn = values + numbers + SLICE
            yield
        if at >= end:
            if not outer:
                return
            end, shape = outer.pop()
            continue
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if not outer:
            top = number
        if kind != _LENGTH:
            numbers += 1
            at = _behind(data, at, kind)
            continue
        size, at = _varint(data, at)
        if number in shape.packed:
            numbers += size
        else:
            values += 1
        inner = shape.inside.get(number)
        if inner is None:
            at += size
        elif size:
            outer.append((end, shape))
            end, shape = min(at + size, end), inner


def _behind(data: bytes, at: int, kind: int) -> int:
    """The place behind a number that begins at one; groups, which nobody writes any more, have only a begin."""
    if kind == _VARINT:
        return _varint(data, at)[1]
    return at + {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}.get(kind, 0)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, and the place behind it."""
    byte = data[at]
    at += 1
    if byte < 128:
        return byte, at
    value, shift = byte & 127, 7
    while byte > 127 and shift < 70:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
    return value, at


def _check(values: int, numbers: int, shape: Shape, top: int) -> None:
    if values <= MAX_VALUES and numbers <= MAX_NUMBERS:
        return
    name = shape.names.get(top)
    if name is None:
        raise MalformedRequest(message=shape.name)
    raise InvalidField(name, f"the request holds more than {MAX_VALUES} values: send fewer at once.")


def shapes_of(descriptors: Mapping[str, Any]) -> dict[str, Shape]:
    """By the same names."""
    known: dict[str, Shape] = {}
    return {name: shape_of(descriptor, known) for name, descriptor in descriptors.items()}
