"""What a sentence of a user asks for, takes back, or only tells."""

import re
from collections.abc import Mapping, Sequence
from unicodedata import category

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import CLAUSES, tells_work
from compactd.extractive.importance.requests.open_bounds import (
    FEW_LETTERS,
    FEW_TERMS,
    LETTERS_OF_SYLLABLE,
    POLITE_TERMS,
    RULE,
    SURELY,
)
from compactd.extractive.importance.requests.wish_score import takes_back, wants_something
from compactd.extractive.importance.requests.withdrawals import only_takes_back
from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.languages import Language
from compactd.extractive.languages.by_language import ByLanguage
from compactd.extractive.languages.choice import languages_in
from compactd.extractive.languages.conditional import would_be_welcome
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.indirect import before_question
from compactd.extractive.languages.sequence import SEQUELS
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.sentences import split_sentences

_VOWEL_SIGNS = ("Mc", "Mn")
"""What Hindi writes vowels with: no letters of their own."""

_SYLLABLES = "\u3040"
"""From here on characters are Chinese, Japanese and Korean."""

_ASKS = int(Cue.REQUEST | Cue.GOAL | Cue.ORDER)
_CHATTER, _GOAL = int(Cue.CHATTER), int(Cue.GOAL)
_WITHDRAWN, _DECIDES = int(Cue.WITHDRAWAL), int(Cue.DECISION)
_MATTERS = int(Cue.DUTY | Cue.CONSTRAINT | Cue.PREFERENCE | Cue.ERROR | Cue.MANNER | Cue.SHIFT)
# Of what is told: of a whole sentence, and of a few words beside thanks.
_TOLD_MATTERS = int(Cue.ERROR | Cue.SHIFT | Cue.CONSTRAINT | Cue.MANNER), int(Cue.ERROR | Cue.SHIFT)
_SCOPE, _LASTING = int(Cue.SCOPE), int(Cue.SCOPE | Cue.PREFERENCE | Cue.BAN)
_WANTS = int(Cue.ORDER | Cue.REQUEST | Cue.PREFERENCE)
_ORDERS, _DUTY = int(Cue.ORDER), int(Cue.DUTY)
_WISHES = int(Cue.GOAL | Cue.REQUEST)
_CONDITION, _REQUEST, _ONCE = int(Cue.CONDITION), int(Cue.REQUEST), int(Cue.ONCE)
_NARRATION = int(Cue.NARRATION)
_STATES = int(Cue.ERROR | Cue.OUTCOME | Cue.CORRECTION | Cue.DUTY | Cue.PREFERENCE | Cue.CHATTER)
_QUESTION, _NEVER = int(Trait.QUESTION), int(Trait.ANNOUNCEMENT | Trait.QUOTED)
_ADDS: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(SEQUELS[language.code].adds))


def _following(language: Language) -> re.Pattern[str]:
    sequel = SEQUELS[language.code]
    return re.compile(f"{sequel.adds}|{sequel.later}|{sequel.then}")


_FOLLOWS: Mapping[str, re.Pattern[str]] = ByLanguage(_following)
_TOLD: Mapping[str, re.Pattern[str]] = ByLanguage(lambda language: re.compile(language.told))


def is_taken_back(said: Sequence[Sentence]) -> bool:
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


def asks(sentence: Sentence) -> bool:
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
    if asks and not sentence.traits & _QUESTION and (_is_rule(sentence) or only_tells(sentence)):
        return False
    if not asks and not sentence.cues & _WITHDRAWN and not _is_rule(sentence):
        return None
    return asks


def is_wish(sentence: Sentence) -> bool:
    """Whether a sentence asks for something by saying that it would be welcome: `A short list would help.`"""
    if sentence.traits & _NEVER or sentence.term_count < (POLITE_TERMS if sentence.cues & _CHATTER else FEW_TERMS):
        return False
    return strength_of(sentence) < STANDING and would_be_welcome(sentence.text)


def is_owed(sentence: Sentence) -> bool:
    """Whether a sentence says that something has to be so, or would be welcome: `The button should be green.`"""
    return bool(sentence.cues & _DUTY) or is_wish(sentence)


def ends_a_rule(sentence: Sentence) -> bool:
    return sentence.releases > 0 and sentence.asks < sentence.releases


def _adds(sentence: Sentence) -> bool:
    """Whether a sentence names one thing more, and says nothing about it: `And then a short text for the card.`"""
    if sentence.cues & _STATES or sentence.term_count < FEW_TERMS - 1 or sentence.traits & _NEVER:
        return False
    line = sentence.text.lower().replace("’", "'")
    return any(_ADDS[language.code].match(line) is not None for language in languages_in(sentence.text))


def _is_rule(sentence: Sentence) -> bool:
    """Whether a sentence is a standing instruction and no request besides: `Answer in English.` may be both."""
    lasts = sentence.cues & (_SCOPE if sentence.cues & _WISHES else _LASTING)
    return bool(lasts) and strength_of(sentence) >= RULE


def only_tells(sentence: Sentence) -> bool:
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
    return any(expressions[language.code].search(line) is not None for language in languages_in(text))


def says_something(sentence: Sentence, *, thanks: bool, answers: bool) -> bool:
    """Whether a sentence that asks for nothing in words may do so all the same: none that only tells how things are;
    beside thanks one that is about something, and one that `answers` a question in any case."""
    if sentence.cues & _CHATTER or sentence.traits & _NEVER or _is_rule(sentence):
        return False
    if answers:
        return True
    if not sentence.identifiers and _is_brief(sentence.text):
        return False
    if sentence.cues & (_DECIDES | _ASKS | _DUTY) == _DECIDES:
        return False
    # Whoever will do something wants nothing done.
    tells = only_tells(sentence) or (not sentence.cues & (_REQUEST | _GOAL) and tells_work(sentence.text))
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
    letters = (letter for letter in text if letter.isalnum() or category(letter) in _VOWEL_SIGNS)
    return sum(LETTERS_OF_SYLLABLE if letter >= _SYLLABLES else 1 for letter in letters) < FEW_LETTERS


def follows_on(sentence: Sentence) -> bool:
    """Whether a request is about what comes next, and so about one thing: `Then send me an overview, as a table.`"""
    if sentence.cues & (_SCOPE | int(Cue.BAN)):
        return False
    line = sentence.text.lower().replace("’", "'")
    return any(_FOLLOWS[language.code].search(line) is not None for language in languages_in(sentence.text))
