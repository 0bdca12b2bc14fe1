"""Values that were corrected later: an old value must never stand without the one that replaced it."""

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.two_things import number_two_things
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.outcomes import ARROW
from compactd.extractive.importance.rules.instructions import is_rule
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.cue import Cue
from compactd.extractive.memo import Lazy
from compactd.extractive.reading.identifiers import Kind
from compactd.strategies.steps import Steps

# There are many of these in a conversation, and two of them seldom exclude each other: only what says so counts.
_CORRECTION, _BAN = int(Cue.CORRECTION), int(Cue.BAN)
_GUESSED_NEVER = (Kind.SYMBOL, Kind.COMMAND, Kind.ID, Kind.ERROR, Kind.HASH)
_LOOKED_BACK_AT = 200
_PARTS = re.compile(r"\d+|(?!(?:st|nd|rd|th|of|de|del)\b)[^\W\d_]+")
"""Of a date: its numbers and its month, without what only joins them."""

_TIME_OF_DAY = re.compile(
    r"\d{1,2}(?::\d\d){0,2} ?(?:[ap]\.?m\.?|Uhr(?: \d\d)?|h ?\d\d|[시时時点點].*)?", re.IGNORECASE
)
"""A date that is a time of no day."""

_TO = re.compile(r"\s*(?:[–—~〜-]|[^\W\d_]{1,5})\s*")
"""Between the ends of a span of time: `13:00 to 15:00`."""

_REFUSED = re.compile(
    r"(^|[:：]\s*)(?:no|nope|nein|nee|non|não|нет|لا|नहीं|不是?|いや|いいえ|아니요?|아뇨)\s*[.!。।]\s*(?=\S)",
    re.IGNORECASE,
)
"""What is left of `no, not 500`."""

Sort = tuple[Kind, bool]
"""What a value may be replaced by: one of its kind, and of dates a day by a day, a time of day by such a time."""

# How a sentence begins that names what holds instead of what the sentence before it took back.
_TAKE = re.compile("|".join(f"(?:{language.takes})" for language in LANGUAGES), re.IGNORECASE)
# An old value behind or before one of these is named by the correction itself.
_BEFORE = "|".join(language.before_old for language in LANGUAGES if language.before_old)
_AFTER = "|".join(language.after_old for language in LANGUAGES if language.after_old)
_ASIDE = "|".join(language.aside_old for language in LANGUAGES if language.aside_old)
_AFTER_ASIDE = "|".join(language.after_aside for language in LANGUAGES if language.after_aside)
_BEFORE_OLD = re.compile(rf"(?:{_BEFORE})[\s\"'`(]*$", re.IGNORECASE)
_AFTER_OLD = re.compile(rf"^[\"'`)]*\s*(?:{_AFTER})", re.IGNORECASE)


def find_corrections(facts: Facts) -> Steps[dict[str, str]]:
    """Old value → the value now in force, from what users and the assistant said; chains lead to the last one."""
    replaced: dict[str, str] = {}
    stated = _Stated(facts)
    previous: Sentence | None = None
    for place, sentence in enumerate(facts.sentences):
        if sentence.role is Role.TOOL:
            continue
        corrects = sentence.cues & _CORRECTION
        if corrects or (previous is not None and previous.cues & _CORRECTION):
            pairs = stated.pairs(place) if corrects else []
            if not pairs and previous is not None and _takes_over(previous, sentence):
                pairs = _across(previous, sentence, place, stated)
            for old, new in pairs:
                replaced.update(dict.fromkeys(stated.forms_of(old), new))
                replaced.pop(new, None)
            yield
        previous = sentence
    return _in_force(replaced)


def _takes_over(previous: Sentence, sentence: Sentence) -> bool:
    """Whether a sentence says what holds instead of what the one before it took back, in the same message."""
    return previous.message == sentence.message and bool(_TAKE.match(sentence.text))


def _across(previous: Sentence, sentence: Sentence, place: int, stated: "_Stated") -> list[tuple[str, str]]:
    """`Not 500. Use 200.`: the old value in one sentence, the new one of the same kind in the next."""
    pairs = []
    before = by_sort(previous)
    for sort, values in by_sort(sentence).items():
        new = [value for value in values if not stated.is_known(value, place)]
        old = before.get(sort, [])
        if len(new) == 1 and len(old) == 1:
            pairs.append((old[0], new[0]))
    return pairs


def _in_force(replaced: Mapping[str, str]) -> dict[str, str]:
    """What each old value leads to in the end. No chain comes back to where it began: a value that replaces another
    one is replaced by none, until a later sentence says so."""
    last: dict[str, str] = {}
    for old in replaced:
        passed = []
        value = old
        while value in replaced and value not in last:
            passed.append(value)
            value = replaced[value]
        last.update(dict.fromkeys(passed, last.get(value, value)))
    return {old: last[old] for old in replaced}


