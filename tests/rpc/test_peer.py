"""What is known of the other end of a connection, through both doors."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio

from compactd.domain.peer import UNIX, UNKNOWN_PEER, Peer
from compactd.gateway.http_request import HttpRequest
from compactd.gateway.http_server import HttpServer
from compactd.ports.observer import SilentObserver
from compactd.rpc.call import Call
from compactd.rpc.interceptors.admission import AdmissionLimits
from compactd.rpc.interceptors.interceptor import Request
from compactd.rpc.peer import grpc_peer, plain_address
from compactd.rpc.server import make_server
from compaction.v1 import agent_pb2, agent_service_pb2

GET_AGENT = "/compaction.v1.AgentService/GetAgent"


@pytest.mark.parametrize(
    ("written", "peer"),
    [
        ("ipv4:127.0.0.1:5000", Peer("127.0.0.1")),
        ("ipv6:%5B::1%5D:5000", Peer("::1")),
        ("ipv6:[fe80::1%25eth0]:5000", Peer("fe80::1")),
        ("ipv6:[::ffff:10.0.0.7]:5000", Peer("10.0.0.7")),
        ("unix:", Peer(UNIX)),
        ("unix:/run/client.sock", Peer(UNIX)),
        ("unix-abstract:name", Peer(UNIX)),
        ("vsock:2:5000", UNKNOWN_PEER),
        ("", UNKNOWN_PEER),
    ],
)
def test_grpcs_names_of_peers_are_read(written: str, peer: Peer) -> None:
    class Context:
        def peer(self) -> str:
            return written

        def auth_context(self) -> dict[str, list[bytes]]:
            return {}

    assert grpc_peer(Context()) == peer


@pytest.mark.parametrize("host", ["", "unix", "localhost", "10.0.0", "10.0.0.256"])
def test_what_is_no_ip_address_is_none(host: str) -> None:
    assert plain_address(host) == ""


def test_a_client_without_an_address_is_on_a_unix_socket_only_if_the_server_is() -> None:
    def peer(**scope: Any) -> Peer:
        given = {"method": "GET", "raw_path": b"/", "query_string": b"", "headers": [], **scope}

        async def receive() -> dict[str, Any]:
            return {}

        return HttpRequest(given, receive).peer()

    assert peer(client=None, server=("127.0.0.1", 80)) == UNKNOWN_PEER
    assert peer(client=None, server=("/run/compactd.sock", None)) == Peer(UNIX)
    assert peer() == UNKNOWN_PEER


class Doors:
    """A server whose only method answers nothing and keeps its caller's peer."""

    def __init__(self) -> None:
        self.peers: list[Peer] = []

    async def get_agent(self, request: Request, call: Call) -> agent_pb2.Agent:
        self.peers.append(call.peer())
        return agent_pb2.Agent()


@pytest_asyncio.fixture
async def folder() -> AsyncIterator[Path]:
    # A socket's path is limited to 107 characters.
    with tempfile.TemporaryDirectory(prefix="compactd-") as name:
        yield Path(name)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
@pytest.mark.parametrize("on_unix", [False, True])
async def test_a_call_over_grpc_knows_its_peer(folder: Path, host: str, *, on_unix: bool) -> None:
    doors = Doors()
    address = f"unix:{folder}/grpc" if on_unix else f"{host}:0"
    rpc = make_server(address, with_reflection=False, limits=AdmissionLimits(9, 10**6), observer=SilentObserver())
    rpc.dispatcher.serve({GET_AGENT: doors.get_agent})
    rpc.gate.open()
    await rpc.server.start()
    target = address if on_unix else f"{host}:{rpc.port}"
    async with grpc.aio.insecure_channel(target) as channel:
        call: Any = channel.unary_unary(GET_AGENT)
        await call(agent_service_pb2.GetAgentRequest().SerializeToString())
    await rpc.server.stop(0)
    assert doors.peers == [Peer(UNIX if on_unix else host.strip("[]"))]


@pytest.mark.parametrize("on_unix", [False, True])
async def test_a_request_over_http_knows_its_peer_whatever_it_says_of_itself(folder: Path, *, on_unix: bool) -> None:
    peers: list[Peer] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        peers.append(HttpRequest(scope, receive).peer())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    http = HttpServer(f"unix:{folder}/http" if on_unix else "127.0.0.1:0")
    http.start(app)
    transport = httpx.AsyncHTTPTransport(uds=f"{folder}/http" if on_unix else None)
    async with httpx.AsyncClient(transport=transport, timeout=60) as client:
        forged = {"x-forwarded-for": "10.0.0.7", "forwarded": "for=10.0.0.7"}
        await client.get(f"http://127.0.0.1:{http.port or 80}/", headers=forged)
    await http.stop()
    assert peers == [Peer(UNIX if on_unix else "127.0.0.1")]
