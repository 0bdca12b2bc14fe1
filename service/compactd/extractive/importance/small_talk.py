"""Sentences that say too little to take room: `Done.`, `Lovely!`, `I'll note that.`"""

import re
from collections.abc import Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.completion import tells_work
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.instructions import STANDING, strength_of
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.sentence_traits import Trait

_ONE_WORD, _FEW_WORDS = 1, 3
"""Content words."""

_DIGIT = re.compile(r"\d")
_MATTERS = int(
    Cue.DECISION | Cue.CORRECTION | Cue.CONSTRAINT | Cue.ERROR | Cue.OUTCOME | Cue.REQUEST | Cue.GOAL | Cue.ORDER
)
_MATTERS |= int(Cue.WITHDRAWAL | Cue.RELEASE | Cue.PREFERENCE | Cue.DUTY | Cue.BAN)
_CHATTER, _QUESTION = int(Cue.CHATTER), int(Trait.QUESTION)


def says_little(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether a sentence is one word that answers no question, or a few that thank or say what the assistant is about
    to do, and neither names anything nor is a rule."""
    sentence = sentences[place]
    if sentence.term_count > _FEW_WORDS or sentence.identifiers or sentence.names or sentence.role is Role.TOOL:
        return False
    if _DIGIT.search(sentence.text) or strength_of(sentence) >= STANDING:
        return False
    if sentence.term_count > _ONE_WORD:
        if sentence.role is Role.ASSISTANT:
            return not sentence.cues & _MATTERS and tells_work(sentence.text)
        return bool(sentence.cues & _CHATTER) and not sentence.cues & _MATTERS
    before = sentences[place - 1] if place else None
    answers = before is not None and before.role is not sentence.role and before.traits & _QUESTION
    return bool(sentence.cues & _CHATTER) or not answers
