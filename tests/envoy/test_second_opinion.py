"""Envoy's JSON transcoder and the adapter in front of one server: what is not in the table of differences is equal."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.envoy.conftest import Doors
from tests.envoy.expected_answer import binding_of, bindings, expected_answer
from tests.envoy.request_pairs import REQUEST_PAIRS, RequestPair
from tests.envoy.requests import READS, REJECTED, WRITES
from tests.envoy.rest_request import RestRequest, StoredIds, json_of, send
from tests.envoy.stored_data import forget, stored_state, twins, without_ids

pytestmark = pytest.mark.asyncio(loop_scope="session")

_TIME = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z"')


def same_times(value: Any) -> Any:
    """With all digits of a second's fraction, which Envoy writes in threes, as many as are needed."""
    text = _TIME.sub(lambda time: f'"{time[1]}.{(time[2] or "").ljust(9, "0")}Z"', json.dumps(value))
    return json.loads(text)


def violations(answer: Any) -> list[str]:
    """The fields that an error of the adapter's names."""
    return [violation["field"] for detail in answer["details"] for violation in detail.get("field_violations", ())]


def assert_alike(sent: RestRequest, envoy: httpx.Response, adapter: httpx.Response) -> None:
    """Where Envoy answers by itself, with a text, the status is all that there is to compare, and the field's name."""
    theirs, ours = json_of(envoy), json_of(adapter)
    assert adapter.status_code == envoy.status_code, (theirs, ours)
    if isinstance(theirs, str):
        named = re.match(r"([\w.\[\]]+): invalid value", theirs)
        if named and ours["details"][0]["reason"] != "MALFORMED_REQUEST":
            (field,) = violations(ours)
            assert field.startswith(named[1]), (theirs, ours)
    else:
        expected = expected_answer(sent.verb, sent.path, envoy.status_code, theirs)
        assert same_times(ours) == same_times(expected)


@pytest.mark.parametrize("sent", [*READS, *REJECTED], ids=str)
async def test_both_answer_alike_about_the_same_data(sent: RestRequest, doors: Doors, stored: StoredIds) -> None:
    assert_alike(sent, await send(doors.envoy, sent, stored), await send(doors.adapter, sent, stored))


@pytest.mark.parametrize("sent", [*(RequestPair(sent, sent) for sent in WRITES), *REQUEST_PAIRS], ids=str)
async def test_both_store_alike_and_say_so_alike(sent: RequestPair, doors: Doors, stored: StoredIds) -> None:
    both = await twins(doors.grpc) if "{" in sent.adapter.path else [stored, stored]
    answers, states = [], []
    for door, request, here in zip((doors.envoy, doors.adapter), sent, both, strict=True):
        answer = await send(door, request, here)
        created = re.match(r'\{"id": ?"(agent-[0-9a-f-]+)"', answer.text)
        state = await stored_state(doors.grpc, here, created[1] if created else "")
        states.append([without_ids(line, here) for line in state])
        answers.append(httpx.Response(answer.status_code, headers=answer.headers, text=without_ids(answer.text, here)))
    if stored not in both:
        await forget(doors.grpc, *both)
    assert answers[0].status_code == 200, answers[0].text
    assert_alike(sent.envoy, *answers)
    assert states[0] == states[1]


SENT = [*READS, *REJECTED, *WRITES, *(pair.adapter for pair in REQUEST_PAIRS)]


async def test_every_route_is_asked() -> None:
    assert {binding_of(sent.verb, sent.path) for sent in SENT} - {None} == set(bindings())
