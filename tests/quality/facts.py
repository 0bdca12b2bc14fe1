"""Planted facts: stated in passing between small talk and noisy tool output, some corrected later."""

from functools import partial

from tests.quality.compare import Case, Verdict, row_of_ours, rows_at
from tests.quality.conversations import Planted, plant
from tests.quality.rows import Row
from tests.quality.scoring import score

BUDGETS = (0.05, 0.10)


def rows(seeds: int) -> list[Row]:
    """At 5 and 10 %; a new value counts 1, an old one alone −1. Corrected facts once more by themselves."""
    found: list[Row] = []
    for held_out in (False, True):
        kind = "held out" if held_out else "developed"
        planted = [plant(seed, held_out=held_out) for seed in range(seeds)]
        corrected = [Planted(one.messages, tuple(fact for fact in one.facts if fact.stale)) for one in planted]
        for budget in BUDGETS:
            found += rows_at(f"planted facts, {kind}", [case_of(one) for one in planted], budget)
            found.append(row_of_ours(f"— corrected ones, {kind}", [case_of(one) for one in corrected], budget))
    return found


def case_of(planted: Planted) -> Case:
    return Case(planted.messages, partial(_verdict, planted))


def _verdict(planted: Planted, summary: str) -> Verdict:
    found = score(summary, planted.facts)
    return Verdict(found.retention, found.stale, sum(fact.stale is not None for fact in planted.facts))
