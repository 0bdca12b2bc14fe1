"""JSON schemas of messages, from their descriptors and comments: what `json_decoder` takes and `json_encoder` gives.

    answered    every field, all of them required; null where it may be unset
    sent        without what is output only; null, which is absent, wherever the contract requires nothing
    changed     what a PATCH takes: as sent, with nothing required

A message for which both come to the same, since each of its fields is required or may be null, has one schema, in which
a field that is null may also be missing. Any other has two, of which the one that is sent is called …Input;
what is changed is as what is sent, but called …Update where that requires anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Protocol

from google.api import field_behavior_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from compactd.domain.limits import MAX_ITEMS
from compactd.rpc.wire import enum_names
from protos.openapi.comments import Comments
from protos.openapi.limits import Limits, request_limits

Schema = dict[str, Any]

NULL: Schema = {"type": "null"}
TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time"}
DURATION: Schema = {"type": "string", "pattern": r"^-?[0-9]+(?:\.[0-9]{1,9})?s$"}
COUNT: Schema = {"type": "integer", "format": "int32"}

_WELL_KNOWN: Mapping[str, Schema] = {
    "google.protobuf.Duration": DURATION,
    "google.protobuf.FieldMask": TEXT,
    "google.protobuf.Empty": {"type": "object", "maxProperties": 0},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Timestamp": TIME,
}
_SCALARS: Mapping[int, Schema] = {
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.TYPE_INT32: COUNT,
    FieldDescriptor.TYPE_STRING: TEXT,
}
_FORMATS: Mapping[str, str] = {"request_id": "uuid"}
"""The formats of texts, by the field's name: what the descriptors cannot say."""


class Direction(Enum):
    ANSWERED = auto()
    SENT = auto()
    CHANGED = auto()


class ShapeSchema(Protocol):
    """The schema of a message with a JSON shape of its own; its description comes from the message."""

    def __call__(self, schemas: "Schemas", message: Descriptor, direction: Direction) -> Schema: ...


