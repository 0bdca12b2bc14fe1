"""Learns the weights of `extractive/importance/rules/voiding.tsv`: `python -m tests.quality.fit_voiding`.

The same file every time. Which instruction a sentence is about is learned from those of `labelled_changes` that void
one, said among others of their language; whether it voids it, from all pairs, and from instructions about two things.
With `check` nothing is written, and it says what becomes of pairs that were not learned from: those of each fifth of
the batches, by what was learned from the others, the scores of sentences among it. With `missed` it prints those that
went wrong, too.
"""

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

import compactd.extractive.importance.rules as rules
from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.in_force import Instruction
from compactd.extractive.importance.rules.instructions import strength_of
from compactd.extractive.importance.rules.later_sentence import Later, later
from compactd.extractive.importance.rules.likeness import alike
from compactd.extractive.importance.rules.pair_features import features_of
from compactd.extractive.importance.rules.subjects import subject_of
from compactd.extractive.importance.rules.voiding import Voiding, Weights
from compactd.extractive.reading.sentence_score import SentenceScore
from compactd.extractive.reading.standing_score import Scores
from tests.quality import fit_standing
from tests.quality.fit_standing import MARGIN, Row
from tests.quality.labelled_changes import Change, changes
from tests.quality.labelled_corpus import Said, corpus
from tests.quality.told_changes import Told, told, write
from tests.quality.told_instructions import read

FILE = Path(rules.__path__[0]) / "voiding.tsv"

_FOLDS = 5
_OTHERS, _UNRELATED = 10, 4
"""Other instructions that each later sentence is learned with; and those most like it that each earlier one is, which
voids none, and as many sentences of _BESIDES."""

_RIDGE, _FEWEST, _LEAST = 0.0001, 2, 2
"""As in `fit_standing`; there are few features, each in many pairs. With three times the
ridge one in twenty instructions more stands that is taken back."""

_BESIDES = ("once", "remark")

Scored = Callable[[str, str], Sentence]
"""Reads a sentence of a language."""


def crossed(those: Sequence[Change], said: Sequence[Said]) -> Scored:
    """Reads sentences with the scores that what was learned from the other batches gives them, as those have that
    nothing was learned from."""
    scores: dict[tuple[str, str], Scores] = {}
    for fold in range(_FOLDS):
        texts = {(one.language, one.text) for one in said if _fold(one.topic) == fold}
        texts |= {
            (one.language, text) for one in those if _fold(one.batch) == fold for text in (one.earlier, one.later)
        }
        score = SentenceScore(
            Scores, fit_standing.learned_of_all([one for one in said if (one.language, one.text) not in texts])
        )
        scores |= {(language, text): fit_standing.score_of(score, text) for language, text in texts}

    def read_one(language: str, text: str) -> Sentence:
        return msgspec.structs.replace(read(text), **scores[language, text]._asdict())

    return read_one


def _fold(batch: str) -> int:
    return int(sha256(batch.encode()).hexdigest(), 16) % _FOLDS


class Among(NamedTuple):
    """The features of the later sentence of a pair with its earlier one, and with other instructions; and with some of
    those, of its earlier one as if it were said later, and of what else is said in a conversation."""

    change: Change
    earlier: list[str]
    others: list[list[str]]
    unrelated: list[list[str]]


def rows(those: Sequence[Change], said: Sequence[Said], read_one: Scored) -> Iterator[Among]:
    """The pairs, each among other instructions and what else is `said`."""
    besides: dict[str, list[str]] = {}
    for one in said:
        if one.label in _BESIDES and not one.is_later:
            besides.setdefault(one.language, []).append(one.text)
    by_language: dict[str, set[str]] = {}
    for change in those:
        by_language.setdefault(change.language, set()).add(change.earlier)
    for change in those:
        among = sorted(by_language[change.language] - {change.earlier, change.later})
        rng = random.Random(f"{change.earlier} {change.later}")
        newer = later_of(read_one(change.language, change.later))
        others = rng.sample(among, min(_OTHERS, len(among)))
        since = rng.randrange(len(others) + 1)
        olds = [
            instruction_of(read_one(change.language, text))
            for text in [*others[:since], change.earlier, *others[since:]]
        ]
        found = [list(features_of(newer, older, place)) for place, older in enumerate(olds)]
        olds.pop(since)
        first = later_of(read_one(change.language, change.earlier))
        olds.sort(key=lambda older: -alike(first.subject.text, older.subject.text))
        unrelated = [features(first, older, rng) for older in olds[:_UNRELATED]]
        besides_it = [read_one(change.language, text) for text in rng.sample(besides[change.language], _UNRELATED)]
        unrelated += [features(later_of(sentence), rng.choice(olds), rng) for sentence in besides_it if olds]
        yield Among(change, found.pop(since), found, unrelated)


def features(newer: Later, older: Instruction, rng: random.Random) -> list[str]:
    """What is looked up of two that have nothing to do with each other, however long ago the older one was given."""
    return list(features_of(newer, older, rng.randrange(_OTHERS)))


def later_of(sentence: Sentence) -> Later:
    """A sentence that is said later."""
    return later(sentence, subject_of(sentence))


def instruction_of(sentence: Sentence) -> Instruction:
    """An instruction that was given."""
    return Instruction(0, strength_of(sentence), subject_of(sentence))


def learned(those: Iterable[Among]) -> dict[str, Weights]:
    """Feature → its weights: which one a sentence is about is learned from those that void one, whether it does from
    each with the one that it is about, or only seems to be."""
    pairs = list(those)
    which: list[Row] = []
    whether: list[Row] = []
    for pair in pairs:
        margin = MARGIN * pair.change.is_sure
        whether.append(Row(pair.earlier, pair.change.voids, 1, margin))
        if pair.change.voids:
            which += [Row(pair.earlier, True, 1, margin), *(Row(other, False, 1) for other in pair.others)]
    whether += [Row(features, False, 1) for one in pairs for features in one.unrelated]
    columns = [fit_standing.fitted(its, ridge=_RIDGE, fewest=_FEWEST, least=_LEAST) for its in (which, whether)]
    return {key: Weights(*(weights.get(key, 0) for weights in columns)) for key in set().union(*columns)}


def written(weights: Mapping[str, Weights]) -> str:
    """The file of weights."""
    return "".join(f"{feature}\t{its.which}\t{its.whether}\n" for feature, its in sorted(weights.items()))


def checked(those: Sequence[Change], read_one: Scored) -> Iterator[Told]:
    """What becomes of the pairs of each fold, by what the others taught."""
    found = list(rows(those, corpus(), read_one))
    for fold in range(_FOLDS):
        voiding = Voiding(learned([one for one in found if _fold(one.change.batch) != fold]))
        yield from told([one for one in those if _fold(one.batch) == fold], read_one, voiding)


def made() -> str:
    """The file, learned anew."""
    return written(learned(rows(changes(), corpus(), crossed(changes(), corpus()))))


def main() -> None:
    if "check" in sys.argv or "missed" in sys.argv:
        write(list(checked(changes(), crossed(changes(), corpus()))), missed="missed" in sys.argv)
    else:
        FILE.write_text(made(), "utf-8")


if __name__ == "__main__":
    main()
