"""Thoughts in a view: what of a message's reasoning text and opaque parts its reader is to see."""

from collections.abc import Callable
from dataclasses import replace

from compactd.domain.messages import REASONING_DETAILS, ChatMessage, ContentPart, OpaquePart

KeepThoughts = Callable[[ChatMessage], ChatMessage]
"""Leaves of a message's thoughts, its reasoning text and opaque parts, what the reader of a view is to see of them. Has
to give the same object where nothing goes."""


def without_thoughts(message: ChatMessage) -> ChatMessage:
    """For readers that did not think them."""
    if message.reasoning is not None:
        message = replace(message, reasoning=None)
    return _without_opaque(message, lambda _: False)


def drop_opaque(message: ChatMessage) -> ChatMessage:
    """For callers that send the view to an API of OpenAI's shape: what is a field of such an API stays."""
    return _without_opaque(message, lambda part: part.type == REASONING_DETAILS)


def keep_opaque(message: ChatMessage) -> ChatMessage:
    """For callers that build their own requests."""
    return message


def thoughts_of(provider: str, model: str) -> KeepThoughts:
    """Keeps thoughts for the provider and model that made them, and for no other. The opaque parts of a message stay or
    go together."""
    maker = f"{provider}/{model}"

    def keep(message: ChatMessage) -> ChatMessage:
        if message.reasoning is not None and message.model != maker:
            message = replace(message, reasoning=None)
        opaque = _opaque_parts(message)
        if all(part.provider == provider and part.model == model for part in opaque):
            return message
        return _without_opaque(message, lambda _: False)

    return keep


def _opaque_parts(message: ChatMessage) -> list[OpaquePart]:
    opaque = [part for part in message.parts if isinstance(part, OpaquePart)]
    return opaque + [call.opaque for call in message.tool_calls if call.opaque is not None]


def _without_opaque(message: ChatMessage, stays: Callable[[OpaquePart], bool]) -> ChatMessage:
    if all(map(stays, _opaque_parts(message))):
        return message
    parts: tuple[ContentPart, ...] = tuple(
        part for part in message.parts if not isinstance(part, OpaquePart) or stays(part)
    )
    return replace(message, parts=parts, tool_calls=tuple(replace(call, opaque=None) for call in message.tool_calls))
