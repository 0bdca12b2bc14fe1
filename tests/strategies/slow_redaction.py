"""Redaction a second time: every word is looked for by itself, in the text as the patterns before have left it."""

from compactd.strategies.secrets import _ASSIGNED, _NAMES, _SECRETS, _assigned, _is_assigned, _replaced


def slow_redact(text: str) -> str:
    for markers, pattern in _SECRETS:
        if any(marker in text for marker in markers.split("|")):
            text = pattern.sub(_replaced, text)
    folded = text.casefold()
    assigned = any(_is_assigned(name, folded) for name in _NAMES if name in folded)
    return _ASSIGNED.sub(_assigned, text) if assigned else text
