"""What is a standing instruction, voids one, or is asked for once is learned from labelled sentences: the same from the
same ones."""

import random

from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.messages import ChatMessage, Role
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.reader import Reader
from compactd.extractive.reading.sentence_score import HIGHEST, SentenceScore
from compactd.extractive.reading.standing_score import Scores, scores_of
from compactd.strategies.steps import finished
from tests.quality.fit_standing import FILE, SCORES, learned, score_of, written
from tests.quality.labelled_corpus import LABELS, corpus

RULE = "Never restart the primary without asking me."
LARGEST = 500_000
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
    assert all(-HIGHEST <= score <= HIGHEST for score in scores_of(line, words_of(line), cues))


def test_the_same_sentences_teach_the_same_bytes() -> None:
    said = random.Random(7).sample(corpus(), 300)
    assert written(learned(said)) == written(learned(list(said)))


def test_what_is_learned_tells_the_sentences_that_taught_it() -> None:
    topics = ("travel", "taken back 1", "replaced 1")
    taught = [one for one in corpus() if one.topic in topics and one.language == "en"]
    score = SentenceScore(Scores, learned(taught))
    for place, labels in enumerate(SCORES.values()):
        right = sum((score_of(score, one.text)[place] > 0) is (one.label in labels) for one in taught)
        assert right >= 0.95 * len(taught)


def test_the_weights_are_small_and_in_order() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST
    rows = (line.split("\t") for line in text.splitlines())
    assert written({feature: Scores(*map(int, weights)) for feature, *weights in rows}) == text


def test_the_scores_of_a_sentence_do_not_touch_each_other() -> None:
    weights = {"keep": Scores(-200, 7, -3, 9), "it": Scores(1, -7, 200, -90), "short": Scores(-1, -1, -1, 1)}
    scored = SentenceScore(Scores, weights).of("keep it short", ["keep", "it", "short"], 0)
    assert scored == (-200, -1, 196, -80)


def test_the_corpus_holds_every_label_in_many_topics_of_each_language() -> None:
    assert {one.label for one in corpus()} == set(LABELS)
    for language in {one.language for one in corpus()}:
        assert len({one.topic for one in corpus() if one.language == language}) >= 10
