"""The goals of the embedded summarizer, as the benchmark measures them."""

import pytest

from compactd.extractive import default_limit, summarize
from tests.builders.conversations import needs_recorded
from tests.quality import bench_quality, endings, facts, measurements, phrases, phrases_other
from tests.quality.compare import OURS
from tests.quality.corrections import CORRECTIONS
from tests.quality.languages import LANGUAGES, language
from tests.quality.rows import Row, markdown
from tests.quality.scoring import holds_words

SEEDS = 4
SERVED = ("kit", "conpact", *bench_quality.SLOW)
"""Measures that start servers, or that are not everywhere."""
PARTS = ("—", "parts")
"""Beginnings of measures that stand beside others of ours, not beside the naive ways."""


def by_way(rows: list[Row], measure: str) -> dict[str, Row]:
    return {row.way: row for row in rows if row.measure == measure}


@pytest.fixture(scope="module")
def fact_rows() -> list[Row]:
    return facts.rows(SEEDS, (0.10,))


@pytest.mark.parametrize("phrasings", ["developed", "held out"])
def test_finds_planted_facts_again_and_no_corrected_value_alone(fact_rows: list[Row], phrasings: str) -> None:
    rows = by_way(fact_rows, f"planted facts, {phrasings}, 10%")
    ours = rows[OURS]
    assert min(ours.shares) >= 0.93
    assert ours.mean >= 0.95
    assert ours.old_alone <= 0.01
    # The baselines show that the facts are not to be had by chance.
    assert rows["random sentences"].mean < 0.2
    assert rows["last characters"].mean < 0.2


@needs_recorded
@pytest.mark.parametrize("phrasings", ["developed", "held out"])
def test_finds_most_of_them_among_all_that_a_recorded_conversation_holds(fact_rows: list[Row], phrasings: str) -> None:
    rows = by_way(fact_rows, f"facts in recorded conversations, {phrasings}, 10%")
    assert rows[OURS].mean >= 0.93
    assert rows[OURS].mean > 2 * rows["random sentences"].mean


def test_finds_the_facts_of_the_demo_at_a_tenth_of_its_characters() -> None:
    ours = by_way(measurements.of_demo(), "the demo's facts, 10%")[OURS]
    # What users want to hold, what they asked for last, what they said and how things stand come before paths that
    # tools were given.
    assert ours.mean >= 0.63
    assert ours.stale == 0
    made = measurements.demo()
    summary = summarize(made.messages, default_limit(made.characters))
    assert summary.startswith("## Standing instructions\n- Never write to settlement_ledger in prod")
    assert "- State: 4.18.5 is in production and the dry run is clean" in summary
    assert "- First with --dry-run, and only without it once Ines has signed off" in summary
    assert summary.endswith("- Don't send anything yet.")


@needs_recorded
def test_finds_what_later_tool_calls_need() -> None:
    rows = by_way(measurements.future(), "values needed later, 10%")
    assert rows[OURS].mean >= 0.86
    assert rows[OURS].mean > 1.5 * rows["random sentences"].mean


@needs_recorded
def test_finds_spoken_identifiers() -> None:
    rows = measurements.identifiers(SEEDS)
    assert by_way(rows, "identifiers, 10%")[OURS].mean >= 0.935
    assert by_way(rows, "identifiers, 5%")[OURS].mean >= 0.87
    assert by_way(rows, "— but for names of arguments, 10%")[OURS].mean >= 0.94


def test_parts_do_not_erode() -> None:
    rows = by_way(measurements.erosion(3), "parts, five rounds")
    assert rows["a part per round"].mean >= 0.965
    assert rows["a part per round"].mean > rows["merged into one"].mean


def test_the_benchmark_prints_every_measure_with_its_baselines_and_no_summary_is_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Ends of conversations are the most that is measured, and in one language of twelve they give the same rows.
    monkeypatch.setattr(endings, "_LANGUAGES_A_SEED", 1)
    quick = [name for name in bench_quality.MEASURES if name not in SERVED]
    found = bench_quality.measured(1, quick)
    printed = markdown(found)
    for measure in ("planted facts", "standing instructions", "last open request", "in 12 languages", "wrappers"):
        assert measure in printed
    beside = {row.measure for row in found if row.way == "random sentences"}
    assert beside == {row.measure for row in found if row.way == "last characters"}
    assert all(row.measure in beside or row.measure.startswith(PARTS) for row in found)
    assert not [row.measure for row in found if row.way == OURS and row.over]


def test_every_language_says_the_same_kinds_of_things_in_both_sets() -> None:
    english = language("en")
    for code in LANGUAGES:
        for held_out in (False, True):
            said = language(code).said(held_out=held_out)
            assert said.facts.keys() == english.developed.facts.keys(), code
            assert said.corrected.keys() == english.developed.corrected.keys(), code
            assert len(said.instructions) >= 6, code
            assert len(said.requests) >= 4, code
            assert len(said.remarks) >= 3, code
            assert min(len(said.replaced), len(said.taken_back)) >= 2, code


def test_what_replaces_an_instruction_or_takes_it_back_does_not_repeat_it() -> None:
    for code in LANGUAGES:
        for held_out in (False, True):
            said = language(code).said(held_out=held_out)
            assert not [new.text for old, new in said.replaced if holds_words(new.text, old.probe)]
            assert not [then for given, then in said.taken_back if holds_words(then, given.probe)]


@pytest.mark.parametrize("held_out", [False, True])
def test_what_is_looked_for_is_said_and_a_correction_says_the_new_value(held_out: bool) -> None:
    for kinds in (phrases_other.CONSTRAINTS, phrases_other.PLAIN):
        for probe, phrasings in kinds.items():
            assert all(probe in text for text in phrasings.of(held_out=held_out)), probe
    for kinds in (phrases.USER, phrases_other.ASSISTANT):
        for kind, phrasings in kinds.items():
            assert all(text.count("{v}") == 1 for text in phrasings.of(held_out=held_out)), kind
    for kind, corrections in CORRECTIONS.items():
        for first, then in corrections.of(held_out=held_out):
            assert first.count("{v}") == then.count("{v}") == 1, kind
            assert "{old}" not in first, kind


def test_nothing_that_is_held_out_is_among_what_the_summarizer_was_developed_with() -> None:
    for code in LANGUAGES:
        developed, held_out = (
            {one.text for one in (*said.instructions, *said.remarks, *(ask for ask, _ in said.requests))}
            for said in (language(code).developed, language(code).held_out)
        )
        assert not developed & held_out
    for kinds in (phrases.USER, phrases_other.ASSISTANT, phrases_other.CONSTRAINTS, phrases_other.PLAIN, CORRECTIONS):
        for both in kinds.values():
            assert not {*both.of(held_out=False)} & {*both.of(held_out=True)}
