"""The life of a real server process."""

import asyncio
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2

from compaction.v1 import agent_pb2, agent_service_pb2
from tests.builders.chat import compact, context_of, make, new_agent, new_conversation, talk
from tests.rpc.failures import read
from tests.server import FRESH, Client, ServerProcess, connected, server_process, statuses_until

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="connections are read from /proc, which Linux has")


def remote_addresses(pid: int) -> Iterator[str]:
    """The other ends of all TCP and UDP sockets of a process, in hexadecimal as the kernel has them."""
    links = [link.readlink().as_posix() for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    inodes = {link[len("socket:[") : -1] for link in links if link.startswith("socket:[")}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes:
                yield fields[2].split(":")[0]


def is_loopback_or_none(address: str) -> bool:
    words = [bytes.fromhex(address[start : start + 8])[::-1] for start in range(0, len(address), 8)]
    ip = ip_address(b"".join(words))
    mapped = getattr(ip, "ipv4_mapped", None)
    return ip.is_loopback or ip.is_unspecified or (mapped is not None and mapped.is_loopback)


@needs_proc
async def test_a_server_that_loads_answers_says_when_it_serves_and_talks_to_loopback_only(tmp_path: Path) -> None:
    # Who stands still for as long as a server loads sees only that it serves.
    for _ in range(3):
        if await was_seen_to_load(tmp_path):
            return
    pytest.fail("no server was seen to load")


async def was_seen_to_load(folder: Path) -> bool:
    """Checks a server from its first moment on, if it could be seen then."""
    async with server_process(folder, under=FRESH) as server, connected(server.address) as client:
        calls = asyncio.create_task(early_calls(server, client))
        seen = [status async for status in statuses_until(client, SERVING)]
        # What was called before the service was loaded has been answered.
        assert await calls == ("early", "early too")
        if seen == [SERVING]:
            return False
        assert seen == [NOT_SERVING, SERVING]
        check = await client.health.Check(health_pb2.HealthCheckRequest(service="compaction.v1.CompactionService"))
        assert check.status == SERVING
        conversation_id = await new_conversation(client, talk(20))
        await compact(client, conversation_id)
        addresses = list(remote_addresses(server.pid))
        assert addresses
        assert all(is_loopback_or_none(address) for address in addresses)
        assert await server.terminate() == 0
    assert not any(word in line for line in server.lines for word in ("INV-0001", "early"))
    return True


async def early_calls(server: ServerProcess, client: Client) -> tuple[str, str]:
    """The names of two agents, each created at a door that has just been opened."""
    async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as rest:
        request = make(agent_service_pb2.CreateAgentRequest, agent=agent_pb2.Agent(name="early"))
        created, answer = await asyncio.gather(
            client.agents.CreateAgent(request), rest.post("/v1/agents", json={"name": "early too"})
        )
    return created.name, answer.json()["name"]


async def test_a_server_terminated_while_it_loads_exits_zero(tmp_path: Path) -> None:
    async with server_process(tmp_path, under=FRESH) as server:
        assert await server.terminate() == 0
        assert server.lines[-1].find('"stopped"') > 0


async def test_what_was_stored_is_there_after_a_kill(tmp_path: Path) -> None:
    async with server_process(tmp_path) as server, connected(server.address) as client:
        conversation_id = await new_conversation(client, talk(5))
        before = await context_of(client, conversation_id)
        await server.kill()
    async with server_process(tmp_path) as server, connected(server.address) as client:
        assert await context_of(client, conversation_id) == before


# By default as many as one connection has streams, but for a few; where one is in hand fewer are turned away as well.
@pytest.mark.parametrize(("calls_in_hand", "burst"), [("", 4_000), ("1", 1_000)], ids=["default", "one in hand"])
async def test_a_burst_on_one_connection_is_answered_or_turned_away_but_never_dropped(
    tmp_path: Path, calls_in_hand: str, burst: int
) -> None:
    settings = {"COMPACTD_MAX_CALLS_IN_HAND": calls_in_hand}
    async with server_process(tmp_path, **settings) as server, connected(server.address) as client:
        agent = await new_agent(client)
        request = make(agent_service_pb2.GetAgentRequest, agent_id=agent.id)
        outcomes = await asyncio.gather(
            *(client.agents.GetAgent(request) for _ in range(burst)), return_exceptions=True
        )
        turned_away = [outcome for outcome in outcomes if isinstance(outcome, grpc.aio.AioRpcError)]
        assert all(read(error).reason == "OVERLOADED" for error in turned_away)
        assert bool(turned_away) == bool(calls_in_hand)
        codes = {outcome.code() if isinstance(outcome, grpc.aio.AioRpcError) else None for outcome in outcomes}
        assert codes <= {None, grpc.StatusCode.RESOURCE_EXHAUSTED}
        assert any(not isinstance(outcome, BaseException) for outcome in outcomes)
        assert (await client.agents.GetAgent(request)).id == agent.id
