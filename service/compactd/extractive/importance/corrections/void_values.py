"""Values that stand nowhere but in what holds no longer."""

from collections.abc import Collection

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Facts, Value


def values_only_in(facts: Facts, gone: Collection[int]) -> set[str]:
    """The values that only the sentences at the places of `gone` name, and no call and no result; nothing if there are
    no such sentences."""
    said = [facts.sentences[place] for place in gone]
    named = (value for sentence in said if sentence.role is not Role.TOOL for value, _ in sentence.values())
    void = {value for value in named if not _is_of_tools(facts.values.get(value))}
    if not void:
        return void
    for place, sentence in enumerate(facts.sentences):
        if sentence.role is not Role.TOOL and place not in gone:
            if sentence.names:
                void.difference_update(sentence.names)
            for value, _ in sentence.identifiers:
                void.discard(value)
    return void


def _is_of_tools(value: Value | None) -> bool:
    """Whether a tool was given it, or gave it back."""
    return value is not None and bool(value.arguments or value.results)
