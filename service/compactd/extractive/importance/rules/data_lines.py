"""Lines of data in what a user says: records, listings of files, settings, code."""

import re

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages.cue import Cue

# A word as it stands in a sentence, in brackets or quotes perhaps, but no key of JSON (`"total":`); and whatever has a
# letter that is not of ASCII. Begins with the space before it, for it is not tried elsewhere then.
_OPENED, _PLAIN = r"""\s[("'`*_]*+""", r"""[A-Za-z]++(?:['-][A-Za-z]++)*+(?!"\S?:)[)"'`*_.,;:!?]*+(?!\S)"""
_WORD_OF_ASCII = re.compile(f"{_OPENED}{_PLAIN}")
_WORD = re.compile(rf"{_OPENED}(?:{_PLAIN}|\S*?(?![\x00-\x7f])[^\W\d_])")
_FEW = 2
_LASTING = int(Cue.SCOPE | Cue.BAN | Cue.DUTY)


def is_data(sentence: Sentence) -> bool:
    """Whether of three or more things between spaces fewer than half are words, and none of them says that something is
    to hold: nobody wants anything by such a line."""
    spaces = sentence.text.count(" ")
    if spaces < _FEW or sentence.cues & _LASTING:
        return False
    # What is nothing but letters is a word for certain, and soon counted.
    if 2 * sum(map(str.isalpha, sentence.text.split())) > spaces:
        return False
    word = _WORD_OF_ASCII if sentence.text.isascii() else _WORD
    return 2 * len(word.findall(f" {sentence.text}")) <= spaces
