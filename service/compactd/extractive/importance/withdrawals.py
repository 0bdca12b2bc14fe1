"""What one message asks for and takes back in one breath."""

from collections.abc import Sequence

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import CLAUSES
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.speech import terms_of
from compactd.extractive.reading.words import words_of

_FEW_TERMS = 3
"""Content words; a clause that takes back a task has fewer, and no other that it is about."""

_WITHDRAWN, _RELEASE = int(Cue.WITHDRAWAL), int(Cue.RELEASE)
_ANEW = int(Cue.ORDER | Cue.REQUEST | Cue.PREFERENCE)


def not_taken_back(sentences: Sequence[Sentence], spoken: Sequence[int], asking: Sequence[int]) -> list[int]:
    """What asks for something in one message, but for what is taken back there in one breath, in few words: `Can you
    look for a ladder? Oh, forget it, my aunt has one.`"""
    for place in reversed(spoken):
        # Without a text is what already stands in the next sentence, with what takes its place.
        if not asking or place <= asking[0] or not sentences[place - 1].text:
            continue
        clauses = [(cues_of(text, words_of(text)), text) for text in _clauses_that_say_something(sentences[place])]
        # `Wait, better for Sunday` says what is wanted instead, and not of what.
        anew = any(cues & _ANEW and not cues & _WITHDRAWN for cues, _ in clauses[1:])
        if clauses and not anew and _takes_back(sentences[place], clauses[0][1]):
            return [one for one in asking if one > place]
    return list(asking)


def _clauses_that_say_something(sentence: Sentence) -> Sequence[str]:
    if not sentence.cues & (_WITHDRAWN | _RELEASE):
        return ()
    return [text for text in CLAUSES.split(sentence.text) if terms_of(text, words_of(text))]


def _takes_back(sentence: Sentence, first: str) -> bool:
    """Whether a sentence that begins with a clause takes something back: `You may drop the titles again` does so with a
    rule, by what it is about."""
    if len(terms_of(first, words_of(first))) >= _FEW_TERMS:
        return False
    return bool(sentence.cues & _WITHDRAWN) or sentence.asks < sentence.releases
