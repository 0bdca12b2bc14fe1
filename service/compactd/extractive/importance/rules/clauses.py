"""A sentence shortened to the clauses that say what is to hold, without the greeting before and the reason behind."""

import re
from collections.abc import Mapping

from compactd.extractive.importance.rules.subjects import content_words
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.pointing import points_back
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of

# No number is torn (`4,200`), and no address.
_BOUNDARY = re.compile(r"(?<=[,;:])(?:\s+|(?=[^\x00-\x7f]))|(?<=[–—，；：、])\s*|\s(?=[–—(])")
_WILL = int(Cue.SCOPE | Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.CONDITION | Cue.PREFERENCE | Cue.MANNER | Cue.CONSTRAINT)
_CONDITION = int(Cue.CONDITION)
_REASONS: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(language.reasons or r"(?!)", re.IGNORECASE)
)
_NUMBER = re.compile(r"\d")
_COLONS = (":", "：")
_ENDS = " ,;:–—，；：、"


def _names_it(clause: str) -> bool:
    """Whether a clause names what the one behind it is about: `New ceiling for trips: keep them below $500`. `NOTE: …`
    and `As I said: …` name nothing."""
    return clause.rstrip().endswith(_COLONS) and not clause.isupper() and any(content_words(clause))


def shortened(text: str) -> str:
    """The clauses from the first one on that orders, forbids or limits something, up to the first that gives a reason;
    those before it where it points back to them, and what holds on a condition with it; the whole text where there is
    none. No clause is torn, none in between is left out, and none that has a number:
    `We have 900 €, so book nothing above that.`"""
    clauses = [clause for clause in _BOUNDARY.split(text) if clause and clause.strip(_ENDS)]
    if len(clauses) < 2:
        return text
    wills = ((at, cues_of(clause, words_of(clause)) & _WILL) for at, clause in enumerate(clauses))
    first, will = next(((at, will) for at, will in wills if will), (0, 0))
    if not will:
        return text
    if first and (will == _CONDITION or _names_it(clauses[first - 1])):
        first -= 1
    if first and (points_back(clauses[first], text) or not any(content_words(clauses[first]))):
        first = 0
    numbered = [at for at, clause in enumerate(clauses) if _NUMBER.search(clause)]
    first, end = min([first, *numbered[:1]]), max([first, *numbered[-1:]]) + 1
    given = [_REASONS[language.code] for language in languages_in(text)]
    reasons = (at for at in range(end, len(clauses)) if any(one.match(clauses[at].lstrip(" (–—")) for one in given))
    last = next(reasons, len(clauses))
    if first == 0 and last == len(clauses):
        return text
    joint = " " if text.isascii() or " " in text else ""
    rest = joint.join(clause.strip() for clause in clauses[first:last]).rstrip(_ENDS)
    return rest[:1].upper() + rest[1:] if text[:1].isupper() else rest
