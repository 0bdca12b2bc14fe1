"""What matters most is kept first: instructions, what is open, whose words they are; in every language."""

import pytest

from tests.quality import by_language, instructions, requests, wrappers
from tests.quality.compare import OURS
from tests.quality.rows import Row

SEEDS = 4


def ours(rows: list[Row]) -> dict[str, Row]:
    return {row.measure: row for row in rows if row.way == OURS}


@pytest.fixture(scope="module")
def instruction_rows() -> dict[str, Row]:
    return ours(instructions.rows(SEEDS))


@pytest.mark.parametrize(("phrasings", "share", "in_a_third"), [("developed", 0.85, 0.6), ("held out", 0.5, 0.25)])
def test_standing_instructions_are_kept_wherever_they_stand(
    instruction_rows: dict[str, Row], phrasings: str, share: float, in_a_third: float
) -> None:
    assert instruction_rows[f"standing instructions, {phrasings}, 10%"].mean >= share
    assert instruction_rows[f"standing instructions, {phrasings}, 5%"].mean >= share - 0.2
    for third in ("first", "middle", "last"):
        assert instruction_rows[f"— in the {third} third, {phrasings}, 10%"].mean >= in_a_third


@pytest.mark.parametrize(("phrasings", "share"), [("developed", 0.8), ("held out", 0.4)])
def test_what_only_sounds_like_an_instruction_is_seldom_taken_for_one(
    instruction_rows: dict[str, Row], phrasings: str, share: float
) -> None:
    assert instruction_rows[f"— remarks not taken for instructions, {phrasings}, 10%"].mean >= share


def test_what_is_done_is_not_open_and_nothing_is_when_all_is_done() -> None:
    rows = ours(requests.rows(SEEDS))
    for phrasings, nothing_open in (("developed", 0.9), ("held out", 0.7)):
        assert rows[f"— finished ones not open, {phrasings}, 10%"].mean >= 0.9
        assert rows[f"— nothing open when all is done, {phrasings}, 10%"].mean >= nothing_open
        assert rows[f"last open request named, {phrasings}, 10%"].mean >= 0.5


def test_a_harness_is_not_taken_for_its_user() -> None:
    rows = ours(wrappers.rows(SEEDS))
    for phrasings, said, harness in (("developed", 0.9, 0.95), ("held out", 0.8, 0.7)):
        assert rows[f"goal and instructions in wrappers, {phrasings}, 10%"].mean >= said
        assert rows[f"— harness not taken for will, {phrasings}, 10%"].mean >= harness


def test_no_language_keeps_much_less_than_another() -> None:
    measures = ("planted facts", "standing instructions")
    rows = ours(by_language.rows(1, measures))
    for phrasings in ("developed", "held out"):
        for what in measures:
            assert rows[f"{what} in 12 languages, {phrasings}, 10%"].mean >= 0.9
            assert rows[f"— {what}: less than in English, {phrasings}, 10%"].mean >= -0.1
