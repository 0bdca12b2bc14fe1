"""Whether one instruction takes the place of another, or takes it back."""

from collections.abc import Collection, Iterable

from compactd.extractive.importance.rules.named_values import ID, MEASURES, NAMES, OF_ANYTHING, PROPER
from compactd.extractive.importance.rules.subjects import GENERAL, Subject
from compactd.extractive.languages.words import root_of
from compactd.extractive.reading.identifiers import Kind

_SAME, _NEAR = 0.75, 0.5
"""Share of the terms of the shorter one from which on two instructions are about the same: where nothing else tells,
and where they have different values of the same or the newer one says that something changes."""

_AMOUNT, _QUANTITY = str(Kind.AMOUNT), str(Kind.QUANTITY)
_NOTHING: Collection[str] = frozenset()


def shared_with(newer: Subject, older: Subject) -> float:
    """How many terms and values both have; what most instructions are about counts half."""
    values = sum(bool(newer.values[name] & older.values.get(name, frozenset())) for name in newer.values)
    return values + _weight(newer.terms & older.terms)


def replaces(newer: Subject, older: Subject, *, wills: bool, stands: bool = True) -> bool:
    """Whether an older instruction is void, or said again, now that there is a newer one, or a sentence that only says
    how things are, and `wills` nothing, or wants something once if it does not stand."""
    shared = newer.terms & older.terms
    changes = newer.corrects or newer.anew or (newer.varies and wills)
    count, size, other = len(shared), len(newer.terms), len(older.terms)
    least, largest = (size, other) if size < other else (other, size)
    # True of most: nothing below is so of two that have words, but few of them in common.
    if count < _NEAR * least and not (changes and count) and not newer.terms <= GENERAL:
        return False
    both = [name for name in newer.values if name in older.values] if older.values else _NOTHING
    if not changes and newer.bans is older.bans:
        # Most of the rest: nothing is corrected, allowed or forbidden.
        return _says_otherwise(newer, older, count, both) if both else not older.values and count >= _SAME * largest > 0
    named = shared - GENERAL
    if _have_nothing_in_common(newer, older, shared, both):
        return False
    if not changes and (are_about_two(newer, older) or _measure_two_things(newer, older)):
        return False
    share = count / least if least else 0.0
    differ = _different(newer, older, both, changes=changes)
    if differ and _has_another_value(newer, older, differ, share, named, changes=changes):
        return True
    if named and changes and (not newer.values or both or _alike(newer, older)) and is_close(newer, older):
        return True
    if newer.corrects and len(named) > 1 and share >= _NEAR:
        return True
    if older.bans and not newer.bans and not (changes or stands):
        # What is asked for once does not allow what is forbidden.
        return False
    if newer.bans is not older.bans:
        return share >= _SAME or (share >= _NEAR and is_close(newer, older))
    same = len(both) == len(older.values) and all(newer.values[name] == older.values[name] for name in both)
    return same and count >= _SAME * largest > 0


def _says_otherwise(newer: Subject, older: Subject, count: int, both: Collection[str]) -> bool:
    """Whether the newer one of two that have `count` terms in common, and values of `both`, says another value of what
    the older one does, or the same again."""
    size, other = len(newer.terms), len(older.terms)
    alike = count >= _SAME * max(size, other) > 0
    apart = newer.heads and older.heads and not is_close(newer, older)
    if apart and not alike and OF_ANYTHING.issuperset(both):
        return False
    differ = [name for name in both if _excludes(newer, older, name)]
    if not differ:
        same = alike and len(both) == len(older.values)
        return same and all(newer.values[name] == older.values[name] for name in both)
    if ID in differ:
        return False
    near = count >= _NEAR * min(size, other) > 0
    return near and not apart if OF_ANYTHING.issuperset(differ) else near or _is_bare(newer, older)


def _have_nothing_in_common(newer: Subject, older: Subject, shared: frozenset[str], both: Collection[str]) -> bool:
    """Whether the two, which share such terms and have values of `both`, are about two things by that alone."""
    if not shared and PROPER not in newer.values and newer.values.keys().isdisjoint(older.values):
        return True
    return bool(newer.values and older.values) and not both and shared <= GENERAL


def _excludes(newer: Subject, older: Subject, name: str) -> bool:
    """Whether two have other values of something, and not both hold: `never at night` does so beside `never in the
    morning`, and beside `in the morning`."""
    apart = newer.values[name].isdisjoint(older.values[name])
    return apart and (name in OF_ANYTHING or not (newer.bans or older.bans))


