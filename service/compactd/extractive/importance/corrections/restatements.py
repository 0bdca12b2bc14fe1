"""Statements that a later one replaced without a word of correction: the same said of the same, with another value."""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain, groupby

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.two_things import number_two_things
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.rules.subjects import content_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import A_STEP, Steps

_FEWEST_TERMS = 2
"""Content words that two statements share at least; with fewer they may be about anything."""

_SHARE = 0.33
"""Share of the content words of the shorter of two statements that both have, where the newer one says that something
changes."""

_COMPARED = 12
"""Earlier statements, the latest first, that one is compared with."""

# Requests are about one thing each, and what happened once is not undone by what happened again.
_NO_STATE = int(Cue.ORDER | Cue.REQUEST | Cue.GOAL | Cue.ONCE | Cue.CHATTER | Cue.ERROR | Cue.PREFERENCE | Cue.DECISION)
_CHANGES = int(Cue.CORRECTION)
_RULE = int(Cue.SCOPE | Cue.DUTY | Cue.BAN)
_NEVER = int(Trait.QUESTION | Trait.ANNOUNCEMENT | Trait.TABLE_ROW | Trait.QUOTED)
_STATED = frozenset(
    (
        Kind.ID,
        Kind.DATE,
        Kind.AMOUNT,
        Kind.QUANTITY,
        Kind.VERSION,
        Kind.EMAIL,
        Kind.URL,
        Kind.HOST,
        Kind.PATH,
        Kind.NAME,
    )
)

Values = Mapping[Kind, frozenset[str]]


def find_restatements(facts: Facts) -> Steps[tuple[set[int], dict[str, str]]]:
    """The places of the statements of users that a later one replaced, and old value → new value of each."""
    gone: set[int] = set()
    replaced: dict[str, str] = {}
    holding: defaultdict[str, deque[int]] = defaultdict(partial(deque, maxlen=_COMPARED))
    read: dict[int, tuple[frozenset[str], Values]] = {}
    said: dict[str, tuple[frozenset[str], Values]] = {}
    for number, (place, sentence) in enumerate(_statements(facts.sentences)):
        if number % A_STEP == 0:
            yield
        # Much of a long conversation is said again.
        known = said.get(sentence.text)
        if known is None:
            known = said[sentence.text] = _terms_of(sentence), _values_of(sentence)
        terms, values = read[place] = known
        changes = bool(sentence.cues & _CHANGES)
        near = set(chain.from_iterable(map(holding.__getitem__, terms))) if values else ()
        for before in sorted(near, reverse=True)[:_COMPARED]:
            others = read[before][0]
            # Most are about something else.
            if not changes and not (others <= terms or terms <= others):
                continue
            pairs = _replaced(read[before], (terms, values), changes=changes)
            older = facts.sentences[before]
            if pairs and older.message != sentence.message and not number_two_things(older, sentence):
                gone.add(before)
                replaced.update(pairs)
        for term in terms:
            holding[term].append(place)
    return gone, {old: new for old, new in replaced.items() if new not in replaced}


def _statements(sentences: Sequence[Sentence]) -> Sequence[tuple[int, Sentence]]:
    """What users say of how things are, and names a value."""
    return [
        (place, one)
        for place, one in enumerate(sentences)
        if one.role is Role.USER
        and one.section is None
        and (one.identifiers or one.names)
        and not one.traits & _NEVER
        and (not one.cues & _NO_STATE or one.cues & (_RULE | _CHANGES))
    ]


def _replaced(
    older: tuple[frozenset[str], Values], newer: tuple[frozenset[str], Values], *, changes: bool
) -> dict[str, str]:
    """Old value → new value, if the newer statement is about the same as the older one, or `changes` what that says;
    two that differ in every value they have are about two things."""
    (old_terms, old_values), (terms, values) = older, newer
    shared = old_terms & terms
    within = len(shared) == min(len(terms), len(old_terms))
    same = bool(shared) and (old_terms == terms or (within and len(shared) >= _FEWEST_TERMS))
    if not same and not (changes and len(shared) >= _SHARE * min(len(terms), len(old_terms)) > 0):
        return {}
    kinds = [kind for kind in values if kind in old_values]
    differ = [kind for kind in kinds if values[kind].isdisjoint(old_values[kind])]
    if not differ or (len(kinds) > 1 and len(differ) == len(kinds)):
        return {}
    pairs = {old: min(values[kind]) for kind in differ for old in old_values[kind]}
    # No ticket takes the place of a channel.
    alike = all(kind is not Kind.ID or _form(old) == _form(new) for kind in differ for old, new in pairs.items())
    return pairs if alike else {}


def _form(value: str) -> str:
    """What kinds of characters a value is made of, repetitions left out: `ORD-12` and `SO-4711` have one form."""
    kinds = ("9" if one.isdigit() else "a" if one.isalpha() else one for one in value)
    return "".join(kind for kind, _ in groupby(kinds))


def _terms_of(sentence: Sentence) -> frozenset[str]:
    """What it is about, the values left out."""
    named = " ".join(value.casefold() for value, _ in sentence.values())
    return frozenset(term for term in content_of(sentence) if term not in named)


def _values_of(sentence: Sentence) -> Values:
    found: dict[Kind, set[str]] = {}
    for value, kind in sentence.values():
        if kind in _STATED:
            found.setdefault(kind, set()).add(value)
    return {kind: frozenset(values) for kind, values in found.items()}
