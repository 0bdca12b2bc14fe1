"""One server for all tests of this folder, asked over HTTP; each test makes an agent of its own, so that none sees
another's data.

Tests run in the loop of the session, which is the server's: `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from compactd.gateway import request_body
from compactd.gateway.app import RestApp
from compactd.gateway.http_server import HttpServer
from tests.gateway.observed_app import rest_app
from tests.gateway.recording_servicers import RecordingServicers
from tests.loopback.model import LoopbackModel
from tests.server import Client, LocalServer, local_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[LocalServer]:
    # Each test has a model fail as it wants it: repeats are another subject.
    async with local_server(http=True, model_retries=0) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(server: LocalServer) -> Client:
    """The same server over gRPC: what is stored and answered, without REST's JSON."""
    return server.client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rest(server: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as door:
        yield door


@pytest_asyncio.fixture(loop_scope="session")
async def model(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackModel]:
    """What OpenAI's models are for the length of a test."""
    # A test's deadline is for the model, not for loading what calls it.
    await server.service.model.warm()
    async with LoopbackModel() as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def recorded() -> RecordingServicers:
    """What comes through the `door`."""
    return RecordingServicers()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def door(server: LocalServer, recorded: RecordingServicers) -> AsyncIterator[httpx.AsyncClient]:
    """The real gateway before servicers that only listen."""
    http = HttpServer("127.0.0.1:0")
    http.start(rest_app(server, recorded.servicers()))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{http.port}", timeout=60) as opened:
        yield opened
    await http.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server does not wait long for a body that it has no use for."""
    monkeypatch.setattr(request_body, "DISCARD_SECONDS", 0.2)


@pytest.fixture
def app(server: LocalServer) -> RestApp:
    """A server of its own, so that what it holds is all this test's."""
    return rest_app(server, server.service.servicers)
