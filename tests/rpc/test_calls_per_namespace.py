"""The quota of calls in hand: counted for each namespace over both doors."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import httpx

from compactd.domain.namespaces import NO_QUOTAS, Namespaces, NamespaceSettings
from compactd.ports.namespaces import NamespaceRules
from compactd.rpc.interceptors.admission import AdmissionLimits
from tests.builders.namespaces import NAMESPACE_HEADER, namespaces_by_header
from tests.gateway.error_bodies import error_of
from tests.rpc.failures import Failure, failure_of
from tests.rpc.test_admission import REQUEST, ClosedServer, closed_server

TWO_FOR_ACME = Namespaces.of_file({"namespaces": {"acme": {"calls_in_hand": 2}}})


@asynccontextmanager
async def server_with(rules: NamespaceRules) -> AsyncIterator[ClosedServer]:
    with namespaces_by_header():
        async with closed_server(AdmissionLimits(10, 2**24, rules)) as server:
            yield server


class Rules:
    """What an operator changes."""

    def __init__(self) -> None:
        self.namespaces = NO_QUOTAS

    def of(self, namespace: str) -> NamespaceSettings:
        return self.namespaces.of(namespace)


SAID = (
    "The namespace acme has used 2 of the 2 that its quota calls_in_hand allows: wait for answers before further calls."
)


async def create(server: ClosedServer, namespace: str) -> None:
    await server.client.agents.CreateAgent(REQUEST, metadata=((NAMESPACE_HEADER, namespace),))


async def post(server: ClosedServer, namespace: str) -> httpx.Response:
    return await server.rest.post("/v1/agents", content=b"{}", headers={NAMESPACE_HEADER: namespace})


def assert_quota(failed: Failure) -> None:
    assert (failed.code, failed.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED")
    assert failed.sentence == SAID
    assert failed.quotas == (("namespace:acme", SAID),)
    assert failed.retry_seconds == 1
    assert (failed.metadata["quota"], failed.metadata["limit"], failed.metadata["used"]) == ("calls_in_hand", "2", "2")


def assert_quota_response(answer: httpx.Response) -> None:
    error = error_of(answer)
    assert (error.status, error.code, error.reason, error.retry_delay) == (429, 8, "QUOTA_EXCEEDED", "1s")
    assert error.headers["retry-after"] == "1"
    assert "x-should-retry" not in error.headers
    [quota] = [detail for detail in answer.json()["details"] if detail["@type"].endswith("QuotaFailure")]
    assert quota["violations"] == [{"subject": "namespace:acme", "description": SAID}]


async def test_calls_of_a_namespace_beyond_its_quota_are_turned_away_on_both_doors_and_nobody_else_s() -> None:
    async with server_with(TWO_FOR_ACME) as server:
        held = [asyncio.ensure_future(create(server, "acme")), asyncio.ensure_future(post(server, "acme"))]
        await server.in_hand(2)
        assert_quota(await failure_of(create(server, "acme")))
        assert_quota_response(await post(server, "acme"))
        others = [asyncio.ensure_future(create(server, "others")) for _ in range(3)]
        await server.in_hand(5)
        server.open()
        await asyncio.gather(*held, *others)
        await create(server, "acme")
        assert (await post(server, "acme")).status_code == 200


async def test_a_quota_holds_from_the_moment_that_it_is_set_and_no_longer_than_it_is() -> None:
    rules = Rules()
    async with server_with(rules) as server:
        held = [asyncio.ensure_future(create(server, "acme")) for _ in range(3)]
        await server.in_hand(3)
        rules.namespaces = TWO_FOR_ACME
        held += [asyncio.ensure_future(create(server, "acme")) for _ in range(2)]
        await server.in_hand(5)
        assert_quota(await failure_of(create(server, "acme")))
        rules.namespaces = NO_QUOTAS
        server.open()
        await create(server, "acme")
        await asyncio.gather(*held)
        assert server.rpc.admission._calls_of == {}
