"""The limits that the OpenAPI document tells, each with a value that comes up to it and one that goes beyond."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from uuid import uuid4

DOCUMENT: dict[str, Any] = json.loads(files("compaction.v1").joinpath("openapi.json").read_bytes())
COMPONENTS: dict[str, Any] = DOCUMENT["components"]["schemas"]
KEYWORDS = (
    *("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
    *("minLength", "maxLength", "pattern"),
    *("minItems", "maxItems", "minProperties", "maxProperties"),
)

OF_MESSAGES = frozenset({"ChatMessage", "ToolCall", "FunctionCall", "Opaque", "FileContent", "InputAudio"})
"""Components whose values have to make sense together: a value made of its schema alone would be rejected for that."""

EXAMPLES: Mapping[str, Callable[[], str]] = {
    "agent_id": lambda: f"agent-{uuid4()}",
    "compact_request_id": lambda: str(uuid4()),
    "compaction_id": lambda: f"compaction-{uuid4()}",
    "conversation_id": lambda: f"conv-{uuid4()}",
    "expression": lambda: "0 3 * * *",
    "idle_for": lambda: "240s",
    "job_id": lambda: f"job-{uuid4()}",
    "policy_id": lambda: f"policy-{uuid4()}",
    "sweep_id": lambda: f"sweep-{uuid4()}",
    "request_id": lambda: str(uuid4()).upper(),
}

Json = Any


@dataclass(frozen=True, slots=True)
class Limit:
    """A keyword of a value in a request. `name` is the field that an error has to name, `put` makes the body (or, of a
    parameter, its value) with a value at its place."""

    owner: str
    name: str
    keyword: str
    schema: Mapping[str, Any]
    verb: str
    path: str
    place: str
    put: Callable[[Json], Json]

    def __str__(self) -> str:
        return f"{self.owner}.{self.name} {self.keyword}"

    def within(self) -> Json:
        """A value that comes up to the limit."""
        return _values(self)[0]

    def beyond(self) -> Json:
        return _values(self)[1]


def limits() -> list[Limit]:
    """Each limit once: those of a component in the first request that it is part of."""
    found: dict[str, Limit] = {}
    for path, item in DOCUMENT["paths"].items():
        for verb, operation in item.items():
            for limit in _of_operation(verb.upper(), path, operation):
                found.setdefault(str(limit), limit)
    return list(found.values())


def _of_operation(verb: str, path: str, operation: Mapping[str, Any]) -> Iterator[Limit]:
    def told(place: str) -> Callable[..., Iterator[Limit]]:
        def walk(owner: str, name: str, schema: Any, put: Callable[[Json], Json]) -> Iterator[Limit]:
            for part, keyword, its, inner in _walk(owner, name, schema, put):
                yield Limit(*part, keyword, its, verb, path, place, inner)

        return walk

    for parameter in operation["parameters"]:
        if parameter.get("in") in ("path", "query"):
            owner = f"{operation['operationId']} {parameter['in']}"
            for limit in told(parameter["in"])(owner, parameter["name"], parameter["schema"], lambda value: value):
                # A path with an empty segment is another path.
                if (limit.place, limit.keyword) != ("path", "minLength"):
                    yield limit
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        yield from told("body")(operation["operationId"], "", schema, lambda value: value)


Found = tuple[tuple[str, str], str, Mapping[str, Any], Callable[[Json], Json]]


def _walk(owner: str, name: str, schema: Mapping[str, Any], put: Callable[[Json], Json]) -> Iterator[Found]:
    """Every limit in a schema. A Struct is a field by itself: what is wrong in it is told by its own name."""
    is_struct = "$ref" not in schema and bool(name)
    if "$ref" in schema:
        owner = schema["$ref"].rpartition("/")[2]
        schema = COMPONENTS[owner]
    for keyword in KEYWORDS:
        if keyword in schema:
            yield (owner, name), keyword, schema, put
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _walk(owner, name, choice, put)
    if "items" in schema:
        yield from _walk(owner, name, schema["items"], lambda value: put([value]))
    for key, inner in schema.get("properties", {}).items():
        base = _smallest({**schema, "required": [item for item in schema.get("required", ()) if item != key]})
        yield from _walk(owner, name if is_struct else key, inner, _placed(put, base, key))


def _placed(put: Callable[[Json], Json], base: Mapping[str, Json], key: str) -> Callable[[Json], Json]:
    return lambda value: put({**base, key: value})


def _smallest(schema: Mapping[str, Any]) -> Json:
    """A value with nothing but what is required."""
    if "$ref" in schema:
        schema = COMPONENTS[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return _smallest(schema["anyOf"][0])
    if "const" in schema or "enum" in schema:
        return schema.get("const", next(iter(schema.get("enum", ())), None))
    match schema["type"]:
        case "object":
            return {key: _smallest(schema["properties"][key]) for key in schema.get("required", ())}
        case "array":
            return []
        case _:
            return "x"


def _values(limit: Limit) -> tuple[Json, Json]:
    bound = limit.schema[limit.keyword]
    match limit.keyword:
        case "minimum":
            return bound, bound - 1
        case "maximum":
            return bound, bound + 1
        case "exclusiveMinimum":
            return bound + 0.01, bound
        case "exclusiveMaximum":
            return bound - 0.01, bound
        case "minLength":
            return _text(limit, bound), _text(limit, bound - 1)
        case "maxLength":
            return _text(limit, bound), _text(limit, bound + 1)
        case "pattern":
            return _fitting(limit), "  " if limit.name == "prompt" else "nonsense"
        case "minItems":
            return _items(limit, bound), _items(limit, bound - 1)
        case "maxItems":
            return _items(limit, bound), _items(limit, bound + 1)
        case other:
            raise ValueError(f"{limit}: nobody has said what comes up to {other}")


def _text(limit: Limit, length: int) -> str:
    beginning = "openai/" if "/" in limit.schema.get("pattern", "") else ""
    return beginning + "x" * (length - len(beginning))


def _fitting(limit: Limit) -> str:
    return EXAMPLES[limit.name]() if limit.name in EXAMPLES else _text(limit, 20)


def _items(limit: Limit, count: int) -> list[Json]:
    """Items that differ, where they have a label that has to."""
    one = _smallest(limit.schema["items"])
    return (
        [{**one, "label": f"x{number}"} if "label" in one else one for number in range(count)]
        if one != "x"
        else [f"x{number}" for number in range(count)]
    )
