"""The last request of a user that is not done, as places in the list of sentences."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, takewhile

from compactd.domain.messages import Role
from compactd.extractive.importance.completion import Aftermath, inquires
from compactd.extractive.importance.facts import Facts, Sentence
from compactd.extractive.importance.given import STANDING
from compactd.extractive.importance.instructions import strength_of
from compactd.extractive.importance.intent import agrees, is_consent
from compactd.extractive.importance.open_bounds import (
    FEW_LETTERS,
    FEW_TERMS,
    HARDLY,
    LETTERS_OF_SYLLABLE,
    LOOKED_BACK_AT,
    PASSED,
    PERHAPS,
    POLITE_TERMS,
    RULE,
    SURELY,
)
from compactd.extractive.importance.reply_clauses import CLAUSES, tells_work
from compactd.extractive.importance.said_besides import without_chatter
from compactd.extractive.importance.wish_score import takes_back, wants_something
from compactd.extractive.importance.withdrawals import not_taken_back, only_takes_back
from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.conditional import would_be_welcome
from compactd.extractive.languages.indirect import before_question
from compactd.extractive.languages.sequence import SEQUELS
from compactd.extractive.page import Section
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.sentences import split_sentences
from compactd.extractive.reading.words import words_of

_READ = 64
"""Sentences of one message, the last, that are read for what they may ask for: a long text may be pasted."""

_SYLLABLES = "\u3040"
"""From here on characters are Chinese, Japanese and Korean."""

_ASKS = int(Cue.REQUEST | Cue.GOAL | Cue.ORDER)
_CHATTER, _GOAL = int(Cue.CHATTER), int(Cue.GOAL)
_WITHDRAWN = int(Cue.WITHDRAWAL)
_MATTERS = int(Cue.DUTY | Cue.CONSTRAINT | Cue.PREFERENCE | Cue.ERROR | Cue.MANNER | Cue.SHIFT)
# Of what is told: of a whole sentence, and of a few words beside thanks.
_TOLD_MATTERS = int(Cue.ERROR | Cue.SHIFT | Cue.CONSTRAINT | Cue.MANNER), int(Cue.ERROR | Cue.SHIFT)
_SCOPE, _LASTING = int(Cue.SCOPE), int(Cue.SCOPE | Cue.PREFERENCE | Cue.BAN)
_WANTS = int(Cue.ORDER | Cue.REQUEST | Cue.PREFERENCE)
_ORDERS, _DUTY = int(Cue.ORDER), int(Cue.DUTY)
_WISHES = int(Cue.GOAL | Cue.REQUEST)
_CONDITION, _REQUEST, _ONCE = int(Cue.CONDITION), int(Cue.REQUEST), int(Cue.ONCE)
_NARRATION, _OUTCOME = int(Cue.NARRATION), int(Cue.OUTCOME)
_STATES = int(Cue.ERROR | Cue.OUTCOME | Cue.CORRECTION | Cue.DUTY | Cue.PREFERENCE | Cue.CHATTER)
_QUESTION, _NEVER = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT | Trait.QUOTED)
_ADDS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(SEQUELS[language.code].adds))


def _following(language: Language) -> re.Pattern[str]:
    sequel = SEQUELS[language.code]
    return re.compile(f"{sequel.adds}|{sequel.later}|{sequel.then}")


_FOLLOWS: Mapping[str, re.Pattern[str]] = ByLanguage(_following)
_TOLD: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(language.told))


def open_request(facts: Facts) -> list[int]:
    """What is to be done now: the last request that is not done, and what users said after it without asking for
    anything else. Empty if all is done or taken back, or if nothing was asked."""
    besides: list[int] = []
    replied: set[int] = set()
    # What somebody agrees to was answered by what is agreed to.
    agreed = False
    passed = 0
    for message, spoken in islice(_said_by_users(facts.sentences), LOOKED_BACK_AT):
        said = [(place, without_chatter(facts.sentences[place])) for place in spoken]
        proposed = _is_proposed(facts.sentences, spoken[0])
        asking = [place for place, one in said if _asks(one) or (proposed and is_consent(one))]
        # What only ends a rule (`You may drop the titles again`) is heard when it is said.
        asking = [place for place in asking if not _ends_a_rule(facts.sentences[place])] or asking
        asking = asking or [place for place, one in said if _is_wish(one)]
        asked, asking = asking, not_taken_back(facts.sentences, spoken, asking)
        if asked and not asking:
            # What a message itself asked for and took back leaves open what the assistant has begun with.
            passed += 1
            continue
        if not asking and _is_taken_back([one for _, one in said]):
            break
        since = Aftermath(facts, message)
        taken_up = [] if asking else _taken_up(since, said)
        asking = asking or taken_up
        if passed:
            # What something else was asked after is done, unless the assistant has only set to work on it.
            asking = _left_behind(facts, since, asking)
        elif not asking and not since.reports(" ".join(one.text for _, one in said[-_READ:])):
            if agreed or not besides:
                besides = [*_remarked(facts, said, proposed=proposed), *besides]
                answers = _is_asked(facts.sentences, spoken[0])
                replied.update(spoken if not answers and since.is_replied_to() else ())
            continue
        if not agreed and (not asking or since.is_done([facts.sentences[place] for place in asking[-_READ:]])):
            passed += 1
            besides = [place for place in besides if place not in replied]
            # Whoever agreed to what was done since wants nothing of what was said before.
            agreed_to = bool(asking) and all(agrees(facts.sentences[place]) for place in asking)
            if besides or agreed_to or passed > PASSED:
                break
        elif not passed and not taken_up and all(agrees(facts.sentences[place]) for place in asking):
            besides = [*asking, *besides]
            agreed = True
        else:
            besides = [*asking, *besides]
            break
    return [place for place in besides if place not in replied]


def _left_behind(facts: Facts, since: Aftermath, asking: Sequence[int]) -> list[int]:
    """What is still to be done of a message that another request followed: the assistant has begun with it."""
    if not asking or not since.is_begun():
        return []
    spoken = [(place, facts.sentences[place]) for place in asking]
    wanted = [(place, one) for place, one in spoken if strength_of(one) < STANDING]
    # What the assistant said that it is about to do was asked for.
    begun = since.is_taken_up()
    return [place for place, one in wanted if one.asks > PERHAPS or (begun and _is_owed(one))]


def _taken_up(since: Aftermath, said: Sequence[tuple[int, Sentence]]) -> list[int]:
    """What may ask for something of a message that the assistant set to work on, though it has no word of asking."""
    if not since.is_at_work:
        return []
    likely = [(place, one) for place, one in said[-_READ:] if _says_something(one, thanks=False, answers=False)]
    likely = [(place, one) for place, one in likely if place in _not_told(likely)]
    named = [place for place, one in likely if since.announces(one.text)]
    if named or not since.is_taken_up():
        return named
    return [place for place, one in likely if one.asks > HARDLY or (_is_owed(one) and strength_of(one) < STANDING)]


def _remarked(facts: Facts, said: Sequence[tuple[int, Sentence]], *, proposed: bool) -> list[int]:
    """What a message that asks for nothing in words may ask for all the same, or adds to what was asked."""
    sentences = facts.sentences
    thanks = any(sentences[place].cues & _CHATTER for place, _ in said)
    thanks = thanks or (not proposed and any(agrees(one) for _, one in said))
    answers = not thanks and _is_asked(sentences, said[0][0])
    return _not_told([(place, one) for place, one in said if _says_something(one, thanks=thanks, answers=answers)])


def _not_told(said: Sequence[tuple[int, Sentence]]) -> list[int]:
    """Those that do not only tell how things were; all where there are no others: beside `We need a plan of the stand`
    a colleague's opinion asks for nothing."""
    return [place for place, one in said if not _only_tells(one)] or [place for place, _ in said]


