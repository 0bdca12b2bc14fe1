"""Message as the entries of Letta's lists."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from compactd.domain.messages import MessageType, types_of
from compactd.gateway.json_encoder import JsonEncoder, encode_timestamp
from compactd.message_protos import ROLES, part_from_proto
from compactd.strategies.placeholders import in_words
from compaction.v1 import message_pb2


def encode_entries(_: JsonEncoder, stored: message_pb2.Message) -> list[dict[str, Any]]:
    """The entries of a stored message: two of one id for an assistant's text and calls, else one. What only a provider
    can read has no place among them."""
    message = stored.message
    head = {"id": stored.id, "date": encode_timestamp(stored.created_at)}
    types = types_of(ROLES[message.role], has_text=bool(_text(message)), has_calls=bool(message.tool_calls))
    return [{**head, "message_type": kind.value, **_FIELDS[kind](stored)} for kind in types]


def _system(stored: message_pb2.Message) -> dict[str, Any]:
    return {"content": _text(stored.message)}


def _content(stored: message_pb2.Message) -> dict[str, Any]:
    return {**_named(stored.message), "content": _entry_content(stored.message)}


def _tool_call(stored: message_pb2.Message) -> dict[str, Any]:
    calls = [
        {"name": call.function.name, "arguments": call.function.arguments, "tool_call_id": call.id}
        for call in stored.message.tool_calls
    ]
    return {**_named(stored.message), "tool_call": calls[0], "tool_calls": calls}


def _named(message: message_pb2.ChatMessage) -> dict[str, str]:
    return {"name": message.name} if message.name else {}


def _tool_return(stored: message_pb2.Message) -> dict[str, Any]:
    message = stored.message
    returned = {
        "tool_call_id": message.tool_call_id,
        "tool_return": _in_words(message),
        "status": "error" if message.is_error else "success",
    }
    return {**_named(message), **returned, "tool_returns": [returned]}


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


_FIELDS: Mapping[MessageType, Callable[[message_pb2.Message], dict[str, Any]]] = {
    MessageType.SYSTEM: _system,
    MessageType.USER: _content,
    MessageType.ASSISTANT: _content,
    MessageType.TOOL_CALL: _tool_call,
    MessageType.TOOL_RETURN: _tool_return,
    MessageType.SUMMARY: _summary,
}


def _text(message: message_pb2.ChatMessage) -> str:
    """Never null: Letta's clients take an entry without its content for another kind."""
    if message.HasField("content"):
        return message.content
    said = (
        part.text or part.audio.transcript for part in message.parts if part.WhichOneof("part") in ("text", "audio")
    )
    return "\n".join(said)


def _in_words(message: message_pb2.ChatMessage) -> str:
    """The text, with what is no text named in it."""
    if message.HasField("content"):
        return message.content
    return "\n".join(filter(None, (_words(part, message) for part in message.parts)))


def _words(part: message_pb2.ContentPart, message: message_pb2.ChatMessage) -> str:
    return in_words(part_from_proto(part, "parts"), ROLES[message.role])


def _entry_content(message: message_pb2.ChatMessage) -> str | Sequence[dict[str, Any]]:
    if message.HasField("content"):
        return message.content
    return [_entry_part(part, message) for part in message.parts if part.WhichOneof("part") != "opaque"] or ""


def _entry_part(part: message_pb2.ContentPart, message: message_pb2.ChatMessage) -> dict[str, Any]:
    """Letta's API has texts and images: what else there is stands as a text that names it."""
    if part.WhichOneof("part") != "image":
        return {"type": "text", "text": _words(part, message)}
    if part.image.WhichOneof("source") == "url":
        return {"type": "image", "source": {"type": "url", "url": part.image.url}}
    inline = part.image.inline
    data = b64encode(inline.data).decode()
    return {"type": "image", "source": {"type": "base64", "media_type": inline.media_type, "data": data}}
