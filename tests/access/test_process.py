"""A server with tokens from its start on: files that change while it runs, and what its log says of it all."""

import asyncio
import json
from pathlib import Path

import grpc
import httpx
import pytest

from compactd.access.token_table import hash_of, new_token
from compaction.v1 import agent_service_pb2
from tests.access.credentials import SIGNER
from tests.builders.chat import make
from tests.rpc.failures import failure_of
from tests.server import NOT_DURABLE, connected, server_process

pytestmark = pytest.mark.process


async def test_a_token_that_is_added_is_let_in_and_one_that_is_removed_is_not_and_none_is_in_the_log(
    tmp_path: Path,
) -> None:
    first, second, signed = new_token(), new_token(), SIGNER.token()
    tokens, keys = tmp_path / "tokens", tmp_path / "keys.json"
    tokens.write_text(f"{hash_of(first)} team-a read,write\n")
    keys.write_bytes(SIGNER.jwks())
    settings = {
        "COMPACTD_AUTH": "tokens,jwt",
        "COMPACTD_AUTH_TOKENS_FILE": str(tokens),
        "COMPACTD_AUTH_JWT_KEYS": str(keys),
        "COMPACTD_AUTH_JWT_NAMESPACE_CLAIM": "tenant",
        "COMPACTD_LOG_LEVEL": "debug",
        # Reachable for others, which needs identities.
        "COMPACTD_HTTP_ADDRESS": "0.0.0.0:0",
    }
    async with server_process(tmp_path, **NOT_DURABLE, **settings) as server, connected(server.address) as client:

        async def create(token: str) -> None:
            request = make(agent_service_pb2.CreateAgentRequest, agent={"name": "ops"})
            await client.agents.CreateAgent(request, metadata=(("authorization", f"Bearer {token}"),))

        await asyncio.gather(create(first), create(signed))
        assert (await failure_of(create(second))).code is grpc.StatusCode.UNAUTHENTICATED
        tokens.with_name("new").write_text(f"{hash_of(second)} team-a read,write\n")
        tokens.with_name("new").rename(tokens)
        await server.event("file reloaded")
        await create(second)
        assert (await failure_of(create(first))).code is grpc.StatusCode.UNAUTHENTICATED
        seen = len(server.lines)
        tokens.write_text(f"{second} team-a read,write\n")
        assert (await server.event("file not reloaded", seen))["why"].startswith(f"{tokens}: line 1: begin with")
        await create(second)
        async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
            bearer = {"authorization": f"Bearer {signed}"}
            assert len((await rest.get("/v1/agents", headers=bearer)).json()) == 4
            assert (await rest.get("/v1/agents", headers={"authorization": f"Bearer {first}"})).status_code == 401
        assert await server.terminate() == 0
        log = "\n".join(server.lines)
    for secret in (first, second, signed, signed.split(".")[2], hash_of(first), hash_of(second), "canary-token"):
        assert secret not in log
    names = {f"token:{hash_of(token)[:8]}" for token in (first, second)} | {"worker-7"}
    calls = [json.loads(line) for line in server.lines if '"event":"call"' in line]
    assert {line["identity"] for line in calls if line["namespace"]} == names
    refused = [json.loads(line) for line in server.lines if "credential refused" in line]
    assert {line["why"] for line in refused} == {"unknown token"}
