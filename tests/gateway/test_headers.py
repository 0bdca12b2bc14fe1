"""Where a request_id may stand: in a body that is a resource, too, and as Idempotency-Key. Authorization is accepted
and ignored."""

from uuid import uuid4

import httpx
import pytest

from tests.builders.rest_resources import EXTRACTIVE, UNKNOWN_CONVERSATION, json_of, new_agent, new_conversation, talk
from tests.gateway.error_bodies import error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

# request_id in a body that is a resource

RESOURCES = ["/v1/agents", "/v1/conversations?agent_id={agent}"]


@pytest.mark.parametrize("spelling", ["request_id", "requestId"])
@pytest.mark.parametrize("path", RESOURCES)
async def test_a_request_id_beside_the_keys_of_a_resource_makes_one_of_it(
    rest: httpx.AsyncClient, path: str, spelling: str
) -> None:
    where = path.format(agent=(await new_agent(rest))["id"])
    key = str(uuid4())
    first = json_of(await rest.post(where, json={spelling: key}))
    assert json_of(await rest.post(where, json={spelling: key})) == first
    assert json_of(await rest.post(where, json={}, headers={"Idempotency-Key": key})) == first
    assert json_of(await rest.post(where, json={spelling: str(uuid4())}))["id"] != first["id"]


@pytest.mark.parametrize("value", ["nonsense", 7, ["6f1c8a52-3f0e-4d6a-9b0d-5a8f3c1e7b24"]])
@pytest.mark.parametrize("path", RESOURCES)
async def test_a_request_id_beside_the_keys_of_a_resource_is_a_uuid4(
    rest: httpx.AsyncClient, path: str, value: object
) -> None:
    where = path.format(agent=(await new_agent(rest))["id"])
    error = error_of(await rest.post(where, json={"request_id": value}))
    assert (error.status, error.reason, error.fields) == (400, "INVALID_FIELD", ("request_id",))


@pytest.mark.parametrize("path", RESOURCES)
async def test_another_request_id_is_in_the_query_before_the_body_and_in_the_header_an_error(
    rest: httpx.AsyncClient, path: str
) -> None:
    where = path.format(agent=(await new_agent(rest))["id"])
    body = {"request_id": str(uuid4())}
    query = f"{where}{'&' if '?' in where else '?'}request_id={uuid4()}"
    first = json_of(await rest.post(query, json=body))
    assert json_of(await rest.post(query, json={})) == first
    error = error_of(await rest.post(where, json=body, headers={"Idempotency-Key": str(uuid4())}))
    assert (error.status, error.fields) == (400, ("request_id",))


async def test_a_request_id_in_the_body_of_an_update_is_an_unknown_key(rest: httpx.AsyncClient) -> None:
    agent = await new_agent(rest)
    answer = await rest.patch(f"/v1/agents/{agent['id']}", json={"name": "new", "request_id": "nonsense"})
    assert json_of(answer)["name"] == "new"


# Idempotency-Key and Authorization


WRITES = ["/v1/agents", "/v1/agents/{agent}/recompile", "/v1/conversations?agent_id={agent}"]


@pytest.mark.parametrize("path", WRITES)
async def test_an_idempotency_key_is_a_request_id(rest: httpx.AsyncClient, path: str) -> None:
    where = path.format(agent=(await new_agent(rest))["id"])
    assert json_of(await rest.post(where, headers={"Idempotency-Key": str(uuid4())}))


@pytest.mark.parametrize("path", WRITES)
async def test_an_idempotency_key_that_is_no_uuid4_is_rejected(rest: httpx.AsyncClient, path: str) -> None:
    where = path.format(agent=(await new_agent(rest))["id"])
    for key in ("nonsense", "stainless-python-retry-1", "00000000-0000-1000-8000-000000000000"):
        error = error_of(await rest.post(where, headers={"Idempotency-Key": key}))
        assert (error.status, error.fields) == (400, ("request_id",))


async def test_an_idempotency_key_and_another_request_id_are_rejected(rest: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    url = f"/v1/conversations/{UNKNOWN_CONVERSATION}/compact"
    error = error_of(await rest.post(url, json={"request_id": str(uuid4())}, headers=headers))
    assert (error.status, error.fields) == (400, ("request_id",))


async def test_an_idempotency_key_and_the_same_request_id_agree(rest: httpx.AsyncClient) -> None:
    conversation = await new_conversation(rest, talk(20), compaction_settings=EXTRACTIVE)
    key = str(uuid4())
    url = f"/v1/conversations/{conversation['id']}/compact"
    assert json_of(await rest.post(url, json={"request_id": key}, headers={"Idempotency-Key": key}))["summary"]


@pytest.mark.parametrize("verb", ["GET", "HEAD", "PATCH"])
async def test_an_idempotency_key_is_ignored_where_there_is_no_request_id(rest: httpx.AsyncClient, verb: str) -> None:
    agent = await new_agent(rest)
    answer = await rest.request(verb, f"/v1/agents/{agent['id']}", headers={"Idempotency-Key": "nonsense"})
    assert answer.status_code == 200


@pytest.mark.parametrize("value", ["Bearer sk-anything", "Basic eDp5", "nonsense", ""])
async def test_authorization_is_accepted_and_ignored(rest: httpx.AsyncClient, value: str) -> None:
    assert json_of(await rest.post("/v1/agents", headers={"Authorization": value}))