def closed_since(facts: Facts, still_open: Sequence[int]) -> list[int]:
    """The places of what a part before left open and is done by now, or taken back; `still_open` is what is open."""
    left = [place for place, one in enumerate(facts.sentences) if one.section is Section.OPEN]
    if not left or left[0] in still_open:
        return []
    said = [one for one in facts.sentences if one.role is Role.USER and one.section is None]
    until = next((one.message for one in said if _asks(without_chatter(one))), facts.length)
    taken_back = any(one.cues & _WITHDRAWN for one in said if one.message <= until)
    before = [facts.sentences[place] for place in left]
    return left if taken_back or Aftermath(facts, before[0].message, until).is_done(before) else []


def follows_on(sentence: Sentence) -> bool:
    """Whether a request is about what comes next, and so about one thing: `Then send me an overview, as a table.`"""
    if sentence.cues & (_SCOPE | int(Cue.BAN)):
        return False
    line = sentence.text.lower().replace("’", "'")
    return any(_FOLLOWS[language.code].search(line) is not None for language in languages_in(line))


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


def _is_taken_back(said: Sequence[Sentence]) -> bool:
    """Whether a message that asks for nothing takes back what was asked for: by a word of taking back, or by all of its
    words where it ends so."""
    last = next((one for one in reversed(said) if not one.cues & _CHATTER), None)
    return any(one.cues & _WITHDRAWN for one in said) or (last is not None and _drops(last))


def _drops(sentence: Sentence) -> bool:
    """Whether a sentence takes back what was asked for, and no clause of it asks for something else."""
    if sentence.traits & _QUESTION:
        return False
    if only_takes_back(sentence):
        return True
    if not takes_back(sentence.text, sentence.cues):
        return False
    # `No hotel after all, find us a car.`
    *before, last = CLAUSES.split(sentence.text)
    return not before or not cues_of(last, words_of(last)) & _WANTS


