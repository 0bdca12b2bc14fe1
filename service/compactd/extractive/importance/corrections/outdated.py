"""Statements that a later sentence says anew with another value: it is the later one that is said, in its own words."""

from collections.abc import Mapping

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.corrections import stale_in
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.rules.instructions import is_rule


def outdated_by(facts: Facts, replaced: Mapping[str, str]) -> dict[int, int]:
    """Place → the place of what users, or the assistant, said last of the same with the value that is in force by
    `replaced`; of statements that name nothing else, and of no instruction, which may be one by its words alone."""
    if not replaced:
        return {}
    stating: dict[str, int] = {}
    stale: dict[int, list[str]] = {}
    new = set(replaced.values())
    either = new.union(replaced)
    for place, sentence in enumerate(facts.sentences):
        if sentence.role is Role.TOOL or either.isdisjoint(_named(sentence)):
            continue
        stating.update(dict.fromkeys(new.intersection(_named(sentence)), place))
        old = stale_in(sentence, replaced)
        if old:
            stale[place] = old
    found: dict[int, int] = {}
    for place, old in stale.items():
        sentence = facts.sentences[place]
        newer = {stating.get(replaced[value], -1) for value in old}
        last = max(newer)
        if len(newer) == 1 and last > place and _is_said_by(sentence, old, facts.sentences[last]):
            found[place] = last
    return found


def _named(sentence: Sentence) -> list[str]:
    return [*sentence.names, *(value for value, _ in sentence.identifiers)]


def _is_said_by(older: Sentence, old: list[str], newer: Sentence) -> bool:
    """Whether a newer sentence names what an older one is about, and all that it names but for its `old` values."""
    if is_rule(older):
        return False
    rest = [value for value in _named(older) if value not in old]
    # `Sorry, 240.` has to be read with what it is about.
    says_of_what = not older.terms.isdisjoint(newer.terms) or len(newer.terms) >= len(older.terms)
    return says_of_what and all(value in newer.text for value in rest)
