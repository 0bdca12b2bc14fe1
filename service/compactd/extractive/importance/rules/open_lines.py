"""What parts say is open, beside what stands among their instructions."""

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.languages.cue import Cue
from compactd.extractive.page import Section
from compactd.extractive.reading.sentence_traits import Trait
from compactd.strategies.clip import ELLIPSIS

_QUESTION, _WITHDRAWN = int(Trait.QUESTION), int(Cue.WITHDRAWAL)


def begins(sentence: Sentence, rule: Sentence) -> bool:
    """Whether what a part says is open is an instruction in a part, or the beginning of it, and so nothing new."""
    if sentence.section is not Section.OPEN or rule.section is not Section.INSTRUCTIONS:
        return False
    beginning = sentence.text.removesuffix(ELLIPSIS)
    is_cut = len(beginning) < len(sentence.text)
    return rule.text == sentence.text or (is_cut and beginning != "" and rule.text.startswith(beginning))


def takes_back(request: Sentence, releases: int) -> bool:
    """Whether what is still open, with these bits of RELEASE and PERMISSION, says that something holds no more. As a
    rule it is about one thing, in the words of what holds, and a question has no answer yet."""
    return not request.traits & _QUESTION and bool(releases or request.cues & _WITHDRAWN)
