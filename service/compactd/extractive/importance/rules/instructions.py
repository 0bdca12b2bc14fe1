"""Standing instructions: what users want to hold from now on, told by a score that was learned, and what voids them."""

from collections import deque
from collections.abc import Iterable, Sequence
from math import nextafter
from typing import NamedTuple

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.copies import Copies
from compactd.extractive.importance.rules.data_lines import is_data
from compactd.extractive.importance.rules.exceptions import names_a_case
from compactd.extractive.importance.rules.how_long import says_how_long
from compactd.extractive.importance.rules.in_force import REPLACEABLE, STANDING, InForce, Instruction
from compactd.extractive.importance.rules.later_sentence import later
from compactd.extractive.importance.rules.open_lines import begins, takes_back
from compactd.extractive.importance.rules.quoted_rules import only_cites
from compactd.extractive.importance.rules.replacing import is_close, replaces_statement
from compactd.extractive.importance.rules.subjects import Subject, says_of_others, subject_of
from compactd.extractive.importance.rules.tasks import Tasks, asks_once
from compactd.extractive.importance.rules.updates import Update, Void
from compactd.extractive.importance.rules.voided import CORRECTING, LIST_MARKS, UNLIKELY, Voided, adds
from compactd.extractive.importance.rules.voiding import MAY_VOID, VOIDING, Voiding
from compactd.extractive.languages.confined import confines
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.hearsay import is_hearsay
from compactd.extractive.page import Section
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

_WEIGHED_A_STEP = 16
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
    if strength >= STANDING and _is_told(sentence):
        return nextafter(STANDING, _NONE)
    less = 0.0
    if not sentence.cues & _LASTING:
        less = _NAMES_ONE * (_is_about_one(sentence) + (sentence.cues & _CHOOSES == _CHOOSES))
    if (less or strength < FIRM) and _is_confined(sentence, strength):
        return strength + _CONFINED
    return strength + less


def _is_told(sentence: Sentence) -> bool:
    """Whether somebody else says so."""
    return (not sentence.cues & _ORDERS and is_hearsay(sentence.text)) or only_cites(sentence.text)


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
    heard = _Heard(sentences, voiding)
    for number, (place, strength, releases) in enumerate(_candidates(sentences)):
        if number % _WEIGHED_A_STEP == 0:
            yield
        if strength is None:
            heard.note(place)
        else:
            heard.hear(place, strength, releases)
    return heard.instructions()


class _Heard:
    """What users said so far: the instructions in force, and those that are not any more."""

    def __init__(self, sentences: Sequence[Sentence], voiding: Voiding) -> None:
        self._sentences = sentences
        self._in_force = InForce()
        self._voided = Voided(sentences, self._in_force, voiding)
        self._tasks = Tasks(voiding)
        self._stated: deque[int] = deque(maxlen=_STATED)
        self._subjects = _Subjects()
        self._copies = Copies()
        self._gone: set[int] = set()
        self._behind: dict[int, int] = {}
        self._released_by: set[int] = set()
        self._exceptions: set[str] = set()

    def note(self, place: int) -> None:
        """What is no instruction by its words, and may be voided nevertheless."""
        sentence = self._sentences[place]
        if asks_once(sentence):
            self._tasks.add(Instruction(place, _POSSIBLE, self._subjects.of(sentence)))
        else:
            self._stated.append(place)

    def hear(self, place: int, strength: float, releases: int) -> None:
        """What may be an instruction, or void one."""
        sentence = self._sentences[place]
        subject = self._subjects.of(sentence)
        again = self._in_force.take_again(sentence.text)
        if again is not None:
            strength = max(strength, again.strength)
            if self._copies.move(again.place, place, self._behind):
                self._in_force.add(Instruction(place, strength, subject))
                return
        update = Update(place, sentence, strength, releases, subject, later(sentence, subject))
        void = self._voided.by(update)
        if again is not None:
            # Who reminds of a rule does not say that nothing is excepted from it any more.
            void = void.without(self._exceptions)
        if not void.those:
            self._gone |= self._voided_besides(update)
        self._gone.update(one.place for one in void.those)
        self._in_force.remove(void.those)
        # Only from a rule there are exceptions.
        self._in_force.confirm(void.excepted, FIRM)
        if void.follows is not None:
            first = void.follows.place
            self._behind[place] = self._behind.get(first, first)
        if void.only_takes_back:
            self._released_by.add(place)
        else:
            self._give(update, void)

    def instructions(self) -> Instructions:
        gone = self._gone | self._copies.of(self._gone)
        standing = {one.place: one.strength for one in self._in_force if self._stands(one)}
        return Instructions(standing, gone | self._released_by, self._behind, self._released_by - gone)

    def _stands(self, given: Instruction) -> bool:
        """Whether an instruction holds on. What a part says is open would stand there as one, if it were one."""
        return given.strength >= STANDING and self._sentences[given.place].section is not Section.OPEN

    def _voided_besides(self, update: Update) -> set[int]:
        """What was no rule by its words, and may have been meant as one, or was asked for once."""
        gone = self._tasks.voided(update, surer=UNLIKELY)
        if update.ends or (update.subject.values and update.strength >= CORRECTING):
            gone.update(one for one in self._stated if self._is_voided(update, self._sentences[one]))
        return gone

    def _is_voided(self, update: Update, stated: Sentence) -> bool:
        """Whether a sentence that ends something, or says another value of it, voids what another one states."""
        subject, text = update.subject, stated.text.lower()
        if subject.heads and not any(head in text for head in subject.heads):
            return False
        other = self._subjects.of(stated)
        return is_close(subject, other, ends=True) if update.ends else replaces_statement(subject, other)

    def _give(self, update: Update, void: Void) -> None:
        """A sentence that may be an instruction is in force from here on."""
        least = FIRM if void.is_rule else update.strength
        if void.excepted:
            self._note_exception(update.subject.text, void.excepted)
            # An exception goes with its rule, and right behind it.
            least = nextafter(max(FIRM, *(one.strength for one in void.excepted)), -1)
        firmest = max([update.strength, least, *(one.strength for one in void.those)])
        given = Instruction(update.place, firmest, update.subject)
        # What somebody asks for once is done, and not replaced.
        if firmest >= (STANDING if update.is_asked_once else _POSSIBLE):
            self._in_force.add(given)
        elif update.is_asked_once:
            self._tasks.add(given)

    def _note_exception(self, text: str, excepted: Sequence[Instruction]) -> None:
        """What names nothing that its rules do not is the contrary of them, and void where they are said again."""
        if any(names_a_case(text, one.subject.text) for one in excepted):
            self._exceptions.add(text)


