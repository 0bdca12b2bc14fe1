"""Looks for what is still to be done by the words of each message of a user and of what followed it."""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import NamedTuple

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import BEFORE, Facts, Sentence
from compactd.extractive.importance.requests.asking import (
    asks,
    ends_a_rule,
    is_owed,
    is_taken_back,
    is_wish,
    only_tells,
    says_something,
)
from compactd.extractive.importance.requests.completion import Aftermath, inquires
from compactd.extractive.importance.requests.failing import ends_in_failure
from compactd.extractive.importance.requests.intent import agrees, consents, is_consent
from compactd.extractive.importance.requests.open_bounds import HARDLY, LOOKED_BACK_AT, PASSED, PERHAPS
from compactd.extractive.importance.requests.said_besides import without_chatter
from compactd.extractive.importance.requests.withdrawals import not_taken_back
from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.page import Section
from compactd.extractive.reading.sentence_traits import Trait

_READ = 64
"""Sentences of one message, the last, that are read for what they may ask for: a long text may be pasted."""

_CHATTER, _REQUEST, _QUESTION = int(Cue.CHATTER), int(Cue.REQUEST), int(Trait.QUESTION)
_OFFERS = int(Cue.CONDITION | Cue.PERMISSION)


class Found(NamedTuple):
    """The places of what is open by its words, and what was asked of what followed the messages that were looked at, by
    their numbers: it is worked out once."""

    places: Set[int]
    aftermaths: Mapping[int, Aftermath]


def found_by_words(facts: Facts) -> Found:
    """What is to be done now: the last request that is not done, and what users said after it without asking for
    anything else. Nothing if all is done or taken back, or if nothing was asked."""
    search = _Search(facts)
    for message, spoken in islice(_said_by_users(facts.sentences), LOOKED_BACK_AT):
        if search.ends_with(message, spoken):
            break
    return Found(frozenset(search.found()), search.aftermaths)


class _Search:
    """What is open, looked for from the last message of users back."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._open: list[int] = []
        self._replied: set[int] = set()
        # What somebody agrees to was answered by what is agreed to, and what is to be tried again is not done.
        self._agreed = False
        self._again: Aftermath | None = None
        self._passed = 0
        self._since = BEFORE
        self.aftermaths: dict[int, Aftermath] = {}

    def found(self) -> list[int]:
        """What is open of the messages so far."""
        return [place for place in self._open if place not in self._replied]

    def ends_with(self, message: int, spoken: Sequence[int]) -> bool:
        """Takes in one message more; whether what stands before it needs no look."""
        sentences = self._facts.sentences
        if message < self._since:
            return True
        said = [(place, without_chatter(sentences[place])) for place in spoken]
        asked = _asked_in(sentences, said)
        asking = not_taken_back(sentences, spoken, asked)
        if asked and not asking:
            # What a message itself asked for and took back leaves open what the assistant has begun with.
            self._passed += 1
            return False
        if not asking and is_taken_back([one for _, one in said]):
            return True
        since = self.aftermaths[message] = Aftermath(self._facts, message)
        if since.is_noted():
            return False
        taken_up = [] if asking else _taken_up(since, said)
        asking = asking or taken_up
        if self._passed:
            # What something else was asked after is done, unless the assistant has only set to work on it.
            asking = _left_behind(self._facts, since, asking)
        elif not asking and not since.reports(" ".join(one.text for _, one in said[-_READ:])):
            return self._ends_with_remark(since, said)
        wanted = [sentences[place] for place in asking[-_READ:]]
        if self._again is not None and wanted and self._again.is_done(wanted):
            # So is that it was to be tried again.
            self._open.clear()
            return True
        if not self._agreed and (not asking or since.is_done(wanted)):
            return self._ends_with_done(asking)
        self._open = [*asking, *self._open]
        is_answer = bool(taken_up) and _is_asked(sentences, spoken[0])
        if self._passed or not (is_answer or _goes_on(sentences, asking)):
            # What somebody said right before, in a message of its own, was not answered in between.
            self._since = _first_in_a_row(sentences, spoken[0])
            return self._since == message
        self._open = [*_asked_for(self._facts, since, spoken, ()), *self._open]
        self._agreed = True
        self._again = since if _is_tried_again(sentences, asking) else None
        return False

    def _ends_with_remark(self, since: Aftermath, said: Sequence[tuple[int, Sentence]]) -> bool:
        """Takes in a message that asks for nothing in words."""
        spoken = [place for place, _ in said]
        if not self._agreed and self._open:
            return False
        answers = _is_asked(self._facts.sentences, spoken[0])
        if answers and since.is_reported_on():
            # What was asked back about is done.
            return True
        remarked = _remarked(self._facts, said)
        self._open = [*_asked_for(self._facts, since, spoken, remarked), *remarked, *self._open]
        if not answers and since.is_replied_to() and not since.is_taken_up():
            self._replied.update(spoken)
        return False

    def _ends_with_done(self, asking: Sequence[int]) -> bool:
        """Takes in a message that asks for nothing that is still to be done."""
        self._passed += 1
        self._open = self.found()
        # Whoever agreed to what was done since, or had it tried again, wants nothing of what was said before.
        agreed_to = bool(asking) and _goes_on(self._facts.sentences, asking)
        return bool(self._open) or agreed_to or self._passed > PASSED


def _asked_in(sentences: Sequence[Sentence], said: Sequence[tuple[int, Sentence]]) -> list[int]:
    """What asks for something in a message, in words, or agrees to what was proposed."""
    proposed = _is_proposed(sentences, said[0][0])
    asking = [place for place, one in said if asks(one) or (proposed and is_consent(one))]
    # What only ends a rule (`You may drop the titles again`) is heard when it is said.
    asking = [place for place in asking if not ends_a_rule(sentences[place])] or asking
    return asking or [place for place, one in said if is_wish(one)]


def _left_behind(facts: Facts, since: Aftermath, asking: Sequence[int]) -> list[int]:
    """What is still to be done of a message that another request followed: the assistant has begun with it."""
    if not asking or not since.is_begun():
        return []
    spoken = [(place, facts.sentences[place]) for place in asking]
    wanted = [(place, one) for place, one in spoken if strength_of(one) < STANDING]
    # What the assistant said that it is about to do was asked for.
    begun = since.is_taken_up()
    return [place for place, one in wanted if one.asks > PERHAPS or (begun and is_owed(one))]


def _taken_up(since: Aftermath, said: Sequence[tuple[int, Sentence]]) -> list[int]:
    """What may ask for something of a message that the assistant set to work on, or failed at, though it has no word of
    asking."""
    tried = since.has_failed or since.asks_back or since.is_silent
    if not (since.is_at_work or tried):
        return []
    likely = [(place, one) for place, one in said[-_READ:] if says_something(one, thanks=False, answers=tried)]
    likely = [(place, one) for place, one in likely if place in _not_told(likely)]
    if tried:
        return [place for place, _ in likely]
    named = [place for place, one in likely if since.announces(one.text)]
    if named or not since.is_taken_up():
        return named
    return [place for place, one in likely if one.asks > HARDLY or (is_owed(one) and strength_of(one) < STANDING)]


def _remarked(facts: Facts, said: Sequence[tuple[int, Sentence]]) -> list[int]:
    """What a message that asks for nothing in words may ask for all the same, or adds to what was asked."""
    sentences = facts.sentences
    thanks = any(sentences[place].cues & _CHATTER for place, _ in said)
    thanks = thanks or (not _is_proposed(sentences, said[0][0]) and any(agrees(one) for _, one in said))
    answers = not thanks and _is_asked(sentences, said[0][0])
    return _not_told([(place, one) for place, one in said if says_something(one, thanks=thanks, answers=answers)])


def _not_told(said: Sequence[tuple[int, Sentence]]) -> list[int]:
    """Those that do not only tell how things were; all where there are no others: beside `We need a plan of the stand`
    a colleague's opinion asks for nothing."""
    return [place for place, one in said if not only_tells(one)] or [place for place, _ in said]


