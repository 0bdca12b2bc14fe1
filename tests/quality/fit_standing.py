"""Learns the weights of `extractive/reading/standing_score.tsv`: `python -m tests.quality.fit_standing`.

The same file every time. With `check` nothing is written, and it says how well sentences are told apart that were not
learned from: of each fifth of the topics, by what was learned from the others. With `missed` it prints those that were
not, too.
"""

import random
import sys
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import exp
from pathlib import Path
from typing import NamedTuple

import compactd.extractive.reading as reading
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.cues import cues_of
from compactd.extractive.reading.sentence_score import (
    UNIT,
    Scored,
    SentenceScore,
    features_of_cues,
    features_of_word,
    marked,
    pairs_of,
    plain_word,
    runs_of,
)
from compactd.extractive.reading.standing_score import Scores
from tests.quality.labelled_corpus import Said, corpus

FILE = Path(reading.__path__[0]) / "standing_score.tsv"

_ROUNDS, _LAST, _RATE = 20, 10, 0.3
"""A weight is the mean of what it is after each of the last rounds: by the last round alone a sentence more, which puts
all others in another order, turns 3 to 20 of 2,850 sentences that the tests hold, and with the mean one."""

MARGIN = 1.0
"""By how much, as a logit, what the tests hold has to be on its side: what is learned anew of more sentences leaves it
there."""

_RIDGE = 0.001
"""`check` is best about here, and little different at half and at twice as much."""

_FEWEST = 2
"""Sentences that a feature has to stand in."""

_LEAST = 2
"""Units of a weight that is worth its place in the file."""

_OF_ALL = 0.0002, 3, 4
"""The ridge, the fewest and the least of a fit of four times as many sentences."""

_LATER = 8
"""How often a sentence of a pair counts where it is learned what voids another: those that void none, and only sound
like it, are among them, and nowhere else. Nothing is gained by more."""

_FURTHER = 0.3
"""The share that a fit of all sentences has in what is standing, beside one without those of `corpus/further`: by the
former alone more is found, and so much of what users only tell takes room as a rule that fewer values and facts are
left (`python -m tests.quality.bench_quality --only future,facts,instructions`)."""

_UNMARKED = 0.6
"""The same of the words that stand in `corpus/unmarked`, which has nearly as many sentences again, English and French:
from 0.7 on what customers only plead for or choose takes room as a rule, and three in a hundred identifiers fewer are
kept in summaries of 5 %; at 0.45 two in a hundred standing instructions fewer are found."""

_OF_LATER = ("changes", "releases")
"""Scores that are not learned from `corpus/unmarked`, where nothing is changed or taken back: it would be less likely
of any sentence."""

_FOLDS = 5

SCORES: Mapping[str, Collection[str]] = {
    "standing": ("standing", "changed"),
    "changes": ("changed",),
    "releases": ("release",),
    "asks": ("once",),
}
"""The labels for which each of the scores is to be above 0."""


class Row(NamedTuple):
    """The features of an example, whether it has the label, how often it is shown, and by how much, as a logit, it is
    to be on its side at least."""

    features: Sequence[str]
    label: bool
    times: int
    margin: float = 0.0


@cache
def features_of(text: str, form: int = 0) -> Sequence[str]:
    """What a score is the sum of; more than once where two words of a sentence have the same. `form` are bits that are
    looked up beside its cues."""
    words = words_of(text)
    found = [feature for word in set(words) for feature in features_of_word(word)]
    found += features_of_cues(marked(text, cues_of(text, words) | form))
    found += {" ".join(pair) for pair in pairs_of([plain_word(word) for word in words])}
    found += runs_of(text)
    return sorted(found)


def learned(said: Sequence[Said]) -> dict[str, Scores]:
    """Feature → its weights for each score; what has none is left out."""
    fits = _fits_of_all(said)
    plain = fitted(list(_rows("standing", [one for one in said if not (one.is_further or one.is_unmarked)])))
    # Cues are those of all languages.
    in_unmarked = {
        feature for one in said if one.is_unmarked for feature in features_of(one.text) if not feature.startswith("#")
    }
    return _joined(fits | {"standing": _mean(fits["standing"], plain, in_unmarked)})


def learned_of_all(said: Sequence[Said]) -> dict[str, Scores]:
    """The same with as much say for `corpus/further` as for the rest."""
    return _joined(_fits_of_all(said))


def _fits_of_all(said: Sequence[Said]) -> dict[str, dict[str, int]]:
    """Name of a score → its weights by feature."""
    ridge, fewest, least = _OF_ALL
    marked = [one for one in said if not one.is_unmarked]
    return {
        name: fitted(list(_rows(name, marked if name in _OF_LATER else said)), ridge=ridge, fewest=fewest, least=least)
        for name in SCORES
    }


def _joined(fits: Mapping[str, Mapping[str, int]]) -> dict[str, Scores]:
    return {key: Scores(*(fits[name].get(key, 0) for name in SCORES)) for key in set().union(*fits.values())}


