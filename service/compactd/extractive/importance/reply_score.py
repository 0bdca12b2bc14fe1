"""How far a clause of the assistant's says that it has come with what it was asked for, by weights that were learned
from labelled sentences (`reading.sentence_score`).

`python -m tests.quality.fit_replies` makes the table.
"""

from functools import cache
from typing import NamedTuple

from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_score import SentenceScore, weights_in

_LOUD, _NUMBER, _SHORT, _LONG, _GOES_ON = (1 << bit for bit in (29, 31, 32, 33, 34))
"""What is looked up beside the cues, above the highest of them: how a clause is written."""

_FEW, _MANY = 2, 10
"""Words, or pairs of characters of a script whose words do not stand apart, of what is short, and long."""

_EXCLAIMS = ("!", "！")
_COMMAS = (",", "，", "、", "،")


class ReplyScores(NamedTuple):
    """How much a clause says what came of something or how things are (`done`), what is being done or announced
    (`begun`), still to come (`left`), or was tried in vain (`failed`), asks back (`asks`), offers more (`offers`), only
    takes something down (`noted`), or is no more than a kind word (`kind`): in units of a logit, above 0 the more
    likely so."""

    done: int
    begun: int
    left: int
    failed: int
    asks: int
    offers: int
    noted: int
    kind: int

    @property
    def likeliest(self) -> str:
        """The name of the highest score, the first of equals."""
        return self._fields[self.index(max(self))]

    @property
    def over(self) -> int:
        """How much more likely it says what came of something than that something is still to come."""
        return self.done - max(self.begun, self.left, self.failed, self.asks)


def reply_scores_of(text: str) -> ReplyScores:
    """The scores of a clause on one line."""
    words = words_of(text)
    return _scores().of(text, words, cues_of(text, words) | form_of(text, words))


def form_of(text: str, words: list[str]) -> int:
    """How a clause is written, as bits beside those of its cues."""
    count = len(words) or len(text) // 2
    form = _LOUD if text.endswith(_EXCLAIMS) else _GOES_ON if text.endswith(_COMMAS) else 0
    form |= _SHORT if count <= _FEW else _LONG if count >= _MANY else 0
    return form | _NUMBER if any(map(str.isdigit, text)) else form


def load() -> None:
    """Reads the weights, for which the first summary would wait else."""
    _scores()


@cache
def _scores() -> SentenceScore[ReplyScores]:
    return SentenceScore(ReplyScores, weights_in("compactd.extractive.importance", "reply_score.tsv"))
