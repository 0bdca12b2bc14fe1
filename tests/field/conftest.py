"""One server for all cases, asked over REST as most of their users did, with every provider on loopback.

Tests run in the loop of the session, which is the server's: `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.loopback.model import LoopbackModel
from tests.loopback.providers import endpoint_settings, private_key, provider_variables, write_logins
from tests.server import Client, LocalServer, local_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def every_provider(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LoopbackModel]:
    """The server that all providers are."""
    folder = tmp_path_factory.mktemp("logins")
    async with LoopbackModel() as running:
        write_logins(folder, running.url, private_key())
        with pytest.MonkeyPatch.context() as environment:
            for name, value in provider_variables(running.url, folder).items():
                environment.setenv(name, value)
            yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(every_provider: LoopbackModel) -> AsyncIterator[LocalServer]:
    settings: dict[str, Any] = endpoint_settings(every_provider.url)
    async with local_server(http=True, model_retries=0, **settings) as running:
        yield running


@pytest.fixture
def client(server: LocalServer) -> Client:
    """The same server over gRPC."""
    return server.client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rest(server: LocalServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.http_url, timeout=60) as door:
        yield door


@pytest.fixture
def model(every_provider: LoopbackModel) -> LoopbackModel:
    """What the providers were asked in this test, and what they answer in it."""
    every_provider.requests.clear()
    every_provider.replies.clear()
    every_provider.otherwise = lambda request: None
    return every_provider
