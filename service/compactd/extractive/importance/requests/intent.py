"""What users want: the goal they begin with, and what they said last; each as places in the list of sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import BEFORE, Sentence
from compactd.extractive.importance.requests.announcements import are_together, completed
from compactd.extractive.importance.requests.answers import answers_of
from compactd.extractive.importance.requests.open_bounds import FEW_TERMS
from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import COMMON, languages_in
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.going_on import besides_going_on
from compactd.extractive.languages.refusal import REFUSALS
from compactd.extractive.languages.words import plain_script, words_of
from compactd.extractive.page import Section
from compactd.extractive.reading.cues import cues_of, without_cues
from compactd.extractive.reading.sentence_score import UNIT
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.speech import terms_of

_LOOKED_AT = 12
_FEW_TERMS = 4
_OF_THANKS = 1
"""Content words of thanks: `Thanks!` has one."""

_SHORT = 60
"""Code points of what says no more than that the work is to go on, or asks for what was said before."""

_FILLERS = "can could have help like make need please some that there this upcomin want will with would"
_FILLING = frozenset(_FILLERS.split())
"""Stems of words that are in a goal whatever it is."""

_GOAL_SIZE = 320
"""Code points of a goal of several sentences."""

_MAY_ASK = -3 * UNIT // 2
"""The score of what is asked for once above which a sentence may be the goal, though it has no word of asking."""

_REFERS_BACK: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(plain_script(language.refers_back), re.IGNORECASE)
)
_CONSENT: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(plain_script(language.consents), re.IGNORECASE)
)
_ONLY_CONSENT: Mapping[str, re.Pattern[str]] = ByLanguage(
    lambda language: re.compile(rf"(?:(?:{_CONSENT[language.code].pattern})\W*+)+", re.IGNORECASE)
)
_REFUSAL: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(plain_script(REFUSALS[language.code])))
_WORD_START = re.compile(r"(?<!\w)\w")
_TOLD = int(Cue.DECISION | Cue.CONSTRAINT | Cue.CORRECTION | Cue.REQUEST | Cue.ORDER | Cue.GOAL | Cue.WITHDRAWAL)
_ANNOUNCES = int(Trait.ANNOUNCEMENT)
_QUOTED = int(Trait.QUOTED)
_WITHDRAWN, _CHATTER, _GOAL = int(Cue.WITHDRAWAL), int(Cue.CHATTER), int(Cue.GOAL)
_ASIDE, _SHIFT, _OUTCOME, _QUESTION = int(Cue.ASIDE), int(Cue.SHIFT), int(Cue.OUTCOME), int(Trait.QUESTION)
_POLITE = int(Cue.CHATTER | Cue.REQUEST | Cue.PERMISSION)
_DECIDES = int(Cue.DECISION | Cue.CORRECTION | Cue.CONSTRAINT | Cue.WITHDRAWAL)
_NOT_SAID = _ANNOUNCES | _QUOTED
_NO_TASK = int(Cue.DECISION | Cue.CHATTER)
_TASK = int(Cue.GOAL | Cue.REQUEST | Cue.ORDER)


def goals_of(sentences: Sequence[Sentence]) -> list[list[int]]:
    """What users want, as it now is: what they asked for first, unless that is done or they want something else
    instead, and what they turned to last. Each with its neighbours in the message where it says too little alone."""
    first = _first_goal(sentences)
    if not first:
        return []
    goal, turned, over = first[0], -1, False
    for message, spoken in _messages_of_users(sentences, after=sentences[goal].message):
        asks = next((place for place in spoken if _is_task(sentences[place])), spoken[0] - 1)
        # Whoever turns to something else closes with what was before.
        closing = [sentences[place].cues for place in spoken if place <= asks and not sentences[place].cues & _ASIDE]
        if any(cues & (_SHIFT | _CHATTER) for cues in closing):
            shifts = any(cues & _SHIFT for cues in closing)
            over = over or shifts or _is_done(sentences, turned if turned >= 0 else goal, message)
            turned = asks
    if turned < 0:
        return [first]
    return [_with_neighbours(sentences, turned)] if over else [first, _with_neighbours(sentences, turned)]


def _is_task(sentence: Sentence) -> bool:
    """Whether a sentence asks for something to be done, and is no consent and no standing instruction."""
    needed = _GOAL if sentence.traits & _QUESTION else _TASK
    if not sentence.cues & needed or sentence.cues & _NO_TASK or sentence.traits & _NOT_SAID or is_consent(sentence):
        return False
    return strength_of(sentence) < STANDING and len(sentence.terms - _FILLING) > 1


def _is_done(sentences: Sequence[Sentence], goal: int, before: int) -> bool:
    """Whether the assistant said, before a message, that what the goal names is done."""
    named = sentences[goal].terms - _FILLING
    for place in range(goal + 1, len(sentences)):
        sentence = sentences[place]
        if sentence.message >= before:
            break
        done = sentence.role is Role.ASSISTANT and sentence.cues & _OUTCOME
        if done and len(named & sentence.terms) * 2 >= len(named):
            return True
    return False


def _messages_of_users(sentences: Sequence[Sentence], after: int) -> Iterator[tuple[int, list[int]]]:
    """Messages of users after a message, each with the places of its sentences."""
    places = (at for at, one in enumerate(sentences) if _may_want(one) and one.message > after)
    for message, spoken in groupby(places, key=lambda at: sentences[at].message):
        yield message, list(spoken)


def _first_goal(sentences: Sequence[Sentence]) -> list[int]:
    """The first thing a user asks for."""
    said = (at for at, one in enumerate(sentences) if _may_want(one) and not one.traits & _NOT_SAID)
    said = (at for at in said if sentences[at].message > BEFORE)
    answered = {answer.question for answer in answers_of(sentences)}
    # What stands beside a question is about it, as a rule.
    beside = {sentences[at].message for at in answered}
    said = (at for at in said if at not in answered)
    said = (at for at in said if sentences[at].message not in beside or _may_be_goal(sentences[at]))
    said = (at for at in said if not _only_thanks(sentences[at]))
    spoken = list(islice(said, _LOOKED_AT))
    opening = [index for index in spoken if sentences[index].message == sentences[spoken[0]].message]
    # `Add rate limiting to the endpoint.` may order something in words that no table has.
    begun = opening[:1] if opening and _may_ask(sentences[opening[0]]) else []
    for places in (opening, spoken):
        if places is spoken and begun:
            return _with_neighbours(sentences, begun[0])
        for cue in (int(Cue.GOAL), int(Cue.REQUEST | Cue.ORDER)):
            asked = [at for at in places if sentences[at].cues & cue and strength_of(sentences[at]) < STANDING]
            if asked:
                return _with_neighbours(sentences, asked[0])
    return _with_neighbours(sentences, spoken[0]) if spoken else []


def _may_want(sentence: Sentence) -> bool:
    """Whether a user says it; of what stands in a part the section decides."""
    return sentence.role is Role.USER and sentence.section in (None, Section.GOALS)


def _may_ask(sentence: Sentence) -> bool:
    """Whether the first sentence of all says much, and may well ask for something."""
    return len(sentence.terms - _FILLING) >= _FEW_TERMS and sentence.asks > _MAY_ASK and not sentence.cues & _CHATTER


def _may_be_goal(sentence: Sentence) -> bool:
    """Whether a sentence beside a question asks for something, or says so much that the question may be about that."""
    return bool(sentence.cues & _TASK) or len(sentence.terms - _FILLING) >= FEW_TERMS


def _only_thanks(sentence: Sentence) -> bool:
    """Whether a sentence thanks, greets or agrees, and hardly says anything else: `Okay, go on.`"""
    return (bool(sentence.cues & _CHATTER) and sentence.term_count <= _OF_THANKS) or only_goes_on(sentence)


def only_goes_on(sentence: Sentence) -> bool:
    """Whether a sentence says that the work is to go on, with thanks or a please, and nothing else."""
    if sentence.identifiers or sentence.names or len(sentence.text) > _SHORT:
        return False
    rest = besides_going_on(sentence.text)
    return rest is not None and _own_terms(rest) == 0


def only_refers_back(sentence: Sentence) -> bool:
    """Whether a sentence asks for what was said before it, and names nothing: `Please plan with that.`"""
    if sentence.identifiers or sentence.names or len(sentence.text) > _SHORT or sentence.cues & _DECIDES:
        return False
    plain = plain_script(sentence.text.lower())
    return any(
        _REFERS_BACK[language.code].search(plain) and _own_terms(_REFERS_BACK[language.code].sub(" ", plain)) <= 1
        for language in languages_in(sentence.text)
    )


def _own_terms(text: str) -> int:
    """How many content words a text has that are not only kind: of some kind words no one alone is (`من فضلك`), of
    others only a part is told as such."""
    own = [word for word in words_of(text) if word not in COMMON and not cues_of(word, (word,)) & _POLITE]
    bare = without_cues(text, _POLITE)
    of_bare = len(terms_of(bare, words_of(bare) if own else ()))
    return min(len(terms_of(" ".join(own), own)), of_bare) if own else of_bare


def _with_neighbours(sentences: Sequence[Sentence], index: int) -> list[int]:
    goal = sentences[index]
    if goal.section is not None:
        return [index]
    places = [index]
    short = len(goal.terms - _FILLING) < _FEW_TERMS and not goal.identifiers
    if (short or _refers_back(goal.text)) and _adds(sentences, index - 1, index):
        # `Can you help with that?` says less than what it is about, and nothing besides.
        places = [index - 1, index] if goal.terms - _FILLING or goal.identifiers else [index - 1]
    elif short and goal.text.endswith((*".!?。！？",)) and _adds(sentences, index + 1, index):
        places.append(index + 1)
    size = sum(len(sentences[place].text) for place in places)
    return completed(sentences, places) if size <= _GOAL_SIZE else completed(sentences, [index])


def _refers_back(text: str) -> bool:
    """Whether a text says less than what it is about: `Can you help with that?`"""
    plain = plain_script(text)
    return any(_REFERS_BACK[language.code].search(plain) for language in languages_in(text))


def _adds(sentences: Sequence[Sentence], index: int, goal: int) -> bool:
    """Whether a sentence beside the goal says something: a greeting or an announcement does not."""
    if not are_together(sentences, min(index, goal), max(index, goal)):
        return False
    if sentences[index].traits & _ANNOUNCES:
        return False
    return bool(sentences[index].identifiers) or len(sentences[index].terms - _FILLING) > 1


def last_instructions(sentences: Sequence[Sentence]) -> list[int]:
    """What the last user message that decides, asks or takes something back says of it, and the last taking back."""
    opening = next((one.message for one in sentences if one.role is Role.USER and one.message > BEFORE), BEFORE)
    places: list[int] = []
    for index in range(len(sentences) - 1, -1, -1):
        sentence = sentences[index]
        if sentence.role is not Role.USER or sentence.message in (BEFORE, opening) or sentence.traits & _QUOTED:
            continue
        if not places or sentence.message == sentences[places[0]].message:
            if _instructs(sentence):
                places.append(index)
        elif sentence.cues & _WITHDRAWN:
            return [index, *reversed(places)]
    return places[::-1]


def _instructs(sentence: Sentence) -> bool:
    if only_goes_on(sentence) or only_refers_back(sentence):
        return False
    if sentence.cues & (_TOLD & ~_GOAL if sentence.cues & _CHATTER else _TOLD):
        return True
    return is_consent(sentence)


def is_consent(sentence: Sentence) -> bool:
    """Whether a sentence agrees to something or refuses it: `Yes, the aisle seat.`"""
    return not sentence.cues & _CHATTER and sentence.term_count > 1 and agrees(sentence)


def agrees(sentence: Sentence) -> bool:
    """Whether a sentence begins by agreeing or refusing, whatever follows."""
    text = plain_script(sentence.text)
    return any(_CONSENT[language.code].match(text) for language in languages_in(text))


def consents(sentence: Sentence) -> bool:
    """Whether a sentence of a few words agrees, and refuses nothing: `Oh yes, gladly!`"""
    if sentence.term_count > _FEW_TERMS:
        return False
    line = plain_script(sentence.text.lower().replace("’", "'"))
    codes = [language.code for language in languages_in(sentence.text)]
    if any(_REFUSAL[code].search(line) for code in codes):
        return False
    return any(
        _CONSENT[code].match(line, at) for code in codes for at in map(re.Match.start, _WORD_START.finditer(line))
    )


def only_agrees(sentence: Sentence) -> bool:
    """Whether a sentence agrees or refuses and says nothing else: `Yes.`, `Ja, ja.`"""
    text = plain_script(sentence.text)
    return any(_ONLY_CONSENT[language.code].fullmatch(text) for language in languages_in(text))
