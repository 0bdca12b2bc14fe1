"""Which instruction a later sentence voids is learned from pairs: the same from the same ones."""

import random

import msgspec
import pytest

from compactd.extractive.importance.facts import Sentence
from compactd.extractive.importance.rules.in_force import STANDING
from compactd.extractive.importance.rules.instructions import instructions_of, strength_of
from compactd.extractive.importance.rules.pair_features import features_of
from compactd.extractive.importance.rules.voiding import Voiding, Weighed, Weights
from compactd.extractive.reading.sentence_score import UNIT
from compactd.strategies.steps import finished
from tests.quality.fit_voiding import FILE, instruction_of, later_of, learned, rows, written
from tests.quality.labelled_changes import LABELS, Change, changes
from tests.quality.labelled_corpus import corpus
from tests.quality.told_changes import told
from tests.quality.told_instructions import read

LARGEST = 40_000
"""Bytes of the weights."""


def read_one(language: str, text: str) -> Sentence:
    return read(text)


def some(kind: str, count: int) -> list[Change]:
    return random.Random(kind).sample([one for one in changes() if one.kind == kind], count)


def test_the_same_pairs_teach_the_same_bytes() -> None:
    those = some("replaced", 15) + some("beside once", 15)
    taught = [written(learned(rows(list(those), corpus(), read_one))) for _ in range(2)]
    assert taught[0] == taught[1]


def test_the_weights_are_small_and_in_order() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.encode()) <= LARGEST
    rows = [line.split("\t") for line in text.splitlines()]
    assert written({feature: Weights(int(which), int(whether)) for feature, which, whether in rows}) == text


def test_a_pair_weighs_what_its_features_do_whatever_pairs_were_weighed_before() -> None:
    lines = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines()]
    weights = {feature: Weights(int(which), int(whether)) for feature, which, whether in lines}
    those = random.Random(1).sample(changes(), 60)
    olds = [instruction_of(read(one.earlier)) for one in those]
    voiding = Voiding(weights)
    for newer in (later_of(read(one.later)) for one in those):
        for since, older in enumerate(olds):
            found = [weights[feature] for feature in features_of(newer, older, since) if feature in weights]
            which, whether = (sum(column) for column in zip(*found, strict=True))
            assert voiding.weigh(newer, older, since) == Weighed(which / UNIT, whether / UNIT)


@pytest.mark.parametrize(("kind", "least"), [("replaced", 0.35), ("taken back", 0.6)])
def test_what_was_learned_voids_the_one_that_is_meant(kind: str, least: float) -> None:
    """Of pairs whose earlier one is told to be a rule; half of those that one replaces share no word with it."""
    standing = [one for one in some(kind, 180) if strength_of(read(one.earlier)) >= STANDING]
    found = list(told(standing, read_one))
    assert sum(one.earlier_gone for one in found) >= least * len(found)
    assert sum(not one.others_gone for one in found) >= 0.93 * len(found)


@pytest.mark.parametrize("kind", ["beside standing", "beside once", "beside remark"])
def test_what_is_said_beside_an_instruction_leaves_it_alone(kind: str) -> None:
    found = list(told(some(kind, 60), read_one))
    assert sum(not one.earlier_gone for one in found) >= 0.75 * len(found)


@pytest.mark.parametrize(
    "text", ["Forget the rule about footnotes.", "Semicolons are fine again.", "Make that Georgia instead."]
)
def test_what_takes_back_nothing_that_was_said_changes_nothing(text: str) -> None:
    assert finished(instructions_of([read(text)]))[1] == set()


def test_rules_about_two_things_that_share_a_word_stand_beside_each_other() -> None:
    first = "RULE: Clients want code examples in Python, not JavaScript."
    then = "RULE: Clients want answers with metric units."
    assert finished(instructions_of([read(first), read(then)]))[1] == set()


@pytest.mark.parametrize(("which", "of_both"), [(2, False), (9, True)])
def test_what_is_surely_about_a_rule_voids_it_though_it_says_so_less_surely(which: int, of_both: bool) -> None:
    older, newer = (
        instruction_of(read("Limit uploads to 5 MB.")),
        later_of(read("The limit for uploads has been removed.")),
    )
    voiding = Voiding({"": Weights(which * UNIT, 2 * UNIT)})
    assert (voiding.voided(newer, [older], of_both=3.0) is older) is of_both
    assert voiding.voided(newer, [older], surer=3.0) is None


def test_many_instructions_are_gone_through_in_steps() -> None:
    said = [read(one.earlier) for one in some("replaced", 100)]
    assert len(list(instructions_of(said))) >= 5


def test_every_language_has_pairs_of_each_kind() -> None:
    there = {(one.language, one.kind) for one in changes()}
    assert len(there) == 12 * len(LABELS)


def test_what_is_asked_for_once_voids_no_rule_about_the_same_things() -> None:
    rule = (
        "Use EXPORT_BATCH_SIZE=200, because the batch is also one SFTP session and Nordhaven closes a session after 250"
        " files; you can see it in your log."
    )
    once = "Send one file there before the real thing."
    said = [msgspec.structs.replace(read(text), message=place) for place, text in enumerate((rule, once))]
    assert finished(instructions_of(said)).gone == set()