class _Stated:
    """What has been said before each sentence of a conversation."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._terms: dict[int, set[str]] = {}

    def is_known(self, value: str, place: int) -> bool:
        """Whether a sentence before `place` says the value."""
        known = self._facts.values.get(value)
        return known is not None and 0 <= known.first_sentence < place

    def forms_of(self, value: str) -> Collection[str]:
        """The value, and the other ways in which the conversation writes that day: `27 June` is `June 27th`."""
        day = _day_of(value)
        return self._of_day.get(day, (value,))

    @Lazy
    def _of_day(self) -> Mapping[frozenset[str], Sequence[str]]:
        found: dict[frozenset[str], list[str]] = {}
        for text, value in self._facts.values.items():
            if value.kind is Kind.DATE:
                found.setdefault(_day_of(text), []).append(text)
        return found

    def pairs(self, place: int) -> list[tuple[str, str]]:
        """(old, new) of the correcting sentence at `place`, sort by sort."""
        sentence = self._facts.sentences[place]
        pairs: list[tuple[str, str]] = []
        for sort, own in by_sort(sentence).items():
            marked = [value for value in own if _is_marked_old(sentence.text, value)]
            known = [value for value in own if self.is_known(value, place)]
            # A day may have been said in another way.
            is_said = known if sort[0] is not Kind.DATE else own
            spans = sort[0] is Kind.DATE and _is_span(sentence.text, own)
            old = marked or ([] if spans else known)
            new = [value for value in own if value not in old]
            if new and old:
                pairs.extend((before, new[0]) for before in old if before in is_said)
            elif sentence.role is Role.USER and sort[0] not in _GUESSED_NEVER and new and not spans:
                before = self._same_subject(place, new[0], sort)
                if before is not None:
                    pairs.append((before, new[0]))
        return pairs

    def _same_subject(self, place: int, new: str, sort: Sort) -> str | None:
        """The value of the same sort, stated before, whose sentence shares most words; the latest of equals."""
        terms = self._terms_at(place)
        its = self._of_sort[sort]
        last = bisect_left(its, (place,))
        best, shared = None, 0
        for before, value in its[max(0, last - _LOOKED_BACK_AT) : last]:
            overlap = len(terms & self._terms_at(before))
            if value != new and overlap >= max(1, shared) and not self._are_about_two(before, place):
                best, shared = value, overlap
        return best

    def _are_about_two(self, before: int, place: int) -> bool:
        return number_two_things(self._facts.sentences[before], self._facts.sentences[place])

    @Lazy
    def _of_sort(self) -> Mapping[Sort, Sequence[tuple[int, str]]]:
        """The values that were said, by sort, with the places of their sentences; few conversations need it."""
        found: dict[Sort, list[tuple[int, str]]] = {}
        for place, sentence in enumerate(self._facts.sentences):
            if sentence.role is not Role.TOOL:
                for sort, values in by_sort(sentence).items():
                    found.setdefault(sort, []).extend((place, value) for value in values)
        return found

    def _terms_at(self, place: int) -> set[str]:
        terms = self._terms.get(place)
        if terms is None:
            terms = self._terms[place] = self._facts.sentences[place].terms
        return terms


def by_sort(sentence: Sentence) -> Mapping[Sort, list[str]]:
    """The values of a sentence, in their order."""
    found: dict[Sort, list[str]] = {}
    for value, kind in sentence.values():
        is_time = kind is Kind.DATE and _TIME_OF_DAY.fullmatch(value) is not None
        found.setdefault((kind, is_time), []).append(value)
    return found


def _day_of(date: str) -> frozenset[str]:
    """The numbers and the month of a date in words, in whatever order; of any other value all of it."""
    parts = _PARTS.findall(date.casefold())
    named = any(map(str.isalpha, parts))
    return frozenset(parts) if named and len(parts) > 1 and ":" not in date else frozenset((date,))


def _is_marked_old(text: str, value: str) -> bool:
    at = text.find(value)
    return bool(_BEFORE_OLD.search(text[max(0, at - 24) : at]) or _AFTER_OLD.match(text[at + len(value) :][:32]))


def _is_span(text: str, values: Sequence[str]) -> bool:
    """Whether two values stand in a text as the ends of one span."""
    first, last = values[0], values[-1]
    begin, end = text.find(first) + len(first), text.rfind(last)
    return first != last and _TO.fullmatch(text, begin, max(begin, end)) is not None


def old_values_in(sentence: Sentence, replaced: Mapping[str, str]) -> list[str]:
    """The old values in a sentence whose corrections are not there."""
    said = [value for value, _ in sentence.identifiers if value in replaced]
    said += [name for name in sentence.names if name in replaced]
    return [value for value in said if replaced[value] not in sentence.text]


def corrected(sentence: Sentence, replaced: Mapping[str, str]) -> str:
    """The sentence with the value in force behind an old one, since nobody said the sentence with that; and without the
    clause that only names an old one. What is to hold does so for the value in force."""
    text = sentence.text
    if not replaced:
        return text
    said = [value for value, _ in sentence.identifiers if value in replaced]
    said += [name for name in sentence.names if name in replaced]
    for old in dict.fromkeys(said):
        new = replaced[old]
        if new in text:
            text = _without(text, old)
        elif sentence.cues & _BAN:
            # `Don't post in #ops` is about the old one.
            text = f"{text}{ARROW}{new}"
        else:
            text = text.replace(old, new if is_rule(sentence) else f"{old}{ARROW}{new}")
    return text


def _without(text: str, old: str) -> str:
    """The text without `, not OLD` or `instead of OLD`, if that leaves a sentence."""
    clause = rf"(?:{_ASIDE})[\s\"'`(]*{re.escape(old)}[\"'`)]*(?=[\s.,;:!?，。、]|$)"
    rest = re.sub(rf"\s*[,;，、]\s*(?:and |but |und )?{clause},?|\s+{clause}", "", text, count=1, flags=re.IGNORECASE)
    rest = re.sub(rf"{re.escape(old)}(?:{_AFTER_ASIDE})", "", rest, count=1) if rest == text else rest
    if rest != text:
        rest = _REFUSED.sub(r"\1", rest, count=1)
    return rest if len(rest) > len(old) else text


def holds_old_value(text: str, replaced: Mapping[str, str]) -> bool:
    """Whether an old value stands in a text, be it inside another one, without the one that replaced it."""
    return any(new not in text for old, new in replaced.items() if old in text)
