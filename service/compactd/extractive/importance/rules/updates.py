"""What a later sentence of a user's brings to the instructions in force, and what becomes of them by it."""

from collections.abc import Container, Sequence

import msgspec

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.in_force import Instruction
from compactd.extractive.importance.rules.later_sentence import Later
from compactd.extractive.importance.rules.subjects import Subject
from compactd.extractive.languages.cue import Cue
from compactd.extractive.reading.sentence_score import UNIT

_RELEASE, _WITHDRAWAL = int(Cue.RELEASE), int(Cue.WITHDRAWAL)
_MAY_ASK = -UNIT
"""The score of what is asked for once above which a sentence that is hardly an instruction may ask for something."""


class Update(msgspec.Struct, frozen=True):
    """A later sentence of a user's: its `strength` as an instruction, the bits of RELEASE and PERMISSION that it has,
    what it is about, and its scores."""

    place: int
    sentence: Sentence
    strength: float
    releases: int
    subject: Subject
    later: Later

    @property
    def ends(self) -> bool:
        """Whether it says in so many words that something holds no more."""
        return self.takes_back or self.subject.ends

    @property
    def says_otherwise(self) -> bool:
        """Whether it says in so many words that something is so no longer, or otherwise from now on."""
        return self.ends or bool(self.sentence.cues & _WITHDRAWAL) or self.subject.anew or self.subject.corrects

    @property
    def is_asked_once(self) -> bool:
        """Whether it rather asks for something once than says what is to hold."""
        return self.sentence.asks > max(self.sentence.standing, _MAY_ASK)

    @property
    def takes_back(self) -> bool:
        return bool(self.releases & _RELEASE)


class Void(msgspec.Struct, frozen=True):
    """The instructions that a sentence voids; whether it says nothing of what holds instead; whether it is one itself
    by that, as what is so otherwise now is, or what is excepted; those that it makes an exception from; and one that it
    may void, but not surely: whoever reads that has to read it, too."""

    those: Sequence[Instruction] = ()
    only_takes_back: bool = False
    is_rule: bool = False
    excepted: Sequence[Instruction] = ()
    perhaps: Instruction | None = None

    def without(self, texts: Container[str]) -> "Void":
        """It voids none that says one of these."""
        those = [one for one in self.those if one.subject.text not in texts]
        return msgspec.structs.replace(self, those=those, only_takes_back=self.only_takes_back and bool(those))

    @property
    def follows(self) -> Instruction | None:
        """The instruction behind which the sentence is to be read."""
        return self.excepted[-1] if self.excepted else self.perhaps