@dataclass(frozen=True, slots=True)
class Schemas:
    """Makes schemas, and collects in `components` those that others refer to. `shapes` are those of messages with a
    JSON shape of their own; messages in `shared` are the same in both directions for a reason of their shape;
    `examples` are of messages as they are sent, `limits` of fields. All are by full name."""

    comments: Comments
    shapes: Mapping[str, ShapeSchema]
    shared: frozenset[str]
    examples: Mapping[str, Any]
    limits: Limits
    components: dict[str, Schema] = field(default_factory=dict)

    def define(self, name: str, schema: Schema) -> Schema:
        """A reference to `schema`, which is then a component. ValueError if another one has its name."""
        if self.components.setdefault(name, schema) != schema:
            raise ValueError(f"two schemas are called {name}")
        return {"$ref": f"#/components/schemas/{name}"}

    def message(self, message: Descriptor, direction: Direction) -> Schema:
        """A reference to the message's component, or the schema itself of a well-known type."""
        if (known := _WELL_KNOWN.get(message.full_name)) is not None:
            return dict(known)
        name, direction = self._named(message, direction)
        if name in self.components:
            return {"$ref": f"#/components/schemas/{name}"}
        shape = self.shapes.get(message.full_name, Schemas.fields)
        schema = described(self.comments.of(message.full_name), shape(self, message, direction))
        if direction is not Direction.ANSWERED and message.full_name in self.examples:
            schema["examples"] = [self.examples[message.full_name]]
        return self.define(name, schema)

    def tagged(self, item: FieldDescriptor, direction: Direction, key: str, value: str = "") -> Schema:
        """As `message` of the field's type, with `key` before its fields, which always has the one value: that given,
        or the field's name."""
        if (message := item.message_type) is None:
            raise ValueError(f"{item.full_name} has no fields that could stand beside {key}")
        name, direction = self._named(message, direction)
        schema = self.fields(message, direction)
        tag = constant(value or item.name, self.comments.of(item.full_name))
        tagged = an_object({key: tag, **schema["properties"]}, [key, *schema.get("required", [])])
        return self.define(name, described(self.comments.of(message.full_name), tagged))

    def fields(self, message: Descriptor, direction: Direction) -> Schema:
        """An object with the message's fields, without a description of itself."""
        answered = direction is Direction.ANSWERED
        fields = [item for item in message.fields if answered or not is_output_only(item)]
        required = [item.name for item in fields if answered or (is_required(item) and direction is Direction.SENT)]
        return an_object({item.name: self.property(item, direction) for item in fields}, required)

    def property(self, item: FieldDescriptor, direction: Direction) -> Schema:
        """A field's schema with its comment, and null where the field may be."""
        schema = self.value(item, Direction.SENT if direction is Direction.CHANGED else direction)
        if _may_be_null(item, direction):
            schema = nullable(schema)
        if is_output_only(item):
            schema["readOnly"] = True
        return described(self.comments.of(item.full_name), schema)

    def value(self, item: FieldDescriptor, direction: Direction) -> Schema:
        """A field's schema where it has a value."""
        limits = dict(self.limits.get(item.full_name, {}))
        if item.message_type is not None and item.message_type.GetOptions().map_entry:
            return {
                "type": "object",
                "additionalProperties": self._one(item.message_type.fields[1], direction),
            } | limits
        one = self._one(item, direction)
        if not item.is_repeated:
            return one | limits | request_limits(item, required=is_required(item))
        if direction is not Direction.ANSWERED:
            limits.setdefault("maxItems", MAX_ITEMS)
        return list_of(one | limits.pop("items", {})) | limits

    def _one(self, item: FieldDescriptor, direction: Direction) -> Schema:
        if item.message_type is not None:
            return self.message(item.message_type, direction)
        if item.enum_type is not None:
            return self._enum(item.enum_type)
        return {**_SCALARS[item.type], **({"format": _FORMATS[item.name]} if item.name in _FORMATS else {})}

    def _enum(self, enum: EnumDescriptor) -> Schema:
        names = enum_names(enum)
        lines = [
            f"- `{names[value.number]}`: {self.comments.of(f'{enum.full_name}.{value.name}')}".replace("\n", "\n  ")
            for value in enum.values
            if value.number in names
        ]
        text = "\n".join((self.comments.of(enum.full_name), "", *lines))
        return self.define(enum.name, described(text, {"type": "string", "enum": list(names.values())}))

    def _named(self, message: Descriptor, direction: Direction) -> tuple[str, Direction]:
        """The name of the message's component, and which of its directions that shows."""
        name = message.full_name.removeprefix(f"{message.file.package}.").replace(".", "")
        if self._is_shared(message):
            return name, Direction.SENT
        if direction is Direction.ANSWERED:
            return name, direction
        if direction is Direction.CHANGED and any(is_required(item) for item in message.fields):
            return f"{name}Update", direction
        return f"{name}Input", Direction.SENT

    def _is_shared(self, message: Descriptor) -> bool:
        if message.full_name in self.shared or message.full_name in _WELL_KNOWN:
            return True
        return all(
            (is_required(item) or _may_be_null(item, Direction.ANSWERED))
            and not is_output_only(item)
            and (item.message_type is None or self._is_shared(item.message_type))
            for item in message.fields
        )


def list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def an_object(properties: Mapping[str, Schema], required: list[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties)}
    return {**schema, "required": required} if required else schema


def constant(value: str, text: str = "") -> Schema:
    schema = {"type": "string", "const": value}
    return described(text, schema) if text else schema


def described(text: str, schema: Schema) -> Schema:
    """With `text` above whatever description there is."""
    whole = "\n\n".join(filter(None, (text, schema.get("description", ""))))
    return {"description": whole, **{key: value for key, value in schema.items() if key != "description"}}


def nullable(schema: Schema) -> Schema:
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, NULL]}


def one_of(key: str, members: Mapping[str, Schema]) -> Schema:
    """A union told apart by the value of `key`; the members are references."""
    mapping = {value: reference["$ref"] for value, reference in members.items()}
    return {"oneOf": list(members.values()), "discriminator": {"propertyName": key, "mapping": mapping}}


def is_output_only(item: FieldDescriptor) -> bool:
    return field_behavior_pb2.OUTPUT_ONLY in _behaviors(item)


def is_required(item: FieldDescriptor) -> bool:
    return field_behavior_pb2.REQUIRED in _behaviors(item)


def _behaviors(item: FieldDescriptor) -> Any:
    extensions: Any = item.GetOptions().Extensions
    return extensions[field_behavior_pb2.field_behavior]


def _may_be_null(item: FieldDescriptor, direction: Direction) -> bool:
    """In an answer, what has presence, and an enum, whose UNSPECIFIED is null; in a request, what can be left out."""
    if direction is not Direction.ANSWERED:
        return direction is Direction.CHANGED or not is_required(item)
    return not item.is_repeated and not is_required(item) and (item.has_presence or item.enum_type is not None)
