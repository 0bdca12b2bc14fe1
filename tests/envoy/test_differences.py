"""Every entry of the table of differences is so, on both sides."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.envoy.asked import Place, json_of, send
from tests.envoy.conftest import Doors
from tests.envoy.differences import ABSENT, DIFFERENCES, Answer, Difference
from tests.envoy.places import prepare

pytestmark = pytest.mark.asyncio(loop_scope="session")


def holds(expected: Any, given: Any, place: Place) -> bool:
    """Whether `given` has in it what is `expected`, as Answer says."""
    match expected:
        case type():
            return isinstance(given, expected)
        case Mapping():
            return isinstance(given, Mapping) and all(
                key not in given if value is ABSENT else key in given and holds(value, given[key], place)
                for key, value in expected.items()
            )
        case list():
            same_length = isinstance(given, list) and len(given) == len(expected)
            return same_length and all(holds(*pair, place) for pair in zip(expected, given, strict=True))
        case str():
            return isinstance(given, str) and place.fill(expected) in given
        case _:
            return bool(given == expected)


def assert_answered(answer: httpx.Response, expected: Answer, place: Place) -> None:
    assert answer.status_code == expected.status, answer.text
    assert holds(expected.body, json_of(answer), place), answer.text
    assert holds(expected.headers, answer.headers, place), answer.headers


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
async def test_the_difference_is_there(difference: Difference, doors: Doors, place: Place) -> None:
    for door, expected in ((doors.envoy, difference.envoy), (doors.adapter, difference.adapter)):
        here = place if difference.asked.verb in ("GET", "HEAD") else await prepare(doors.grpc)
        assert_answered(await send(door, difference.asked, here), expected, here)


async def test_no_two_differences_have_one_name() -> None:
    assert len({difference.name for difference in DIFFERENCES}) == len(DIFFERENCES)
