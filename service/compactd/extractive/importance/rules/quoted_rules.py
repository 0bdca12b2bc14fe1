"""Rules that a sentence only cites: `"Never trust a green build" is what the poster in our kitchen reads.`

What stands in quotes may be what is to be said (`Close with "Until next week, Ravi"`): then the words around it say so.
"""

import re

from compactd.extractive.importance.rules.given import STANDING
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_score import UNIT
from compactd.extractive.reading.standing_score import scores_of
from compactd.extractive.reading.words import words_of

# Three words, or, where words do not stand apart, so many characters.
_QUOTED = re.compile(
    r"""["“”„«]\s*(?:[^"“”„«»\s]+\s+){2,}[^"“”„«»]+["“”»]|["“”„«「『][\u3040-\u30ff\u3400-\u9fff、，]{6,}[。]?["“”»」』]"""
)
_FEW = 3
"""Words from which on what is before a colon is no heading."""

_WILLS = int(Cue.SCOPE | Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.PREFERENCE)


def only_cites(text: str) -> bool:
    """Whether a text has words of somebody in quotes, and wants nothing to hold by the words around them; a heading
    before them (`My rule:`) says nothing of who said so."""
    if _QUOTED.search(text) is None:
        return False
    around = _QUOTED.sub(" ", text).strip(" .,。।")
    words = words_of(around)
    if len(around) < 2 or (0 < len(words) < _FEW and around.endswith(":")):
        return False
    cues = cues_of(around, words)
    return not cues & _WILLS and scores_of(around, words, cues).standing < STANDING * UNIT
