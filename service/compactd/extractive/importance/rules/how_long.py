"""Sentences that say for how long something is to hold, and not what: `For the rest of this session.`"""

import re

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.subjects import content_words
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.cues import without_cues

_SCOPE = int(Cue.SCOPE)
_SAYS_WHAT = int(Cue.CHATTER | Cue.CONSTRAINT | Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.PREFERENCE | Cue.MANNER)
_TERMS, _WORDS = 3, 2
"""Terms of such a sentence, and content words that are in it beside what says for how long, at most."""

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def says_how_long(sentence: Sentence) -> bool:
    """Whether a sentence says no more than that, so that it is about the next one: `Call me Sam from now on` does not,
    nor `It has been raining ever since`."""
    if not sentence.cues & _SCOPE or sentence.cues & _SAYS_WHAT or sentence.term_count > _TERMS:
        return False
    rest = without_cues(sentence.text, _SCOPE)
    words, _ = content_words(rest)
    return len(words) + len(_UNSPACED.findall(rest)) <= _WORDS
