"""Turns as Procrastinate's priorities."""

from hypothesis import given
from hypothesis import strategies as st

from compactd.domain.jobs import JobPriority
from compactd.fleet.items import place_of

PLACES = st.tuples(st.sampled_from(JobPriority), st.integers(0, 10**8))


@given(PLACES, PLACES)
def test_what_comes_first_has_the_higher_priority(one: tuple[JobPriority, int], other: tuple[JobPriority, int]) -> None:
    assert (one < other) == (place_of(*one) > place_of(*other))


@given(st.sampled_from(JobPriority), st.integers(0, 2**62))
def test_a_priority_is_an_integer_of_postgresql(priority: JobPriority, turn: int) -> None:
    assert -(2**31) <= place_of(priority, turn) < 2**31
    assert place_of(JobPriority.HIGH, turn) > place_of(JobPriority.NORMAL, 0) >= place_of(JobPriority.NORMAL, turn)
