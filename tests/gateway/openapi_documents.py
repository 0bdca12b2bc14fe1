"""The OpenAPI document, and variants of it that schemathesis makes requests of."""

import json
from collections.abc import Iterator
from copy import deepcopy
from importlib.resources import files
from typing import Any

DOCUMENT: dict[str, Any] = json.loads(files("compaction.v1").joinpath("openapi.json").read_bytes())

DEADLINE = "#/components/parameters/Grpc-Timeout"

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
OPAQUE = {"provider": "google_ai", "model": "gemini-2.5-flash", "type": "thought_signature", "data": "AAEC"}
WORDS = "The trains to Graz leave from platform 7 every hour until nine in the evening. " * 20
HISTORY: list[dict[str, Any]] = [
    {"role": "user", "content": WORDS, "name": "Ada", "created_at": "2026-03-01T12:00:00Z", "metadata": {"a": "b"}},
    {"role": "assistant", "content": WORDS},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "And this?"},
            {"type": "image_url", "image_url": {"url": "https://example.com/timetable.png"}},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
        ],
    },
    {
        "role": "assistant",
        "content": [{"type": "text", "text": "I look it up."}, {"type": "opaque", "opaque": OPAQUE}],
        "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "trains", "arguments": "{}"}, "opaque": OPAQUE},
            {"id": "b", "function": {"name": "trains", "arguments": "{}"}},
        ],
    },
    {"role": "tool", "tool_call_id": "a", "content": "No such station.", "is_error": True, "name": "trains"},
    {"role": "tool", "tool_call_id": "b", "content": [{"type": "text", "text": "9:15"}]},
    {"role": "assistant", "content": WORDS},
]
AGENT: dict[str, Any] = {
    "name": "Travel desk",
    "description": "Knows timetables.",
    "model": "openai/gpt-5-mini",
    "model_settings": {
        "provider_type": "openai",
        "max_output_tokens": 4000,
        "reasoning": {"reasoning_effort": "low"},
        "response_format": {"type": "json_schema", "json_schema": {"type": "object"}},
    },
    "context_window_limit": 50_000,
    "compaction_settings": {"model": "local/extractive", "mode": "sliding_window", "clip_chars": 4000},
    "memory_blocks": [{"label": "human", "value": "Ada", "description": "Who it is", "limit": 500}],
    "tool_schemas": [{"type": "function", "function": {"name": "trains", "parameters": {"type": "object"}}}],
    "tags": ["travel"],
    "metadata": {"cost_center": 7, "owners": ["Ada", None]},
}

PLAUSIBLE: dict[str, dict[str, Any]] = {
    "after": {"const": ""},
    "before": {"const": ""},
    "budget_tokens": {"type": "integer", "minimum": 1, "maximum": 4000},
    "clip_chars": {"type": "integer", "minimum": 0, "maximum": 100_000},
    "context_window_limit": {"type": "integer", "minimum": 10_000, "maximum": 1_000_000},
    "expected_last_position": {"type": "null"},
    "expected_version": {"const": ""},
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "max_output_tokens": {"type": "integer", "minimum": 5000, "maximum": 100_000},
    "messages": {"type": "array", "items": {"enum": [HISTORY[0], HISTORY[2], HISTORY[6]]}, "minItems": 1},
    "prompt": {"const": "Summarize."},
    "request_id": {"const": "6f1c8a52-3f0e-4d6a-9b0d-5a8f3c1e7b24"},
    "sliding_window_percentage": {"type": "number", "minimum": 0.1, "maximum": 0.5},
    "temperature": {"type": "number", "minimum": 0, "maximum": 2},
    "thinking_budget": {"type": "integer", "minimum": -1, "maximum": 4000},
    "tool_schemas": {"const": AGENT["tool_schemas"]},
    "update_mask": {"const": "description"},
}
"""What only the comments say of a parameter or a key, by its name."""

# No model is called, and none that could be.
SETTINGS = {
    "model": {"const": "local/extractive"},
    "model_settings": {"type": "null"},
    "mode": {"enum": ["all", "sliding_window"]},
}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in `value`, itself included."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """`document`, whose objects have no keys but those that are described, unless they say that they may."""
    document = deepcopy(document)
    for item in walk(document["components"]["schemas"]):
        if item.get("type") == "object" and "properties" in item:
            item.setdefault("additionalProperties", False)
    return document


def without_deadlines(document: dict[str, Any]) -> dict[str, Any]:
    """`document` without the header of a call's deadline: one of nanoseconds would be all that is seen."""
    document = deepcopy(document)
    for item in walk(document["paths"]):
        if "parameters" in item:
            item["parameters"] = [one for one in item["parameters"] if one.get("$ref") != DEADLINE]
    return document


def without_patterns(document: dict[str, Any]) -> dict[str, Any]:
    """`document` without the forms of ids and handles, which are any text then but the empty one:
    `test_document_limits` has what does not fit them, and making texts that do not takes four times as long."""
    document = deepcopy(document)
    for item in walk(document):
        if isinstance(item.get("pattern"), str):
            del item["pattern"]
            item["minLength"] = 1
    return document


def narrowed(document: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """`document`, whose parameters and keys take what is plausible, and as ids those that are `known`."""
    document = deepcopy(document)
    narrow = PLAUSIBLE | {name: {"const": value} for name, value in known.items()}
    for item in walk(document):
        if item.get("in") in ("path", "query") and item["name"] in narrow:
            item["schema"] = narrow[item["name"]]
        if isinstance(keys := item.get("properties"), dict):
            keys.update({name: narrow[name] for name in narrow if name in keys})
    compaction_settings = document["components"]["schemas"]["CompactionSettings"]
    compaction_settings["properties"].update(SETTINGS)
    compaction_settings["required"] = ["model"]
    return document
