"""What a context is held against at the moment in which it is read."""

import hashlib

from compactd.message_protos import message_from_proto
from compaction.v1 import conversation_service_pb2, message_pb2
from tests.shapes import faults
from tests.torture.history import Attempt, ContextRead, History


def look_at_context(
    history: History,
    conversation_id: str,
    context: conversation_service_pb2.GetContextResponse,
    attempt: Attempt,
    *,
    native: bool,
) -> None:
    """Adds it to the history, and what is wrong with it by itself. Only native messages tell a summary from others, and
    only the others are for a provider."""
    counted = sum(source.token_count for source in context.sources)
    if counted != context.context_tokens:
        history.find(conversation_id, f"a context's entries have {counted} tokens, and it {context.context_tokens}")
    if not native:
        shown = [message_from_proto(message, f"messages[{index}]") for index, message in enumerate(context.messages)]
        for fault in faults(shown, pending_from(context)):
            history.find(conversation_id, f"a context that a provider would refuse: {fault} in {_outline(context)}")
    opening = [
        (message.role, message.content)
        for index, message in enumerate(context.messages[:2])
        if index == 0 or message.role == message_pb2.MESSAGE_ROLE_SUMMARY
    ]
    history.contexts.append(
        ContextRead(
            attempt.began,
            attempt.ended,
            conversation_id,
            frozenset(message_id for source in context.sources for message_id in source.message_ids),
            context.last_position,
            context.version,
            hashlib.sha256(repr(opening).encode()).hexdigest() if native else "",
            attempt.where,
        )
    )


def pending_from(context: conversation_service_pb2.GetContextResponse) -> int | None:
    """The index of the first message, of those at the end that are calls and results, that has a call without one. Late
    results and notes of the system are among them: they are shown as a user's messages, as the summary is."""
    messages, begin = context.messages, len(context.messages)
    while begin and (_is_of_calls(messages[begin - 1]) or _is_within_run(context, begin - 1)):
        begin -= 1
    answered = {message.tool_call_id for message in messages[begin:]}
    for index in range(begin, len(messages)):
        if any(made.id not in answered for made in messages[index].tool_calls):
            return index
    return None


def _is_of_calls(message: message_pb2.ChatMessage) -> bool:
    return bool(message.tool_calls or message.tool_call_id)


def _is_within_run(context: conversation_service_pb2.GetContextResponse, index: int) -> bool:
    message = context.messages[index]
    rewritten = context.sources[index].origin == conversation_service_pb2.ENTRY_ORIGIN_REWRITTEN
    text = message.parts[0].text if message.parts else message.content
    within = text.startswith(("[late ", "[note of the system"))
    return message.role == message_pb2.MESSAGE_ROLE_USER and rewritten and within


def _outline(context: conversation_service_pb2.GetContextResponse) -> str:
    """Who speaks, with how many calls, for people who look for what went wrong."""
    return " ".join(
        f"{message_pb2.MessageRole.Name(message.role)[13]}{source.origin}{len(message.tool_calls) or ''}"
        for message, source in zip(context.messages, context.sources, strict=True)
    )
