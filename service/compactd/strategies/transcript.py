"""The transcript: a conversation as data for a summarizer, saying plainly who spoke and what tools did."""

import re
from collections.abc import Iterable, Mapping, Sequence

from compactd.domain.messages import ChatMessage, ImagePart, Role, StoredMessage, TextPart

BEGIN = "<<<transcript"
END = "transcript>>>"

# Lines of a transcript that mean something begin so; in contents such a beginning gets a backslash before it, as does
# each marker, so that no message can speak for another or end the transcript.
_FORGED_LINE = re.compile(
    r"^(\s*\\*)(\[(?:system|user|assistant|tool|summary|partial)\b)", re.IGNORECASE | re.MULTILINE
)
_FORGED_MARKER = re.compile(r"(<<<\s*transcript|transcript\s*>>>)", re.IGNORECASE)

LINE_TOKENS = 12
"""Upper bound of what the line of a speaker adds to a message's own tokens (o200k_base, ids up to 30 characters)."""


def escape(text: str) -> str:
    """Text that can stand in a transcript without being taken for a part of it."""
    return _FORGED_MARKER.sub(lambda match: "\\" + match.group(0), _FORGED_LINE.sub(r"\1\\\2", text))


def enclose(texts: Iterable[str]) -> str:
    """Rendered messages between the markers."""
    return "\n".join((BEGIN, *texts, END))


def tool_names(messages: Sequence[StoredMessage]) -> dict[str, str]:
    """The latest tool called under each call id."""
    return {call.id: call.name for stored in messages for call in stored.message.tool_calls}


def render(message: ChatMessage, tools: Mapping[str, str]) -> str:
    """One message as transcript lines; `tools` names the tool of a call id."""
    lines = [_heading(message, tools)]
    text = _content(message)
    if text:
        lines.append(text)
    lines += [
        f"[assistant calls {escape(call.name)}, id {escape(call.id)}] {escape(call.arguments)}"
        for call in message.tool_calls
    ]
    return "\n".join(lines)


def _heading(message: ChatMessage, tools: Mapping[str, str]) -> str:
    if message.role is Role.TOOL:
        tool = escape(tools.get(message.tool_call_id) or message.name or "a tool")
        kind = "error" if message.is_error else "result"
        return f"[tool {kind} of {tool}, id {escape(message.tool_call_id)}]"
    return f"[{message.role} {escape(message.name)}]" if message.name else f"[{message.role}]"


def _content(message: ChatMessage) -> str:
    if message.content is not None:
        return escape(message.content)
    pieces = []
    for part in message.parts:
        if isinstance(part, TextPart):
            pieces.append(escape(part.text))
        elif isinstance(part, ImagePart):
            pieces.append(f"(image {part.media_type})" if part.media_type else "(image)")
        else:
            pieces.append("(reasoning that only its model can read)")
    return "\n".join(pieces)
