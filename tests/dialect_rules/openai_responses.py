"""OpenAI's responses.

Sources: OpenAI's API reference, "Create a model response" (items message, function_call, function_call_output; parts
input_text, input_image, input_file of the user, output_text of the assistant; `instructions`; tools by name, without
an object `function`); its errors: "No tool output found for function call", "No tool call found for function call
output", "Invalid 'input[5].call_id': string too long. Expected a string with maximum length 64", "Missing required
parameter: 'input[2].encrypted_content'".
"""

from collections.abc import Iterator
from typing import Any

from tests.dialect_rules.values import arguments_faults, image_url_faults, key_faults, pattern_faults, text_faults

NAME = r"[a-zA-Z0-9_-]{1,64}"
CALL_ID = r"(?s).{1,64}"
_PARTS = {"user": ("input_text", "input_image", "input_file"), "assistant": ("output_text", "refusal")}


def faults(body: dict[str, Any]) -> list[str]:
    items = body.get("input")
    if not isinstance(items, list) or not items:
        return ["no input"]
    found = list(text_faults(body["instructions"], "instructions")) if "instructions" in body else []
    for index, item in enumerate(items):
        found += _item_faults(item, f"item {index}")
    found += _pairing_faults(items)
    last = items[-1]
    if (last.get("type", "message"), last.get("role")) != ("message", "user"):
        found.append("the last item is no message of the user")
    if body.get("store") is not False:
        found.append("it would be kept for a month")
    return [*found, *_tool_faults(body)]


def _item_faults(item: dict[str, Any], where: str) -> Iterator[str]:
    kind = item.get("type", "message")
    if kind == "message":
        yield from _message_faults(item, where)
    elif kind == "function_call":
        yield from _call_faults(item, where)
    elif kind == "function_call_output":
        yield from _output_faults(item.get("output"), where)
    elif kind != "reasoning" or not item.get("encrypted_content"):
        yield f"{where}: an item {kind}"


def _pairing_faults(items: list[dict[str, Any]]) -> Iterator[str]:
    made: set[str] = set()
    waiting: set[str] = set()
    for index, item in enumerate(items):
        if item.get("type") == "function_call":
            if item["call_id"] in made:
                yield f"item {index}: a call id that was used before"
            made.add(item["call_id"])
            waiting.add(item["call_id"])
        elif item.get("type") == "function_call_output":
            if item["call_id"] not in waiting:
                yield f"item {index}: a result of no call before it"
            waiting.discard(item["call_id"])
    if waiting:
        yield "calls without a result"


def turns(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The items as messages of the chat API, for who looks at the order of turns alone."""
    roles = {"function_call": "assistant", "function_call_output": "tool"}
    messages: list[dict[str, Any]] = []
    for item in body["input"]:
        kind = item.get("type", "message")
        if kind == "reasoning":
            continue
        role = roles.get(kind) or item["role"]
        if kind == "function_call" and messages and messages[-1]["role"] == "assistant":
            messages[-1]["tool_calls"] = True
        else:
            messages.append({"role": role, **({"tool_calls": True} if kind == "function_call" else {})})
    return messages


def _message_faults(item: dict[str, Any], where: str) -> Iterator[str]:
    role, content = item.get("role"), item.get("content")
    yield from key_faults(item, frozenset({"type", "role", "content", "id", "status"}), where)
    if role not in _PARTS:
        yield f"{where}: role {role}"
        return
    if isinstance(content, str):
        yield from text_faults(content, where)
        return
    if not content:
        yield f"{where}: no content"
    for part in content or ():
        if part.get("type") not in _PARTS[role]:
            yield f"{where}: a part {part.get('type')} of the {role}"
        elif part["type"] == "input_image":
            yield from image_url_faults(part.get("image_url"), where)
        elif part["type"] == "input_file":
            if not any(part.get(key) for key in ("file_id", "file_data", "file_url")):
                yield f"{where}: a file without data, id or URL"
        else:
            yield from text_faults(part.get("text"), where)


def _call_faults(item: dict[str, Any], where: str) -> Iterator[str]:
    yield from key_faults(item, frozenset({"type", "call_id", "name", "arguments", "id", "status"}), where)
    yield from pattern_faults(item.get("call_id"), CALL_ID, f"{where}: call_id")
    yield from pattern_faults(item.get("name"), NAME, f"{where}: name")
    yield from arguments_faults(item.get("arguments"), where)
    if "id" in item:
        yield from pattern_faults(item["id"], r"fc_[a-zA-Z0-9_-]{1,61}", f"{where}: id")


def _output_faults(output: Any, where: str) -> Iterator[str]:
    if isinstance(output, list):
        for part in output:
            yield from text_faults(part.get("text"), where)
    else:
        yield from text_faults(output, where)


def _tool_faults(body: dict[str, Any]) -> Iterator[str]:
    tools = body.get("tools")
    if tools is None:
        if "tool_choice" in body:
            yield "tool_choice without tools"
        return
    if body.get("tool_choice") != "none":
        yield "a summarizer may call tools"
    names = [tool.get("name") for tool in tools]
    if len(set(names)) < len(names):
        yield "two tools of one name"
    for name in names:
        yield from pattern_faults(name, NAME, "tool")
