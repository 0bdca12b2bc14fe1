"""Rules that a sentence only cites: `"Never trust a green build" is what the poster in the kitchen reads.`

What stands in quotes may be what is to be said (`Close with "Until next week, Ravi"`): then the words around it say so.
And it may be the rule itself (`"Never ship on Fridays" is our rule`): then nobody else is named who says it.
"""

import re

from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.hearsay import names_a_notice, names_the_speaker
from compactd.extractive.languages.quoting import names_another_speaker
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_score import UNIT
from compactd.extractive.reading.standing_score import scores_of

# Several words, or anything where words do not stand apart.
_MARK = '"“”„«»「」『』'
_QUOTED = re.compile(
    rf"""["“”„«]\s*[^{_MARK}\s]+\s[^{_MARK}]+["“”»]|["“”„«「『][^{_MARK}]*[\u3040-\u30ff\u3400-\u9fff][^{_MARK}]*["“”»」』]"""
)
_WILLS = int(Cue.SCOPE | Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.PREFERENCE | Cue.CONDITION)


def only_cites(text: str) -> bool:
    """Whether a text has words of somebody else in quotes, or of a notice, and wants nothing to hold by the words
    around them."""
    if _QUOTED.search(text) is None:
        return False
    around = _QUOTED.sub(" ", text).strip(" .,。।")
    if names_the_speaker(around) or not (names_another_speaker(around) or names_a_notice(around)):
        return False
    words = words_of(around)
    cues = cues_of(around, words)
    return not cues & _WILLS and scores_of(around, words, cues).standing < STANDING * UNIT
