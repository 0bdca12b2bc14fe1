"""One server for all clients of this folder, in the loop of the session. It asks for a token."""

from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
import pytest_asyncio
from grpc_health.v1 import health_pb2

from tests.loopback.model import LoopbackModel, Received, Reply
from tests.server import NOT_DURABLE, ServerProcess, connected, server_process, statuses_until

SERVING = health_pb2.HealthCheckResponse.SERVING
TOKEN = "cpd-polyglot-9fJ2vQ7xLm4TzR8wKc1N"
BUSY_SECONDS = 7
"""More than a caller with five seconds has."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/polyglot/" in item.path.as_posix():
            item.add_marker(pytest.mark.process)


def answered(request: Received) -> Reply:
    """By the model's name: one that has no time now, and one that takes too long."""
    if request.body["model"] == "busy":
        return Reply({"error": {"message": "busy"}}, status=429, headers={"retry-after": str(BUSY_SECONDS)})
    return Reply(delay=60)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServerProcess]:
    async with LoopbackModel() as model:
        model.otherwise = answered
        folder = tmp_path_factory.mktemp("polyglot")
        tokens = folder / "tokens"
        tokens.write_text(f"{sha256(TOKEN.encode()).hexdigest()} polyglot read,write\n")
        access = {"COMPACTD_AUTH": "tokens", "COMPACTD_AUTH_TOKENS_FILE": str(tokens)}
        keys = {"OPENAI_BASE_URL": f"{model.url}/v1", "OPENAI_API_KEY": "sk-test"}
        async with server_process(folder, **NOT_DURABLE, **access, **keys) as process:
            async with connected(process.address) as client:
                assert [status async for status in statuses_until(client, SERVING)][-1] == SERVING
            yield process
