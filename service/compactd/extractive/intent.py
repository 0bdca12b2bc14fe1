"""What users want: the goal they begin with, and what they said last; each as places in the list of sentences."""

import re
from collections.abc import Sequence
from itertools import islice

from compactd.domain.messages import Role
from compactd.extractive.cue import Cue
from compactd.extractive.facts import Sentence
from compactd.extractive.sentence_traits import Trait

_LOOKED_AT = 12
_FEW_TERMS = 4
_FILLERS = "can could have help like make need please some that there this upcomin want will with would"
_FILLING = frozenset(_FILLERS.split())
"""Stems of words that are in a goal whatever it is."""

_GOAL_SIZE = 320
"""Code points of a goal of several sentences."""

_COLONS = (":", "：")
_REFERS_BACK = re.compile(
    r"(?i)\b(?:with|about|do|doing|fix|solve|have|of|help) (?:that|this|it|those|these|them)\b|(?:这个|那个|これ|それ)"
)
_CONSENT = re.compile(r"(?i)(?:yes|yeah|yep|ok|okay|sure|agreed|approved|confirmed|go|no|do it|proceed|好|是|はい)\b")
_TOLD = int(Cue.DECISION | Cue.CONSTRAINT | Cue.CORRECTION | Cue.REQUEST | Cue.GOAL | Cue.WITHDRAWAL)
_ANNOUNCES, _TABLE_ROW = int(Trait.ANNOUNCEMENT), int(Trait.TABLE_ROW)
_QUOTED = int(Trait.QUOTED)
_WITHDRAWN, _CHATTER, _GOAL = int(Cue.WITHDRAWAL), int(Cue.CHATTER), int(Cue.GOAL)


def goal_of(sentences: Sequence[Sentence]) -> list[int]:
    """The first thing a user asks for, with its neighbours in the message where it says too little alone."""
    of_users = [index for index, one in enumerate(sentences) if one.role is Role.USER and not one.traits & _ANNOUNCES]
    said = (index for index in of_users if not sentences[index].traits & _QUOTED)
    spoken = list(islice(said, _LOOKED_AT)) or of_users[:1]
    opening = [index for index in spoken if sentences[index].message == sentences[spoken[0]].message]
    for places in (opening, spoken):
        for cue in (int(Cue.GOAL), int(Cue.REQUEST)):
            asked = [index for index in places if sentences[index].cues & cue]
            if asked:
                return _with_neighbours(sentences, asked[0])
    return _with_neighbours(sentences, spoken[0]) if spoken else []


def _with_neighbours(sentences: Sequence[Sentence], index: int) -> list[int]:
    goal = sentences[index]
    if goal.section is not None:
        return [index]
    places = [index]
    short = len(goal.terms - _FILLING) < _FEW_TERMS and not goal.identifiers
    if (short or _REFERS_BACK.search(goal.text)) and _adds(sentences, index - 1, index):
        places.insert(0, index - 1)
    elif short and goal.text.endswith((*".!?。！？",)) and _adds(sentences, index + 1, index):
        places.append(index + 1)
    size = sum(len(sentences[place].text) for place in places)
    return completed(sentences, places) if size <= _GOAL_SIZE else completed(sentences, [index])


def _adds(sentences: Sequence[Sentence], index: int, goal: int) -> bool:
    """Whether a sentence beside the goal says something: a greeting or an announcement does not."""
    if not _are_together(sentences, min(index, goal), max(index, goal)):
        return False
    if sentences[index].traits & _ANNOUNCES:
        return False
    return bool(sentences[index].identifiers) or len(sentences[index].terms - _FILLING) > 1


def completed(sentences: Sequence[Sentence], places: list[int]) -> list[int]:
    """`places` with what follows the last of them as long as that only announces it: `Here is the text:`."""
    last = places[-1]
    whole = list(places)
    while sentences[last].text.endswith(_COLONS) and _goes_on(sentences, last) and len(whole) < 4:
        last += 1
        whole.append(last)
    return whole


def _goes_on(sentences: Sequence[Sentence], last: int) -> bool:
    return _are_together(sentences, last, last + 1) and not sentences[last + 1].traits & _TABLE_ROW


def _are_together(sentences: Sequence[Sentence], first: int, second: int) -> bool:
    if first < 0 or second >= len(sentences):
        return False
    one, other = sentences[first], sentences[second]
    return one.message == other.message and one.role is other.role and one.section is other.section


def last_instructions(sentences: Sequence[Sentence]) -> list[int]:
    """What the last user message that decides, asks or takes something back says of it, and the last taking back."""
    opening = next((one.message for one in sentences if one.role is Role.USER), -1)
    places: list[int] = []
    for index in range(len(sentences) - 1, -1, -1):
        sentence = sentences[index]
        if sentence.role is not Role.USER or sentence.message == opening or sentence.traits & _QUOTED:
            continue
        if not places or sentence.message == sentences[places[0]].message:
            if _instructs(sentence):
                places.append(index)
        elif sentence.cues & _WITHDRAWN:
            return [index, *reversed(places)]
    return places[::-1]


def _instructs(sentence: Sentence) -> bool:
    chatter = sentence.cues & _CHATTER
    if sentence.cues & (_TOLD & ~_GOAL if chatter else _TOLD):
        return True
    return bool(_CONSENT.match(sentence.text)) and not chatter and sentence.term_count > 1
