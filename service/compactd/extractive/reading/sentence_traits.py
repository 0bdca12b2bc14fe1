"""How a sentence that was said reads in a summary, away from what stood around it."""

import re
from collections.abc import Iterable
from enum import IntFlag

from compactd.extractive.reading.identifiers import Kind


class Trait(IntFlag):
    """What the form of a sentence says about it; none for most sentences."""

    QUESTION = 1
    ANNOUNCEMENT = 2
    TABLE_ROW = 4
    EXPLANATION = 8
    QUOTED = 16
    """Shown by the author of the message, and said by somebody else or nobody: it stands in quotes, and is no will."""


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
LIST_MARKS = "-*•#> "
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_QUOTES = {"「": "」", "『": "』"}
_QUESTION, _ANNOUNCES = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT)
_TABLE_ROW, _EXPLAINS = int(Trait.TABLE_ROW), int(Trait.EXPLANATION)


def traits_of(text: str, identifiers: Iterable[tuple[str, Kind]]) -> int:
    """The traits, as bits of Trait: a question; one that only says that others come (`Two things before you start.`);
    a row of a Markdown table, whose values the ledger holds in fewer characters; one that gives a reason and names a
    commit or an error, which tells why things went wrong."""
    traits = _QUESTION if text.endswith(("?", "？", "؟")) else 0
    if text.startswith("|") and text.count("|") > 2:
        traits |= _TABLE_ROW
    if _ANNOUNCEMENT.fullmatch(text):
        traits |= _ANNOUNCES
    for _, kind in identifiers:
        if kind is Kind.HASH or kind is Kind.ERROR:
            return traits | _EXPLAINS if _CAUSE.search(text) else traits
    return traits


def standing_alone(text: str) -> str:
    """The sentence without list marks, without the beginning of a quote that ends elsewhere, without
    `And one more: `, and without a colon that nothing follows."""
    text = _BOLD.sub(r"\1", text).lstrip(LIST_MARKS)
    if text[:1] in _QUOTES and _QUOTES[text[0]] not in text:
        text = text[1:]
    rest = _LEAD_IN.sub("", text, count=1) if _LEAD_IN.match(text) else text
    rest = rest.rstrip(" :：")
    return rest[:1].upper() + rest[1:] if rest[:1] != text[:1] else rest