def _asks(sentence: Sentence) -> bool:
    """Whether a sentence asks for something: by a word of asking, or by all of its words where none says that it asks
    for nothing."""
    if _drops(sentence):
        return False
    asks = _asks_by_a_word(sentence)
    return wants_something(sentence.text, sentence.cues) if asks is None else asks


def _asks_by_a_word(sentence: Sentence) -> bool | None:
    """Whether it asks for something, as far as single words decide it; else None."""
    asks = bool(sentence.traits & _QUESTION or sentence.cues & _ASKS or sentence.asks > SURELY or _adds(sentence))
    if sentence.traits & _NEVER:
        return False
    # `I'd be glad if …` asks, and is no thanks; `let me know if …` asks for nothing now.
    if sentence.cues & _CHATTER and sentence.cues & _CONDITION and not sentence.cues & _NARRATION:
        return sentence.term_count >= POLITE_TERMS
    # `Okay, go on.` asks for nothing new.
    if sentence.cues & _CHATTER and (not sentence.cues & _ASKS & ~_GOAL or sentence.term_count < FEW_TERMS):
        return None if sentence.term_count >= FEW_TERMS else False
    if sentence.cues & _WITHDRAWN and sentence.term_count < FEW_TERMS:
        return False
    if asks and not sentence.traits & _QUESTION and (_is_rule(sentence) or _only_tells(sentence)):
        return False
    if not asks and not sentence.cues & _WITHDRAWN and not _is_rule(sentence):
        return None
    return asks


def _is_wish(sentence: Sentence) -> bool:
    """Whether a sentence asks for something by saying that it would be welcome: `A short list would help.`"""
    if sentence.traits & _NEVER or sentence.term_count < (POLITE_TERMS if sentence.cues & _CHATTER else FEW_TERMS):
        return False
    return strength_of(sentence) < STANDING and would_be_welcome(sentence.text)


def _is_owed(sentence: Sentence) -> bool:
    """Whether a sentence says that something has to be so, or would be welcome: `The button should be green.`"""
    return bool(sentence.cues & _DUTY) or _is_wish(sentence)


def _ends_a_rule(sentence: Sentence) -> bool:
    return sentence.releases > 0 and sentence.asks < sentence.releases


def _adds(sentence: Sentence) -> bool:
    """Whether a sentence names one thing more, and says nothing about it: `And then a short text for the card.`"""
    if sentence.cues & _STATES or sentence.term_count < FEW_TERMS - 1 or sentence.traits & _NEVER:
        return False
    line = sentence.text.lower().replace("’", "'")
    return any(_ADDS[language.code].match(line) is not None for language in languages_in(line))


def _is_rule(sentence: Sentence) -> bool:
    """Whether a sentence is a standing instruction and no request besides: `Answer in English.` may be both."""
    lasts = sentence.cues & (_SCOPE if sentence.cues & _WISHES else _LASTING)
    return bool(lasts) and strength_of(sentence) >= RULE


def _only_tells(sentence: Sentence) -> bool:
    """Whether a sentence tells how things were or are, or thanks, and asks for nothing in words: `If it is broken, send
    it back` tells nothing."""
    if sentence.cues & _REQUEST or sentence.asks > SURELY:
        return False
    if sentence.cues & _ORDERS and any(map(_orders, CLAUSES.split(sentence.text))):
        return False
    return all(_tells(_TOLD, before_question(text)) for text in split_sentences(sentence.text))


def _orders(clause: str) -> bool:
    """Whether a clause orders something, and does not tell how things are: of `Since you are at it, pull the list.` the
    second does."""
    return bool(cues_of(clause, words_of(clause)) & _ORDERS) and not _tells(_TOLD, clause)


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
    return place > 0 and sentences[place - 1].role is Role.ASSISTANT and inquires(sentences[place - 1])


def _says_something(sentence: Sentence, *, thanks: bool, answers: bool) -> bool:
    """Whether a sentence that asks for nothing in words may do so all the same: none that only tells how things are;
    beside thanks one that is about something, and one that `answers` a question in any case."""
    if sentence.cues & _CHATTER or sentence.traits & _NEVER or _is_rule(sentence):
        return False
    if answers:
        return True
    if not sentence.identifiers and _is_brief(sentence.text):
        return False
    # Whoever will do something wants nothing done.
    tells = _only_tells(sentence) or (not sentence.cues & (_REQUEST | _GOAL) and tells_work(sentence.text))
    brief = thanks and sentence.term_count < FEW_TERMS
    if sentence.identifiers or sentence.cues & (_TOLD_MATTERS[brief] if tells else _MATTERS):
        return True
    if tells:
        return False
    if thanks:
        return sentence.term_count >= (FEW_TERMS - 1 if sentence.cues & _ONCE else FEW_TERMS)
    return True


def _is_brief(text: str) -> bool:
    """Whether a remark is too short to ask for something without a word of asking: `He never does, ha.`"""
    return sum(LETTERS_OF_SYLLABLE if letter >= _SYLLABLES else 1 for letter in text if letter.isalnum()) < FEW_LETTERS
