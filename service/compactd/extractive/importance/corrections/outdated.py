"""Statements that a later sentence says anew with another value: it is the later one that is said, in its own words."""

import re
from collections.abc import Mapping

from compactd.domain.messages import Role
from compactd.extractive.importance.corrections.corrections import old_values_in
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.rules.instructions import is_rule
from compactd.extractive.importance.rules.subjects import content_words
from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import line_of
from compactd.extractive.languages.sequence import SEQUELS
from compactd.strategies.steps import A_STEP, Steps

_MARKS = "[，,、،]| و"


def _joints(language: Language) -> re.Pattern[str]:
    joins = SEQUELS[language.code].joins
    return re.compile(joins if language.common else f"{joins}|{_MARKS}", re.IGNORECASE)


_JOINTS: Mapping[str, re.Pattern[str]] = ByLanguage(_joints)
"""By the code of a language, what stands between two things that one sentence says; where few words tell, any
comma does, and the Arabic letter that is `and`."""


def outdated_by(facts: Facts, replaced: Mapping[str, str]) -> Steps[dict[int, int]]:
    """Place → the place of what users, or the assistant, said last of the same with the value that is in force by
    `replaced`; of statements that name nothing else, and of no instruction, which may be one by its words alone."""
    if not replaced:
        return {}
    stating: dict[str, int] = {}
    outdated: dict[int, list[str]] = {}
    new = set(replaced.values())
    either = new.union(replaced)
    for place, sentence in enumerate(facts.sentences):
        if place % A_STEP == 0:
            yield
        if sentence.role is Role.TOOL or either.isdisjoint(_named(sentence)):
            continue
        stating.update(dict.fromkeys(new.intersection(_named(sentence)), place))
        old = old_values_in(sentence, replaced)
        if old:
            outdated[place] = old
    found: dict[int, int] = {}
    for place, old in outdated.items():
        sentence = facts.sentences[place]
        newer = {stating.get(replaced[value], -1) for value in old}
        last = max(newer)
        if len(newer) == 1 and last > place and _is_said_by(sentence, old, facts.sentences[last]):
            found[place] = last
    return found


def _named(sentence: Sentence) -> list[str]:
    return [*sentence.names, *(value for value, _ in sentence.identifiers)]


def _is_said_by(older: Sentence, old: list[str], newer: Sentence) -> bool:
    """Whether a newer sentence names what an older one is about, and all that it names but for its `old` values; one
    that says two things is said by no sentence about one of them."""
    if is_rule(older):
        return False
    rest = [value for value in _named(older) if value not in old]
    # `Sorry, 240.` has to be read with what it is about.
    says_of_what = not older.terms.isdisjoint(newer.terms) or len(newer.terms) >= len(older.terms)
    return says_of_what and all(value in newer.text for value in rest) and not _says_more(older, old, newer)


def _says_more(older: Sentence, old: list[str], newer: Sentence) -> bool:
    """Whether a part of an older sentence has none of its `old` values, and words that the newer one does not have:
    `The budget is 5000 EUR and the owner is Karin.`"""
    parts = [part for code in line_of(older.text).codes for part in _JOINTS[code].split(older.text)]
    others = (part for part in parts if not any(value in part for value in old))
    return any(not _words_of(part) <= _words_of(newer.text) for part in others)


def _words_of(text: str) -> set[str]:
    words, pairs = content_words(text)
    return {*(term for _, term in words), *pairs}
