"""Contexts and their sizes as they are answered."""

from typing import Any

from google.protobuf.descriptor import Descriptor

from compactd.application.context_size import ContextSize
from compactd.application.get_context import ContextView
from compactd.domain.messages import ChatMessage
from compactd.message_protos import message_to_proto
from compactd.strategies.view import Origin, ViewEntry
from compaction.v1 import conversation_service_pb2, message_pb2

ORIGINS = {
    Origin.VERBATIM: conversation_service_pb2.ENTRY_ORIGIN_VERBATIM,
    Origin.REWRITTEN: conversation_service_pb2.ENTRY_ORIGIN_REWRITTEN,
    Origin.SYNTHETIC: conversation_service_pb2.ENTRY_ORIGIN_SYNTHETIC,
}

_VARINT, _BYTES = 0, 2
"""Wire types: a number, and bytes behind their length."""


def _key(message: Descriptor, field: str, wire_type: int) -> bytes:
    """What stands before a field in the wire form; one byte, since no number here is above 15."""
    return bytes([message.fields_by_name[field].number << 3 | wire_type])


_RESPONSE: Any = conversation_service_pb2.GetContextResponse.DESCRIPTOR
_SOURCE: Any = conversation_service_pb2.ContextSource.DESCRIPTOR
_MESSAGES = _key(_RESPONSE, "messages", _BYTES)
_SOURCES = _key(_RESPONSE, "sources", _BYTES)
_MESSAGE_IDS = _key(_SOURCE, "message_ids", _BYTES)
_ORIGINS = {
    origin.value: _key(_SOURCE, "origin", _VARINT) + bytes([number]) + _key(_SOURCE, "token_count", _VARINT)
    for origin, number in ORIGINS.items()
}
_CONTENT = _key(message_pb2.ChatMessage.DESCRIPTOR, "content", _BYTES)


class _Varints(dict[int, bytes]):
    """Numbers in the wire form; those that are frequent are at hand."""

    def __missing__(self, number: int) -> bytes:
        written = bytearray()
        while number > 0x7F:
            written.append(number & 0x7F | 0x80)
            number >>= 7
        written.append(number)
        return bytes(written)


_varints = _Varints()
_varints.update({number: _varints[number] for number in range(4_096)})


def context_to_proto(view: ContextView) -> conversation_service_pb2.GetContextResponse:
    """GetContext's answer. What is shown as it is stored is not taken apart for it."""
    response = conversation_service_pb2.GetContextResponse(
        tokenizer=view.tokenizer, last_position=view.last_position, **size_fields(view.size)
    )
    # Written as bytes and read at once, 500 messages and sources take 0.7 ms; adding them one by one takes 2.
    parts: list[bytes] = []
    for entry in view.entries:
        _append_message(parts, entry)
        source = _ORIGINS[entry.origin] + _varints[entry.token_count]
        for message_id in entry.message_ids:
            written = message_id.encode()
            source += _MESSAGE_IDS + _varints[len(written)] + written
        parts.append(_SOURCES + _varints[len(source)] + source)
    response.MergeFromString(b"".join(parts))
    return response


def _append_message(parts: list[bytes], entry: ViewEntry) -> None:
    wire_form = None if isinstance(entry.shown, ChatMessage) else entry.shown.wire_form
    if wire_form is None:
        wire_form = message_to_proto(entry.message).SerializeToString(), None
    body, content = wire_form
    if content is None:
        parts.append(_MESSAGES + _varints[len(body)] + body)
    else:
        before = body + _CONTENT + _varints[len(content)]
        parts.append(_MESSAGES + _varints[len(before) + len(content)] + before)
        parts.append(content)


def size_fields(size: ContextSize) -> dict[str, Any]:
    """The fields that say how large a context is, by the names that all answers have for them."""
    return {
        "context_tokens": size.tokens,
        "context_tokens_estimated": size.tokens_estimated,
        "context_window": size.window,
        "context_window_estimated": size.window_estimated,
        "version": size.version,
        "observed_token_ratio": size.observed_ratio,
    }
