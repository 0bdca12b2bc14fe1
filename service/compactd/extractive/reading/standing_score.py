"""How much a sentence reads like a standing instruction, like what changes one or takes it back, and like what is asked
for once, by weights that were learned from labelled sentences (`sentence_score`).

People say in more ways than a list of phrases can hold what is to be from now on, what is to be no more, and what is
to be done. The weights of the four logistic regressions are in `standing_score.tsv`, which
`python -m tests.quality.fit_standing` makes.
"""

from typing import NamedTuple

from compactd.extractive.reading.sentence_score import SentenceScore, weights_in


class Scores(NamedTuple):
    """How much a sentence is a standing instruction (`standing`), says that something is otherwise from here on
    (`changes`) or holds no longer (`releases`), and asks for something once (`asks`): in units of a logit, above 0 the
    more likely so."""

    standing: int
    changes: int
    releases: int
    asks: int


scores_of = SentenceScore(Scores, weights_in("compactd.extractive.reading", "standing_score.tsv")).of
