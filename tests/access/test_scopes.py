"""What a scope lets its callers do, for every method, through both doors."""

from collections.abc import Awaitable, Callable

import pytest

from compactd.domain.principal import Scope
from compactd.rpc.contract import METHODS
from tests.access.credentials import ADMIN, READER, WRITER, bearer
from tests.access.doors import End, over_grpc, over_rest
from tests.access.rest_requests import ROUTES
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

DENIED = ("PERMISSION_DENIED", "PERMISSION_DENIED")
TOKENS = {Scope.READ: READER, Scope.WRITE: WRITER, Scope.ADMIN: ADMIN}
OTHERS = {Scope.READ: WRITER, Scope.WRITE: READER, Scope.ADMIN: WRITER}


async def by_route(server: LocalServer, token: str, rpc: str) -> list[End]:
    """Each route of the method, with nothing where its variables are: whoever may, is told that."""
    return [
        await over_rest(server, bearer(token), route.verb, route.template.replace("{", "").replace("}", ""), {})
        for route in ROUTES
        if route.rpc == rpc
    ]


async def by_name(server: LocalServer, token: str, rpc: str) -> list[End]:
    return [await over_grpc(server, bearer(token), rpc, METHODS[rpc].request_class())]


Ends = Callable[[LocalServer, str, str], Awaitable[list[End]]]


@pytest.mark.parametrize("door", [by_name, by_route])
@pytest.mark.parametrize("rpc", sorted(METHODS))
async def test_a_method_is_denied_to_those_without_its_scope_and_to_no_others(
    server: LocalServer, rpc: str, door: Ends
) -> None:
    scope = METHODS[rpc].scope
    denied = await door(server, OTHERS[scope], rpc)
    assert denied
    for end in denied:
        assert (end.code, end.reason, end.metadata) == (*DENIED, {"scope": scope.value})
    for end in await door(server, TOKENS[scope], rpc):
        assert end.reason not in ("PERMISSION_DENIED", "UNAUTHENTICATED")


async def test_what_is_denied_is_not_even_decoded(server: LocalServer) -> None:
    rpc = "/compaction.v1.AgentService/CreateAgent"
    assert (await over_grpc(server, bearer(READER), rpc, b"\xff")).reason == "PERMISSION_DENIED"
    assert (await over_grpc(server, bearer(WRITER), rpc, b"\xff")).reason == "MALFORMED_REQUEST"
