"""Learns the weights of `extractive/importance/voiding.tsv`: `python -m tests.quality.fit_voiding`.

The same file every time. It learns from the pairs of `labelled_changes`, and from each later sentence with other
instructions of its language, which it leaves in force. With `check` nothing is written, and it says what becomes of
pairs that were not learned from: those of each fifth of the batches, by what was learned from the others, the scores
of sentences among it. With `missed` it prints those that went wrong, too.
"""

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

import compactd.extractive.importance as importance
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.given import Given
from compactd.extractive.importance.instructions import strength_of
from compactd.extractive.importance.subjects import subject_of
from compactd.extractive.importance.voiding import Voiding, features_of, later
from compactd.extractive.reading.standing_score import Scores, StandingScore
from tests.quality import fit_standing
from tests.quality.fit_standing import Row
from tests.quality.labelled_changes import Change, changes
from tests.quality.labelled_corpus import Said, corpus
from tests.quality.told_changes import Told, told, write
from tests.quality.told_instructions import read

FILE = Path(importance.__path__[0]) / "voiding.tsv"

_FOLDS = 5
_OTHERS = 10
"""Other instructions that each later sentence is learned with."""


Scored = Callable[[str, str], Sentence]
"""Reads a sentence of a language."""


def crossed(those: Sequence[Change], said: Sequence[Said]) -> Scored:
    """Reads sentences with the scores that what was learned from the other batches gives them, as those have that
    nothing was learned from."""
    scores: dict[tuple[str, str], Scores] = {}
    for fold in range(_FOLDS):
        texts = {(one.language, text) for one in those if _fold(one) == fold for text in (one.earlier, one.later)}
        score = StandingScore(fit_standing.learned([one for one in said if (one.language, one.text) not in texts]))
        scores |= {(language, text): fit_standing.score_of(score, text) for language, text in texts}

    def read_one(language: str, text: str) -> Sentence:
        return msgspec.structs.replace(read(text), **scores[language, text]._asdict())

    return read_one


def _fold(change: Change) -> int:
    return int(sha256(change.batch.encode()).hexdigest(), 16) % _FOLDS


def rows(those: Sequence[Change], read_one: Scored) -> Iterator[tuple[Change, list[Row]]]:
    """For each pair the features of its later sentence with its earlier one, and with others, and whether that voids
    them."""
    by_language: dict[str, set[str]] = {}
    for change in those:
        by_language.setdefault(change.language, set()).add(change.earlier)
    for change in those:
        among = sorted(by_language[change.language] - {change.earlier, change.later})
        rng = random.Random(f"{change.earlier} {change.later}")
        sentence = read_one(change.language, change.later)
        newer = later(sentence, subject_of(sentence))
        others = rng.sample(among, min(_OTHERS, len(among)))
        since = rng.randrange(len(others) + 1)
        found: list[Row] = []
        for place, text in enumerate([*others[:since], change.earlier, *others[since:]]):
            older = read_one(change.language, text)
            given = Given(place, strength_of(older), subject_of(older))
            found.append((list(features_of(newer, given, place)), change.voids and place == since))
        yield change, found


def learned(those: Iterable[tuple[Change, list[Row]]]) -> dict[str, int]:
    """Feature → weight in units."""
    return fit_standing.fitted([row for _, found in those for row in found])


def written(weights: Mapping[str, int]) -> str:
    """The file of weights."""
    return "".join(f"{feature}\t{weight}\n" for feature, weight in sorted(weights.items()))


def checked(those: Sequence[Change], read_one: Scored) -> Iterator[Told]:
    """What becomes of the pairs of each fold, by what the others taught."""
    found = list(rows(those, read_one))
    for fold in range(_FOLDS):
        voiding = Voiding(learned([one for one in found if _fold(one[0]) != fold]))
        yield from told([one for one in those if _fold(one) == fold], read_one, voiding)


def main() -> None:
    read_one = crossed(changes(), corpus())
    if "check" in sys.argv or "missed" in sys.argv:
        write(list(checked(changes(), read_one)), missed="missed" in sys.argv)
    else:
        FILE.write_text(written(learned(rows(changes(), read_one))), "utf-8")


if __name__ == "__main__":
    main()
