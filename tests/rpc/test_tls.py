"""Certificates of both sides, through both doors, and what happens when they change under a server that runs."""

import asyncio
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

import grpc
import httpx
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from compactd.domain.peer import Peer
from compactd.gateway.http_request import HttpRequest
from compactd.gateway.http_server import HttpServer
from compactd.ports.observer import SilentObserver
from compactd.rpc.call import Call
from compactd.rpc.certificates import CurrentCertificates
from compactd.rpc.interceptors.interceptor import Request
from compactd.rpc.server import make_server
from compaction.v1 import agent_pb2, agent_service_pb2
from tests.builders.certificates import Authority, CertificateFolder, Identity
from tests.server import LIMITS

pytestmark = pytest.mark.asyncio(loop_scope="session")

GET_AGENT = "/compaction.v1.AgentService/GetAgent"

OURS, OTHERS = Authority("ours"), Authority("others")
OURS_AT_FIRST = OURS.server()

SPIFFE_ID = "spiffe://prod.example/ns/agents/sa/worker"


FREE_PORT = "127.0.0.1:0"


class Refused(Exception):
    """The other side gave no connection."""


Ask = Callable[[], Awaitable[Peer]]
"""Calls over a connection that is there, or makes it; answers with the peer that the server saw, or raises Refused."""


class Door(Protocol):
    """One way into a server. Connections are closed with the stack."""

    port: int
    hello: bytes
    """What a client may send first, so that something comes back."""

    def connect(self, stack: AsyncExitStack, authority: Authority, caller: Identity | None) -> Ask: ...


class GrpcDoor:
    hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])

    def __init__(self, port: int, seen: list[Peer]) -> None:
        self.port = port
        self._seen = seen

    def connect(self, stack: AsyncExitStack, authority: Authority, caller: Identity | None) -> Ask:
        key, certificate = (None, None) if caller is None else (caller.key, caller.certificate)
        credentials = grpc.ssl_channel_credentials(authority.certificate, key, certificate)
        options = [("grpc.use_local_subchannel_pool", 1)]
        channel = grpc.aio.secure_channel(f"127.0.0.1:{self.port}", credentials, options)
        stack.push_async_callback(channel.close)

        async def ask() -> Peer:
            call: Any = channel.unary_unary(GET_AGENT)
            try:
                await call(agent_service_pb2.GetAgentRequest().SerializeToString(), timeout=20)
            except grpc.aio.AioRpcError as error:
                if error.code() is not grpc.StatusCode.UNAVAILABLE:
                    raise
                raise Refused from None
            return self._seen[-1]

        return ask


class HttpDoor:
    hello = b"GET / HTTP/1.1\r\nhost: compactd\r\nconnection: close\r\n\r\n"

    def __init__(self, port: int, seen: list[Peer], folder: CertificateFolder) -> None:
        self.port = port
        self._seen = seen
        self._folder = folder

    def connect(self, stack: AsyncExitStack, authority: Authority, caller: Identity | None) -> Ask:
        client = httpx.AsyncClient(verify=self._folder.context(authority, caller), trust_env=False, timeout=20)
        stack.push_async_callback(client.aclose)

        async def ask() -> Peer:
            try:
                await client.get(f"https://127.0.0.1:{self.port}/")
            except httpx.TransportError:
                raise Refused from None
            return self._seen[-1]

        return ask


@asynccontextmanager
async def grpc_door(
    certificates: CurrentCertificates, _: CertificateFolder, address: str = FREE_PORT
) -> AsyncIterator[Door]:
    seen: list[Peer] = []

    async def get_agent(request: Request, call: Call) -> agent_pb2.Agent:
        seen.append(call.peer())
        return agent_pb2.Agent()

    rpc = make_server(
        address, with_reflection=False, limits=LIMITS, observer=SilentObserver(), certificates=certificates
    )
    rpc.dispatcher.serve({GET_AGENT: get_agent})
    rpc.gate.open()
    await rpc.server.start()
    try:
        yield GrpcDoor(rpc.port, seen)
    finally:
        await rpc.server.stop(0)


@asynccontextmanager
async def http_door(
    certificates: CurrentCertificates, folder: CertificateFolder, address: str = FREE_PORT
) -> AsyncIterator[Door]:
    seen: list[Peer] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(HttpRequest(scope, receive).peer())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    http = HttpServer(address, certificates=certificates)
    http.start(app)
    try:
        yield HttpDoor(http.port or 0, seen, folder)
    finally:
        await http.stop()


@pytest.fixture(scope="module")
def folder_of_all(tmp_path_factory: pytest.TempPathFactory) -> CertificateFolder:
    return CertificateFolder(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def certificates(folder_of_all: CertificateFolder) -> CurrentCertificates:
    folder_of_all.put(OURS_AT_FIRST, OURS)
    return CurrentCertificates(folder_of_all.files)


@pytest.fixture
def folder(folder_of_all: CertificateFolder, certificates: CurrentCertificates) -> CertificateFolder:
    """With a certificate of ours, and ours alone may come: as at first, whatever the test before has left."""
    folder_of_all.put(OURS_AT_FIRST, OURS)
    assert certificates.current().certificate == OURS_AT_FIRST.certificate
    return folder_of_all


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=[grpc_door, http_door])
async def opened(
    request: pytest.FixtureRequest, folder_of_all: CertificateFolder, certificates: CurrentCertificates
) -> AsyncIterator[Door]:
    """One for all tests."""
    async with request.param(certificates, folder_of_all) as door:
        yield door


