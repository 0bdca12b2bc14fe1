"""The last request of a user that is not done, as places in the list of sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.instructions import STANDING, strength_of
from compactd.extractive.importance.intent import is_consent
from compactd.extractive.importance.outcomes import DONE
from compactd.extractive.importance.said_besides import without_chatter
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.page import Section
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.effects import words_of_name
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.words import words_of

_LOOKED_BACK_AT = 12
"""Messages of users, from the last one on, among which the open request may be."""

_FEW_TERMS = 3
"""Content words; whoever takes something back in fewer asks for nothing else."""

_POLITE_TERMS = 5
"""Content words of the shortest wish that is clothed in thanks."""

_FEW_WORDS = 3
"""Words, or characters of a script without spaces, of the shortest answer that says something."""

_ASKS = int(Cue.REQUEST | Cue.GOAL | Cue.ORDER)
_CHATTER, _GOAL, _WITHDRAWN = int(Cue.CHATTER), int(Cue.GOAL), int(Cue.WITHDRAWAL)
_MATTERS = int(Cue.DUTY | Cue.CONSTRAINT | Cue.PREFERENCE | Cue.ERROR | Cue.MANNER | Cue.SHIFT)
_CONDITION = int(Cue.CONDITION)
_NARRATION, _OUTCOME = int(Cue.NARRATION), int(Cue.OUTCOME)
_QUESTION, _NEVER = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT | Trait.QUOTED)
_WORKING: Mapping[str, re.Pattern[str]] = {language.code: re.compile(language.working) for language in LANGUAGES}


def open_request(facts: Facts) -> list[int]:
    """What is to be done now: the last request that nothing answered, and what users said after it without asking for
    anything else. Empty if the last request was answered, or if there is none."""
    places: list[int] = []
    for message, spoken in islice(_said_by_users(facts.sentences), _LOOKED_BACK_AT):
        said = [(place, without_chatter(facts.sentences[place])) for place in spoken]
        asking = [place for place, one in said if _asks(one)]
        if not asking and any(one.cues & _WITHDRAWN for _, one in said):
            break
        thanks = any(facts.sentences[place].cues & _CHATTER for place in spoken)
        wanted = asking
        if not places and not asking:
            answers = not thanks and _is_asked(facts.sentences, spoken[0])
            wanted = [place for place, one in said if _says_something(one, thanks=thanks, answers=answers)]
        if wanted and _is_answered(facts, message):
            break
        places = [*wanted, *places]
        if any(not is_consent(facts.sentences[place]) for place in asking):
            break
    return places


def closed_since(facts: Facts, still_open: Sequence[int]) -> list[int]:
    """The places of what a part before left open and is done by now, or taken back; `still_open` is what is open."""
    left = [place for place, one in enumerate(facts.sentences) if one.section is Section.OPEN]
    if not left or left[0] in still_open:
        return []
    said = [one for one in facts.sentences if one.role is Role.USER and one.section is None]
    until = next((one.message for one in said if _asks(without_chatter(one))), facts.length)
    taken_back = any(one.cues & _WITHDRAWN for one in said if one.message <= until)
    return left if taken_back or _is_answered(facts, facts.sentences[left[0]].message, until) else []


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


def _asks(sentence: Sentence) -> bool:
    asks = bool(sentence.traits & _QUESTION or sentence.cues & _ASKS)
    if sentence.traits & _NEVER:
        return False
    # `I'd be glad if …` asks, and is no thanks; `let me know if …` asks for nothing now.
    if sentence.cues & _CHATTER and sentence.cues & _CONDITION and not sentence.cues & _NARRATION:
        return sentence.term_count >= _POLITE_TERMS
    # `Okay, go on.` asks for nothing new.
    if sentence.cues & _CHATTER and (not sentence.cues & _ASKS & ~_GOAL or sentence.term_count < _FEW_TERMS):
        return False
    if sentence.cues & _WITHDRAWN and sentence.term_count < _FEW_TERMS:
        return False
    if asks and strength_of(sentence) >= STANDING and not sentence.traits & _QUESTION:
        return False
    return asks or is_consent(sentence)


def _is_asked(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether what stands before a place is a question of the assistant about what is wanted."""
    return place > 0 and sentences[place - 1].role is Role.ASSISTANT and _inquires(sentences[place - 1])


def _inquires(sentence: Sentence) -> bool:
    """Whether a sentence of the assistant is a question about the work, and none that only offers more of it; an
    interjection before it (`Sure, …`) makes none of that."""
    return bool(sentence.traits & _QUESTION) and not without_chatter(sentence).cues & _CHATTER


def _says_something(sentence: Sentence, *, thanks: bool, answers: bool) -> bool:
    """Whether a sentence that asks for nothing in words may do so all the same; beside thanks only if it names a thing
    or what must be, and if it `answers` a question in any case."""
    if sentence.cues & _CHATTER or sentence.traits & _NEVER or strength_of(sentence) >= STANDING:
        return False
    if thanks:
        return bool(sentence.identifiers) or bool(sentence.cues & _MATTERS)
    if answers:
        return True
    spaced = sentence.text.isascii() or " " in sentence.text
    return bool(sentence.identifiers) or len(sentence.text.split() if spaced else sentence.text) >= _FEW_WORDS


def _is_answered(facts: Facts, message: int, until: int | None = None) -> bool:
    """Whether the assistant came to an end with what a message asks, before message `until` if there is one: it said
    so, and called nothing after that."""
    replies = _last_reply(facts.sentences, message, facts.length if until is None else until)
    if not replies or (until is None and facts.last_call > replies[0].message):
        return _is_done(facts, message)
    if _inquires(replies[-1]):
        return any(one.cues & _OUTCOME and not one.traits & _QUESTION for one in replies)
    asked = any(one.traits & _QUESTION for one in facts.sentences if one.message == message)
    return not all(_announces_work(one, asked=asked) for one in replies)


def _announces_work(sentence: Sentence, *, asked: bool) -> bool:
    """Whether a sentence of the assistant says no more than that something is being done: `I'm looking into it.`, and
    `On it.` where no question was `asked`, which few words may answer."""
    if sentence.cues & _OUTCOME:
        return False
    line = sentence.text.lower().replace("’", "'")
    if any(_WORKING[language.code].search(line) for language in languages_in(line)):
        return True
    return not (asked or sentence.cues & _CHATTER or sentence.term_count or any(map(str.isdigit, sentence.text)))


def _is_done(facts: Facts, message: int) -> bool:
    """Whether a call named like what the message asks has succeeded since: `cancel_order` for `Please cancel it`."""
    asked = {word for one in facts.sentences if one.message == message for word in words_of(one.text)}
    for place in reversed(facts.outcomes):
        outcome = facts.sentences[place]
        if outcome.message <= message:
            break
        if outcome.text.startswith(DONE) and not asked.isdisjoint(words_of_name(outcome.text.split("(")[0])):
            return True
    return False


def _last_reply(sentences: Sequence[Sentence], message: int, until: int) -> list[Sentence]:
    """The sentences of the last message of the assistant after `message` and before `until`."""
    replies: list[Sentence] = []
    for sentence in reversed(sentences):
        if sentence.message <= message:
            break
        if sentence.role is Role.ASSISTANT and sentence.message < until:
            if replies and replies[-1].message != sentence.message:
                break
            replies.append(sentence)
    return replies[::-1]
