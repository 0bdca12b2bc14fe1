"""Lines of data in what a user says: records, listings of files, settings, code."""

import re

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.reading.cue import Cue

# A word as it stands in a sentence, in brackets or quotes perhaps, but no key of JSON (`"total":`); and whatever has a
# letter that is not of ASCII.
_WORD = re.compile(
    r"""(?<!\S)[("'`*_]*+(?:[A-Za-z]++(?:['-][A-Za-z]++)*+(?!"\S?:)[)"'`*_.,;:!?]*+(?!\S)|\S*?(?![\x00-\x7f])[^\W\d_])"""
)
_FEW = 2
_LASTING = int(Cue.SCOPE | Cue.BAN | Cue.DUTY)


def is_data(sentence: Sentence) -> bool:
    """Whether of three or more things between spaces fewer than half are words, and none of them says that something is
    to hold: nobody wants anything by such a line."""
    spaces = sentence.text.count(" ")
    if spaces < _FEW or sentence.cues & _LASTING:
        return False
    # What is nothing but letters is a word for certain, and soon counted.
    return 2 * sum(map(str.isalpha, sentence.text.split())) <= spaces >= 2 * len(_WORD.findall(sentence.text))
