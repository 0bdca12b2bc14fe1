"""Standing instructions: what users want to hold from now on, told by a score that was learned, and what voids them."""

from collections import deque
from collections.abc import Iterable, Sequence
from math import nextafter
from typing import NamedTuple

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.data_lines import is_data
from compactd.extractive.importance.rules.given import REPLACEABLE, STANDING, Given, InForce
from compactd.extractive.importance.rules.how_long import says_how_long
from compactd.extractive.importance.rules.pair_features import later
from compactd.extractive.importance.rules.subjects import Subject, says_of_others, subject_of
from compactd.extractive.importance.rules.superseding import is_close, replaces_statement
from compactd.extractive.importance.rules.turns import Turn
from compactd.extractive.importance.rules.voided import CORRECTING, LIST_MARKS, Voided, adds
from compactd.extractive.importance.rules.voiding import MAY_VOID, VOIDING, Voiding
from compactd.extractive.languages.confined import confines
from compactd.extractive.page import Section
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_score import HIGHEST, UNIT
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import Steps

FIRM = 0.4
"""From this strength on it has the first claim to the room there is."""

_ANNOUNCED = 3.0
_NAMES_ONE = -0.8
"""For a sentence that names a thing, a value or a time, and does not say that it is about more than that one: of such
sentences fewer are instructions than their words tell. And for one that chooses between two: `let's go with 2000
instead of 5000`."""

_CONFINED = 0.4
"""For a sentence that says that something is so only in a case, or in which order: it needs no verb for it, and is not
about one thing that it names."""

_JOINED = 0.8
"""For one that begins as one thing more (`And …`) behind an instruction, in the same message."""

_NONE = -float(HIGHEST)
_THINGS = frozenset((Kind.PATH, Kind.ID, Kind.URL, Kind.HASH))
_ORDERS = int(Cue.ORDER)
_QUESTION, _NEVER = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT | Trait.TABLE_ROW | Trait.QUOTED)
_ASKED = int(Cue.REQUEST)
_MAY_RELEASE = int(Cue.RELEASE | Cue.PERMISSION)
_SCOPE = int(Cue.SCOPE)
_CHOOSES = int(Cue.DECISION | Cue.CORRECTION)
_LASTING = int(Cue.SCOPE | Cue.BAN | Cue.DUTY)
_MAY_CHANGE = int(Cue.CORRECTION | Cue.SHIFT | Cue.SCOPE | Cue.CONSTRAINT)
_STATED = 64
"""Statements, the latest, that a later sentence may void."""

_A_STEP = 16
"""Sentences that may be instructions; some milliseconds of CPU where each has much in common with those in force."""

_TOLD = int(Cue.ERROR | Cue.ONCE | Cue.OUTCOME | Cue.CHATTER | Cue.REQUEST | Cue.ORDER)
_POSSIBLE = -2.0
"""Below this strength a sentence is no instruction, not even one that another one replaces."""

_WILL = int(Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.PREFERENCE | Cue.MANNER | Cue.NORM | Cue.FRAGMENT)
_COLONS = (":", "：")


def strength_of(sentence: Sentence, *, announced: bool = False) -> float:
    """How much a user's sentence is a standing instruction; `announced` by the line before it, which says that rules
    follow. Of what stood in a summary the section decides."""
    if sentence.section is not None:
        return FIRM if sentence.section is Section.INSTRUCTIONS else _NONE
    if sentence.traits & _NEVER or sentence.text.endswith(_COLONS):
        return _NONE
    strength = sentence.standing / UNIT + (_ANNOUNCED if announced else 0.0)
    less = 0.0
    if not sentence.cues & _LASTING:
        less = _NAMES_ONE * (_is_about_one(sentence) + (sentence.cues & _CHOOSES == _CHOOSES))
    if (less or strength < STANDING) and _is_confined(sentence, strength):
        return strength + _CONFINED
    return strength + less


def _is_confined(sentence: Sentence, strength: float) -> bool:
    """Whether what a user says is so only in a case, where that may make it an instruction."""
    return strength >= STANDING - _CONFINED and sentence.role is Role.USER and confines(sentence.text)


def is_rule(sentence: Sentence) -> bool:
    """Whether a sentence is a standing instruction by its words alone."""
    return sentence.role is Role.USER and strength_of(sentence) >= STANDING


def _is_about_one(sentence: Sentence) -> bool:
    """Whether a sentence names a thing, or only states a value or a time: `Keep the budget below $500` does neither."""
    orders = sentence.cues & _ORDERS
    return any(not orders or kind in _THINGS for _, kind in sentence.identifiers)


class Instructions(NamedTuple):
    """The standing instructions in force, place → strength, in the order in which they were given; the places of those
    that are not any more, with what took them back; of those that are to be read behind another one, which they make
    an exception from, or may void, the place of that, or of the first one where that is behind one, too; and the places
    of what only took something back."""

    standing: dict[int, float]
    gone: set[int]
    behind: dict[int, int]
    releases: set[int]


