"""Sentences that say too little to take room: `Done.`, `Lovely!`"""

import re
from collections.abc import Sequence

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.instructions import STANDING, strength_of
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.sentence_traits import Trait

_ONE_WORD = 1
"""Content words."""

_DIGIT = re.compile(r"\d")
_CHATTER, _QUESTION = int(Cue.CHATTER), int(Trait.QUESTION)


def says_little(sentences: Sequence[Sentence], place: int) -> bool:
    """Whether a sentence is one word that answers no question, or thanks, and neither names anything nor is a rule."""
    sentence = sentences[place]
    if sentence.term_count > _ONE_WORD or sentence.identifiers or sentence.names or sentence.role is Role.TOOL:
        return False
    if _DIGIT.search(sentence.text) or strength_of(sentence) >= STANDING:
        return False
    before = sentences[place - 1] if place else None
    answers = before is not None and before.role is not sentence.role and before.traits & _QUESTION
    return bool(sentence.cues & _CHATTER) or not answers
