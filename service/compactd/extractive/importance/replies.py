"""What a reply of the assistant says, sentence by sentence and clause by clause."""

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import or_

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.reply_clauses import CLAUSES
from compactd.extractive.importance.reply_score import ReplyScores, reply_scores_of
from compactd.extractive.importance.word_forms import keys_of
from compactd.extractive.languages.choice import script_of
from compactd.extractive.languages.cue import Cue
from compactd.extractive.languages.questions import PARTICLES
from compactd.extractive.memo import Lazy
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.sentences import split_sentences

_QUESTION, _REQUEST = int(Trait.QUESTION), int(Cue.REQUEST)


class Clause:
    """A sentence or clause on one line, with its scores."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.scores: ReplyScores = reply_scores_of(text)
        self.likeliest = self.scores.likeliest

    @property
    def over(self) -> int:
        """How much more likely it says what came of something than that something is still to come."""
        return self.scores.over


class Reply:
    """The sentences of one message of the assistant's, of a long one the last."""

    def __init__(self, said: Sequence[Sentence]) -> None:
        self._said = said
        self.number = said[-1].message

    @Lazy
    def text(self) -> str:
        return " ".join(one.text for one in self._said)

    @Lazy
    def sentences(self) -> Sequence[Clause]:
        return [clause_of(text) for one in self._said for text in split_sentences(one.text)]

    @Lazy
    def clauses(self) -> Sequence[Clause]:
        return [clause_of(text) for one in self.sentences for text in CLAUSES.split(one.text) if text]

    @Lazy
    def words(self) -> int:
        """How many words of it say something."""
        return len(keys_of(self.text))

    @Lazy
    def cues(self) -> int:
        """Those of all its sentences."""
        return reduce(or_, (one.cues for one in self._said))

    @property
    def asks(self) -> bool:
        """Whether it asks something, or asks for something."""
        return any(one.traits & _QUESTION or one.cues & _REQUEST for one in self._said)

    @Lazy
    def is_question(self) -> bool:
        """Whether it ends with a question."""
        return _is_question(self._said[-1])

    @Lazy
    def inquires(self) -> bool:
        """Whether it ends with a question about the work, and none that only offers more of it."""
        return self.is_question and not self.offers

    @Lazy
    def offers(self) -> bool:
        """Whether it ends with an offer of more."""
        return self.sentences[-1].likeliest == "offers"

    @property
    def fails(self) -> bool:
        """Whether what it says last of any outcome is that something did not work."""
        told = (one.likeliest for one in reversed(self.clauses))
        return next((name for name in told if name in ("done", "failed")), "") == "failed"

    @property
    def is_over(self) -> bool:
        """Whether it ends with what came of something."""
        return self.sentences[-1].over > 0


@lru_cache(maxsize=2048)
def clause_of(text: str) -> Clause:
    """The clause that a text is: what is drafted asks for the same ones again and again."""
    return Clause(text)


def _is_question(sentence: Sentence) -> bool:
    """Whether a sentence is a question, by its mark or by how it ends."""
    if sentence.traits & _QUESTION:
        return True
    script = script_of(sentence.text) if not sentence.text.isascii() else None
    expression = PARTICLES.get(script.code) if script is not None else None
    return expression is not None and expression.search(sentence.text) is not None
