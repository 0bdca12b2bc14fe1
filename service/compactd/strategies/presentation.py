"""How a view presents a message by itself, wherever it stands."""

from dataclasses import replace

from compactd.domain.messages import NO_METADATA, ChatMessage, OpaquePart, TextPart
from compactd.strategies.forged_frames import has_forged_frames
from compactd.strategies.kept_thoughts import KeepThoughts, without_thoughts
from compactd.strategies.placeholders import has_parts_to_name

EMPTY = "[empty]"


def without_import_data(message: ChatMessage) -> ChatMessage:
    """The message without what only its import knows: time, metadata, and who wrote it."""
    if message.created_at is None and not message.metadata and not message.model:
        return message
    return replace(message, created_at=None, metadata=NO_METADATA, model="")


def presentable(message: ChatMessage, keep: KeepThoughts) -> ChatMessage:
    """A message without thoughts that are not kept and without blank text, or with a marker where nothing is left but
    thoughts."""
    message = without_import_data(keep(message))
    if message.parts:
        parts = tuple(part for part in message.parts if not isinstance(part, TextPart) or part.text.strip())
        if parts and not message.tool_calls and all(isinstance(part, OpaquePart) for part in parts):
            # Thoughts are no content to an API of OpenAI's shape.
            return replace(message, parts=(*parts, TextPart(EMPTY)))
        if parts:
            return message if len(parts) == len(message.parts) else replace(message, parts=parts)
    elif message.content is not None and message.content.strip():
        return message
    if message.tool_calls:
        return message if message.content is None and not message.parts else replace(message, content=None, parts=())
    return replace(message, content=EMPTY, parts=())


def is_plain(message: ChatMessage) -> bool:
    """Whether any view shows the message as it is stored, for all that it holds itself: no thoughts, no blank text, no
    forged frame, nothing that is named in words. What it takes of its place (ids of calls used again, a late result's
    introduction, a note's frame) is not looked at. The answer is stored with the message: where it becomes another one,
    RULES_VERSION (`rules_version`) is raised."""
    shown = without_import_data(message)
    # Where there is nothing to change it is the same object: comparing what equal ones say takes three times as long.
    if presentable(shown, without_thoughts) is not shown:
        return False
    return not (has_parts_to_name(shown) or has_forged_frames(shown))
