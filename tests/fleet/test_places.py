"""Turns as Procrastinate's priorities."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Connection, Integer, create_engine, literal, select

from compactd.domain.jobs import JobPriority
from compactd.fleet.items import place_of

Place = tuple[JobPriority, int]

PLACES = st.tuples(st.sampled_from(JobPriority), st.integers(0, 10**8))


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with create_engine("sqlite://").connect() as connection:
        yield connection


def number_of(connection: Connection, place: Place) -> int:
    priority, turn = place
    return connection.execute(select(place_of(literal(priority, Integer), literal(turn, BigInteger)))).scalar_one()


@given(one=PLACES, other=PLACES)
def test_what_comes_first_has_the_higher_priority(connection: Connection, one: Place, other: Place) -> None:
    assert (one < other) == (number_of(connection, one) > number_of(connection, other))


@given(priority=st.sampled_from(JobPriority), turn=st.integers(0, 2**62))
def test_a_priority_is_an_integer_of_postgresql(connection: Connection, priority: JobPriority, turn: int) -> None:
    last_of_high, first = (
        number_of(connection, (of, at)) for of, at in ((JobPriority.HIGH, turn), (JobPriority.NORMAL, 0))
    )
    assert -(2**31) <= number_of(connection, (priority, turn)) < 2**31
    assert last_of_high > first >= number_of(connection, (JobPriority.NORMAL, turn))
