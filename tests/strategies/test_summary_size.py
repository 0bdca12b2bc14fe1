"""Summaries that are too large to help."""

import pytest

from compactd.domain.model_failures import SummaryNotSmaller
from compactd.strategies.cut import Plan
from compactd.strategies.summary_size import check_smaller


def plan(window: int, fixed: int, rest: int, kept: int) -> Plan:
    return Plan(
        window=window,
        counted_window=window,
        fixed_tokens=fixed,
        rest_tokens=rest,
        summary_tokens=0,
        first_evicted=1,
        last_evicted=1,
        evicted_count=1,
        evicted_tokens=rest - kept,
        transcript_tokens=rest - kept,
        new_start=2,
        kept_count=1,
        kept_tokens=kept,
    )


@pytest.mark.parametrize(("summary", "fits"), [(69, True), (70, False), (500, False)])
def test_a_summary_must_take_less_than_what_it_replaces(summary: int, fits: bool) -> None:
    if fits:
        check_smaller(plan(1_000, 100, 100, 30), summary)
    else:
        with pytest.raises(SummaryNotSmaller):
            check_smaller(plan(1_000, 100, 100, 30), summary)


@pytest.mark.parametrize(("summary", "fits"), [(600, True), (601, False)])
def test_the_context_must_fit_the_window_afterwards(summary: int, fits: bool) -> None:
    if fits:
        check_smaller(plan(1_000, 300, 5_000, 100), summary)
    else:
        with pytest.raises(SummaryNotSmaller):
            check_smaller(plan(1_000, 300, 5_000, 100), summary)
