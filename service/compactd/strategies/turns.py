"""Strict turns: a user opens, user and assistant alternate, and a call's results belong to the assistant's turn.

Chat templates of open models (Mistral's, Gemma's) and Mistral's own API refuse anything else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from compactd.domain.messages import ChatMessage, ContentPart, Role, TextPart, ToolCall
from compactd.strategies.forged_frames import unframed
from compactd.strategies.view import OPENING, Origin, ViewEntry

NO_ANSWER = "[no answer was recorded]"
"""What an assistant says between results and the user's next message, where it said nothing."""

BETWEEN = "\n\n"
"""What stands between the texts of neighbours that become one message."""

_JOINED = (Role.USER, Role.ASSISTANT)


def strict_turns(view: Iterable[ViewEntry], *, joined: bool = True) -> list[ViewEntry]:
    """The view with neighbours of one role joined. Of a line that it adds no token is counted: the size of a context
    is the same in every form."""
    entries: list[ViewEntry] = []
    for role, group in groupby(view, lambda entry: entry.shown.role):
        before = entries[-1].shown.role if entries else Role.SYSTEM
        if role is Role.ASSISTANT and before is Role.SYSTEM:
            entries.append(ViewEntry(ChatMessage(Role.USER, OPENING), (), Origin.SYNTHETIC, 0))
        if role is Role.USER and before is Role.TOOL:
            entries.append(ViewEntry(ChatMessage(Role.ASSISTANT, NO_ANSWER), (), Origin.SYNTHETIC, 0))
        if joined and role in _JOINED:
            entries.append(_joined(list(group)))
        else:
            entries.extend(group)
    return entries


def strict_messages(messages: Iterable[ChatMessage], *, joined: bool = True) -> list[ChatMessage]:
    """The same for the messages of a request; without `joined` neighbours stay apart, for whoever joins them later."""
    view = (ViewEntry(message, (), Origin.VERBATIM, 0) for message in messages)
    return [entry.message for entry in strict_turns(view, joined=joined)]


def _joined(neighbours: Sequence[ViewEntry]) -> ViewEntry:
    if len(neighbours) == 1:
        return neighbours[0]
    origins = {entry.origin for entry in neighbours}
    return ViewEntry(
        _join([entry.message for entry in neighbours]),
        tuple(message_id for entry in neighbours for message_id in entry.message_ids),
        Origin.SYNTHETIC if origins == {Origin.SYNTHETIC} else Origin.REWRITTEN,
        sum(entry.token_count for entry in neighbours),
    )


def _join(messages: Sequence[ChatMessage]) -> ChatMessage:
    """Where not all have the same name, each text says whose it is. Thoughts stand in the field that the first of them
    came in."""
    name = messages[0].name
    if any(message.name != name for message in messages):
        messages, name = [_with_name_in_words(message) for message in messages], ""
    calls: list[ToolCall] = [call for message in messages for call in message.tool_calls]
    joined = replace(messages[0], content=None, parts=(), tool_calls=tuple(calls), name=name)
    if thoughtful := [message for message in messages if message.reasoning is not None]:
        first = next((message for message in thoughtful if message.reasoning), thoughtful[0])
        reasoning = BETWEEN.join(message.reasoning for message in thoughtful if message.reasoning)
        joined = replace(joined, reasoning=reasoning, reasoning_field=first.reasoning_field)
    if any(message.parts for message in messages):
        return replace(joined, parts=tuple(part for message in messages for part in _parts(message)))
    texts = [message.content for message in messages if message.content is not None]
    return replace(joined, content=BETWEEN.join(texts) if texts else None)


def _parts(message: ChatMessage) -> Iterator[ContentPart]:
    if message.content is not None:
        yield TextPart(message.content)
    yield from message.parts


def _with_name_in_words(message: ChatMessage) -> ChatMessage:
    if not message.name:
        return message
    heading = unframed(f"[{message.name}]")
    if message.content is not None:
        return replace(message, content=f"{heading} {message.content}", name="")
    if message.parts:
        return replace(message, parts=(TextPart(heading), *message.parts), name="")
    return replace(message, content=heading, name="")
