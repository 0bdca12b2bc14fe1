"""The transcript: a conversation as data for a summarizer, saying plainly who spoke and what tools did.

What `heading` and `spoken` write of a message is stored: a change of it raises RULES_VERSION (`rules_version`).
"""

import re
from collections.abc import Iterable

from compactd.domain.messages import ChatMessage, ContentPart, ImagePart, OpaquePart, Role
from compactd.strategies.json_escapes import has_escapes, is_json_text, with_characters
from compactd.strategies.placeholders import in_words
from compactd.strategies.secrets import Redact, redact, redact_in_steps
from compactd.strategies.steps import Steps, finished
from compactd.strategies.stretches import substitute

BEGIN = "<<<transcript"
END = "transcript>>>"
BEGIN_EARLIER = "<<<earlier summary"
END_EARLIER = "earlier summary>>>"

# Lines of a transcript that mean something begin so; in contents such a beginning gets a backslash before it, as does
# each marker, so that no message can speak for another or end the transcript.
# First characters, and those behind them, stand outside of what ignores case: most places are passed over by those.
_HEADING = re.compile(r"\[(?:[Ssſ](?i:ystem|ummary)|[Uu][Ssſ](?i:er)|[Aa](?i:ssistant)|[Tt](?i:ool)|[Pp](?i:artial))\b")
_MARKER = re.compile(
    r"[<TtSsſ](?:<(?<=<<)<\s*+(?i:transcript|earlier)|[Rr](?i:(?<=tr)anscript)\s*+>>>|[Uu](?i:(?<=su)mmary)\s*+>>>)"
)

ENCODED_CHARACTERS = 1_000
"""The characters of base64 in a row from which on they are no identifier any more."""

# A block is looked at from each of its multiples on: a run of ENCODED_CHARACTERS covers at least one whole.
_BLOCK = ENCODED_CHARACTERS // 2
_BASE64 = r"A-Za-z0-9+/_\-"
_ENCODED_BLOCK = re.compile(rf"[{_BASE64}=\r\n\\]{{{_BLOCK}}}")
# Possessive, and from the beginning of a run only, so that no stretch of text is tried twice.
_DATA_URL = re.compile(
    rf"data:(?P<type>[\w.+-]{{1,64}}/[\w.+-]{{1,64}})(?:;[\w.=+-]{{1,64}}){{0,4}};base64,[{_BASE64}]*+={{0,2}}"
)
_ENCODED = re.compile(rf"(?<![{_BASE64}])(?:[{_BASE64}]{{60,}}+(?:\r?\n|\\n)?)++[{_BASE64}]*+={{0,2}}")

_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# What may stand before a heading without being seen: blanks, characters without width, and earlier escapes.
_BEFORE_HEADING = " \t\\\xa0\u1680\u180e\u202f\u205f\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x2010)))

LINE_TOKENS = 56
"""Upper bound of what the line of a result or of a call adds to a message's own tokens (o200k_base; ids up to a
UUID's length, names of tools up to 16 tokens). The lines of other speakers add nothing to what is counted for a
role."""


def escape(text: str) -> str:
    """Text that can stand in a transcript without being taken for a part of it."""
    return finished(_escape(text)) if "[" in text or "<<<" in text or ">>>" in text else text


def _escape(text: str) -> Steps[str]:
    escaped = (yield from substitute(_HEADING, _escape_heading, text)) if "[" in text else text
    if "<<<" in text or ">>>" in text:
        escaped = yield from substitute(_MARKER, _escape_marker, escaped)
    return escaped


def enclose_earlier(texts: Iterable[str]) -> str:
    """Parts before the transcript, between markers of their own."""
    return "\n".join((BEGIN_EARLIER, "\n\n".join(escape(text) for text in texts), END_EARLIER))


def without_encoded(text: str) -> str:
    """Text with data: URLs and long base64 replaced by a few words: no summarizer can read them.

    The same object if there is none.
    """
    return finished(_without_encoded(text)) if len(text) > ENCODED_CHARACTERS or ";base64," in text else text


def _without_encoded(text: str) -> Steps[str]:
    if ";base64," in text:
        text = yield from substitute(_DATA_URL, _describe_encoded, text)
    if len(text) <= ENCODED_CHARACTERS:
        return text
    blocks = range(0, len(text) - _BLOCK + 1, _BLOCK)
    if any(_ENCODED_BLOCK.match(text, at) for at in blocks):
        text = yield from substitute(_ENCODED, _describe_encoded, text)
    return text


