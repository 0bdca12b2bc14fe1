"""The last request of a user that is not done, as places in the list of sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.instructions import strength_of
from compactd.extractive.importance.intent import agrees, is_consent
from compactd.extractive.importance.outcomes import DONE
from compactd.extractive.importance.said_besides import without_chatter
from compactd.extractive.languages import LANGUAGES
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.page import Section
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.effects import words_of_name
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.sentences import split_sentences
from compactd.extractive.reading.standing_score import UNIT
from compactd.extractive.reading.words import words_of

_LOOKED_BACK_AT = 12
"""Messages of users, from the last one on, among which the open request may be."""

_FEW_TERMS = 3
"""Content words; whoever takes something back in fewer asks for nothing else."""

_POLITE_TERMS = 5
"""Content words of the shortest wish that is clothed in thanks."""

_FEW_WORDS = 3
"""Words, or characters of a script without spaces, of the shortest answer that says something."""

_RULE = 1.0
"""The strength from which on a sentence that says how long it holds is a rule, and no request: `Only send the first
page` may be both."""

_SURELY = UNIT
"""The score of what is asked for once above which a sentence asks, whatever its cues are, and tells nothing."""

_ASKS = int(Cue.REQUEST | Cue.GOAL | Cue.ORDER)
_CHATTER, _GOAL, _WITHDRAWN = int(Cue.CHATTER), int(Cue.GOAL), int(Cue.WITHDRAWAL)
_MATTERS = int(Cue.DUTY | Cue.CONSTRAINT | Cue.PREFERENCE | Cue.ERROR | Cue.MANNER | Cue.SHIFT)
# Of what is told: of a whole sentence, and of a few words beside thanks.
_TOLD_MATTERS = int(Cue.ERROR | Cue.SHIFT | Cue.CONSTRAINT | Cue.MANNER), int(Cue.ERROR | Cue.SHIFT)
_SCOPE, _LASTING = int(Cue.SCOPE), int(Cue.SCOPE | Cue.PREFERENCE | Cue.BAN)
_WISHES = int(Cue.GOAL | Cue.REQUEST)
_CONDITION, _REQUEST, _ONCE = int(Cue.CONDITION), int(Cue.REQUEST), int(Cue.ONCE)
_NARRATION, _OUTCOME = int(Cue.NARRATION), int(Cue.OUTCOME)
_QUESTION, _NEVER = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT | Trait.QUOTED)
_WORKING: Mapping[str, re.Pattern[str]] = {language.code: re.compile(language.working) for language in LANGUAGES}
_TOLD: Mapping[str, re.Pattern[str]] = {language.code: re.compile(language.told) for language in LANGUAGES}


def open_request(facts: Facts) -> list[int]:
    """What is to be done now: the last request that nothing answered, and what users said after it without asking for
    anything else. Empty if the last request was answered, or if there is none."""
    places: list[int] = []
    # What somebody agrees to was answered by what is agreed to.
    agreed = False
    for message, spoken in islice(_said_by_users(facts.sentences), _LOOKED_BACK_AT):
        said = [(place, without_chatter(facts.sentences[place])) for place in spoken]
        proposed = _is_proposed(facts.sentences, spoken[0])
        asking = [place for place, one in said if _asks(one) or (proposed and is_consent(one))]
        if not asking and any(one.cues & _WITHDRAWN for _, one in said):
            break
        thanks = any(facts.sentences[place].cues & _CHATTER for place in spoken)
        wanted = asking
        if (agreed or not places) and not asking:
            thanks = thanks or (not proposed and any(agrees(one) for _, one in said))
            answers = not thanks and _is_asked(facts.sentences, spoken[0])
            wanted = [place for place, one in said if _says_something(one, thanks=thanks, answers=answers)]
        if wanted and not agreed and _is_answered(facts, message):
            break
        places = [*wanted, *places]
        if any(not agrees(facts.sentences[place]) for place in asking):
            break
        agreed = agreed or bool(asking)
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
    asks = bool(sentence.traits & _QUESTION or sentence.cues & _ASKS or sentence.asks > _SURELY)
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
    if asks and not sentence.traits & _QUESTION and (_is_rule(sentence) or _only_tells(sentence)):
        return False
    return asks


def _is_rule(sentence: Sentence) -> bool:
    """Whether a sentence is a standing instruction and no request besides: `Answer in English.` may be both."""
    lasts = sentence.cues & (_SCOPE if sentence.cues & _WISHES else _LASTING)
    return bool(lasts) and strength_of(sentence) >= _RULE


def _only_tells(sentence: Sentence) -> bool:
    """Whether a sentence tells how things were or are, or thanks, and asks for nothing in words: `If it is broken, send
    it back` tells nothing."""
    if sentence.cues & _REQUEST or sentence.asks > _SURELY:
        return False
    return all(_tells(_TOLD, text) for text in split_sentences(sentence.text))


def _tells(expressions: Mapping[str, re.Pattern[str]], text: str) -> bool:
    line = text.lower().replace("’", "'")
    return any(expressions[language.code].search(line) is not None for language in languages_in(line))


def _is_proposed(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether the assistant's message before a place asks something, or asks for something."""
    before = sentences[place - 1] if place else None
    if before is None or before.role is not Role.ASSISTANT:
        return True
    said = takewhile(lambda one: one.message == before.message, (sentences[at] for at in range(place - 1, -1, -1)))
    return any(one.traits & _QUESTION or one.cues & _REQUEST for one in said)


