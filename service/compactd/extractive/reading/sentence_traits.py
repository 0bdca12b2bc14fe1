"""How a sentence that was said reads in a summary, away from what stood around it."""

import re
from collections.abc import Collection, Iterable
from enum import IntFlag

from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.mood import words_from
from compactd.extractive.reading.identifiers import Kind


class Trait(IntFlag):
    """What the form of a sentence says about it; none for most sentences."""

    QUESTION = 1
    ANNOUNCEMENT = 2
    TABLE_ROW = 4
    EXPLANATION = 8
    QUOTED = 16
    """Shown by the author of the message, and said by somebody else or nobody: it stands in quotes, and is no will."""


_LEAD_IN = re.compile(rf"(?:{'|'.join(language.lead_in for language in LANGUAGES)})(?=\S)", re.IGNORECASE)
_ANNOUNCEMENT = re.compile("|".join(language.announces for language in LANGUAGES), re.IGNORECASE)
_ANNOUNCED_AT_MOST = 120
"""Code points of what only announces something."""

# Looked for before the expression: hardly a sentence has one.
_COUNTED = frozenset().union(*(words_from(language.counted) for language in LANGUAGES))
_CAUSE = re.compile(
    r"(?i)\b(?:because|root cause|culprit|caused|due to|so (?:a|an|the|that|it)|reason)\b|因为|由于|原因|ため"
)
LIST_MARKS = "-*•#> "
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_QUOTES = {"「": "」", "『": "』"}
_QUESTION, _ANNOUNCES = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT)
_TABLE_ROW, _EXPLAINS = int(Trait.TABLE_ROW), int(Trait.EXPLANATION)


def traits_of(text: str, words: Collection[str], identifiers: Iterable[tuple[str, Kind]]) -> int:
    """The traits of a text with such `words`, as bits of Trait: a question; one that only says that others come (`Two
    things before you start.`); a row of a Markdown table, whose values the ledger holds in fewer characters; one that
    gives a reason and names a commit or an error, which tells why things went wrong."""
    traits = _QUESTION if text.endswith(("?", "？", "؟")) else 0
    if text.startswith("|") and text.count("|") > 2:
        traits |= _TABLE_ROW
    if _may_announce(text, words) and _ANNOUNCEMENT.fullmatch(text):
        traits |= _ANNOUNCES
    for _, kind in identifiers:
        if kind is Kind.HASH or kind is Kind.ERROR:
            return traits | _EXPLAINS if _CAUSE.search(text) else traits
    return traits


def _may_announce(text: str, words: Collection[str]) -> bool:
    """Whether a text may be one that only announces something: cheap, and true of all that do."""
    if len(text) > _ANNOUNCED_AT_MOST:
        return False
    return not _COUNTED.isdisjoint(words) if words else not text.isascii()


def read_alone(text: str) -> str:
    """The sentence without list marks, without the beginning of a quote that ends elsewhere, without
    `And one more: `, and without a colon that nothing follows."""
    text = _BOLD.sub(r"\1", text).lstrip(LIST_MARKS)
    if text[:1] in _QUOTES and _QUOTES[text[0]] not in text:
        text = text[1:]
    rest = _LEAD_IN.sub("", text, count=1) if _LEAD_IN.match(text) else text
    rest = rest.rstrip(" :：")
    return rest[:1].upper() + rest[1:] if rest[:1] != text[:1] else rest
