"""Learns the weights of `extractive/importance/reply_score.tsv`: `python -m tests.quality.fit_replies`.

The same file every time. With `check` nothing is written, and it says how well lines are told apart that were not
learned from, a fifth of each label at a time.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import compactd.extractive.importance as importance
from compactd.extractive.importance.reply_score import ReplyScores, form_of
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.sentence_score import SentenceScore
from tests.quality.fit_standing import Row, features_of, fitted, score_of, share_of, written
from tests.quality.labelled_replies import lines
from tests.quality.labelled_wishes import Line

FILE = Path(importance.__path__[0]) / "reply_score.tsv"

_FOLDS, _RUN = 5, 5


def learned(said: Sequence[Line]) -> dict[str, ReplyScores]:
    """Feature → its weights for each score; what has none is left out."""
    rows = [(features_of(line.text, _form(line)), line.label) for line in said]
    columns = [fitted([Row(keys, label == name, 1) for keys, label in rows]) for name in ReplyScores._fields]
    return {key: ReplyScores(*(weights.get(key, 0) for weights in columns)) for key in set().union(*columns)}


def checked(said: Sequence[Line]) -> list[tuple[Line, ReplyScores]]:
    """Lines with the scores that they have by what was learned from the others."""
    found: list[tuple[Line, ReplyScores]] = []
    for fold in range(_FOLDS):
        held = [line for line in said if line.number // _RUN % _FOLDS == fold]
        score = SentenceScore(ReplyScores, learned([line for line in said if line not in held]))
        found += [(line, score_of(score, line.text, _form(line))) for line in held]
    return found


def _form(line: Line) -> int:
    return form_of(line.text, words_of(line.text))


def made() -> str:
    """The file, learned anew."""
    return written(learned(lines()))


def main() -> None:
    if "check" not in sys.argv:
        FILE.write_text(made(), "utf-8")
        return
    scores = checked(lines())
    for language in ("", *sorted({line.language for line, _ in scores})):
        its = [(line, score) for line, score in scores if language in ("", line.language)]
        for name in ReplyScores._fields:
            told = share_of((line.label == name, score.likeliest == name) for line, score in its)
            sys.stdout.write(f"{language or 'all':<4} {name:<8} {told}\n")


if __name__ == "__main__":
    main()
