"""The goals of the embedded summarizer, as the benchmark measures them."""

import pytest

from tests.builders.conversations import needs_recorded
from tests.quality import bench_quality, measurements
from tests.quality.measurements import Row

SEEDS = 20


def by_way(rows: list[Row]) -> dict[str, Row]:
    return {row.way: row for row in rows}


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("language", ["en", "zh", "ja"])
def test_finds_planted_facts_again_and_no_corrected_value_alone(language: str, held_out: bool) -> None:
    rows = by_way(measurements.seeded(SEEDS, held_out=held_out, language=language))
    ours = rows["local/extractive"]
    assert min(ours.shares) >= 0.7
    assert ours.mean >= 0.85
    assert ours.stale == 0
    assert ours.size <= 0.1
    # The baselines show that the facts are not to be had by chance.
    assert rows["random sentences"].mean < 0.2
    assert rows["last characters"].mean < 0.2


def test_finds_the_facts_of_the_demo_at_a_tenth_of_its_characters() -> None:
    ours = by_way(measurements.of_demo())["local/extractive"]
    assert ours.mean >= 0.75
    assert ours.stale == 0
    assert ours.size <= 0.1


@needs_recorded
def test_finds_what_later_tool_calls_need() -> None:
    rows = by_way(measurements.future())
    assert rows["local/extractive"].mean >= 0.78
    assert rows["local/extractive"].mean > 1.5 * rows["random sentences"].mean


@needs_recorded
def test_finds_spoken_identifiers() -> None:
    assert by_way(measurements.identifiers())["local/extractive"].mean >= 0.82


def test_parts_do_not_erode() -> None:
    rows = by_way(measurements.erosion(3))
    assert rows["a part per round"].mean >= 0.83
    assert rows["a part per round"].mean > rows["merged into one"].mean


def test_the_benchmark_prints_every_measure_with_its_baselines() -> None:
    printed = bench_quality.table(bench_quality.rows(2))
    for measure in ("planted facts, ja", "the demo's facts", "five rounds"):
        assert measure in printed
    assert printed.count("random sentences") == printed.count("local/extractive") == printed.count("last characters")
