"""Values that stand nowhere but in what holds no longer."""

from collections.abc import Collection

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Facts


def values_only_in(facts: Facts, gone: Collection[int]) -> set[str]:
    """The values that only the sentences at the places of `gone` name, and no call and no result; nothing if there are
    no such sentences."""
    if not gone:
        return set()
    left: set[str] = set()
    void: set[str] = set()
    for place, sentence in enumerate(facts.sentences):
        if sentence.role is not Role.TOOL and (sentence.identifiers or sentence.names):
            named = void if place in gone else left
            named.update(value for value, _ in sentence.values())
    return {value for value in void - left if not (facts.values[value].arguments or facts.values[value].results)}
