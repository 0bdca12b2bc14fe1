"""Standing instructions: what users want to hold from now on, told by a score that was learned, and what voids them."""

from collections import deque
from collections.abc import Iterable, Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.data_lines import is_data
from compactd.extractive.importance.exceptions import excepted_by, says_otherwise
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.given import REPLACEABLE, Given, InForce
from compactd.extractive.importance.named_values import ID, OF_ANYTHING
from compactd.extractive.importance.pair_features import Later, later
from compactd.extractive.importance.subjects import Subject, is_about_all, says_of_others, subject_of
from compactd.extractive.importance.superseding import is_close, replaces_statement, shared_with, supersedes
from compactd.extractive.importance.things import only_names
from compactd.extractive.importance.voiding import MAY_VOID, VOIDING, Voiding
from compactd.extractive.page import Section
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.identifiers import Kind
from compactd.extractive.reading.sentence_score import HIGHEST, UNIT
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.steps import Steps

STANDING = 0.15
"""From this strength on a sentence is a standing instruction. Strengths are logits: of the score that was learned from
labelled sentences, with what stands around a sentence."""

FIRM = 0.3
"""From this strength on it has the first claim to the room there is."""

_ANNOUNCED = 3.0
_NAMES_ONE = -0.8
"""For a sentence that names a thing, a value or a time, and does not say that it is about more than that one: of such
sentences fewer are instructions than their words tell. And for one that chooses between two: `let's go with 2000
instead of 5000`."""

_NONE = -float(HIGHEST)
_THINGS = frozenset((Kind.PATH, Kind.ID, Kind.URL, Kind.HASH))
_ORDERS = int(Cue.ORDER)
_QUESTION, _NEVER = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT | Trait.TABLE_ROW | Trait.QUOTED)
_ASKED = int(Cue.REQUEST)
_MAY_RELEASE = int(Cue.RELEASE | Cue.PERMISSION)
_RELEASE, _CHATTER, _SCOPE = int(Cue.RELEASE), int(Cue.CHATTER), int(Cue.SCOPE)
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

_CORRECTING = 0.3
"""The strength from which on a sentence with another value for a standing instruction is one itself."""

_STATES = -2.5
"""The score of a standing instruction, as a logit, below which a sentence only states something, unless it is told for
certain that it changes or takes back something."""

_LIKELY, _LIKELY_OF_REMARKS = -3.0, 0.5
"""The logit, by what was learned of pairs, above which one that takes the place of another by its words does so; and
above which one does that is no instruction, nor says in so many words that anything is otherwise."""

