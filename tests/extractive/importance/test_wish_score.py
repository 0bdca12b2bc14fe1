"""What asks for something in whatever words is learned from labelled sentences: the same from the same ones."""

import random

from compactd.extractive.importance.requests.wish_score import WishScores
from compactd.extractive.reading.sentence_score import SentenceScore
from tests.quality.fit_standing import score_of, written
from tests.quality.fit_wishes import FILE, learned
from tests.quality.labelled_wishes import LABELS, lines
from tests.quality.languages import LANGUAGES

LARGEST = 350_000
"""Bytes of the weights, which every installation carries."""


def test_the_same_sentences_teach_the_same_bytes() -> None:
    said = random.Random(7).sample(lines(), 300)
    assert written(learned(said)) == written(learned(list(said)))


def test_what_is_learned_tells_the_sentences_that_taught_it() -> None:
    taught = [line for line in lines() if line.language == "en" and line.label in ("wish", "told")]
    score = SentenceScore(WishScores, learned(taught))
    right = sum((score_of(score, line.text).wants > 0) is (line.label == "wish") for line in taught)
    assert right >= 0.95 * len(taught)


def test_the_weights_are_small_and_in_order() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST
    assert text.splitlines() == sorted(text.splitlines())


def test_each_language_has_sentences_of_each_kind() -> None:
    for code in LANGUAGES:
        assert {line.label for line in lines() if line.language == code} >= LABELS.keys()
