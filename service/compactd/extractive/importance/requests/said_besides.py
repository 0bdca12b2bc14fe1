"""A sentence without the thanks, greetings and agreement around what it says: `Thanks, and now the invoice.`

`python -m tests.quality.fit_bounds` prints what is kept by other figures.
"""

import re
from itertools import dropwhile

import msgspec

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.speech import terms_of

_CLAUSES = re.compile(r"(?<=[,;:!.?–—-])\s+|(?<=[，；：！。？、،؛؟।])\s*")
_ENDS = " ,;:!.–—-，；：！。、،؛।"
_MOST_TERMS = 4
"""Content words of a clause that only thanks."""

_PHRASE = 3
"""Words of the longest phrase that thanks, where nothing separates it from what follows."""

# What thanks are for begins with one of these.
_GROUND = re.compile(
    r"(?:(?:you|so|very|much|a|lot|ihnen|dir|sehr|vielmals|beaucoup|much[oa]s?|mille|tanto|большое) )*"
    r"(?:for|that|für|dass|pour|d[e']|que|por|pel[oa]s?|per|che|за|что|على|لأن)(?!\w)",
    re.IGNORECASE,
)
_CHATTER = int(Cue.CHATTER)
_ASKS = int(Cue.REQUEST | Cue.ORDER)


def without_chatter(sentence: Sentence) -> Sentence:
    """What a sentence says between such clauses at its beginning and its end, read by itself; the sentence as it is
    where there are none, or nothing else."""
    if not sentence.cues & _CHATTER:
        return sentence
    clauses = [clause for clause in _CLAUSES.split(sentence.text) if clause.strip(_ENDS)]
    rest = list(dropwhile(_is_chatter, clauses))
    rest = list(dropwhile(_is_chatter, rest[::-1]))[::-1]
    if not rest:
        return sentence
    text = " ".join(rest).rstrip(_ENDS) if len(rest) < len(clauses) else _behind_phrase(sentence.text)
    return sentence if text == sentence.text else _read_again(sentence, text)


def _is_chatter(clause: str) -> bool:
    words = words_of(clause)
    cues = cues_of(clause, words)
    return bool(cues & _CHATTER) and not cues & _ASKS and len(terms_of(clause, words)) <= _MOST_TERMS


def _behind_phrase(text: str) -> str:
    """What follows the thanks that a sentence begins with; all of it where it begins with something else."""
    chunks = text.split()
    for length in range(1, min(_PHRASE, len(chunks) - 1) + 1):
        begun = " ".join(chunks[:length])
        if cues_of(begun, words_of(begun)) & (_CHATTER | _ASKS) == _CHATTER:
            rest = " ".join(chunks[length:])
            # `Thank you so much for your help` says no more than that.
            return text if _GROUND.match(rest) else rest
    return text


def _read_again(sentence: Sentence, text: str) -> Sentence:
    words = words_of(text)
    return msgspec.structs.replace(
        sentence, text=text, cues=cues_of(text, words), term_count=len(terms_of(text, words))
    )
