"""Sentences that say too little to take room: `Done.`, `Lovely!`, `I'll note that.`

What is short need not say little: `A red van.` and `The left one.` answer something, in words that no table has. So
chatter is told by what it is (thanks, a farewell, an exclamation, a bare acknowledgement, an announcement); all else
that is short only waits until what says more has had its room."""

import re
from collections.abc import Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import tells_work
from compactd.extractive.importance.requests.intent import agrees, only_agrees, only_goes_on
from compactd.extractive.importance.requests.said_besides import without_chatter
from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.sentence_traits import Trait

_ONE_WORD, _FEW_WORDS = 1, 3
"""Content words."""

_FEW_CHARACTERS = 12
"""Code points: of Chinese and Japanese, each pair of characters is a content word."""

_DIGIT = re.compile(r"\d")
_EXCLAIMS = ("!", "！")
_MATTERS = int(
    Cue.DECISION | Cue.CORRECTION | Cue.CONSTRAINT | Cue.ERROR | Cue.OUTCOME | Cue.REQUEST | Cue.GOAL | Cue.ORDER
)
_MATTERS |= int(Cue.WITHDRAWAL | Cue.RELEASE | Cue.PREFERENCE | Cue.DUTY | Cue.BAN)
_CHATTER, _OUTCOME, _QUESTION = int(Cue.CHATTER), int(Cue.OUTCOME), int(Trait.QUESTION)
_CALLS_FOR = int(Cue.ORDER | Cue.BAN | Cue.WITHDRAWAL | Cue.ERROR)
"""What even one word that is exclaimed may say: `Stop!`"""


def is_chatter(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether a sentence of a few words only thanks, takes leave, exclaims, acknowledges, or says what the assistant is
    about to do, and neither names anything nor is a rule."""
    sentence = sentences[place]
    if only_goes_on(sentence):
        return True
    if not is_short(sentence):
        return False
    if sentence.cues & _CHATTER:
        return _only_thanks(sentence, answers=_answers(sentences, place))
    if _answers(sentences, place):
        return False
    if sentence.term_count <= _ONE_WORD and (_acknowledges(sentence) or _exclaims(sentence)):
        return True
    return sentence.role is Role.ASSISTANT and not sentence.cues & _MATTERS and tells_work(sentence.text)


def may_wait(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether a sentence is chatter, or one word that answers no question: it stands where room is left."""
    sentence = sentences[place]
    if sentence.term_count <= _ONE_WORD and is_short(sentence) and not _answers(sentences, place):
        return True
    return is_chatter(sentences, place)


def is_short(sentence: Sentence) -> bool:
    """Whether somebody said no more than a few words that name nothing and are no rule."""
    if sentence.term_count > _FEW_WORDS and len(sentence.text) > _FEW_CHARACTERS:
        return False
    if sentence.identifiers or sentence.names or sentence.role is Role.TOOL:
        return False
    return not _DIGIT.search(sentence.text) and strength_of(sentence) < STANDING


def _answers(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether a sentence follows a question of somebody else."""
    before = sentences[place - 1] if place else None
    return before is not None and before.role is not sentences[place].role and bool(before.traits & _QUESTION)


def _only_thanks(sentence: Sentence, *, answers: bool) -> bool:
    """Whether a sentence that thanks or agrees says nothing besides: `네, 왼쪽이요.` does."""
    if sentence.term_count > _ONE_WORD and sentence.cues & _MATTERS:
        return False
    if without_chatter(sentence).cues & _CHATTER:
        return True
    # Behind thanks there are compliments as a rule: `thanks, you're a star`.
    return sentence.role is Role.USER and not answers and not agrees(sentence)


def _acknowledges(sentence: Sentence) -> bool:
    """Whether a sentence says that something is done, or yes or no, and not what."""
    return bool(sentence.cues & _OUTCOME) or only_agrees(sentence)


def _exclaims(sentence: Sentence) -> bool:
    if sentence.cues & _CALLS_FOR or not sentence.text.endswith(_EXCLAIMS):
        return False
    return not agrees(sentence)
