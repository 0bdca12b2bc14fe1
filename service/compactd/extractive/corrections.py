"""Values that were corrected later: an old value must never stand without the one that replaced it."""

import re
from collections.abc import Mapping, Sequence

from compactd.domain.messages import Role
from compactd.extractive.cue import Cue
from compactd.extractive.facts import Sentence
from compactd.extractive.identifiers import Kind

# There are many of these in a conversation, and two of them seldom exclude each other: only what says so counts.
_CORRECTION = int(Cue.CORRECTION)
_GUESSED_NEVER = (Kind.SYMBOL, Kind.COMMAND, Kind.ID, Kind.ERROR, Kind.HASH)
_LOOKED_BACK_AT = 200
# How a sentence begins that names what holds instead of what the sentence before it took back.
_TAKE = re.compile(
    r"(?i)(?:so|please|use|take|make|go|it's|it is|instead|rather|the new|请|用|改|应|正しくは|代わりに)"
)
_INSIDE = r"0-9A-Za-z_/@"
# An old value behind one of these is named by the correction itself.
_BEFORE_OLD = re.compile(
    r"(?:\bnot(?: (?:on|in|at|the|port))?|instead of|rather than|\bfrom|no longer(?: uses?)?|forget(?: the)?|\bwas"
    r"|不是|从|由)[\s\"'`(]*$",
    re.IGNORECASE,
)
_AFTER_OLD = re.compile(
    r"^[\"'`)]*\s*(?:ではなく|じゃなくて|から|is (?:on leave|wrong|outdated|gone)|was (?:withdrawn|wrong))"
)


def find_corrections(sentences: Sequence[Sentence]) -> dict[str, str]:
    """Old value → the value now in force, from what users and the assistant said; chains lead to the last one."""
    stated: dict[Kind, list[tuple[str, Sentence]]] = {}
    known: set[str] = set()
    replaced: dict[str, str] = {}
    previous: Sentence | None = None
    for sentence in sentences:
        if sentence.role is Role.TOOL:
            continue
        values = sentence.values()
        pairs: list[tuple[str, str]] = []
        if values and sentence.cues & _CORRECTION:
            pairs = _pairs(sentence, values, stated, known)
        if values and not pairs and previous is not None and _takes_over(previous, sentence):
            pairs = _across(previous, values, known)
        for old, new in pairs:
            replaced[old] = new
            replaced.pop(new, None)
        for value, kind in values:
            stated.setdefault(kind, []).append((value, sentence))
        known.update(value for value, _ in values)
        previous = sentence
    return {old: _in_force(new, replaced) for old, new in replaced.items()}


def _takes_over(previous: Sentence, sentence: Sentence) -> bool:
    """Whether a sentence says what holds instead of what the one before it, in the same message, took back."""
    corrects = (previous.cues | sentence.cues) & _CORRECTION
    return bool(corrects) and previous.message == sentence.message and bool(_TAKE.match(sentence.text))


def _across(previous: Sentence, values: Sequence[tuple[str, Kind]], known: set[str]) -> list[tuple[str, str]]:
    """`Not 500. Use 200.`: the old value in one sentence, the new one of the same kind in the next."""
    pairs = []
    for kind in dict.fromkeys(kind for _, kind in values):
        new = [value for value, its in values if its == kind and value not in known]
        old = [value for value, its in previous.values() if its == kind]
        if len(new) == 1 and len(old) == 1:
            pairs.append((old[0], new[0]))
    return pairs


def _in_force(value: str, replaced: Mapping[str, str]) -> str:
    for _ in range(len(replaced)):
        if value not in replaced:
            break
        value = replaced[value]
    return value


def _pairs(
    sentence: Sentence,
    values: Sequence[tuple[str, Kind]],
    stated: Mapping[Kind, Sequence[tuple[str, Sentence]]],
    known: set[str],
) -> list[tuple[str, str]]:
    """(old, new) of one correcting sentence, kind by kind."""
    pairs: list[tuple[str, str]] = []
    for kind in dict.fromkeys(kind for _, kind in values):
        own = [value for value, its in values if its == kind]
        marked = [value for value in own if _is_marked_old(sentence.text, value)]
        old = marked or [value for value in own if value in known]
        new = [value for value in own if value not in old]
        if new and old:
            pairs.extend((before, new[0]) for before in old)
        elif sentence.role is Role.USER and kind not in _GUESSED_NEVER and new:
            before = _same_subject(sentence, new[0], stated.get(kind, ()))
            if before is not None:
                pairs.append((before, new[0]))
    return pairs


def _is_marked_old(text: str, value: str) -> bool:
    at = text.find(value)
    return bool(_BEFORE_OLD.search(text[max(0, at - 24) : at]) or _AFTER_OLD.match(text[at + len(value) :][:32]))


def _same_subject(sentence: Sentence, new: str, stated: Sequence[tuple[str, Sentence]]) -> str | None:
    """The value of the same kind, stated before, whose sentence shares most words; the latest of equals."""
    best, shared = None, 0
    for value, before in stated[-_LOOKED_BACK_AT:]:
        overlap = len(sentence.terms & before.terms)
        if value != new and overlap >= max(1, shared):
            best, shared = value, overlap
    return best


def stale_in(sentence: Sentence, replaced: Mapping[str, str]) -> list[str]:
    """The old values in a sentence whose corrections are not there."""
    return [value for value, _ in sentence.values() if value in replaced and replaced[value] not in sentence.text]


def corrected(sentence: Sentence, replaced: Mapping[str, str]) -> str:
    """The sentence with `new (was old)` where it has an old value and not the new one."""
    text = sentence.text
    for old in stale_in(sentence, replaced):
        text = text.replace(old, f"{replaced[old]} (was {old})", 1)
    return text


def holds_stale(text: str, replaced: Mapping[str, str]) -> bool:
    """Whether an old value stands in a text, be it inside another one, without the one that replaced it."""
    return any(old in text and new not in text for old, new in replaced.items())