def _rows(name: str, said: Iterable[Said]) -> Iterator[Row]:
    """What one of the scores is learned from."""
    for one in said:
        times = _times(name, is_later=one.is_later)
        yield Row(features_of(one.text), one.label in SCORES[name], times, MARGIN * one.is_sure)


def _mean(of_all: Mapping[str, int], plain: Mapping[str, int], in_unmarked: Container[str]) -> dict[str, int]:
    """Of two fits, by the share of each; what is next to nothing then is kept, too."""
    mixed: dict[str, int] = {}
    for key in {*of_all, *plain}:
        share = _UNMARKED if key in in_unmarked else _FURTHER
        mixed[key] = round(share * of_all.get(key, 0) + (1 - share) * plain.get(key, 0))
    return {key: weight for key, weight in mixed.items() if weight}


def _times(name: str, *, is_later: bool) -> int:
    """How often a sentence is shown to what learns a score."""
    if not is_later:
        return 1
    # What is said with an earlier sentence in mind is no standing instruction by its own words.
    return {"standing": 0, "asks": 1}.get(name, _LATER)


def fitted(
    rows: Sequence[Row], *, ridge: float = _RIDGE, fewest: int = _FEWEST, least: int = _LEAST, first: float = _RATE
) -> dict[str, int]:
    """Feature → weight in units, by logistic regression with a ridge penalty, step by step with a rate that falls from
    the `first`. What stands in less than the `fewest` rows has none, if no margin needs it, nor has what weighs less
    than the `least`."""
    counted = Counter(feature for row in rows if row.times for feature in set(row.features))
    sure = {feature for row in rows if row.margin for feature in row.features}
    known = sorted(feature for feature, count in counted.items() if count >= fewest or feature in sure)
    places = {feature: at for at, feature in enumerate(known)}
    examples = [
        ([places[one] for one in row.features if one in places], float(row.label), row.margin * (1 - 2 * row.label))
        for row in rows
        for _ in range(row.times)
    ]
    weights, scale, step = [0.0] * len(known), 1.0, 0
    total = [0.0] * len(known)
    rng = random.Random(1)
    for round_ in range(_ROUNDS):
        rng.shuffle(examples)
        for present, label, margin in examples:
            rate = first / (1 + first * ridge * step)
            step += 1
            error = label - 1 / (1 + exp(-scale * sum([weights[at] for at in present]) - margin))
            scale *= 1 - rate * ridge
            change = rate * error / scale
            for at in present:
                weights[at] += change
        if round_ >= _ROUNDS - _LAST:
            for at, weight in enumerate(weights):
                total[at] += weight * scale / _LAST
    units = {feature: round(total[at] * UNIT) for feature, at in places.items()}
    return {feature: weight for feature, weight in units.items() if abs(weight) >= least}


def score_of(score: SentenceScore[Scored], text: str, form: int = 0) -> Scored:
    words = words_of(text)
    return score.of(text, words, cues_of(text, words) | form)


def checked(said: Sequence[Said]) -> list[tuple[Said, Scores]]:
    """Sentences with the score that they have by what was learned from the other topics."""
    topics = sorted({one.topic for one in said})
    random.Random(3).shuffle(topics)
    fold_of = {topic: number % _FOLDS for number, topic in enumerate(topics)}
    found: list[tuple[Said, Scores]] = []
    for fold in range(_FOLDS):
        score = SentenceScore(Scores, learned([one for one in said if fold_of[one.topic] != fold]))
        found += [(one, score_of(score, one.text)) for one in said if fold_of[one.topic] == fold]
    return found


def written(weights: Mapping[str, tuple[int, ...]]) -> str:
    """The file of weights."""
    return "".join("\t".join((feature, *map(str, its))) + "\n" for feature, its in sorted(weights.items()))


def share_of(told: Iterable[tuple[bool, bool]]) -> str:
    """How many of those that have a label are told, and how many of those told have it; of pairs of whether so."""
    rows = list(told)
    both = sum(label and found for label, found in rows)
    wanted, found = sum(label for label, _ in rows), sum(found for _, found in rows)
    return f"found {both / max(1, wanted):.2f}, rightly {both / max(1, found):.2f} of {len(rows)}"


def made() -> str:
    """The file, learned anew."""
    return written(learned(corpus()))


def main() -> None:
    if "check" not in sys.argv and "missed" not in sys.argv:
        FILE.write_text(made(), "utf-8")
        return
    scores = checked(corpus())
    for place, (name, labels) in enumerate(SCORES.items()):
        for language in ("", *sorted({said.language for said, _ in scores})):
            its = [(said, score[place]) for said, score in scores if language in ("", said.language)]
            told = share_of((said.label in labels, score > 0) for said, score in its)
            sys.stdout.write(f"{name:<8} {language or 'all':<4} {told}\n")
        if "missed" in sys.argv:
            for said, score in sorted(scores, key=lambda one: one[1][place]):
                if (score[place] > 0) is not (said.label in labels):
                    sys.stdout.write(f"{score[place] / UNIT:+.1f} {said.language} {said.label} {said.text}\n")


if __name__ == "__main__":
    main()
