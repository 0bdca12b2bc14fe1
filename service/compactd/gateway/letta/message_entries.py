"""Message as the entries of Letta's lists."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from compactd.gateway.json_encoder import JsonEncoder, encode_timestamp
from compaction.v1 import message_pb2


def encode_entries(_: JsonEncoder, stored: message_pb2.Message) -> list[dict[str, Any]]:
    """The entries of a stored message: two of one id for an assistant's text and calls, else one. What only a provider
    can read has no place among them."""
    head = {"id": stored.id, "date": encode_timestamp(stored.created_at)}
    message = stored.message
    match message.role:
        case message_pb2.MESSAGE_ROLE_SYSTEM:
            return [{**head, "message_type": "system_message", "content": _text(message)}]
        case message_pb2.MESSAGE_ROLE_USER:
            return [{**head, "message_type": "user_message", **_named(message), "content": _entry_content(message)}]
        case message_pb2.MESSAGE_ROLE_TOOL:
            return [{**head, "message_type": "tool_return_message", **_named(message), **_tool_return(message)}]
        case message_pb2.MESSAGE_ROLE_SUMMARY:
            return [{**head, "message_type": "summary_message", **_summary(stored)}]
        case _:
            return _assistant_entries(head, message)


def _assistant_entries(head: dict[str, Any], message: message_pb2.ChatMessage) -> list[dict[str, Any]]:
    entries = []
    content = _entry_content(message)
    # As the store tells the two kinds apart.
    if _text(message) or not message.tool_calls:
        entries.append({**head, "message_type": "assistant_message", **_named(message), "content": content})
    if message.tool_calls:
        calls = [
            {"name": call.function.name, "arguments": call.function.arguments, "tool_call_id": call.id}
            for call in message.tool_calls
        ]
        kind = {"message_type": "tool_call_message", **_named(message), "tool_call": calls[0], "tool_calls": calls}
        entries.append({**head, **kind})
    return entries


def _named(message: message_pb2.ChatMessage) -> dict[str, str]:
    return {"name": message.name} if message.name else {}


def _tool_return(message: message_pb2.ChatMessage) -> dict[str, Any]:
    returned = {
        "tool_call_id": message.tool_call_id,
        "tool_return": _text(message),
        "status": "error" if message.is_error else "success",
    }
    return {**returned, "tool_returns": [returned]}


def _summary(stored: message_pb2.Message) -> dict[str, Any]:
    """`trigger` is what Letta's API calls the cause; here a caller asks for every compaction."""
    plain: dict[str, Any] = {"summary": _text(stored.message), "compaction_stats": None}
    if stored.HasField("compaction_stats"):
        stats = stored.compaction_stats
        plain["compaction_stats"] = {
            "trigger": "manual",
            "context_window": stats.context_window,
            "messages_count_before": stats.messages_count_before,
            "messages_count_after": stats.messages_count_after,
        }
    return plain


def _text(message: message_pb2.ChatMessage) -> str:
    """Never null: Letta's clients take an entry without its content for another kind."""
    if message.HasField("content"):
        return message.content
    return "\n".join(part.text for part in message.parts if part.WhichOneof("part") == "text")


def _entry_content(message: message_pb2.ChatMessage) -> str | Sequence[dict[str, Any]]:
    if message.HasField("content"):
        return message.content
    kinds = [(part, part.WhichOneof("part")) for part in message.parts]
    return [_entry_part(part) for part, kind in kinds if kind in ("text", "image")] or ""


def _entry_part(part: message_pb2.ContentPart) -> dict[str, Any]:
    if part.WhichOneof("part") == "text":
        return {"type": "text", "text": part.text}
    if part.image.WhichOneof("source") == "url":
        return {"type": "image", "source": {"type": "url", "url": part.image.url}}
    inline = part.image.inline
    data = b64encode(inline.data).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": inline.media_type, "data": data}}