class _Subjects(dict[str, Subject]):
    """Text → subject: much of a long conversation is said again."""

    def of(self, sentence: Sentence) -> Subject:
        found = self.get(sentence.text)
        if found is None:
            found = self[sentence.text] = subject_of(sentence)
        return found


def _candidates(sentences: Sequence[Sentence]) -> Iterable[tuple[int, float | None, int]]:
    """(place, strength, bits of RELEASE and PERMISSION) of what users said that may be one or take one back; of what
    they only state no strength."""
    held = [one for one in sentences if one.section is Section.INSTRUCTIONS]
    announced, previous = False, -1
    scope_before = ruled_before = False
    for place, sentence in enumerate(sentences):
        if sentence.role is not Role.USER or any(begins(sentence, rule) for rule in held):
            continue
        together = sentence.message == previous
        listed = together and announced and sentence.text.startswith(LIST_MARKS)
        strength = strength_of(sentence, announced=listed or (together and scope_before))
        if together and ruled_before and strength < FIRM and adds(sentence):
            strength += _JOINED
        releases = _releases(sentence)
        if sentence.section is Section.OPEN and not takes_back(sentence, releases):
            continue
        changes = not sentence.traits & (_NEVER | _QUESTION) and (
            sentence.cues & _MAY_CHANGE or sentence.voids > MAY_VOID * UNIT or says_of_others(sentence)
        )
        if strength >= REPLACEABLE or releases or changes:
            if not is_data(sentence):
                yield place, strength, releases
        elif strength > _NONE and _may_be_voided(sentence):
            yield place, None, 0
        if not listed:
            announced = sentence.text.endswith(_COLONS) and bool(sentence.cues & (_SCOPE | _WILL))
        # `For the rest of this session.` says of the next sentence how long it holds.
        scope_before = says_how_long(sentence)
        ruled_before = strength >= STANDING
        previous = sentence.message


def _releases(sentence: Sentence) -> int:
    """The bits of RELEASE and PERMISSION of a sentence that may take something back."""
    if sentence.traits & _NEVER or (sentence.traits & _QUESTION and not sentence.cues & _ASKED):
        return 0
    return sentence.cues & _MAY_RELEASE


def _may_be_voided(sentence: Sentence) -> bool:
    """Whether a sentence that is hardly an instruction states something, or asks for it once."""
    if sentence.traits & (_NEVER | _QUESTION):
        return False
    return asks_once(sentence) or not sentence.cues & _TOLD
