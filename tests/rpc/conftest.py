"""One server for all tests of this folder; each makes an agent of its own, so that none sees another's data.

Tests run in the loop of the session, which is the server's: `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.server import Client, LocalServer, local_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[LocalServer]:
    async with local_server() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client
