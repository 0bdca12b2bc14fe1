"""What is a standing instruction is learned from sentences that were labelled: the same from the same ones."""

import random

from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.reading.reader import Reader
from compactd.extractive.reading.standing_score import HIGHEST, StandingScore, standing_score_of
from compactd.extractive.reading.words import words_of
from compactd.strategies.steps import finished
from tests.quality.fit_standing import FILE, learned, row_of, score_of, written
from tests.quality.labelled_corpus import LABELS, corpus

RULE = "Never restart the primary without asking me."
LARGEST = 150_000
"""Bytes of the weights, which every installation carries."""


def scores(role: Role, text: str) -> list[int]:
    """The scores of the sentences of a message."""
    (digest,) = finished(Reader().read([ChatMessage(role=role, content=text)]))
    return [said.standing for said in digest.sentences]


def test_only_what_a_user_says_is_scored() -> None:
    assert scores(Role.USER, RULE)[0] > 0
    assert scores(Role.ASSISTANT, RULE) == [0]


def test_what_a_user_only_shows_is_not_scored() -> None:
    assert set(scores(Role.USER, f"```\n{RULE}\n```")) == {0}


@given(st.text(max_size=200), st.integers(0, 2**29))
def test_any_line_has_a_score_within_bounds(text: str, cues: int) -> None:
    line = " ".join(text.split())
    assert -HIGHEST <= standing_score_of(line, words_of(line), cues) <= HIGHEST


def test_the_same_sentences_teach_the_same_bytes() -> None:
    rows = [row_of(one) for one in random.Random(7).sample(corpus(), 300)]
    assert written(learned(rows)) == written(learned(list(rows)))


def test_what_is_learned_tells_the_sentences_that_taught_it() -> None:
    taught = [one for one in corpus() if one.topic == "travel" and one.language == "en"]
    score = StandingScore(learned([row_of(one) for one in taught]))
    right = sum((score_of(score, one.text) > 0) is (one.label == "standing") for one in taught)
    assert right >= 0.95 * len(taught)


def test_the_weights_are_small_and_in_order() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST
    weights = dict(line.split("\t") for line in text.splitlines())
    assert written({feature: int(weight) for feature, weight in weights.items()}) == text


def test_the_corpus_holds_every_label_in_many_topics_of_each_language() -> None:
    assert {one.label for one in corpus()} == set(LABELS)
    for language in {one.language for one in corpus()}:
        assert len({one.topic for one in corpus() if one.language == language}) >= 10
