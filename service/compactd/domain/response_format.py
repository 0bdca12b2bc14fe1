"""The shape that a model has to give its answer: plain text, JSON of a schema, or any JSON object."""

import json
import math
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue

from compactd.domain.limits import has_values
from compactd.domain.oneof import Oneof

MAX_SCHEMA_BYTES = 64 * 1024
"""The most that a JSON schema may take as compact JSON in UTF-8."""

MAX_SCHEMA_LEVELS = 20
"""The most objects and lists inside each other, the outermost included."""

_TOO_LONG = f"shorten the JSON schema to at most {MAX_SCHEMA_BYTES} bytes."


def _check_schema(schema: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """The schema with sorted keys: a Struct keeps no order, and what is sent should not change from call to call."""
    # Each value takes a byte at least.
    if has_values(schema, MAX_SCHEMA_BYTES):
        raise ValueError(_TOO_LONG)
    for level, value in _walk(schema):
        if level > MAX_SCHEMA_LEVELS:
            raise ValueError(f"nest the JSON schema at most {MAX_SCHEMA_LEVELS} levels deep.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("use finite numbers in the JSON schema: JSON has no NaN and no infinity.")
    text = json.dumps(schema, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if len(text.encode()) > MAX_SCHEMA_BYTES:
        raise ValueError(_TOO_LONG)
    ordered: dict[str, JsonValue] = json.loads(text)
    return ordered


def _walk(root: JsonValue) -> Iterator[tuple[int, JsonValue]]:
    """Every value in `root` with the number of objects and lists that it is in, itself included; outer ones first."""
    waiting: list[tuple[int, JsonValue]] = [(0, root)]
    while waiting:
        outer, value = waiting.pop()
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
        level = outer if inner is None else outer + 1
        yield level, value
        waiting.extend((level, child) for child in inner or ())


class _Format(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    type: ClassVar[str]


class TextResponseFormat(_Format):
    """Plain text, which is every provider's default."""

    type: ClassVar[str] = "text"


class JsonSchemaResponseFormat(_Format):
    """JSON that fits a schema.

    `json_schema` is OpenAI's object {name, schema, strict}, or, without `schema` in it, the bare schema. At most
    64 KiB and 20 levels; keys are sorted.
    """

    type: ClassVar[str] = "json_schema"

    json_schema: Annotated[dict[str, JsonValue], AfterValidator(_check_schema)]


class JsonObjectResponseFormat(_Format):
    """Any JSON object."""

    type: ClassVar[str] = "json_object"


ResponseFormat = Annotated[TextResponseFormat | JsonSchemaResponseFormat | JsonObjectResponseFormat, Oneof("type")]
"""One of the three; as plain data `{"json_schema": {"json_schema": {…}}}`."""
