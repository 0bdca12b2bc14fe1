"""OpenAI's chat completions.

Sources: OpenAI's API reference, "Create chat completion" (roles, content, tool_calls, tool_call_id; "function.name:
a-z, A-Z, 0-9, underscores and dashes, with a maximum length of 64"; input_audio wav or mp3; file by file_data or
file_id); guide on images (png, jpeg, webp, gif); its errors: "An assistant message with 'tool_calls' must be followed
by tool messages responding to each 'tool_call_id'", "messages with role 'tool' must be a response to a preceding
message with 'tool_calls'", "Invalid 'messages[1].tool_calls[0].id': string too long. Expected a string with maximum
length 64".
"""

from collections.abc import Iterator
from typing import Any

from tests.dialect_rules.values import arguments_faults, image_url_faults, key_faults, pattern_faults, text_faults

NAME = r"[a-zA-Z0-9_-]{1,64}"
CALL_ID = r"(?s).{1,64}"

_KEYS = {
    "system": frozenset({"role", "content"}),
    "user": frozenset({"role", "content"}),
    "assistant": frozenset({"role", "content", "tool_calls"}),
    "tool": frozenset({"role", "content", "tool_call_id"}),
}


def faults(
    body: dict[str, Any], *, name: str = NAME, call_id: str = CALL_ID, more_keys: frozenset[str] = frozenset()
) -> list[str]:
    """Every rule that the body breaks. Others of the same API have patterns of their own, and `more_keys` of a
    message, such as the text of its reasoning."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return ["no messages"]
    found = [] if isinstance(body.get("model"), str) else ["no model"]
    for index, message in enumerate(messages):
        found += _message_faults(index, message, name, call_id, more_keys)
    found += pairing_faults(messages)
    found += tool_faults(body, name)
    if messages[-1].get("role") != "user":
        found.append("the last message is not the user's")
    return found


def _message_faults(
    index: int, message: dict[str, Any], name: str, call_id: str, more_keys: frozenset[str]
) -> Iterator[str]:
    role, where = message.get("role"), f"message {index}"
    if role not in _KEYS:
        yield f"{where}: role {role}"
        return
    if role == "system" and index:
        yield f"{where}: a system message that is not the first"
    yield from key_faults(message, _KEYS[role] | (more_keys if role == "assistant" else frozenset()), where)
    content, calls = message.get("content"), message.get("tool_calls")
    if content is None:
        if role != "assistant" or not calls:
            yield f"{where}: no content"
    else:
        yield from _content_faults(content, role, where)
    if calls is not None:
        yield from _calls_faults(calls, name, call_id, where)
    if role == "tool":
        yield from pattern_faults(message.get("tool_call_id"), call_id, f"{where}: tool_call_id")


def _content_faults(content: Any, role: str, where: str) -> Iterator[str]:
    if not isinstance(content, list):
        yield from text_faults(content, where)
        return
    if not content:
        yield f"{where}: a list of no parts"
    for part in content:
        if part.get("type") == "text":
            yield from key_faults(part, frozenset({"type", "text"}), where)
            yield from text_faults(part.get("text"), where)
        elif role != "user":
            yield f"{where}: a part of type {part.get('type')} of the {role}"
        else:
            yield from _media_faults(part, where)


def _media_faults(part: dict[str, Any], where: str) -> Iterator[str]:
    kind = part.get("type")
    if kind == "image_url":
        yield from image_url_faults(part["image_url"].get("url"), where)
    elif kind == "input_audio":
        if part["input_audio"].get("format") not in ("wav", "mp3") or not part["input_audio"].get("data"):
            yield f"{where}: audio of another format than wav or mp3"
    elif kind == "file":
        if not (part["file"].get("file_id") or str(part["file"].get("file_data")).startswith("data:")):
            yield f"{where}: a file without data or id"
    else:
        yield f"{where}: a part of type {kind}"


def _calls_faults(calls: Any, name: str, call_id: str, where: str) -> Iterator[str]:
    if not isinstance(calls, list) or not calls:
        yield f"{where}: tool_calls is no list, or empty"
        return
    for call in calls:
        if call.get("type") != "function":
            yield f"{where}: a call of type {call.get('type')}"
        yield from key_faults(call, frozenset({"id", "type", "function"}), where)
        yield from pattern_faults(call.get("id"), call_id, f"{where}: call id")
        yield from pattern_faults(call["function"].get("name"), name, f"{where}: name")
        yield from arguments_faults(call["function"].get("arguments"), where)


def pairing_faults(messages: list[dict[str, Any]]) -> Iterator[str]:
    """Each call answered once, directly after its message; each id one call's."""
    seen: set[str] = set()
    waiting: set[str] = set()
    for index, message in enumerate(messages):
        if message.get("role") == "tool":
            if message.get("tool_call_id") not in waiting:
                yield f"message {index}: a result of no call before it"
            waiting.discard(message.get("tool_call_id", ""))
            continue
        if waiting:
            yield f"message {index}: calls before it have no result"
        ids = [call.get("id") for call in message.get("tool_calls") or ()]
        if len(set(ids)) < len(ids) or seen & set(ids):
            yield f"message {index}: a call id that was used before"
        seen.update(ids)
        waiting = set(ids)
    if waiting:
        yield "the last calls have no result"


def tool_faults(body: dict[str, Any], name: str = NAME) -> Iterator[str]:
    """ "tool_choice is only allowed when tools are specified"; two tools may not have one name."""
    tools = body.get("tools")
    if tools is None:
        if "tool_choice" in body or "parallel_tool_calls" in body:
            yield "tool_choice without tools"
        return
    if body.get("tool_choice") != "none":
        yield "a summarizer may call tools"
    names = [tool["function"]["name"] for tool in tools]
    if len(set(names)) < len(names):
        yield "two tools of one name"
    for given in names:
        yield from pattern_faults(given, name, "tool")
