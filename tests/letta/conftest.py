"""One server process for all tests of this folder, every provider pointed at one model server on loopback, and Letta's
official clients; each test makes an agent of its own.

Tests run in the loop of the session, which reads the server's log: `pytestmark = [pytest.mark.process,
pytest.mark.asyncio(loop_scope="session")]`.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from letta_client import AsyncLetta

from compactd.access.token_table import hash_of
from compactd.config import PREFIX
from tests.letta.clients import API_KEY, Official, asynchronous, synchronous
from tests.loopback.model import LoopbackModel
from tests.loopback.providers import endpoint_settings, private_key, provider_variables, write_logins
from tests.server import NOT_DURABLE, ServerProcess, server_process


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def provider() -> AsyncIterator[LoopbackModel]:
    """What every model of the server is."""
    async with LoopbackModel() as running:
        yield running


@pytest.fixture
def model(provider: LoopbackModel) -> LoopbackModel:
    """The model server, which has had no request yet."""
    provider.requests.clear()
    provider.replies.clear()
    return provider


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("letta")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(provider: LoopbackModel, folder: Path) -> AsyncIterator[ServerProcess]:
    write_logins(folder, provider.url, private_key())
    settings = {f"{PREFIX}{name.upper()}": value for name, value in endpoint_settings(provider.url).items()}
    # Each test has a model fail as it wants it, and sees what the client itself repeats.
    settings[f"{PREFIX}MODEL_RETRIES"] = "0"
    # The whole folder shows that a bearer token is what these clients send as their key.
    tokens = folder / "tokens"
    tokens.write_text(f"{hash_of(API_KEY)} letta read,write\n")
    settings |= {f"{PREFIX}AUTH": "tokens", f"{PREFIX}AUTH_TOKENS_FILE": str(tokens)}
    async with server_process(folder, **NOT_DURABLE, **settings, **provider_variables(provider.url, folder)) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=[synchronous, asynchronous])
async def official(request: pytest.FixtureRequest, server: ServerProcess) -> AsyncIterator[Official]:
    async with request.param(server.http_url) as client:
        yield client


@pytest.fixture
def letta(official: Official) -> AsyncLetta:
    return official.letta


@pytest.fixture
def sent(official: Official) -> list[httpx.Request]:
    """What the client sends during the test."""
    official.sent.clear()
    return official.sent
