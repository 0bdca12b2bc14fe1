"""Contexts and their sizes as they are answered."""

from typing import Any

from compactd.application.context_size import ContextSize
from compactd.application.get_context import ContextView
from compactd.domain.messages import ChatMessage
from compactd.message_protos import message_to_proto, put_wire_form
from compactd.strategies.view import Origin
from compaction.v1 import conversation_service_pb2

ORIGINS = {
    Origin.VERBATIM: conversation_service_pb2.ENTRY_ORIGIN_VERBATIM,
    Origin.REWRITTEN: conversation_service_pb2.ENTRY_ORIGIN_REWRITTEN,
    Origin.SYNTHETIC: conversation_service_pb2.ENTRY_ORIGIN_SYNTHETIC,
}


def context_to_proto(view: ContextView) -> conversation_service_pb2.GetContextResponse:
    """GetContext's answer. What is shown as it is stored is not taken apart for it."""
    response = conversation_service_pb2.GetContextResponse(
        tokenizer=view.tokenizer, last_position=view.last_position, **size_fields(view.size)
    )
    messages, sources = response.messages, response.sources
    for entry in view.entries:
        wire_form = None if isinstance(entry.shown, ChatMessage) else entry.shown.wire_form
        if wire_form is None:
            messages.append(message_to_proto(entry.message))
        else:
            put_wire_form(messages.add(), *wire_form)
        sources.add(message_ids=entry.message_ids, origin=ORIGINS[entry.origin], token_count=entry.token_count)
    return response


def size_fields(size: ContextSize) -> dict[str, Any]:
    """The fields that say how large a context is, by the names that all answers have for them."""
    return {
        "context_tokens": size.tokens,
        "context_tokens_estimated": size.tokens_estimated,
        "context_window": size.window,
        "context_window_estimated": size.window_estimated,
        "version": size.version,
    }
