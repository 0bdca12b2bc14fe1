"""Who is let in, through both doors."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from tests.access.credentials import ADA, READER, SIGNER, Headers, Signer, bearer
from tests.access.doors import OK, End, Pairs, over_grpc, over_rest
from tests.gateway.raw_http import connection
from tests.gateway.stalled import half_a_call
from tests.server import LocalServer

pytestmark = pytest.mark.asyncio(loop_scope="session")

Door = Callable[..., Awaitable[End]]

both_doors = pytest.mark.parametrize("door", [over_grpc, over_rest])

AUDIT = "spiffe://mesh.local/ns/team-a/sa/audit"
PROXY = 'By=spiffe://mesh.local/proxy;Hash=0a;Subject="CN=x, O=\\"y;z\\""'

GOOD: dict[str, Headers] = {
    "token": bearer(ADA),
    "token of another case": {"authorization": f"bearer  {ADA}"},
    "signed token": bearer(SIGNER.token()),
    "signed token with scopes in a list": bearer(SIGNER.token(scope=["read", "profile"])),
    "signed token for several": bearer(SIGNER.token(aud=["others", "compactd"])),
    "header": {"x-forwarded-client-cert": f"{PROXY};URI={AUDIT}"},
    "header of two hops": {"x-forwarded-client-cert": f"URI=spiffe://mesh.local/ns/else/sa/x,{PROXY};URI={AUDIT}"},
}

BAD: dict[str, tuple[Headers, str | None]] = {
    "nothing": ({}, None),
    "unknown token": (bearer("canary-unknown"), "unknown token"),
    "another scheme": ({"authorization": "Basic canary="}, "no bearer token"),
    "no token": ({"authorization": "Bearer"}, "no bearer token"),
    "a token in another header": ({"x-api-key": ADA}, None),
    "unsigned": (bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ."), "algorithm that is not allowed"),
    "three dots": (bearer("canary.canary.canary"), "malformed token"),
    "expired": (bearer(SIGNER.token(exp=1)), "expired token"),
    "for ever": (bearer(SIGNER.token(exp=None)), "token without a required claim"),
    "not yet": (bearer(SIGNER.token(nbf=2**40)), "token not valid yet"),
    "for others": (bearer(SIGNER.token(aud="others")), "token for another audience"),
    "by others": (bearer(SIGNER.token(iss="https://others")), "token of another issuer"),
    "of nobody": (bearer(SIGNER.token(tenant=None)), "token without a namespace"),
    "of the service": (bearer(SIGNER.token(tenant="")), "token whose namespace is none"),
    "a name that cannot be written down": (bearer(SIGNER.token(sub="mal\ud800")), "subject that is not printable"),
    "another key": (bearer(SIGNER.token(headers={"kid": "second"})), "token by an unknown key"),
    "signed by another": (bearer(Signer().token()), "wrong signature"),
    "header of a stranger": (
        {"x-forwarded-client-cert": "URI=spiffe://mesh.local/ns/canary"},
        "unknown identity in the mesh's header",
    ),
    "header of an earlier hop": (
        {"x-forwarded-client-cert": f"URI={AUDIT},By=spiffe://mesh.local/proxy"},
        "unknown identity in the mesh's header",
    ),
    "a wrong token and a right header": (
        {**bearer("canary-unknown"), "x-forwarded-client-cert": f"URI={AUDIT}"},
        "unknown token",
    ),
}


@both_doors
@pytest.mark.parametrize("headers", GOOD.values(), ids=GOOD)
async def test_who_has_a_valid_credential_is_let_in(server: LocalServer, door: Door, headers: Headers) -> None:
    assert (await door(server, headers)).code == OK


@both_doors
@pytest.mark.parametrize(("headers", "why"), BAD.values(), ids=BAD)
async def test_everybody_else_gets_the_same_answer_and_the_log_says_why(
    server: LocalServer, door: Door, headers: Headers, why: str | None
) -> None:
    nobodys = await door(server, {})
    with capture_logs() as logged:
        end = await door(server, headers)
    assert (end.code, end.reason, end.metadata) == ("UNAUTHENTICATED", "UNAUTHENTICATED", {})
    if door is over_rest:
        assert end.everything == nobodys.everything
    assert [line["why"] for line in logged if line["event"] == "credential refused"] == ([why] if why else [])
    [call] = [line for line in logged if line["event"] == "call"]
    assert (call["code"], call["namespace"]) == ("UNAUTHENTICATED", "")
    assert "canary" not in str(logged)


TWO: dict[str, Pairs] = {
    "tokens": [("authorization", f"Bearer {ADA}"), ("authorization", "Bearer canary-other")],
    "the same token": [("authorization", f"Bearer {ADA}")] * 2,
    "headers of the mesh": [
        ("x-forwarded-client-cert", "URI=spiffe://else"),
        ("x-forwarded-client-cert", f"URI={AUDIT}"),
    ],
}


@both_doors
@pytest.mark.parametrize("pairs", TWO.values(), ids=TWO)
async def test_of_two_credentials_none_is_believed(server: LocalServer, door: Door, pairs: Pairs) -> None:
    for headers in (pairs, pairs[::-1]):
        assert (await door(server, headers)).code == "UNAUTHENTICATED"


@pytest.mark.parametrize("path", ["/compaction.v1.AgentService/CreateAgent", "/compaction.v1.AgentService/Nothing"])
async def test_over_grpc_the_message_of_a_caller_who_may_not_is_not_waited_for(server: LocalServer, path: str) -> None:
    reader, writer = await asyncio.open_unix_connection(server.address.removeprefix("unix:"))
    writer.write(half_a_call(path))
    async with asyncio.timeout(20):
        await reader.readuntil(b"grpc-status\x0216")
    writer.close()


async def test_a_method_that_nobody_has_is_told_to_those_who_are_known(server: LocalServer) -> None:
    rpc = "/compaction.v1.AgentService/Forget"
    assert (await over_grpc(server, {}, rpc)).code == "UNAUTHENTICATED"
    assert (await over_grpc(server, bearer(READER), rpc)).code == "UNIMPLEMENTED"


@pytest.mark.parametrize("headers", ["", f"Authorization: Bearer {READER}\r\n"])
async def test_over_rest_the_body_of_a_caller_who_may_not_is_not_asked_for(server: LocalServer, headers: str) -> None:
    head = (
        f"POST /v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\nExpect: 100-continue\r\n{headers}\r\n"
    )
    async with connection(server.http_url) as raw:
        answer = await raw.exchange(head.encode())
    assert answer.status_code == (403 if headers else 401)


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
async def test_pages_that_show_nothing_stored_need_no_identity(server: LocalServer, path: str) -> None:
    async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as client:
        assert (await client.get(path)).status_code == 200


async def test_health_and_reflection_need_no_identity(server: LocalServer) -> None:
    from grpc_health.v1 import health_pb2
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

    await server.client.health.Check(health_pb2.HealthCheckRequest())
    channel: Any = server.client.channel
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    answers = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    assert [service.name async for answer in answers for service in answer.list_services_response.service]


async def test_thousands_of_wrong_tokens_are_turned_away_and_a_right_one_is_let_in(server: LocalServer) -> None:
    wrong = [over_grpc(server, bearer(f"canary-{number}")) for number in range(200)]
    ends = await asyncio.gather(*wrong, over_grpc(server, bearer(ADA)))
    assert [end.code for end in ends] == ["UNAUTHENTICATED"] * 200 + [OK]
