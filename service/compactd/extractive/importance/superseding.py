"""Whether one instruction takes the place of another, or takes it back."""

from collections.abc import Collection

from compactd.extractive.importance.subjects import MEASURES, NAMES, OF_ANYTHING, Subject

_SAME, _NEAR = 0.75, 0.5
"""Share of the terms of the shorter one from which on two instructions are about the same: where nothing else tells,
and where they have different values of the same or the newer one says that something changes."""

_GENERAL = frozenset(("answer", "antwort", "message", "nachricht"))
"""What most instructions are about: two of these are not about the same because of it."""


def shared_with(newer: Subject, older: Subject) -> float:
    """How many terms and values both have; what most instructions are about counts half."""
    values = sum(bool(newer.values[name] & older.values.get(name, frozenset())) for name in newer.values)
    return values + _weight(newer.terms & older.terms)


def supersedes(newer: Subject, older: Subject) -> bool:
    """Whether an older instruction is void, or said again, now that there is a newer one."""
    both = [name for name in newer.values if name in older.values]
    shared = newer.terms & older.terms
    named = shared - _GENERAL
    if newer.values and older.values and not both and not named:
        return False
    least = min(len(newer.terms), len(older.terms))
    share = len(shared) / least if least else 0.0
    close = is_close(newer, older)
    differ = [name for name in both if newer.values[name].isdisjoint(older.values[name])]
    changes = newer.corrects or newer.anew
    if differ and _has_another_value(newer, older, differ, share, close=close, changes=changes):
        return True
    if named and changes and close and (not newer.values or both or _alike(newer, older)):
        return True
    if newer.corrects and len(named) > 1 and share >= _NEAR:
        return True
    if newer.bans is not older.bans:
        return share >= _SAME or (close and share >= _NEAR)
    largest = max(len(newer.terms), len(older.terms))
    same = all(newer.values[name] == older.values[name] for name in both) and len(both) == len(older.values)
    return same and least > 0 and len(shared) / largest >= _SAME


def replaces_statement(newer: Subject, older: Subject) -> bool:
    """Whether a newer instruction says another value of what an older sentence, which is none, only states; nothing
    else that it says may be lost."""
    differ = [
        name for name in newer.values if newer.values[name].isdisjoint(older.values.get(name, newer.values[name]))
    ]
    lost = older.values.keys() - newer.values.keys() - (MEASURES if MEASURES & newer.values.keys() else frozenset())
    return bool(differ) and not lost and is_close(newer, older)


def _alike(newer: Subject, older: Subject) -> bool:
    """Whether one may have the value of the other in another form, or the older one has a value at all."""
    kinds = (MEASURES, NAMES)
    return not older.values or any(
        not kind.isdisjoint(newer.values) and not kind.isdisjoint(older.values) for kind in kinds
    )


def _has_another_value(
    newer: Subject, older: Subject, differ: Collection[str], share: float, *, close: bool, changes: bool
) -> bool:
    """Whether the newer one says another value of the same: `differ` are what they have different values of."""
    named = (newer.terms & older.terms) - _GENERAL
    is_bare = not newer.terms - _GENERAL or not older.terms
    if any(name not in OF_ANYTHING for name in differ):
        # `I changed my mind about the seat: the aisle.` has more words than the rule it is about.
        return share >= _NEAR or is_bare or (changes and bool(named))
    # `Update it for 2.4.1` is not about 72 characters, nor are lines of code about subject lines.
    near = close or changes or not newer.heads or not older.heads
    return (near and share >= _NEAR) or (changes and is_bare)


def is_close(newer: Subject, older: Subject) -> bool:
    """Whether each begins with what is among the first words of the other, be it only the newer one if that says that
    something changes; or the newer one has all that the older one is about, and that is more than a word."""
    own, others = _named(newer), _named(older)
    if not own or not others:
        return False
    if own[0] in others and (others[0] in own or newer.corrects or newer.anew):
        return True
    terms = older.terms - _GENERAL
    return len(terms) > 1 and terms <= newer.terms


def _named(subject: Subject) -> list[str]:
    return [term for term in subject.heads if term not in _GENERAL]


def _weight(terms: Collection[str]) -> float:
    return len(terms) - len(_GENERAL.intersection(terms)) / 2