def _different(newer: Subject, older: Subject, both: Iterable[str], *, changes: bool) -> list[str]:
    """What of that which both have values of they have different values of; one that changes something may name the old
    value beside its own."""
    found = []
    for name in both:
        values, others = newer.values[name], older.values[name]
        if _excludes(newer, older, name) or (changes and values > others):
            found.append(name)
    if not changes:
        return found
    # `Petra moved on, ask Omar` tells that what another sentence began with was a name.
    proper = newer.values.get(PROPER, frozenset())
    passed = {name for name in proper if root_of(name) in older.terms}
    return [*found, PROPER] if passed and proper > passed else found


def replaces_statement(newer: Subject, older: Subject) -> bool:
    """Whether a newer instruction says another value of what an older sentence, which is none, only states; nothing
    else that it says may be lost."""
    # The cheap first: most of what is compared has no values of the same, or is about another thing.
    if newer.values.keys().isdisjoint(older.values) or are_about_two(newer, older) or not is_close(newer, older):
        return False
    if _measure_two_things(newer, older):
        return False
    both = newer.values.keys() & older.values.keys()
    differs = any(newer.values[name].isdisjoint(older.values[name]) for name in both)
    lost = older.values.keys() - newer.values.keys() - (MEASURES if MEASURES & newer.values.keys() else frozenset())
    return differs and not lost


def are_about_two(newer: Subject, older: Subject) -> bool:
    """Whether each names something by an id, and not the same: `order 12 costs 5`, `order 13 costs 7`."""
    own = newer.values.get(ID)
    return own is not None and ID in older.values and own.isdisjoint(older.values[ID])


def _measure_two_things(newer: Subject, older: Subject) -> bool:
    """Whether one says how much money, and the other how much of something else: `31 GB`, `1296 EUR`."""
    either = newer.values.keys() ^ older.values.keys()
    return _AMOUNT in either and _QUANTITY in either


def _alike(newer: Subject, older: Subject) -> bool:
    """Whether one may have the value of the other in another form, or the older one has a value at all."""
    measured = not MEASURES.isdisjoint(newer.values) and not MEASURES.isdisjoint(older.values)
    # There is a name for a value of anything.
    return not older.values or measured or (not NAMES.isdisjoint(newer.values) and not older.values.keys() <= MEASURES)


def _has_another_value(
    newer: Subject,
    older: Subject,
    differ: Collection[str],
    share: float,
    named: Collection[str],
    *,
    changes: bool,
) -> bool:
    """Whether the newer one says another value of the same: `differ` are what they have different values of, `named`
    what both name."""
    if not OF_ANYTHING.issuperset(differ):
        # `I changed my mind about the seat: the aisle.` has more words than the rule it is about.
        return share >= _NEAR or (changes and bool(named)) or _is_bare(newer, older)
    if changes and (share >= _SAME or _is_bare(newer, older)):
        return True
    # `Update it for 2.4.1` is not about 72 characters, nor are lines of code about subject lines.
    return share >= _NEAR and (not newer.heads or not older.heads or is_close(newer, older))


def _is_bare(newer: Subject, older: Subject) -> bool:
    """Whether one of the two says no more than a value of anything; not an older one with a value of something else
    besides: `Steps 1-3 of 5 are done` is not about `only Python 3.11`."""
    return newer.terms <= GENERAL or (not older.terms and older.values.keys() <= newer.values.keys())


def is_close(newer: Subject, older: Subject, *, ends: bool = False) -> bool:
    """Whether each begins with what is among the first words of the other, be it only the newer one if that says
    that something changes, one of the two if it `ends` what the older one says; or the newer one has all that the
    older one is about, and that is more than a word. Where words do not stand apart, half of what the shorter one
    is about."""
    own, others = newer.named, older.named
    shared = newer.terms & older.terms
    if not newer.heads and not older.heads:
        shared -= GENERAL
        return len(shared) > 1 and len(shared) >= _NEAR * min(len(newer.terms), len(older.terms))
    if not own or not others:
        return False
    begins, begun = own[0] in others, others[0] in own
    if begins and (begun or newer.corrects or newer.anew):
        return True
    count = len(shared - GENERAL)
    if ends and (begins or begun) and 2 * count >= len(older.terms) and 4 * count >= len(newer.terms):
        return True
    return count > 1 and older.terms - GENERAL <= newer.terms


def _weight(terms: Collection[str]) -> float:
    return len(terms) - len(GENERAL.intersection(terms)) / 2
