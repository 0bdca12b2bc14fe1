"""Every entry of the table of differences is so, on both sides."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.envoy.conftest import Doors
from tests.envoy.differences import ABSENT, DIFFERENCES, Answer, Difference
from tests.envoy.rest_request import StoredIds, json_of, send
from tests.envoy.stored_data import twins

pytestmark = pytest.mark.asyncio(loop_scope="session")


def holds(expected: Any, given: Any, stored: StoredIds) -> bool:
    """Whether `given` has in it what is `expected`, as Answer says."""
    match expected:
        case type():
            return isinstance(given, expected)
        case Mapping():
            return isinstance(given, Mapping) and all(
                key not in given if value is ABSENT else key in given and holds(value, given[key], stored)
                for key, value in expected.items()
            )
        case list():
            same_length = isinstance(given, list) and len(given) == len(expected)
            return same_length and all(holds(*pair, stored) for pair in zip(expected, given, strict=True))
        case str():
            return bool(given == stored.fill(expected))
        case _:
            return bool(given == expected)


def says(expected: Any, given: Any, stored: StoredIds) -> bool:
    if isinstance(expected, str):
        return isinstance(given, str) and stored.fill(expected) in given
    return holds(expected, given, stored)


def answers(expected: Answer, answer: httpx.Response, stored: StoredIds) -> bool:
    return (
        answer.status_code == expected.status
        and says(expected.body, json_of(answer), stored)
        and holds(expected.headers, answer.headers, stored)
    )


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
async def test_the_difference_is_there(difference: Difference, doors: Doors, stored: StoredIds) -> None:
    sent = difference.sent
    changes = sent.verb not in ("GET", "HEAD") and "{" in sent.path
    both = await twins(doors.grpc) if changes else [stored, stored]
    envoy, adapter = await send(doors.envoy, sent, both[0]), await send(doors.adapter, sent, both[1])
    assert answers(difference.envoy, envoy, both[0]), (envoy.status_code, envoy.text)
    assert answers(difference.adapter, adapter, both[1]), (adapter.status_code, adapter.text)
    assert not answers(difference.envoy, adapter, both[1]), "the adapter answers as Envoy does"


async def test_no_two_differences_have_one_name() -> None:
    assert len({difference.name for difference in DIFFERENCES}) == len(DIFFERENCES)