def _describe_encoded(match: re.Match[str]) -> str:
    run = match.group()
    if match.re is _DATA_URL:
        return f"({match['type']} as base64, {len(run)} characters)"
    return f"(base64, {len(run)} characters)" if len(run) > ENCODED_CHARACTERS else run


def escape_start(cut_out: str) -> str:
    """What was cut out of escaped text: its start, which was none before, is escaped too."""
    start = cut_out.lstrip(_BEFORE_HEADING)
    return "\\" + cut_out if _HEADING.match(start) or _MARKER.match(start) else cut_out


def _escape_heading(match: re.Match[str]) -> str:
    text, before = match.string, match.start()
    while before and text[before - 1] in _BEFORE_HEADING:
        before -= 1
    begins_line = before == 0 or text[before - 1] in _LINE_ENDS
    return "\\" + match.group() if begins_line else match.group()


def _escape_marker(match: re.Match[str]) -> str:
    return "\\" + match.group()


def enclose(texts: Iterable[str]) -> str:
    """Rendered messages between the markers."""
    return "\n".join((BEGIN, *texts, END))


def spoken(message: ChatMessage) -> str:
    """What stands below the heading: the content, and a line for each call. Empty if there is neither."""
    if message.content is not None and not message.tool_calls:
        return _safe_text(message.content, json=_may_be_json(message.role))
    return _lines(message, [_safe_text(text, json=json) for text, json in _texts(message)])


def spoken_in_steps(message: ChatMessage, redact_text: Redact = redact_in_steps) -> Steps[str]:
    """The same, in steps of a stretch of its texts."""
    safe: list[str] = []
    for text, json in _texts(message):
        safe += ((yield from _escape((yield from legible_in_steps(text, redact_text, json=json)))),)
    return _lines(message, safe)


def _texts(message: ChatMessage) -> list[tuple[str, bool]]:
    """The content and the calls' arguments, as they were given, and whether each may be JSON text."""
    content = message.content
    if content is None:
        content = "\n".join(_shown(part, message.role) for part in message.parts)
    return [(content, _may_be_json(message.role)), *((call.arguments, True) for call in message.tool_calls)]


def _may_be_json(role: Role) -> bool:
    """What a person writes is text, whatever it looks like."""
    return role is Role.TOOL


def _lines(message: ChatMessage, texts: list[str]) -> str:
    """The same texts, as a summarizer gets to see them, as lines."""
    if not message.tool_calls:
        return texts[0]
    lines = texts[:1] if texts[0] else []
    lines += [
        f"[assistant calls {_safe_name(call.name)}, id {escape(call.id)}] {arguments}"
        for call, arguments in zip(message.tool_calls, texts[1:], strict=True)
    ]
    return "\n".join(lines)


_SPEAKERS = {Role.SYSTEM: "system note"}
"""Who speaks, where the role does not say it: the system message itself is in no transcript."""


def bare_heading(role: Role) -> str:
    """The heading that says no more than who speaks."""
    return f"[{_SPEAKERS.get(role, role)}]"


def heading(message: ChatMessage, tool: str = "") -> str:
    """Who speaks, or which `tool` it is that a result came from."""
    if message.role is Role.TOOL:
        kind = "error" if message.is_error else "result"
        return f"[tool {kind} of {_safe_name(tool or message.name or 'a tool')}, id {escape(message.tool_call_id)}]"
    bare = bare_heading(message.role)
    return f"{bare[:-1]} {_safe_name(message.name)}]" if message.name else bare


def _shown(part: ContentPart, role: Role) -> str:
    if isinstance(part, ImagePart):
        return f"(image {part.media_type})" if part.media_type else "(image)"
    return "(reasoning that only its model can read)" if isinstance(part, OpaquePart) else in_words(part, role)


def _safe_name(name: str) -> str:
    """Of a tool or a speaker: a credential is none, wherever it was put."""
    return escape(redact(name))


def _safe_text(text: str, *, json: bool) -> str:
    """What a summarizer, which may be another provider's, gets to see of a text: no credentials, nothing encoded, and
    in JSON text no escapes where characters can stand."""
    if json and has_escapes(text) and is_json_text(text):
        text = finished(with_characters(text))
    return escape(redact(without_encoded(text)))


def legible_in_steps(text: str, redact_text: Redact = redact_in_steps, *, json: bool) -> Steps[str]:
    """A text without credentials and without what is encoded; where it is `json`, without escapes where characters can
    stand."""
    if json and is_json_text(text):
        text = yield from with_characters(text)
    without = yield from _without_encoded(text)
    return (yield from redact_text(without))
