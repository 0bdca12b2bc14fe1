"""Anthropic's messages.

Sources: its API reference, "Create a Message" (roles user and assistant, content blocks, `system` beside the
messages, max_tokens required, image sources base64 of four types or url); "Define tools" (names
^[a-zA-Z0-9_-]{1,64}$); "Handle tool calls" (results in the very next user message, and before its text); "Extended
thinking" (a turn's thinking before its text and calls); its errors: "messages: text content blocks must be non-
empty", "text content blocks must contain non-whitespace text", "final assistant content cannot end with trailing
whitespace", "tool_use ids must be unique", "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'", "Requests
which include tool_use or tool_result blocks must define tools". Alternation: Anthropic itself joins neighbours; who
offers its API may not.
"""

from collections.abc import Iterator
from typing import Any

from tests.dialect_rules.values import IMAGE_TYPES, key_faults, pattern_faults, text_faults

CALL_ID = r"[a-zA-Z0-9_-]{1,64}"
NAME = r"[a-zA-Z0-9_-]{1,64}"
_THOUGHTS = ("thinking", "redacted_thinking")


def faults(body: dict[str, Any]) -> list[str]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return ["no messages"]
    found = [] if isinstance(body.get("max_tokens"), int) and body["max_tokens"] > 0 else ["no max_tokens"]
    for block in body.get("system") or ():
        found += text_faults(block.get("text"), "system")
    found += _turn_faults([message.get("role") for message in messages])
    for index, message in enumerate(messages):
        found += _content_faults(message.get("role"), message.get("content"), f"message {index}")
    found += _pairing_faults(messages)
    found += _tool_faults(body)
    return found


def _turn_faults(roles: list[Any]) -> Iterator[str]:
    for index, role in enumerate(roles):
        if role != ("user", "assistant")[index % 2]:
            yield f"message {index} is the {role}'s"
    if roles[-1] != "user":
        yield "the last message is not the user's"


def _content_faults(role: Any, content: Any, where: str) -> Iterator[str]:
    if isinstance(content, str):
        yield from text_faults(content, where)
        return
    if not content:
        yield f"{where}: no content"
        return
    kinds = [block.get("type") for block in content]
    for block, kind in zip(content, kinds, strict=True):
        yield from _block_faults(block, kind, role, where)
    if "tool_result" in kinds and "tool_result" in kinds[kinds.count("tool_result") :]:
        yield f"{where}: a result after other blocks"
    if "tool_use" in kinds and any(kind != "tool_use" for kind in kinds[kinds.index("tool_use") :]):
        yield f"{where}: a block after a call"
    if kinds and kinds[-1] in _THOUGHTS:
        yield f"{where}: it ends with a thought"


def _block_faults(block: dict[str, Any], kind: Any, role: Any, where: str) -> Iterator[str]:
    if kind == "text":
        yield from key_faults(block, frozenset({"type", "text"}), where)
        yield from text_faults(block.get("text"), where)
    elif role == "user":
        yield from _user_faults(block, kind, where)
    else:
        yield from _assistant_faults(block, kind, where)


def _user_faults(block: dict[str, Any], kind: Any, where: str) -> Iterator[str]:
    source = block.get("source") or {}
    if kind == "tool_result":
        yield from pattern_faults(block.get("tool_use_id"), CALL_ID, f"{where}: tool_use_id")
        yield from _result_faults(block.get("content"), where)
    elif kind == "image":
        of_known_type = source.get("media_type") in IMAGE_TYPES and source.get("data")
        if not (of_known_type or str(source.get("url")).startswith("https://")):
            yield f"{where}: image source {str(source)[:60]}"
    elif kind == "document":
        if source.get("type") == "base64" and source.get("media_type") != "application/pdf":
            yield f"{where}: document of type {source.get('media_type')}"
    else:
        yield f"{where}: a block {kind} of the user"


def _assistant_faults(block: dict[str, Any], kind: Any, where: str) -> Iterator[str]:
    if kind == "tool_use":
        yield from pattern_faults(block.get("id"), CALL_ID, f"{where}: id")
        yield from pattern_faults(block.get("name"), NAME, f"{where}: name")
        if not isinstance(block.get("input"), dict):
            yield f"{where}: input is no object"
    elif kind == "thinking":
        if not isinstance(block.get("thinking"), str) or not isinstance(block.get("signature"), str):
            yield f"{where}: a thought without text or signature"
    elif kind != "redacted_thinking":
        yield f"{where}: a block {kind} of the assistant"


def _result_faults(content: Any, where: str) -> Iterator[str]:
    if isinstance(content, str):
        yield from text_faults(content, where)
        return
    for block in content or ():
        if block.get("type") == "text":
            yield from text_faults(block.get("text"), where)


def _pairing_faults(messages: list[dict[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    waiting: set[str] = set()
    for index, message in enumerate(messages):
        blocks = [block for block in message["content"] if isinstance(block, dict)]
        answered = [block["tool_use_id"] for block in blocks if block.get("type") == "tool_result"]
        if sorted(answered) != sorted(waiting):
            yield f"message {index}: its results are not those of the calls before it"
        ids = [block["id"] for block in blocks if block.get("type") == "tool_use"]
        if len(set(ids)) < len(ids) or seen & set(ids):
            yield f"message {index}: a call id that was used before"
        seen.update(ids)
        waiting = set(ids)
    if waiting:
        yield "the last calls have no result"


def _tool_faults(body: dict[str, Any]) -> Iterator[str]:
    blocks = [block for message in body["messages"] for block in message["content"] if isinstance(block, dict)]
    called = any(block.get("type") in ("tool_use", "tool_result") for block in blocks)
    tools = body.get("tools") or []
    if called and not tools:
        yield "calls in the history, and no tools"
    if tools and body.get("tool_choice") != {"type": "none"}:
        yield "a summarizer may call tools"
    if not tools and "tool_choice" in body:
        yield "tool_choice without tools"
    names = [tool.get("name") for tool in tools]
    if len(set(names)) < len(names):
        yield "two tools of one name"
    for name in names:
        yield from pattern_faults(name, NAME, "tool")