def instructions_of(sentences: Sequence[Sentence], voiding: Voiding = VOIDING) -> Steps[Instructions]:
    """What users want from now on, and what they want no more."""
    in_force = InForce()
    stated: deque[int] = deque(maxlen=_STATED)
    gone: set[int] = set()
    behind: dict[int, int] = {}
    same: dict[int, set[int]] = {}
    released_by: set[int] = set()
    subjects = _Subjects()
    voided = Voided(sentences, in_force, voiding)
    for number, (place, strength, releases) in enumerate(_candidates(sentences)):
        if number % _A_STEP == 0:
            yield
        if strength is None:
            stated.append(place)
            continue
        sentence = sentences[place]
        subject = subjects.of(sentence)
        again = in_force.take_again(sentence.text)
        if again is not None:
            # Who says the same again changes nothing by it, and makes no rule of a remark.
            same[place] = {again.place, *same.pop(again.place, ())}
            _move(behind, again.place, place)
            in_force.add(Given(place, max(strength, again.strength), subject))
            continue
        turn = Turn(place, sentence, strength, releases, subject, later(sentence, subject))
        void = voided.by(turn)
        if not void.those and (turn.ends or (subject.values and strength >= CORRECTING)):
            # What was no rule by its words may have been meant as one.
            gone.update(one for one in stated if _voids(turn, sentences[one], subjects))
        gone.update(one.place for one in void.those)
        in_force.remove(void.those)
        # Only from a rule there are exceptions.
        in_force.confirm(void.excepted, FIRM)
        if void.follows is not None:
            first = void.follows.place
            behind[place] = behind.get(first, first)
        if void.only_takes_back:
            released_by.add(place)
            continue
        least = FIRM if void.is_rule else strength
        if void.excepted:
            # An exception goes with its rule, and right behind it.
            least = nextafter(max(FIRM, *(one.strength for one in void.excepted)), -1)
        firmest = max([strength, least, *(one.strength for one in void.those)])
        # What somebody asks for once is done, and not replaced.
        if firmest >= (STANDING if turn.is_asked_once else _POSSIBLE):
            in_force.add(Given(place, firmest, subject))
    gone.update(*(same[place] for place in gone if place in same))
    standing = {one.place: one.strength for one in in_force if one.strength >= STANDING}
    return Instructions(standing, gone | released_by, behind, released_by - gone)


def _move(behind: dict[int, int], place: int, to: int) -> None:
    """What is to be read behind the sentence at one place is so behind the one that says the same at another."""
    for one, first in behind.items():
        if first == place:
            behind[one] = to
    if place in behind:
        behind[to] = behind.pop(place)


class _Subjects(dict[str, Subject]):
    """Text → subject: much of a long conversation is said again."""

    def of(self, sentence: Sentence) -> Subject:
        found = self.get(sentence.text)
        if found is None:
            found = self[sentence.text] = subject_of(sentence)
        return found


def _voids(turn: Turn, stated: Sentence, subjects: _Subjects) -> bool:
    """Whether a sentence that ends something, or says another value of it, voids what another one states."""
    subject, text = turn.subject, stated.text.lower()
    if subject.heads and not any(head in text for head in subject.heads):
        return False
    other = subjects.of(stated)
    return is_close(subject, other, ends=True) if turn.ends else replaces_statement(subject, other)


def _candidates(sentences: Sequence[Sentence]) -> Iterable[tuple[int, float | None, int]]:
    """(place, strength, bits of RELEASE and PERMISSION) of what users said that may be one or take one back; of what
    they only state no strength."""
    announced, previous = False, -1
    scope_before = ruled_before = False
    for place, sentence in enumerate(sentences):
        if sentence.role is not Role.USER:
            continue
        together = sentence.message == previous
        listed = together and announced and sentence.text.startswith(LIST_MARKS)
        strength = strength_of(sentence, announced=listed or (together and scope_before))
        if together and ruled_before and strength < FIRM and adds(sentence):
            strength += _JOINED
        releases = sentence.cues & _MAY_RELEASE if not sentence.traits & _NEVER else 0
        if sentence.traits & _QUESTION and not sentence.cues & _ASKED:
            releases = 0
        changes = not sentence.traits & (_NEVER | _QUESTION) and (
            sentence.cues & _MAY_CHANGE or sentence.voids > MAY_VOID * UNIT or says_of_others(sentence)
        )
        if strength >= REPLACEABLE or releases or changes:
            if not is_data(sentence):
                yield place, strength, releases
        elif strength > _NONE and not sentence.traits & (_NEVER | _QUESTION) and not sentence.cues & _TOLD:
            yield place, None, 0
        if not listed:
            announced = sentence.text.endswith(_COLONS) and bool(sentence.cues & (_SCOPE | _WILL))
        # `For the rest of this session.` says of the next sentence how long it holds.
        scope_before = says_how_long(sentence)
        ruled_before = strength >= STANDING
        previous = sentence.message
