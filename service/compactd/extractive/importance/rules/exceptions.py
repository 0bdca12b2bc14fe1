"""Rules that a sentence says otherwise than for one case, or for one member of what they are about: both hold then.

`For the title, English is fine` leaves `Always reply in French` in force, and `Node 7 may be restarted` leaves `Never
restart a node` so.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import CLAUSES
from compactd.extractive.importance.rules.in_force import Instruction
from compactd.extractive.importance.rules.likeness import alike, named_besides
from compactd.extractive.importance.rules.named_values import OF_ANYTHING, PROPER
from compactd.extractive.importance.rules.subjects import GENERAL, Subject, content_words
from compactd.extractive.languages.addition import says_in_addition
from compactd.extractive.languages.cases import allows, case_of, general_of
from compactd.extractive.reading.identifiers import Kind

_MEASURED = frozenset((Kind.AMOUNT, Kind.QUANTITY, Kind.NUMBER, Kind.VERSION))
"""What is a value of a thing, and not what it is known by."""

_CJK = "\u3040-\u30ff\u3400-\u9fff"
_NUMBERED = re.compile(
    rf"(?P<class>(?:[^\W\d{_CJK}]|[ऀ-ॣ])+|[{_CJK}]{{1,2}})[ #№]{{0,3}}\d+(?![\w%]|[.,:]\d)|"
    rf"\d+(?:号|號|番|번|호) ?(?P<behind>[{_CJK}]{{0,2}}|[가-힣]{{0,2}})"
)
"""A thing that is known by a number: `node 7`, `节点7`, `7号节点`. There and in Korean two characters name what
it is."""

_DIGIT, _DIGITS = re.compile(r"\d"), re.compile(r"\d+")


def excepted_by(newer: Subject, older: Iterable[Instruction]) -> list[Instruction]:
    """Those instructions which a sentence about `newer` makes an exception from: it confines itself to something that
    they do not name. What says that something is so again, or corrects what was said, is about all of it; so is what
    ends something and names a case by the way: `No need to note my hours in the sheet any more.`"""
    case = None if newer.anew or newer.corrects else case_of(newer.text)
    if case is None or (newer.ends and not case.leads):
        return []
    words, pairs = content_words(case.text)
    if not (words or pairs) or not GENERAL.isdisjoint(term for _, term in words):
        return []
    # `Letters from Bergen may be short` is about some of what `Letters have two pages` is about. The forms of a word
    # are told in its sentence: alone it may be of another language.
    said = (*[word for word, _ in words], *pairs)
    return [one for one in older if any(word.startswith(said) for word in named_besides(newer.text, one.subject.text))]


def names_a_case(exception: str, rule: str) -> bool:
    """Whether an exception names, be it by a number, what its rule does not."""
    return bool(named_besides(exception, rule)) or not {*_DIGITS.findall(exception)} <= {*_DIGITS.findall(rule)}


class Member(NamedTuple):
    """What a sentence names; a text of which an instruction has to have a word to be about it, empty if the sentence
    allows it in one clause; and, in lower case, what it is one of: a proper name, or what has a number. Empty, too, if
    it is allowed beside others. `anew` says whether it is so from now on."""

    name: str
    beside: str = ""
    kind: str = ""
    anew: bool = False

    def is_of(self, older: Subject) -> bool:
        """Whether an instruction names neither it nor another one of its kind, but may be about what it is one of:
        `lot 3` and `lot 5`, `Karin` and `Tom` take each other's place, what is forbidden of one of them only if the
        other is allowed from now on."""
        if self.name.lower() in older.text.lower():
            return False
        if self.kind and (self.anew or not older.bans) and self.kind in _kinds_named(older):
            return False
        return not self.beside or alike(self.beside, older.text) > 0


def _kinds_named(subject: Subject) -> list[str]:
    """The kinds of what an instruction names one of."""
    numbered = [_class_of(one) for one in _NUMBERED.finditer(subject.text)]
    return [*numbered, PROPER] if PROPER in subject.values else numbered


def _class_of(numbered: re.Match[str]) -> str:
    return (numbered["class"] or numbered["behind"]).lower()


def members_allowed(sentence: Sentence, subject: Subject) -> list[Member]:
    """What a sentence names of which it says that something may be done, or that it need not: in the clause that says
    so, or in the one before: `The slot old_1 is dead, that one may go`."""
    if subject.bans:
        return []
    known = {value: "" for value, kind in sentence.identifiers if kind not in _MEASURED}
    known |= dict.fromkeys((*sentence.names, *subject.values.get(PROPER, ())), PROPER)
    found: list[Member] = []
    before, there = "", list[str]()
    for clause in CLAUSES.split(sentence.text):
        line = clause.lower()
        here = [name for name in known if name.lower() in line]
        # The cheap first: most clauses name nothing that anything may be allowed of.
        if (here or there or _DIGIT.search(clause) or _DIGIT.search(before)) and allows(clause):
            names_nothing = not any(content_words(clause))
            beside = "" if names_nothing else before
            found += [Member(name, "", known[name]) for name in here]
            found += [Member(name, beside, known[name]) for name in there]
            numbered = _NUMBERED.finditer(f"{before} {clause}")
            found += [Member(one.group(), _class_of(one) or clause, _class_of(one)) for one in numbered]
        before, there = clause, here
    if not found:
        return found
    # `Card 2 is fine, too.`
    is_besides_others, anew = says_in_addition(sentence.text), subject.anew or subject.varies
    return [one._replace(kind="" if is_besides_others else one.kind, anew=anew) for one in found]


def allows_throughout(newer: Subject) -> bool:
    """Whether a sentence that allows a value of something says that of all that is said, and names nothing else:
    `Our chats can be in English.`"""
    general = general_of(newer.text)
    if general is None:
        return False
    words, _ = content_words(general)
    return GENERAL.issuperset(newer.terms - {term for _, term in words})


def says_otherwise(newer: Subject, older: Subject) -> bool:
    """Whether the newer one has another value of the same thing: another language, another tone."""
    others = older.values
    for name, values in newer.values.items():
        if name in others and name not in OF_ANYTHING and values.isdisjoint(others[name]):
            return True
    return False
