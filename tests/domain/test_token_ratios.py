"""Observed token ratios: bounded, near what was seen, forgetful, and no jumpier than they need to be."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.compactions import MAX_TOKENS
from compactd.domain.token_ratios import (
    DEAD_ZONE,
    FEWEST_TOKENS,
    MEMORY_TOKENS,
    MOST_RATIO,
    ONE_WEIGHT,
    SPREAD,
    TRUSTED_TOKENS,
    UNSEEN_FACTOR,
    Observation,
    TokenRatio,
    after_all,
    context_factor,
    request_factor,
)

OBSERVATIONS = st.builds(
    Observation, counted=st.integers(FEWEST_TOKENS, MAX_TOKENS), real=st.integers(0, MAX_TOKENS)
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
    up = steady.after(Observation(10_000, 20_000)).ratio - 1.5
    down = 1.5 - steady.after(Observation(10_000, 10_000)).ratio
    assert up == pytest.approx(3 * down)


def test_one_observation_never_decides_against_many() -> None:
    steady = TokenRatio(1.0, MEMORY_TOKENS)
    assert steady.after(Observation(MAX_TOKENS, MAX_TOKENS * 3)).ratio < 2


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


def test_two_ratios_of_a_model_count_by_what_stands_behind_them() -> None:
    assert TokenRatio(1.0, 3_000).beside(TokenRatio(2.0, 1_000)) == TokenRatio(1.25, 4_000)


TRUSTED = float(TRUSTED_TOKENS)


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
