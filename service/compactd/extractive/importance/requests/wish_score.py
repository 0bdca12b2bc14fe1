"""How much a sentence of a user reads like a wish, like the answer to a question, like what takes a wish back, and like
what only tells something, by weights that were learned from labelled sentences (`reading.sentence_score`).

`python -m tests.quality.fit_wishes` makes the table.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.sentence_score import SentenceScore, weights_in


class WishScores(NamedTuple):
    """How much a sentence asks for something, in whatever words (`wants`), answers a question of the assistant
    (`answers`), takes back what was asked for (`drops`), and asks for nothing (`tells`): in units of a logit, above 0
    the more likely so."""

    wants: int
    answers: int
    drops: int
    tells: int


@lru_cache(maxsize=2048)
def wish_scores_of(text: str, cues: int) -> WishScores:
    """The scores of a sentence on one line, with its cues: they are asked for again and again of the last ones."""
    return _scores().of(text, words_of(text), cues)


def wants_something(text: str, cues: int) -> bool:
    """Whether a sentence asks for something more than it does any of the other things."""
    wants, *others = wish_scores_of(text, cues)
    return wants > max(others)


def takes_back(text: str, cues: int) -> bool:
    """Whether a sentence takes back what was asked for, or says that it is needed no longer, more than it does any of
    the other things, and rather than not."""
    wants, answers, drops, tells = wish_scores_of(text, cues)
    return drops > max(wants, answers, tells, 0)


def load() -> None:
    """Reads the weights, for which the first summary would wait else."""
    _scores()


@cache
def _scores() -> SentenceScore[WishScores]:
    return SentenceScore(WishScores, weights_in("compactd.extractive.importance.requests", "wish_score.tsv"))
