"""What decides which of the instructions in force a later sentence is about, and whether it voids it: the features of a
pair, whose weights `voiding` looks up.

Each group of features has a key: the few values that decide about them, so that what they weigh together is soon known.
What depends on the later sentence alone is worked out once for all pairs that it is in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any

from compactd.extractive.importance.rules.in_force import Instruction
from compactd.extractive.importance.rules.later_sentence import Later, Said
from compactd.extractive.importance.rules.named_values import MEASURES, PROPER
from compactd.extractive.importance.rules.pair_sides import Side, Themed
from compactd.extractive.importance.rules.replacing import is_close, replaces

_AT_MOST = 4
"""The highest count that is told from others."""

_MANY = 2
"""That of words in common which scores are told by."""


Key = tuple[Any, ...]
Features = Callable[..., Iterator[str]]


def features_of(newer: Later, older: Instruction, since: int) -> Iterator[str]:
    """What is looked up of a pair; `since` counts the instructions that were given after the older one."""
    yield from of_place(*key_of_place(older, since, newer.said.says))
    both = newer.side.alike(older.side)
    for features, key in zip(FEATURES, keys_of(newer.said, newer.side, older.side, both), strict=True):
        yield from features(*key)
    yield from of_shifts(*key_of_shifts(newer, older, both))


def keys_of(said: Said, own: Side, its: Side, both: int) -> tuple[Key, Key]:
    """What decides about the features of a pair that has so many content words in common, for each of FEATURES: few
    values, whose weights are soon known."""
    values, themes = _values_of_both(own.values, its.values), _themes_of_both(own.themed, its.themed)
    return _key_of_words(said, own, its, both), (said, min(_MANY, both), values, themes)


def key_of_place(older: Instruction, since: int, says: str) -> tuple[int, int, str]:
    """What decides about the features of how an instruction stood, and how long ago it was given."""
    return older.stood, min(_AT_MOST, since), says


def key_of_apart(newer: Later, older: Instruction) -> Key | None:
    """What decides about all other features of a pair that has no content word and nothing else in common; of another
    pair nothing."""
    own, its = newer.side, older.side
    if not own.is_apart(its) or (PROPER in own.values and not (own.specific and its.terms)):
        # What begins with a name may take the place of one that names it, though it is no value of that.
        return None
    return newer.said, own.size, own.alone, its.alone


def _of_others(said: Said, both: int, values: "_ValuesOfBoth", themes: "_ThemesOfBoth") -> Iterator[str]:
    """Of the scores of the later sentence, of values, and of themes."""
    near = min(both, 1)
    yield from _of_scores(said, both, near)
    yield from _of_values(said, near, *values)
    yield from _of_themes(said, near, *themes)


def _of_scores(said: Said, both: int, near: int) -> Iterator[str]:
    yield ""
    yield f"voids {said.voids}, alike {both}"
    yield f"changes {said.changes}, alike {near}"
    yield f"releases {said.releases}, alike {near}"
    yield f"voids {said.voids}, wills {said.wills}, alike {near}"
    yield f"voids {said.voids}, asks {said.asks}, alike {near}"


def of_place(stood: int, since: int, says: str) -> Iterator[str]:
    """How an instruction stood, and how long ago it was given."""
    yield f"stood {stood}"
    yield f"since {since}"
    yield f"{says}, since {since}"


def _key_of_words(said: Said, one: Side, other: Side, both: int) -> Key:
    first, its_first = one.first, other.first
    return (
        said.says,
        one.has_words and other.has_words,
        len(one.specific & other.terms),
        both,
        other.size,
        one.size,
        _BEGINS[first in other.terms][its_first in one.terms] if first and its_first else "",
        not one.terms,
    )


_BEGINS = [[f"begins {begins}, begun {begun}" for begun in (False, True)] for begins in (False, True)]


def _of_words(
    says: str,
    have_words: bool,
    shared: int,
    both: int,
    others: int,
    own: int,
    begins: str,
    nothing: bool,
) -> Iterator[str]:
    most = min(both, _AT_MOST)
    kind = "word" if have_words else "pair"
    yield f"{kind} shared {min(shared, _AT_MOST)}"
    yield f"{kind} alike {most}"
    yield f"{kind} alike {most}, {says}"
    yield f"{kind} of older {_share(both, others)}"
    yield f"{kind} of newer {_share(both, own)}"
    yield f"{kind} of both {_share(both, max(others, own))}"
    yield f"{kind} names {min(own, _AT_MOST)}, alike {min(both, 1)}"
    if begins:
        yield begins
    if nothing:
        yield f"names nothing, {says}"


_Values = Mapping[str, frozenset[str]]


_ValuesOfBoth = tuple[int, int, bool, bool]
"""Of how many things they have other values, and the same; and whether they have values of other things, measured ones
or not."""

_NONE_OF_BOTH = 0, 0, False, False


def _values_of_both(own: _Values, others: _Values) -> _ValuesOfBoth:
    if not own or not others:
        return _NONE_OF_BOTH
    differ = same = 0
    for name in own:
        if name in others:
            if own[name].isdisjoint(others[name]):
                differ += 1
            else:
                same += 1
    if differ or same:
        return differ, same, False, False
    measured = not MEASURES.isdisjoint(own) and not MEASURES.isdisjoint(others)
    return 0, 0, measured, not measured


def _of_values(said: Said, near: int, other: int, same: int, measured: bool, apart: bool) -> Iterator[str]:
    some = min(other, 1)
    yield f"other values {min(other, _AT_MOST)}, same {min(same, _AT_MOST)}"
    yield f"other values {some}, alike {near}, {said.says}"
    yield f"other values {some}, alike {near}, changes {said.changes}"
    yield f"other values {some}, alike {near}, wills {said.wills}"
    if measured:
        yield f"measures, alike {near}"
    if apart:
        yield f"values of two kinds, alike {near}"


_ThemesOfBoth = tuple[tuple[str, ...], int, int, int]
"""The themes of both, of how many of them they have no entry in common, and how many themes each has."""


@lru_cache(maxsize=4096)
def _themes_of_both(own: Themed, others: Themed) -> _ThemesOfBoth:
    entries = dict(others)
    differ = {theme: its.isdisjoint(entries[theme]) for theme, its in own if theme in entries}
    return (*sorted(differ),), sum(differ.values()), len(others), len(own)


def _of_themes(said: Said, near: int, themes: Sequence[str], differ: int, others: int, own: int) -> Iterator[str]:
    some = min(len(themes), 2)
    yield f"themes {min(len(themes), _AT_MOST)}, alike {near}"
    yield f"themes {some}, alike {near}, {said.says}"
    yield f"themes {some}, alike {near}, changes {said.changes}"
    yield f"themes {some}, alike {near}, releases {said.releases}"
    yield f"themes {some}, alike {near}, wills {said.wills}"
    yield f"themes of older {_share(len(themes), others)}, alike {near}"
    yield f"themes of newer {_share(len(themes), own)}, alike {near}"
    yield f"other themes {min(differ, _AT_MOST)}, alike {near}"
    for theme in themes:
        yield f"theme {theme}"
        yield f"theme {theme}, alike {near}"


FEATURES: Sequence[Features] = (_of_words, _of_others)
"""All but those of its place, which is all that tells two pairs apart that have nothing in common, and of its shifts,
which take longest to tell."""


def key_of_shifts(newer: Later, older: Instruction, both: int) -> tuple[Said, int, bool, bool, bool, bool]:
    """What decides about the features of what the later sentence does with the older one."""
    subject, other = newer.subject, older.subject
    is_near = is_replaced = False
    # Without a term in common one takes the place of the other only if one of them has none.
    if not subject.terms.isdisjoint(other.terms):
        is_near = is_close(subject, other, ends=subject.ends)
        is_replaced = replaces(subject, other, wills=newer.wills, stands=newer.wills)
    elif not newer.side.specific or not other.terms:
        is_replaced = replaces(subject, other, wills=newer.wills, stands=newer.wills)
    return newer.said, min(both, 1), subject.bans, other.bans, is_near, is_replaced


_SHIFTS = ("anew", "ends", "corrects", "varies", "close", "replaces")


def of_shifts(said: Said, near: int, bans: bool, banned: bool, is_near: bool, replaces: bool) -> Iterator[str]:
    """What the later sentence does with the older one: allows it, takes its place, and the like."""
    yield f"bans {bans} {banned}"
    yield f"bans {bans} {banned}, releases {said.releases}"
    for name in compress(_SHIFTS, (*said.shifts, is_near, replaces)):
        yield name
        yield f"{name}, alike {near}"


def _share(some: int, of_all: int) -> int:
    """In quarters; none of nothing."""
    return round(4 * min(some, of_all) / of_all) if of_all else -1
