"""How far a reply says that it has come is learned from labelled clauses: the same from the same ones."""

import random

from compactd.extractive.importance.reply_score import ReplyScores, form_of, reply_scores_of
from compactd.extractive.languages.words import words_of
from compactd.extractive.reading.sentence_score import SentenceScore
from tests.quality.fit_replies import FILE, learned
from tests.quality.fit_standing import score_of, written
from tests.quality.labelled_replies import LABELS, lines
from tests.quality.languages import LANGUAGES

LARGEST = 500_000
"""Bytes of the weights, which every installation carries."""


def test_the_same_clauses_teach_the_same_bytes() -> None:
    said = random.Random(7).sample(lines(), 200)
    assert written(learned(said)) == written(learned(list(said)))


def test_what_is_learned_tells_the_clauses_that_taught_it() -> None:
    taught = [line for line in lines() if line.language == "en"]
    score = SentenceScore(ReplyScores, learned(taught))
    forms = [form_of(line.text, words_of(line.text)) for line in taught]
    told = [score_of(score, line.text, form).likeliest for line, form in zip(taught, forms, strict=True)]
    assert sum(found == line.label for line, found in zip(taught, told, strict=True)) >= 0.9 * len(taught)


def test_the_weights_are_small_and_in_order() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST
    features = [row.partition("\t")[0] for row in text.splitlines()]
    assert features == sorted(features)


def test_each_language_has_clauses_of_each_kind() -> None:
    for code in LANGUAGES:
        assert {line.label for line in lines() if line.language == code} == LABELS.keys()


def test_what_came_of_it_is_told_from_what_is_still_to_come() -> None:
    assert reply_scores_of("The index was missing, the query takes 40 ms now.").over > 0
    assert reply_scores_of("I'm looking into it.").over < 0
