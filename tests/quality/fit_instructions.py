"""Prints how well standing instructions are told from other sentences: `python -m tests.quality.fit_instructions`.

With `fit` it also prints the weights of `extractive/importance/instructions.py` as a logistic regression finds them on
the sentences that the rule was made with; the same every time.
"""

import sys
from collections.abc import Iterator, Mapping
from math import exp

from compactd.domain.messages import Role
from compactd.extractive.importance.facts import Sentence, sentence_of
from compactd.extractive.importance.instructions import STANDING, WEIGHTS, strength_of
from compactd.extractive.reading.cue import Cue
from compactd.extractive.reading.sentence_traits import Trait
from compactd.extractive.reading.speech import read_sentence
from compactd.extractive.reading.vocabulary import Vocabulary
from tests.quality.instruction_sentences import DEVELOPED, Labelled, held_out

_STEPS, _RATE, _RIDGE = 4000, 0.05, 0.02
_CUES = tuple(WEIGHTS)


def read(text: str) -> Sentence:
    """A sentence of a user, read by itself."""
    return sentence_of(read_sentence(text, Vocabulary()), 0, Role.USER)


def told(labelled: Labelled) -> Iterator[tuple[str, str, bool, float]]:
    """(language, text, whether it is a standing instruction, the strength that the rule gives it)."""
    for label, by_language in ((True, labelled.standing), (False, labelled.others)):
        for language, texts in by_language.items():
            for text in texts:
                yield language, text, label, strength_of(read(text))


def recall_and_precision(labelled: Labelled, language: str = "") -> tuple[float, float]:
    """Shares: of the standing instructions those found, and of those found the standing instructions."""
    rows = [(label, strength >= STANDING) for its, _, label, strength in told(labelled) if language in ("", its)]
    found = sum(label and said for label, said in rows)
    return found / sum(label for label, _ in rows), found / max(1, sum(said for _, said in rows))


def fitted(labelled: Labelled) -> Mapping[str, float]:
    """The weight of each cue, of a question, and of nothing, by logistic regression with a ridge penalty."""
    rows = [(_features(read(text)), label) for _, text, label, _ in told(labelled)]
    weights = [0.0] * (len(_CUES) + 2)
    for _ in range(_STEPS):
        slope = [0.0] * len(weights)
        for features, label in rows:
            error = 1 / (1 + exp(-sum(weights[at] for at in features))) - label
            for at in features:
                slope[at] += error
        for at, value in enumerate(slope):
            weights[at] -= _RATE * (value / len(rows) * 10 + _RIDGE * weights[at])
    names = [*(str(Cue(cue).name) for cue in _CUES), "a question", "nothing"]
    return dict(zip(names, weights, strict=True))


def _features(sentence: Sentence) -> list[int]:
    found = [at for at, cue in enumerate(_CUES) if sentence.cues & cue]
    if sentence.traits & Trait.QUESTION:
        found.append(len(_CUES))
    return [*found, len(_CUES) + 1]


def main() -> None:
    for name, labelled in (("developed", DEVELOPED), ("held out", held_out())):
        for language in ("", *labelled.standing):
            recall, precision = recall_and_precision(labelled, language)
            sys.stdout.write(f"{name:<10} {language or 'all':<4} found {recall:.2f}, rightly {precision:.2f}\n")
    if "fit" in sys.argv:
        for name, weight in fitted(DEVELOPED).items():
            sys.stdout.write(f"{name:<12} {weight:+.2f}\n")
    if "missed" in sys.argv:
        for language, text, label, strength in told(DEVELOPED):
            if label is not (strength >= STANDING):
                sys.stdout.write(f"{language} {strength:+.1f} {text}\n")


if __name__ == "__main__":
    main()
