"""Learns the weights of `extractive/importance/requests/wish_score.tsv`: `python -m tests.quality.fit_wishes`.

The same file every time. With `check` nothing is written, and it says how well lines are told apart that were not
learned from: a fifth at a time, in runs of ten lines, since those of different languages may say the same in the same
order.
"""

import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import compactd.extractive.importance.requests as requests
from compactd.extractive.importance.requests.wish_score import WishScores
from compactd.extractive.reading.sentence_score import SentenceScore
from tests.quality.fit_standing import Row, features_of, fitted, score_of, share_of, written
from tests.quality.labelled_wishes import Line, lines

FILE = Path(requests.__path__[0]) / "wish_score.tsv"

SCORES: Mapping[str, Collection[str]] = {
    "wants": ("wish", "push", "once"),
    "answers": ("answer",),
    "drops": ("moot",),
    "tells": ("reaction", "told", "remark"),
}
"""The labels for which each of the scores is to be above 0."""

_FOLDS, _RUN = 5, 10


def learned(said: Sequence[Line]) -> dict[str, WishScores]:
    """Feature → its weights for each score; what has none is left out."""
    rows = [(features_of(line.text), line.label) for line in said]
    columns = [fitted([Row(keys, label in labels, 1) for keys, label in rows]) for labels in SCORES.values()]
    return {key: WishScores(*(weights.get(key, 0) for weights in columns)) for key in set().union(*columns)}


def checked(said: Sequence[Line]) -> list[tuple[Line, WishScores]]:
    """Lines with the scores that they have by what was learned from the others."""
    found: list[tuple[Line, WishScores]] = []
    for fold in range(_FOLDS):
        held = [line for line in said if line.number // _RUN % _FOLDS == fold and line.number >= 0]
        score = SentenceScore(WishScores, learned([line for line in said if line not in held]))
        found += [(line, score_of(score, line.text)) for line in held]
    return found


def made() -> str:
    """The file, learned anew."""
    return written(learned(lines()))


def main() -> None:
    if "check" not in sys.argv:
        FILE.write_text(made(), "utf-8")
        return
    scores = checked(lines())
    for place, (name, labels) in enumerate(SCORES.items()):
        told = ((line.label in labels, score[place] > 0) for line, score in scores)
        sys.stdout.write(f"{name:<8} {share_of(told)}\n")
    told = ((line.label in SCORES["wants"], score.wants > max(score[1:])) for line, score in scores)
    sys.stdout.write(f"asks for something {share_of(told)}\n")


if __name__ == "__main__":
    main()
