"""Observed token ratios: bounded, near what was seen, forgetful, and no jumpier than they need to be."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.compactions import MAX_TOKENS
from compactd.domain.token_ratios import (
    DEAD_ZONE,
    FEWEST_TOKENS,
    MEMORY_TOKENS,
    MOST_RATIO,
    MOST_STEP,
    ONE_WEIGHT,
    SPREAD,
    TOLD_WEIGHT,
    TRUSTED_TOKENS,
    UNSEEN_FACTOR,
    Observation,
    TokenRatio,
    after_all,
    context_factor,
    request_factor,
)

OBSERVATIONS = st.builds(
    Observation,
    counted=st.integers(FEWEST_TOKENS, MAX_TOKENS),
    real=st.integers(0, MAX_TOKENS),
    told=st.booleans(),
).filter(lambda seen: seen.is_of_use)


def ratio_of(seen: Sequence[Observation]) -> TokenRatio:
    ratio = after_all(None, seen)
    assert ratio is not None
    return ratio


@given(st.lists(OBSERVATIONS, min_size=1, max_size=30))
def test_a_ratio_lies_within_its_bounds_and_among_what_was_seen(seen: list[Observation]) -> None:
    ratio = ratio_of(seen)
    samples = [one.ratio for one in seen]
    assert min(samples) - 1e-9 <= ratio.ratio <= max(samples) + 1e-9 <= MOST_RATIO + 1e-9
    assert 0 < ratio.weight <= MEMORY_TOKENS


@given(st.lists(OBSERVATIONS, min_size=1, max_size=10), OBSERVATIONS)
def test_each_observation_draws_the_ratio_nearer(seen: list[Observation], last: Observation) -> None:
    before, after = ratio_of(seen), ratio_of([*seen, last])
    assert abs(after.ratio - last.ratio) <= abs(before.ratio - last.ratio) + 1e-9


@given(st.lists(OBSERVATIONS, min_size=1, max_size=10), st.floats(1.0, 3.0))
def test_what_was_seen_long_ago_is_forgotten(seen: list[Observation], real: float) -> None:
    since = [Observation(ONE_WEIGHT, round(ONE_WEIGHT * real))] * 60
    assert ratio_of([*seen, *since]).ratio == pytest.approx(real, abs=0.01)


def test_a_ratio_rises_sooner_than_it_falls() -> None:
    steady = TokenRatio(1.5, MEMORY_TOKENS)
    up = steady.after(Observation(10_000, 16_000)).ratio - 1.5
    down = 1.5 - steady.after(Observation(10_000, 14_000)).ratio
    assert up == pytest.approx(3 * down)


def told(ratio: float, counted: int = 10_000) -> Observation:
    return Observation(counted, round(counted * ratio), told=True)


@given(st.lists(OBSERVATIONS, min_size=1, max_size=10), OBSERVATIONS)
def test_no_observation_lifts_a_ratio_by_more_than_a_step(seen: list[Observation], last: Observation) -> None:
    before, after = ratio_of(seen), ratio_of([*seen, last])
    assert after.ratio - before.ratio <= MOST_STEP * last.weight / TOLD_WEIGHT + 1e-9


@pytest.mark.parametrize("weight", [TRUSTED_TOKENS, MEMORY_TOKENS])
def test_one_figure_of_a_caller_moves_no_window_that_none_had_moved(weight: float) -> None:
    assert context_factor(TokenRatio(1.0, weight).after(told(4.0))) == 1.0


def test_callers_are_trusted_once_three_figures_agree() -> None:
    figures = [told(2.0), told(2.1), told(1.9)]
    assert [ratio_of(figures[:count]).is_trusted for count in (1, 2, 3)] == [False, False, True]
    assert ratio_of(figures).ratio == pytest.approx(2.0, abs=0.1)
    small = [told(2.0, FEWEST_TOKENS)] * (TRUSTED_TOKENS // FEWEST_TOKENS)
    assert not ratio_of(small).is_trusted


@pytest.mark.parametrize("order", set(permutations([4.0, 1.0, 1.0, 1.0])))
def test_a_wrong_figure_among_the_first_ones_moves_no_window(order: Sequence[float]) -> None:
    figures = [told(ratio) for ratio in order]
    assert [context_factor(ratio_of(figures[: count + 1])) for count in range(len(figures))] == [1.0] * len(figures)


def test_what_the_service_has_seen_of_much_text_is_trusted_at_once() -> None:
    assert ratio_of([Observation(10_000, 20_000)]) == TokenRatio(2.0, TRUSTED_TOKENS)


@pytest.mark.parametrize(
    ("counted", "real", "is_of_use"),
    [
        (FEWEST_TOKENS, FEWEST_TOKENS, True),
        (FEWEST_TOKENS - 1, FEWEST_TOKENS, False),
        (10_000, 0, False),
        (10_000, 2_499, False),
        (10_000, 2_500, True),
        (10_000, MAX_TOKENS, True),
        (0, 0, False),
        (-5, 1_000, False),
    ],
)
def test_an_observation_is_of_use_if_it_can_be_a_count_of_the_text(counted: int, real: int, *, is_of_use: bool) -> None:
    assert Observation(counted, real).is_of_use is is_of_use


TRUSTED = float(TRUSTED_TOKENS)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (TokenRatio(1.0, 3 * TRUSTED), TokenRatio(2.0, TRUSTED), TokenRatio(1.25, 4 * TRUSTED)),
        (TokenRatio(1.0, MEMORY_TOKENS), TokenRatio(2.0, MEMORY_TOKENS), TokenRatio(1.5, MEMORY_TOKENS)),
        (TokenRatio(1.0, TRUSTED), TokenRatio(4.0, TRUSTED - 1), TokenRatio(1.0, TRUSTED)),
        (TokenRatio(1.0, TRUSTED / 2), TokenRatio(4.0, TRUSTED / 2), TokenRatio(2.5, TRUSTED / 2)),
    ],
)
def test_two_ratios_of_a_model_count_by_what_stands_behind_them(
    one: TokenRatio, other: TokenRatio, together: TokenRatio
) -> None:
    assert one.beside(other) == other.beside(one) == together


@pytest.mark.parametrize(
    ("known", "of_context", "of_exact_request", "of_request"),
    [
        (None, 1.0, 1.0, UNSEEN_FACTOR),
        (TokenRatio(3.0, TRUSTED - 1), 1.0, 1.0, UNSEEN_FACTOR),
        (TokenRatio(3.0, TRUSTED), 3.0, 3.0, 3.0 + SPREAD),
        (TokenRatio(1 + DEAD_ZONE, TRUSTED), 1.0, 1.0, 1 + DEAD_ZONE + SPREAD),
        (TokenRatio(1.0, TRUSTED), 1.0, 1.0, 1.0 + SPREAD),
        (TokenRatio(0.6, TRUSTED), 1.0, 1.0, 1.0),
    ],
)
def test_windows_are_divided_by_what_is_trusted_and_never_grow(
    known: TokenRatio | None, of_context: float, of_exact_request: float, of_request: float
) -> None:
    assert context_factor(known) == of_context
    assert request_factor(known, exact=True) == of_exact_request
    assert request_factor(known, exact=False) == of_request