@pytest.fixture
def door(opened: Door, folder: CertificateFolder) -> Door:
    """With certificates behind it as at first."""
    return opened


@pytest_asyncio.fixture(loop_scope="session")
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as closing:
        yield closing


async def test_a_caller_is_known_by_the_uris_of_its_certificate(door: Door, stack: AsyncExitStack) -> None:
    caller = OURS.caller(SPIFFE_ID, "https://agents.example/worker")
    ask = door.connect(stack, OURS, caller)
    for _ in range(2):
        assert await ask() == Peer("127.0.0.1", (SPIFFE_ID, "https://agents.example/worker"))
    assert await door.connect(stack, OURS, OURS.caller())() == Peer("127.0.0.1")


@pytest.mark.parametrize(
    "caller",
    [None, OTHERS.caller(SPIFFE_ID), OURS.caller(SPIFFE_ID, days=-1)],
    ids=["no certificate", "another authority's", "an expired one"],
)
async def test_who_shows_no_good_certificate_gets_no_connection(
    door: Door, stack: AsyncExitStack, caller: Identity | None
) -> None:
    with pytest.raises(Refused):
        await door.connect(stack, OURS, caller)()


async def test_a_new_certificate_serves_the_next_connection_and_old_ones_live_on(
    door: Door, stack: AsyncExitStack, folder: CertificateFolder
) -> None:
    caller = OURS.caller()
    before = door.connect(stack, OURS, caller)
    await before()
    folder.put(OTHERS.server(), OURS)
    await door.connect(stack, OTHERS, caller)()
    await before()
    with pytest.raises(Refused):
        await door.connect(stack, OURS, caller)()


async def test_an_authority_that_is_removed_lets_nobody_in_from_then_on(
    door: Door, stack: AsyncExitStack, folder: CertificateFolder
) -> None:
    ours, others = OURS.caller(), OTHERS.caller()
    folder.write("ca.crt", OURS.certificate + OTHERS.certificate)
    await door.connect(stack, OURS, ours)()
    await door.connect(stack, OURS, others)()
    folder.write("ca.crt", OTHERS.certificate)
    await door.connect(stack, OURS, others)()
    with pytest.raises(Refused):
        await door.connect(stack, OURS, ours)()


async def test_what_cannot_be_used_is_told_once_and_changes_nothing(
    door: Door, stack: AsyncExitStack, folder: CertificateFolder
) -> None:
    caller = OURS.caller()
    with capture_logs() as logged:
        # The key of the next certificate has not come yet.
        folder.write("tls.crt", OTHERS.server().certificate)
        for _ in range(2):
            await door.connect(stack, OURS, caller)()
        folder.files.key.unlink()
        await door.connect(stack, OURS, caller)()
        folder.put(OTHERS.server(), OURS)
        await door.connect(stack, OTHERS, caller)()
    assert [line["event"] for line in logged] == ["certificates not read"] * 2 + ["certificates read"]
    assert "tls.key" in logged[0]["why"]


def answered(
    door: Door, context: ssl.SSLContext, session: ssl.SSLSession | None = None
) -> tuple[bytes, ssl.SSLSession | None]:
    """What the server says, empty if it refuses, and a session that may be resumed."""
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as secure:
                secure.sendall(door.hello)
                answer = secure.recv(4096)
                assert not answer or secure.session_reused is (session is not None)
                return answer, secure.session
        except (ssl.SSLError, ConnectionError):
            return b"", None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_session_is_not_resumed_once_its_authority_is_removed(
    door: Door, folder: CertificateFolder, version: int
) -> None:
    context = folder.context(OURS, OURS.caller())
    context.maximum_version = ssl.TLSVersion(version)
    context.set_alpn_protocols(["h2", "http/1.1"])
    answer, session = await asyncio.to_thread(answered, door, context)
    assert (answer != b"", session is None) == (True, False)
    assert (await asyncio.to_thread(answered, door, context, session))[0]
    folder.write("ca.crt", OTHERS.certificate)
    assert (await asyncio.to_thread(answered, door, context, session))[0] == b""


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_versions_of_tls_before_1_2_are_refused(door: Door, folder: CertificateFolder) -> None:
    context = folder.context(OURS, OURS.caller())
    # As far as OpenSSL speaks 1.1 at all.
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.set_alpn_protocols(["h2", "http/1.1"])
    for version, is_spoken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, version
        answer, _ = await asyncio.to_thread(answered, door, context)
        assert bool(answer) is is_spoken


async def test_unix_sockets_speak_tls_too(folder: CertificateFolder, certificates: CurrentCertificates) -> None:
    caller = OURS.caller(SPIFFE_ID)
    context = folder.context(OURS, caller)
    # A socket's path is limited to 107 characters.
    with tempfile.TemporaryDirectory(prefix="compactd-") as sockets:
        async with (
            grpc_door(certificates, folder, f"unix:{sockets}/grpc"),
            http_door(certificates, folder, f"unix:{sockets}/http"),
        ):
            credentials = grpc.ssl_channel_credentials(OURS.certificate, caller.key, caller.certificate)
            async with grpc.aio.secure_channel(
                f"unix:{sockets}/grpc", credentials, [("grpc.ssl_target_name_override", "localhost")]
            ) as channel:
                call: Any = channel.unary_unary(GET_AGENT)
                assert await call(agent_service_pb2.GetAgentRequest().SerializeToString(), timeout=20) == b""
            transport = httpx.AsyncHTTPTransport(uds=f"{sockets}/http", verify=context)
            async with httpx.AsyncClient(transport=transport, timeout=20) as client:
                assert (await client.get("https://localhost/")).status_code == 204
