"""Redaction a second time: every pattern is tried on every text, as the patterns before have left it."""

from compactd.strategies.credential_settings import NEAR
from compactd.strategies.secrets import _ESCAPED, _REVERSED, _letter, _rule


def slow_redact(text: str) -> str:
    shown = redacted = _ESCAPED.sub(_letter, text)
    given = shown.casefold()
    absent = {form.pattern for form in NEAR if not any(marker in given for marker in form.markers)}
    for pattern, replacement in map(_rule, range(_REVERSED + 1)):
        if pattern not in absent:
            redacted = pattern.sub(replacement, redacted)
    return text if redacted == shown else redacted
