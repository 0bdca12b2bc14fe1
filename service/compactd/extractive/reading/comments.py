"""A statement without the clauses that only comment on it: `The port is 9437, if I understood them correctly.`"""

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from compactd.extractive.languages.choice import COMMON
from compactd.extractive.languages.comments import comments_in, may_comment
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_traits import Trait

# Begins with one set of characters, for it is not tried elsewhere then.
_JOINT = re.compile(r"([,،;，、；–—](?:(?<=[，、；])\s*|(?<=[,،;])\s+|(?<=\s[–—])\s+))(?=\S)")
_VERBATIM = re.compile(r"[\"`“”„«»「」『』]|\(\?\)")
"""What is quoted, and what has a mark of doubt, stays as it is."""

# No blank follows it in Chinese and Japanese, and in Arabic a pronoun may be written with it.
_TURNS = re.compile(
    r"(?:but|aber|doch|mais|pero|mas|ma|però|но|однако|लेकिन|मगर|하지만|그러나)\b|و?لكن|但|不过|可是|然而|でも|しかし|ただし?、",
    re.IGNORECASE,
)
"""A clause that turns from the one before it, and does not stand alone."""

_NAMES = re.compile(r"[\d`@/_]")
_WANTS = int(Cue.ORDER | Cue.BAN | Cue.DUTY | Cue.REQUEST | Cue.GOAL)
_QUESTION = int(Trait.QUESTION)

_DOUBT = " (?)"
"""What stands for a clause that says that something may not be so."""

_LEAST = 15
"""Code points of what says something, at least: `Yes, I think` stays. In scripts beyond ASCII a third."""


def without_comments(line: str, words: Collection[str], cues: int, traits: int) -> str:
    """The statement with a mark of doubt in place of clauses that hedge it, and nothing in place of others that say
    nothing of the matter. The line as it is where there is none; and where it asks for something, since a condition may
    be put so (`if anybody asks`), or is a question. A clause that names something stays."""
    if traits & _QUESTION or not may_comment(line, words) or _VERBATIM.search(line):
        return line
    pieces = _JOINT.split(line)
    clauses, joints = pieces[::2], pieces[1::2]
    if not joints:
        return line
    found = comments_in(line, clauses)
    comments = {at: doubts for at, doubts in enumerate(found) if doubts is not None and not _NAMES.search(clauses[at])}
    kept = [at for at in range(len(clauses)) if at not in comments]
    if not comments or not _stands_alone([clauses[at] for at in kept], doubts=any(comments.values())):
        return line
    text = clauses[kept[0]].rstrip()
    for before, at in pairwise(kept):
        text += (joints[before] if at == before + 1 else " ") + clauses[at].rstrip()
    if cues & _WANTS and cues_of(text, words_of(text)) & _WANTS:
        return line
    return _finished(line, text, _DOUBT if any(comments.values()) else "")


def _stands_alone(kept: Sequence[str], *, doubts: bool) -> bool:
    """Whether the clauses that are left say enough. Of more than one, not all need be in doubt: `It is open, I think,
    the key is here for certain.`"""
    text = "".join(kept)
    if len(text) < (_LEAST if text.isascii() else _LEAST // 3) or _TURNS.match(kept[0]):
        return False
    return not doubts or len(kept) == 1


def _finished(line: str, text: str, doubt: str) -> str:
    """What is left of a line, with its end. It begins as it was written, for that may be a name (`config.yaml`), but
    for a word that hardly a sentence does without."""
    marks = line[len(line.rstrip(".!।。！")) :]
    begins = text.partition(" ")[0]
    if line[:1].isupper() and begins in COMMON:
        text = begins[:1].upper() + text[1:]
    return f"{text.rstrip('.!।。！')}{doubt}{marks}"
