"""Escapes in JSON text: who reads it as text is shown the characters that they stand for."""

import re
from functools import partial
from unicodedata import category

from compactd.strategies.steps import Steps
from compactd.strategies.stretches import substitute

# A surrogate pair is one character. A run of backslashes is looked at whole: an even one escapes itself.
_ESCAPE = re.compile(r"(?<!\\)(?:(\\{1,8})u([0-9A-Fa-f]{4})(?:\\{1,8}u([Dd][C-Fc-f][0-9A-Fa-f]{2}))?|\\/)")

_STAYING = ("Cc", "Cs", "Zl", "Zp")
"""Categories of Unicode: what ends a line, cannot be seen or is half a character."""


def is_json_text(text: str) -> bool:
    """Whether it begins and ends as a JSON document does that holds strings."""
    return text.lstrip()[:1] in ("{", "[") and text.rstrip()[-1:] in ("}", "]")


def has_escapes(text: str) -> bool:
    return "\\u" in text or "\\/" in text


def with_characters(json_text: str) -> Steps[str]:
    r"""JSON text with the characters that `\u00fc` and `\/` stand for, in steps of a stretch: also in a document that
    is a string of the document. It stays JSON: what has to be escaped is left, and so is what cannot be seen."""
    if not has_escapes(json_text):
        return json_text
    # In a document within a string, whose quotes have a backslash, an escape has two; in one within that, four.
    deepest = next((escapes for escapes in (8, 4, 2) if "\\" * (escapes - 1) + '"' in json_text), 1)
    return (yield from substitute(_ESCAPE, partial(_character, deepest=deepest), json_text))


def _character(match: re.Match[str], *, deepest: int) -> str:
    run, unit, low = match.groups()
    if run is None:
        return "/"
    escapes = 1 if len(run) % 2 else len(run) if len(run) in (2, 4, 8) and len(run) <= deepest else 0
    if not escapes:
        return match.group()
    code, rest = int(unit, 16), ""
    if low is not None and 0xD800 <= code < 0xDC00:
        code = 0x10000 + ((code - 0xD800) << 10) + (int(low, 16) - 0xDC00)
    elif low is not None:
        rest = match.group()[len(run) + 5 :]
    character = chr(code)
    if character in '"\\' or category(character) in _STAYING:
        return match.group()
    return run[:-escapes] + character + rest
