"""Google's generateContent, at Google AI and in Vertex AI.

Sources: the references of Content (roles user and model), Part, FunctionCall and FunctionDeclaration (names of
letters, digits, underscores and dashes, of which the first is no digit or dash, at most 64; Vertex AI and Google AI
differ on dots and colons, and FunctionCall takes neither), Blob (media types of images: png, jpeg, webp, heic, heif);
its errors: "Please ensure that function call turn comes immediately after a user turn or after a function response
turn", "Please ensure that the number of function response parts is equal to the number of function call parts of the
function call turn", "Please ensure that multiturn requests alternate between user and model", "contents.parts must
not be empty", "Unable to submit request because it must have a text parameter"; "Thought signatures": only calls of
the current turn need one.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from tests.dialect_rules.values import pattern_faults, text_faults

NAME = r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}"
IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"})
_STRUCT_LEVELS = 50


def faults(body: dict[str, Any]) -> list[str]:
    contents = body.get("contents")
    if not isinstance(contents, list) or not contents:
        return ["no contents"]
    found: list[str] = []
    instruction = body.get("system_instruction") or body.get("systemInstruction") or {}
    for part in instruction.get("parts", ()):
        found += text_faults(part.get("text"), "system")
    for index, content in enumerate(contents):
        found += _content_faults(content, f"content {index}")
    found += _turn_faults(contents)
    found += _tool_faults(body)
    return found


def _named(part: dict[str, Any], camel: str, snake: str) -> Any:
    """ProtoJSON takes both spellings of a field."""
    return part.get(camel, part.get(snake))


def _calls(content: dict[str, Any]) -> list[dict[str, Any]]:
    found = [_named(part, "functionCall", "function_call") for part in content["parts"]]
    return [call for call in found if call is not None]


def _results(content: dict[str, Any]) -> list[dict[str, Any]]:
    found = [_named(part, "functionResponse", "function_response") for part in content["parts"]]
    return [result for result in found if result is not None]


def _content_faults(content: dict[str, Any], where: str) -> Iterator[str]:
    role, parts = content.get("role"), content.get("parts")
    if role not in ("user", "model"):
        yield f"{where}: role {role}"
    if not parts:
        yield f"{where}: no parts"
    for part in parts or ():
        yield from _part_faults(part, role, where)


def _part_faults(part: dict[str, Any], role: Any, where: str) -> Iterator[str]:
    call, result = _named(part, "functionCall", "function_call"), _named(part, "functionResponse", "function_response")
    blob, file = _named(part, "inlineData", "inline_data"), _named(part, "fileData", "file_data")
    if sum(given is not None for given in (call, result, blob, file, part.get("text"))) != 1:
        yield f"{where}: a part with none or several of its members: {sorted(part)}"
    if part.get("text") == "":
        yield f"{where}: empty text"
    if call is not None:
        yield from pattern_faults(call.get("name"), NAME, f"{where}: name")
        if role != "model" or not isinstance(call.get("args"), dict) or _deep(call["args"]) > _STRUCT_LEVELS:
            yield f"{where}: a call of the {role}, or its arguments are no Struct"
    if result is not None:
        yield from pattern_faults(result.get("name"), NAME, f"{where}: name of a result")
        if role != "user" or not isinstance(result.get("response"), dict):
            yield f"{where}: a result of the {role}, or no object"
    if blob is not None:
        yield from _blob_faults(blob, where)


def _blob_faults(blob: dict[str, Any], where: str) -> Iterator[str]:
    media_type = str(_named(blob, "mimeType", "mime_type"))
    if not blob.get("data") or (media_type.startswith("image/") and media_type not in IMAGE_TYPES):
        yield f"{where}: data of type {media_type}"


def _deep(value: Any) -> int:
    level, levels = [value], 0
    while level:
        level = [inner for outer in level for inner in _inside(outer)]
        levels += 1
    return levels - 1


def _inside(outer: Any) -> list[Any]:
    if isinstance(outer, dict):
        return list(outer.values())
    return list(outer) if isinstance(outer, list) else []


def _turn_faults(contents: list[dict[str, Any]]) -> Iterator[str]:
    if contents[0].get("role") != "user":
        yield "the model opens"
    if contents[-1].get("role") != "user" or _results(contents[-1]):
        yield "it does not end with the user's words"
    for index, (before, after) in enumerate(pairwise(contents), 1):
        if before["role"] == after["role"]:
            yield f"content {index}: {after['role']} after {before['role']}"
        calls, results = _calls(before), _results(after)
        if [call.get("name") for call in calls] != [result.get("name") for result in results]:
            yield f"content {index}: its results are not those of the calls before it"
        if results and len(results) < len(after["parts"]):
            yield f"content {index}: other parts among results"
    if _calls(contents[-1]):
        yield "it ends with calls"


def _tool_faults(body: dict[str, Any]) -> Iterator[str]:
    tools = body.get("tools") or []
    declared = [
        declaration
        for tool in tools
        for declaration in _named(tool, "functionDeclarations", "function_declarations") or ()
    ]
    names = [declaration.get("name") for declaration in declared]
    if len(set(names)) < len(names):
        yield "two tools of one name"
    for name in names:
        yield from pattern_faults(name, NAME, "tool")
    mode = (body.get("toolConfig") or {}).get("functionCallingConfig", {}).get("mode")
    if declared and mode != "NONE":
        yield "a summarizer may call tools"
