"""What users asked for once, and do not want any more: `Stop translating the names.`"""

from collections import deque

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.in_force import Instruction
from compactd.extractive.importance.rules.updates import Update
from compactd.extractive.importance.rules.voiding import Voiding
from compactd.extractive.languages.cue import Cue

_TASK = int(Cue.REQUEST | Cue.ORDER)
_AT_MOST = 16
"""Tasks, the latest, that a later sentence may take back."""


def asks_once(sentence: Sentence) -> bool:
    """Whether a sentence rather asks for something once than says what is to hold, by its words and its form."""
    return bool(sentence.cues & _TASK) and sentence.asks > sentence.standing


class Tasks:
    """The tasks so far."""

    def __init__(self, voiding: Voiding) -> None:
        self._voiding = voiding
        self._asked: deque[Instruction] = deque(maxlen=_AT_MOST)

    def add(self, task: Instruction) -> None:
        self._asked.append(task)

    def voided(self, update: Update, *, surer: float) -> set[int]:
        """The place of the one that a sentence is about which says that something is no longer so; `surer`, as a
        logit, than it would have to be of an instruction. Empty if there is none."""
        if not update.says_otherwise:
            return set()
        task = self._voiding.voided(update.later, self._asked, surer=surer)
        return set() if task is None else {task.place}
