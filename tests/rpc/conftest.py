"""One server for all tests of this folder; each makes an agent of its own, so that none sees another's data.

Tests run in the loop of the session, which is the server's: `pytestmark = pytest.mark.asyncio(loop_scope="session")`.
"""

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from tests.loopback.model import LoopbackModel
from tests.postgres import *  # noqa: F403
from tests.server import Client, LocalServer, local_server

KEYS = count()
"""A key for each test: what fails in one opens no circuit for another."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_url(request: pytest.FixtureRequest) -> str:
    """The database for a server of a module's own, of each kind; empty for a file of SQLite that the server makes."""
    if request.param == "sqlite":
        return ""
    url: str = request.getfixturevalue("module_postgres_url")
    return url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[LocalServer]:
    # Without pauses before repeats, which would be waited for.
    async with local_server(model_retry_seconds=0) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(server: LocalServer) -> Client:
    return server.client


@pytest_asyncio.fixture(loop_scope="session")
async def model(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackModel]:
    """What OpenAI's models are for the length of a test."""
    # A test's deadline is for the model, not for loading what calls it, which is done once for all servers here.
    await server.service.model.warm()
    async with LoopbackModel() as running:
        monkeypatch.setenv("OPENAI_API_KEY", f"sk-test-{next(KEYS)}")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        yield running
