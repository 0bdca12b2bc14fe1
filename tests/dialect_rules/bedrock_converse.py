"""Amazon's Bedrock Converse.

Sources: botocore's own model of the service, which says what is required, and the patterns and lengths of each
member; the user guide, "Using the Converse API" (roles alternate, a user opens; images: png, jpeg, gif, webp); its
errors: "The text field in the ContentBlock object ... is blank", "A conversation must start with a user message",
"The toolConfig field must be defined when using toolUse and toolResult content blocks", "Expected toolResult blocks
at ... for the following Ids".
"""

import base64
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import botocore.loaders  # type: ignore[import-untyped]
from botocore.model import ServiceModel  # type: ignore[import-untyped]
from botocore.validate import ParamValidator  # type: ignore[import-untyped]

from tests.dialect_rules.values import text_faults


@cache
def _input_shape() -> Any:
    described = botocore.loaders.Loader().load_service_model("bedrock-runtime", "service-2")
    return ServiceModel(described, "bedrock-runtime").operation_model("Converse").input_shape


def faults(body: dict[str, Any]) -> list[str]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return ["no messages"]
    given = _with_bytes({"modelId": "m", **body})
    report = ParamValidator().validate(given, _input_shape())
    found = [report.generate_report()] if report.has_errors() else []
    found += _member_faults(given, _input_shape(), "request")
    found += _turn_faults(messages)
    blocks = [block for message in messages for block in message["content"]]
    for index, message in enumerate(messages):
        for block in message["content"]:
            if "text" in block:
                found += text_faults(block["text"], f"message {index}")
    if any("toolUse" in block or "toolResult" in block for block in blocks) and "toolConfig" not in body:
        found.append("calls in the history, and no toolConfig")
    if "toolConfig" in body:
        found.append("the API has no way to forbid the use of tools")
    return found


def _with_bytes(value: Any) -> Any:
    """JSON has bytes as base64, botocore as bytes."""
    if isinstance(value, dict):
        return {
            key: base64.b64decode(inner) if key == "bytes" and isinstance(inner, str) else _with_bytes(inner)
            for key, inner in value.items()
        }
    return [_with_bytes(inner) for inner in value] if isinstance(value, list) else value


def _member_faults(value: Any, shape: Any, where: str) -> Iterator[str]:
    """What botocore knows and leaves to the service: patterns, lengths, values of enumerations."""
    if isinstance(value, str):
        yield from _string_faults(value, shape.metadata, where)
    elif shape.type_name == "list" and isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _member_faults(inner, shape.member, f"{where}[{index}]")
    elif shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        if shape.is_tagged_union and len(value) != 1:
            yield f"{where}: {sorted(value)} where one member has to be set"
        for name, inner in value.items():
            if name in shape.members:
                yield from _member_faults(inner, shape.members[name], f"{where}.{name}")
            else:
                yield f"{where}: unknown member {name}"


def _string_faults(text: str, metadata: dict[str, Any], where: str) -> Iterator[str]:
    pattern, longest, allowed = (metadata.get(key) for key in ("pattern", "max", "enum"))
    if pattern and re.fullmatch(pattern, text) is None:
        yield f"{where}: {text!r} does not match {pattern}"
    if longest and len(text) > longest:
        yield f"{where}: longer than {longest}"
    if allowed and text not in allowed:
        yield f"{where}: {text!r} is none of {allowed}"


def _turn_faults(messages: list[dict[str, Any]]) -> Iterator[str]:
    for index, message in enumerate(messages):
        if message.get("role") != ("user", "assistant")[index % 2]:
            yield f"message {index} is the {message.get('role')}'s"
        if not message.get("content"):
            yield f"message {index}: no content"
    if messages[-1].get("role") != "user":
        yield "the last message is not the user's"
