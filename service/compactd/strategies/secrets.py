"""Credentials that people and tools paste into conversations: none of them may travel into a summary."""

import re

REDACTED = "[secret]"

# Each marker is a literal that its pattern needs: looking for literals first is fifty times faster than the patterns.
# No pattern may try a stretch of text twice, whatever the text is.
_SECRETS = (
    ("-----BEGIN", re.compile(r"-----BEGIN[^-\n]{0,60}-----[A-Za-z0-9+/=\s\\]*+(?:-----END[^-\n]{0,60}-----)?")),
    ("sk-", re.compile(r"\bsk-[A-Za-z0-9_-]{12,}")),
    ("k_live_", re.compile(r"\b[rsp]k_live_[A-Za-z0-9]{8,}")),
    ("k_test_", re.compile(r"\b[rsp]k_test_[A-Za-z0-9]{8,}")),
    ("gh", re.compile(r"gh[opsur]_[A-Za-z0-9]{12,}")),
    ("github_pat_", re.compile(r"\bgithub_pat_\w{12,}")),
    ("glpat-", re.compile(r"\bglpat-[\w-]{12,}")),
    ("AKIA", re.compile(r"\bAKIA[0-9A-Z]{12,}")),
    ("ASIA", re.compile(r"\bASIA[0-9A-Z]{12,}")),
    ("AIza", re.compile(r"\bAIza[\w-]{20,}")),
    ("xox", re.compile(r"\bxox[abeoprs]-[\w-]{8,}")),
    ("eyJ", re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+(?:\.[\w-]++)?")),
    ("earer ", re.compile(r"(?<=[Bb]earer )[\w.~+/=-]{16,}")),
    ("hf_", re.compile(r"\bhf_[A-Za-z0-9]{16,}")),
    ("://", re.compile(r"(?<=://)[^\s/:@]{1,64}:[^\s/@]{1,128}(?=@)")),
)
_NAMES = ("password", "passwd", "passphrase", "secret", "api_key", "apikey", "api-key", "access_key", "auth_token")
# The set of first characters stands outside of what ignores case: only so is the pattern not tried everywhere.
_ASSIGNED = re.compile(
    rf"(?P<name>[AaPpSsſ](?i:(?:{'|'.join(f'(?<={name[0]}){name[1:]}' for name in _NAMES)})[\"']?\s{{0,4}}"
    r"(?:[:=]|\bis\b)\s{0,4}[\"']?))(?!(?i:\[secret\]))[^\s\"',;]{6,256}"
)


def redact(text: str) -> str:
    """`text` with every known form of a credential replaced by `[secret]`; the same object if there is none."""
    for marker, pattern in _SECRETS:
        if marker in text:
            text = pattern.sub(REDACTED, text)
    lowered = text.lower()
    for name in _NAMES:
        if name in lowered:
            return _ASSIGNED.sub(rf"\g<name>{REDACTED}", text)
    return text