def _said_by_users(sentences: Sequence[Sentence]) -> Iterator[tuple[int, list[int]]]:
    """Message → places of its sentences, the last message first."""
    spoken: list[int] = []
    for place in range(len(sentences) - 1, -1, -1):
        sentence = sentences[place]
        if sentence.role is not Role.USER or sentence.section not in (None, Section.OPEN):
            continue
        if spoken and sentences[spoken[0]].message != sentence.message:
            yield sentences[spoken[0]].message, spoken
            spoken = []
        spoken.insert(0, place)
    if spoken:
        yield sentences[spoken[0]].message, spoken


def _first_in_a_row(sentences: Sequence[Sentence], place: int) -> int:
    """The first of the messages of users, up to that of a place, between which nothing stands."""
    first = sentences[place].message
    for before in range(place - 1, -1, -1):
        one = sentences[before]
        if one.role is not Role.USER or not BEFORE < one.message >= first - 1:
            break
        first = one.message
    return first


def _asked_for(facts: Facts, since: Aftermath, spoken: Sequence[int], remarked: Sequence[int]) -> list[int]:
    """The question of the assistant that a message agrees to or answers, which says little without it, unless that is
    done."""
    if since.is_replied_to():
        return []
    agreed = any(consents(facts.sentences[place]) for place in spoken)
    asked = _is_asked(facts.sentences, spoken[0])
    if (asked and (agreed or remarked)) or (agreed and _is_offered(facts.sentences, spoken[0])):
        return [spoken[0] - 1]
    return []


def _is_offered(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether what stands before a place is what the assistant can do if that is wanted."""
    before = sentences[place - 1] if place else None
    return before is not None and before.role is Role.ASSISTANT and bool(before.cues & _OFFERS)


def _goes_on(sentences: Sequence[Sentence], asking: Sequence[int]) -> bool:
    """Whether all that asks for something in a message agrees to what stands before it, or has what failed tried
    again."""
    return all(agrees(sentences[place]) for place in asking) or _is_tried_again(sentences, asking)


def _is_tried_again(sentences: Sequence[Sentence], asking: Sequence[int]) -> bool:
    """Whether what asks for something in a message asks no question, and stands behind what failed."""
    if not asking or any(sentences[place].traits & _QUESTION for place in asking):
        return False
    return ends_in_failure(_said_before(sentences, asking[0]))


def _is_proposed(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether the assistant's message before a place asks something, or asks for something; whether there is none."""
    said = _said_before(sentences, place)
    return not said or any(one.traits & _QUESTION or one.cues & _REQUEST for one in said)


def _said_before(sentences: Sequence[Sentence], place: int) -> Sequence[Sentence]:
    """What the assistant's message says that stands before the message of a place; nothing if it is no message of the
    assistant."""
    before = (sentences[at] for at in range(place - 1, -1, -1) if sentences[at].message != sentences[place].message)
    said: list[Sentence] = []
    for one in before:
        if one.role is not Role.ASSISTANT or (said and one.message != said[0].message):
            break
        said.insert(0, one)
    return said


def _is_asked(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether what stands before a place is a question of the assistant about what is wanted."""
    return place > 0 and sentences[place - 1].role is Role.ASSISTANT and inquires(sentences[place - 1])
