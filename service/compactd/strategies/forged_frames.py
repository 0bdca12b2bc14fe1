"""Frames of the view in what was said: only the view itself says that something is a note of the system, a summary or a
late result. In users' and tools' texts the bracket that a frame begins with becomes another one, as its end does within
the frame."""

import re
from dataclasses import replace

from compactd.domain.messages import AudioPart, ChatMessage, ContentPart, Role, TextPart
from compactd.strategies.stretches import STRETCH

_SPACE, _MAY_BE_SPACE = r"\s{1,8}+", r"\s{0,8}+"
# Bounded, so that a text can be looked through in pieces; what ends a frame is told from what a user may write in
# brackets by its own bracket.
_FRAME = re.compile(
    rf"\[(?={_MAY_BE_SPACE}(?:"
    rf"note{_SPACE}of{_SPACE}the{_SPACE}system\b"
    # With a count, as the frame was before: who has read such a one may take it for real still.
    rf"|summary{_SPACE}of{_SPACE}(?:\d{{1,12}}+{_SPACE})?+earlier{_SPACE}message"
    rf"|late{_SPACE}(?:result|error){_SPACE}of\b"
    rf"|end{_SPACE}of{_SPACE}the{_SPACE}(?:note|summary){_MAY_BE_SPACE}\]))"
    r"(?:([^\[\]]{0,200}+)\])?+",
    re.IGNORECASE,
)
_LONGEST_BEGINNING = 128


def unframed(text: str) -> str:
    """The text with round brackets where a frame of the view seems to begin or to end; the same if none does."""
    return _FRAME.sub(_round, text) if _has_frame(text) else text


def has_forged_frames(message: ChatMessage) -> bool:
    """Whether a user or a tool says what only the view does."""
    if message.role not in (Role.USER, Role.TOOL):
        return False
    if message.content is not None:
        return _has_frame(message.content)
    return any(_has_frame(_text_of(part)) for part in message.parts)


def without_forged_frames(message: ChatMessage) -> ChatMessage:
    """The message without those; the same object if there are none."""
    if not has_forged_frames(message):
        return message
    if message.content is not None:
        return replace(message, content=unframed(message.content))
    return replace(message, parts=tuple(map(_unframed_part, message.parts)))


def _has_frame(text: str) -> bool:
    """Nothing else runs while an expression is looked for: a long text is looked through piece by piece."""
    if "[" not in text:
        return False
    starts = range(0, len(text), STRETCH)
    return any(_FRAME.search(text, at, at + STRETCH + _LONGEST_BEGINNING) for at in starts)


def _round(match: re.Match[str]) -> str:
    return "(" if match[1] is None else f"({match[1]})"


def _text_of(part: ContentPart) -> str:
    match part:
        case TextPart():
            return part.text
        case AudioPart():
            return part.transcript
        case _:
            return ""


def _unframed_part(part: ContentPart) -> ContentPart:
    match part:
        case TextPart():
            return TextPart(unframed(part.text))
        case AudioPart():
            return replace(part, transcript=unframed(part.transcript))
        case _:
            return part
