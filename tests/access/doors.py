"""Calls through both doors of a server, with any headers, as callers see their ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import grpc
import httpx
from google.rpc import code_pb2

from compaction.v1 import agent_service_pb2
from tests.access.credentials import Headers
from tests.gateway.error_bodies import error_of
from tests.rpc.failures import read
from tests.server import LocalServer

OK = "OK"

Pairs = list[tuple[str, str]]
"""Headers of which a name may come twice."""


@dataclass(frozen=True, slots=True)
class End:
    """`code` of gRPC's, `everything` that was answered."""

    code: str
    reason: str = ""
    metadata: Any = None
    everything: bytes = b""


async def over_grpc(server: LocalServer, headers: Headers | Pairs, rpc: str = "", request: Any = None) -> End:
    """`rpc` is ListAgents, unless another path and request, or its bytes, are given."""
    stub: Any = server.client.channel.unary_unary(rpc or "/compaction.v1.AgentService/ListAgents")
    message = request if request is not None else agent_service_pb2.ListAgentsRequest()
    sent = message if isinstance(message, bytes) else message.SerializeToString()
    try:
        answer = await stub(sent, metadata=tuple(headers.items() if isinstance(headers, Mapping) else headers))
    except grpc.aio.AioRpcError as error:
        failure = read(error)
        return End(failure.code.name, failure.reason, failure.metadata, failure.everything)
    return End(OK, everything=answer)


async def over_rest(
    server: LocalServer, headers: Headers | Pairs, verb: str = "GET", path: str = "/v1/agents", body: Any = None
) -> End:
    # A context for TLS takes longer to make than the request.
    async with httpx.AsyncClient(base_url=server.http_url, timeout=30, verify=False) as client:
        answer = await client.request(verb, path, headers=headers, json=body)
    if answer.status_code == 200:
        return End(OK, everything=answer.content)
    error = error_of(answer)
    if error.status == 401:
        assert error.headers["www-authenticate"] == 'Bearer realm="compactd"'
    return End(code_pb2.Code.Name(error.code), error.reason, error.metadata, answer.content)
