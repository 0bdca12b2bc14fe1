"""Standing instructions: what users want to hold from now on, told by its mood and its scope and not by a phrase."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.subjects import Subject, subject_of
from compactd.extractive.page import Section
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_traits import Trait

STANDING = 2.0
"""From this strength on a sentence is a standing instruction."""

FIRM = 2.5
"""From this strength on it has the first claim to the room there is."""

WEIGHTS: Mapping[int, float] = {
    int(Cue.SCOPE): 1.6,
    int(Cue.QUANTIFIER): 0.9,
    int(Cue.ORDER): 1.1,
    int(Cue.BAN): 0.9,
    int(Cue.DUTY): 1.9,
    int(Cue.CONDITION): 0.5,
    int(Cue.PREFERENCE): 0.9,
    int(Cue.MANNER): 1.5,
    int(Cue.CONSTRAINT): 0.4,
    int(Cue.CORRECTION): -0.8,
    int(Cue.ONCE): -1.4,
    int(Cue.ERROR): -1.4,
    int(Cue.CHATTER): -1.1,
    int(Cue.WITHDRAWAL): -2.5,
}
"""What each cue says for it: about two thirds of what `python -m tests.quality.fit_instructions fit` finds."""

_ASKS = -0.9
_ANNOUNCED = 2.5
_NAMES_ONE = -0.8
"""For a sentence that names a thing, and does not say that it is about more than that one."""

_THINGS = frozenset((Kind.PATH, Kind.ID, Kind.URL, Kind.HASH))
_QUESTION, _NEVER = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT | Trait.TABLE_ROW | Trait.QUOTED)
_RELEASE, _CHATTER, _SCOPE = int(Cue.RELEASE), int(Cue.CHATTER), int(Cue.SCOPE)
_LASTING = int(Cue.SCOPE | Cue.BAN | Cue.DUTY)
_MORE = 2
"""Content words that the instruction has not which a sentence takes back."""

_CHANGES = int(Cue.CORRECTION | Cue.SHIFT)
_BESIDE = int(Cue.CORRECTION | Cue.CHATTER)
_COMPARED = 256
"""Instructions, the latest, among which one may take the place of another: a long text may be made of nothing else."""

_CORRECTING = 1.0
"""The strength from which on a sentence with another value for a standing instruction is one itself."""

_WILL = int(Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.PREFERENCE | Cue.MANNER)
_COLONS = (":", "：")
_LIST_MARKS = ("-", "*", "•", "·", "–", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def strength_of(sentence: Sentence, *, announced: bool = False) -> float:
    """How much a user's sentence is a standing instruction; `announced` by the line before it, which says that rules
    follow. Of what stood in a summary the section decides."""
    if sentence.section is not None:
        return FIRM if sentence.section is Section.INSTRUCTIONS else 0.0
    if sentence.traits & _NEVER or sentence.text.endswith(_COLONS):
        return 0.0
    strength = _strength(sentence.cues, sentence.traits & _QUESTION)
    if not sentence.cues & _LASTING and any(kind in _THINGS for _, kind in sentence.identifiers):
        strength += _NAMES_ONE
    return strength + _ANNOUNCED if announced else strength


@cache
def _strength(cues: int, asks: int) -> float:
    # That something always happens, or that somebody never did, is no will.
    if not cues & _WILL:
        return 0.0
    # Where it says how long something holds, it corrects and thanks besides.
    heeded = cues & ~_BESIDE if cues & _SCOPE else cues
    strength = sum(weight for cue, weight in WEIGHTS.items() if cue & heeded)
    return strength + _ASKS if asks else strength


def instructions_of(sentences: Sequence[Sentence]) -> tuple[dict[int, float], set[int]]:
    """The standing instructions in force, place → strength, in the order in which they were given; and the places of
    those that are not any more, with what took them back."""
    given: list[tuple[int, float, Subject]] = []
    gone: set[int] = set()
    for place, strength, releases in _candidates(sentences):
        subject = subject_of(sentences[place])
        if releases:
            released = _released(subject, given)
            if released and not (strength >= FIRM and _says_more(subject, released, given)):
                gone |= {place, *released}
                given = [one for one in given if one[0] not in released]
                continue
        strong = strength >= _CORRECTING or subject.corrects
        superseded = {one[0] for one in given[-_COMPARED:] if subject.supersedes(one[2])} if strong else set()
        if strength >= STANDING or superseded:
            gone |= superseded
            firmest = max((its for at, its, _ in given if at in superseded), default=STANDING)
            given = [one for one in given if one[0] not in superseded] if superseded else given
            given.append((place, max(strength, firmest), subject))
    return {place: strength for place, strength, _ in given}, gone


def _candidates(sentences: Sequence[Sentence]) -> Iterable[tuple[int, float, bool]]:
    """(place, strength, whether it may take something back) of what users said that may be one or take one back."""
    announced, previous = False, -1
    scope_before = False
    for place, sentence in enumerate(sentences):
        if sentence.role is not Role.USER:
            continue
        together = sentence.message == previous
        listed = together and announced and sentence.text.startswith(_LIST_MARKS)
        strength = strength_of(sentence, announced=listed or (together and scope_before))
        releases = bool(sentence.cues & _RELEASE) and not sentence.traits & _NEVER
        changes = bool(sentence.cues & _CHANGES) and not sentence.traits & _NEVER
        if strength >= _CORRECTING or releases or changes:
            yield place, strength, releases
        if not listed:
            announced = sentence.text.endswith(_COLONS) and bool(sentence.cues & (_SCOPE | _WILL))
        # `For the rest of this session.` says of the next sentence how long it holds.
        scope_before = bool(sentence.cues & _SCOPE) and sentence.term_count <= 3 and not sentence.cues & _CHATTER
        previous = sentence.message


def _says_more(subject: Subject, released: set[int], given: Sequence[tuple[int, float, Subject]]) -> bool:
    """Whether a sentence that takes something back says what holds instead."""
    old = frozenset(term for place, _, other in given if place in released for term in other.terms)
    return subject.corrects and len(subject.terms - old) >= _MORE


def _released(subject: Subject, given: Sequence[tuple[int, float, Subject]]) -> set[int]:
    """The places of the instructions that a sentence about `subject` takes back: those that share most with it; the
    last one if it names none."""
    if subject.is_about_all:
        return {place for place, _, _ in given}
    shares = [(subject.shared_with(other), place) for place, _, other in given[-_COMPARED:]]
    most = max((share for share, _ in shares), default=0.0)
    if most > 0:
        return {place for share, place in shares if share == most}
    return {given[-1][0]} if given and subject.is_empty else set()
