"""A server on a PostgreSQL of its own, whose jobs wait until a test has them run."""

from collections.abc import AsyncIterator

import pytest

from tests.loopback.model import LoopbackModel
from tests.postgres import *  # noqa: F403
from tests.server import LocalServer, local_server


@pytest.fixture
async def server(shared_postgres_url: str) -> AsyncIterator[LocalServer]:
    async with local_server(shared_postgres_url, model_retry_seconds=0) as running:
        yield running


@pytest.fixture
async def model(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackModel]:
    await server.service.model.warm()
    async with LoopbackModel() as running:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        yield running