def _is_asked(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether what stands before a place is a question of the assistant about what is wanted."""
    return place > 0 and sentences[place - 1].role is Role.ASSISTANT and _inquires(sentences[place - 1])


def _inquires(sentence: Sentence) -> bool:
    """Whether a sentence of the assistant is a question about the work, and none that only offers more of it; an
    interjection before it (`Sure, …`) makes none of that."""
    return bool(sentence.traits & _QUESTION) and not without_chatter(sentence).cues & _CHATTER


def _says_something(sentence: Sentence, *, thanks: bool, answers: bool) -> bool:
    """Whether a sentence that asks for nothing in words may do so all the same: none that only tells how things are;
    beside thanks one that is about something, and one that `answers` a question in any case."""
    if sentence.cues & _CHATTER or sentence.traits & _NEVER or _is_rule(sentence):
        return False
    if answers:
        return True
    # Whoever will do something wants nothing done.
    tells = _only_tells(sentence) or (not sentence.cues & (_REQUEST | _GOAL) and _tells(_WORKING, sentence.text))
    brief = thanks and sentence.term_count < _FEW_TERMS
    if sentence.identifiers or sentence.cues & (_TOLD_MATTERS[brief] if tells else _MATTERS):
        return True
    if tells:
        return False
    if thanks:
        return sentence.term_count >= (_FEW_TERMS - 1 if sentence.cues & _ONCE else _FEW_TERMS)
    spaced = sentence.text.isascii() or " " in sentence.text
    return len(sentence.text.split() if spaced else sentence.text) >= _FEW_WORDS


def _is_answered(facts: Facts, message: int, until: int | None = None) -> bool:
    """Whether the assistant came to an end with what a message asks, before message `until` if there is one: it said
    so before a user spoke again, and called nothing after that."""
    end = facts.length if until is None else until
    replies = _replies(facts.sentences, message, end)
    asked = any(one.traits & _QUESTION for one in facts.sentences if one.message == message)
    works = until is None and bool(replies) and facts.last_call > replies[-1][0].message
    ends = replies[:-1] if works else replies
    return any(_is_end(reply, asked=asked) for reply in ends) or ((works or not replies) and _is_done(facts, message))


def _is_end(reply: Sequence[Sentence], *, asked: bool) -> bool:
    """Whether a reply does not only ask back, or say that something is being done."""
    if _inquires(reply[-1]):
        return any(one.cues & _OUTCOME and not one.traits & _QUESTION for one in reply)
    return not all(_announces_work(one, asked=asked) for one in reply)


def _announces_work(sentence: Sentence, *, asked: bool) -> bool:
    """Whether a sentence of the assistant says no more than that something is being done: `I'm looking into it.`, and
    `On it.` where no question was `asked`, which few words may answer."""
    if sentence.cues & _OUTCOME:
        return False
    if all(_tells(_WORKING, text) for text in split_sentences(sentence.text)):
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


def _replies(sentences: Sequence[Sentence], message: int, until: int) -> list[list[Sentence]]:
    """The last message of the assistant before each message of a user that follows `message`, and before `until`."""
    replies: list[list[Sentence]] = []
    last: list[Sentence] = []
    for sentence in sentences:
        if not message < sentence.message < until:
            continue
        if sentence.role is Role.ASSISTANT:
            last = [*last, sentence] if last and last[0].message == sentence.message else [sentence]
        elif sentence.role is Role.USER and last:
            replies.append(last)
            last = []
    return [*replies, last] if last else replies