_WILL = int(Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.PREFERENCE | Cue.MANNER | Cue.NORM | Cue.FRAGMENT)
_COLONS = (":", "：")
_LIST_MARKS = ("-", "*", "•", "·", "–", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def strength_of(sentence: Sentence, *, announced: bool = False) -> float:
    """How much a user's sentence is a standing instruction; `announced` by the line before it, which says that rules
    follow. Of what stood in a summary the section decides."""
    if sentence.section is not None:
        return FIRM if sentence.section is Section.INSTRUCTIONS else _NONE
    if sentence.traits & _NEVER or sentence.text.endswith(_COLONS):
        return _NONE
    strength = sentence.standing / UNIT
    if not sentence.cues & _LASTING and _is_about_one(sentence):
        strength += _NAMES_ONE
    if sentence.cues & _CHOOSES == _CHOOSES and not sentence.cues & _LASTING:
        strength += _NAMES_ONE
    return strength + _ANNOUNCED if announced else strength


def _is_about_one(sentence: Sentence) -> bool:
    """Whether a sentence names a thing, or only states a value or a time: `Keep the budget below $500` does neither."""
    orders = sentence.cues & _ORDERS
    return any(not orders or kind in _THINGS for _, kind in sentence.identifiers)


def instructions_of(
    sentences: Sequence[Sentence], voiding: Voiding = VOIDING
) -> Steps[tuple[dict[int, float], set[int]]]:
    """The standing instructions in force, place → strength, in the order in which they were given; and the places of
    those that are not any more, with what took them back."""
    in_force = InForce()
    stated: deque[int] = deque(maxlen=_STATED)
    gone: set[int] = set()
    subjects = _Subjects()
    for number, (place, strength, releases) in enumerate(_candidates(sentences)):
        if number % _A_STEP == 0:
            yield
        if strength is None:
            stated.append(place)
            continue
        subject = subjects.of(sentences[place])
        ends = bool(releases & _RELEASE) or subject.ends
        turned = later(sentences[place], subject)
        void = _voided(turned, in_force, voiding)
        takes_back = bool(void) and turned.takes_back
        # What is so otherwise now is an instruction as the one was in whose place it is.
        least = FIRM if void else strength
        if not void:
            proposed = _released(subject, sentences[place].text, releases, in_force) if releases or ends else []
            takes_back = bool(proposed)
            proposed = proposed or _superseded(subject, strength, in_force)
            proposed = [
                one for one in proposed if one.strength < STANDING or not _are_listed(sentences, one.place, place)
            ]
            void = [one for one in proposed if releases & _RELEASE or _is_likely(turned, one, voiding)]
            takes_back = (
                takes_back
                and bool(void)
                and not _says_more(subject, strength, void, explicitly=bool(releases & _RELEASE))
            )
        if not (releases or ends):
            void, least = _meant(turned, void, least, strength)
        excepted = _excepted(subject, void, in_force)
        # It holds beside what it excepts something from.
        void = [one for one in void if one not in excepted]
        takes_back, least = (takes_back, least) if not excepted else (False, FIRM)
        if not void and (ends or (subject.values and strength >= _CORRECTING)):
            # What was no rule by its words may have been meant as one.
            gone.update(one for one in stated if _voids(subject, sentences[one], subjects, ends=ends))
        if void:
            gone.update(one.place for one in void)
            in_force.remove(void)
            if takes_back:
                gone.add(place)
                continue
        # What somebody asks for once is done, and not replaced.
        firmest = max([strength, least, *(one.strength for one in void)])
        if firmest >= _POSSIBLE:
            in_force.add(Given(place, firmest, subject))
    return {one.place: one.strength for one in in_force if one.strength >= STANDING}, gone


def _are_listed(sentences: Sequence[Sentence], earlier: int, place: int) -> bool:
    """Whether two sentences are lines of one list: `- No emojis.`, `- Emojis are fine in the chat.`"""
    one, other = sentences[earlier], sentences[place]
    return one.message == other.message and one.text.startswith(_LIST_MARKS) and other.text.startswith(_LIST_MARKS)


def _voided(turned: Later, in_force: InForce, voiding: Voiding) -> list[Given]:
    """The instruction that a sentence voids by what was learned, if it says that anything is otherwise or no more."""
    if turned.voids <= (0 if turned.standing < _STATES else MAY_VOID):
        return []
    near = in_force.near(turned.subject)
    # `My address is …` is voided where no instruction is.
    standing = [one for one in near if one.strength >= STANDING]
    weaker = [one for one in near if REPLACEABLE <= one.strength < STANDING]
    chosen = voiding.voided(turned, standing) or voiding.voided(turned, weaker)
    return [] if chosen is None else [chosen]


def _meant(turned: Later, void: Sequence[Given], least: float, strength: float) -> tuple[list[Given], float]:
    """Those that a sentence voids and not only names the things of, what says that something is otherwise does both;
    and how strong it is at least: that it voids one makes it so."""
    says = turned.voids > 0 or turned.subject.anew
    meant = [one for one in void if says or not only_names(turned.subject, one.subject)]
    return meant, least if meant else strength


def _excepted(subject: Subject, void: Sequence[Given], in_force: InForce) -> list[Given]:
    """The instructions that a sentence about `subject` makes an exception from: of those that it would void, or says
    another value for."""
    others = () if void or OF_ANYTHING.issuperset(subject.values) else in_force.about(subject)
    likely = void or [one for one in others if says_otherwise(subject, one.subject)]
    standing = [one for one in likely if one.strength >= STANDING]
    return excepted_by(subject, standing) if standing else []


def _is_likely(turned: Later, older: Given, voiding: Voiding) -> bool:
    """Whether what was learned does not speak against it that a sentence voids an instruction; of statements nothing
    was learned."""
    if older.strength < REPLACEABLE:
        return True
    least = _LIKELY if turned.hints or turned.standing > 0 else _LIKELY_OF_REMARKS
    return voiding.weigh(turned, older, 0).whether > least


class _Subjects(dict[str, Subject]):
    """Text → subject: much of a long conversation is said again."""

    def of(self, sentence: Sentence) -> Subject:
        found = self.get(sentence.text)
        if found is None:
            found = self[sentence.text] = subject_of(sentence)
        return found


def _voids(subject: Subject, stated: Sentence, subjects: _Subjects, *, ends: bool) -> bool:
    """Whether a sentence that `ends` something, or says another value of it, voids what another one states."""
    text = stated.text.lower()
    if subject.heads and not any(head in text for head in subject.heads):
        return False
    other = subjects.of(stated)
    return is_close(subject, other, ends=True) if ends else replaces_statement(subject, other)


def _candidates(sentences: Sequence[Sentence]) -> Iterable[tuple[int, float | None, int]]:
    """(place, strength, bits of RELEASE and PERMISSION) of what users said that may be one or take one back; of what
    they only state no strength."""
    announced, previous = False, -1
    scope_before = False
    for place, sentence in enumerate(sentences):
        if sentence.role is not Role.USER:
            continue
        together = sentence.message == previous
        listed = together and announced and sentence.text.startswith(_LIST_MARKS)
        strength = strength_of(sentence, announced=listed or (together and scope_before))
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
        scope_before = bool(sentence.cues & _SCOPE) and sentence.term_count <= 3 and not sentence.cues & _CHATTER
        previous = sentence.message


def _released(subject: Subject, text: str, releases: int, in_force: InForce) -> list[Given]:
    """The instructions that a sentence of this `text` about `subject` takes back: those that share most with it; the
    last one if it names none. What says no more than that something is over or may be done has to be close to what it
    takes back, and a permission takes back what forbids."""
    if releases & _RELEASE:
        if is_about_all(text):
            return list(in_force)
        if subject.is_empty:
            return [one for one in in_force.latest() if one.strength >= STANDING][-1:]
    likely = in_force.about(subject)
    if not releases & _RELEASE:
        ends = subject.ends
        likely = [one for one in likely if (ends or one.subject.bans) and is_close(subject, one.subject, ends=True)]
    shares = [(shared_with(subject, one.subject), one) for one in likely]
    most = max((share for share, _ in shares), default=0.0)
    return [one for share, one in shares if share == most > 0]


def _says_more(subject: Subject, strength: float, released: Sequence[Given], *, explicitly: bool) -> bool:
    """Whether a sentence that takes something back says what holds instead; one that does so `explicitly` has to be an
    instruction itself."""
    terms = {term for one in released for term in one.subject.terms}
    values = {value for one in released for those in one.subject.values.values() for value in those}
    more = bool(subject.terms - terms) or any(not its <= values for its in subject.values.values())
    return more and (not explicitly or (strength >= STANDING and (subject.corrects or subject.anew)))


def _superseded(subject: Subject, strength: float, in_force: InForce) -> list[Given]:
    """The instructions that one of such a strength about `subject` takes the place of, and statements."""
    wills, stands = strength >= _CORRECTING, strength >= STANDING
    changes = wills or subject.corrects or subject.anew
    if not changes and not subject.values:
        return []
    likely = in_force.firm_about(subject) if changes else ()
    firm = [one for one in likely if supersedes(subject, one.subject, wills=wills, stands=stands)]
    if firm or not subject.values:
        return firm
    weak = in_force.stating(subject, firm=not changes)
    own = subject.values.get(ID)
    if own is not None:
        # A log, or a table, is many lines of one form, each about a thing of its own.
        weak = [one for one in weak if not own.isdisjoint(one.subject.values.get(ID, own))]
    return [one for one in weak if replaces_statement(subject, one.subject)]
