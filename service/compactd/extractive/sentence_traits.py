"""How a sentence that was said reads in a summary, away from what stood around it."""

import re

_LEAD_IN = re.compile(r"(?i)(?:and|also|oh,? and)[ ,]+(?:(?:a|an|one|another)\b[^:.!?]{0,40}: )?(?=\S)")
_COUNTED = r"(?:thing|note|point|question|remark|item|detail|matter|correction|request)s?"
_ANNOUNCEMENT = re.compile(
    rf"(?i)(?:(?:and|also|but|so|just|only|then|ok|okay)[ ,]+)*"
    rf"(?:an?|one|two|three|four|five|some|a few|a couple of|several|another|the following) (?:\w+ ){{0,2}}{_COUNTED}\b"
    r"[^,;:.!?]{0,40}[.:!]?"
)
_CAUSE = re.compile(
    r"(?i)\b(?:because|root cause|culprit|caused|due to|so (?:a|an|the|that|it)|reason)\b|因为|由于|原因|ため"
)
_MARKS = "-*•#> "
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_QUOTES = {"「": "」", "『": "』"}


def is_table_row(text: str) -> bool:
    """Whether a line is a row of a Markdown table; the ledger holds its values in fewer characters."""
    return text.startswith("|") and text.count("|") > 2


def is_announcement(text: str) -> bool:
    """Whether a sentence only says that others come: `Two things before you start.`"""
    return _ANNOUNCEMENT.fullmatch(text) is not None


def names_cause(text: str) -> bool:
    """Whether a sentence gives a reason."""
    return _CAUSE.search(text) is not None


def standing_alone(text: str) -> str:
    """The sentence without list marks, without the beginning of a quote that ends elsewhere, without
    `And one more: `, and without a colon that nothing follows."""
    text = _BOLD.sub(r"\1", text).lstrip(_MARKS)
    if text[:1] in _QUOTES and _QUOTES[text[0]] not in text:
        text = text[1:]
    rest = _LEAD_IN.sub("", text, count=1) if _LEAD_IN.match(text) else text
    rest = rest.rstrip(" :：")
    return rest[:1].upper() + rest[1:] if rest[:1] != text[:1] else rest
