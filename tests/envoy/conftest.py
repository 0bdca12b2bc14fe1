"""One server process and one Envoy in front of it for all tests of this folder, in the loop of the session."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from tests.envoy.envoy import running_envoy, why_not_here
from tests.envoy.rest_request import StoredIds
from tests.envoy.stored_data import prepare
from tests.server import NO_JOBS, NOT_DURABLE, Client, connected, server_process


@dataclass(frozen=True, slots=True)
class Doors:
    """The two ways over HTTP into one server, and the one over gRPC."""

    adapter: httpx.AsyncClient
    envoy: httpx.AsyncClient
    grpc: Client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/envoy/" in item.path.as_posix():
            item.add_marker(pytest.mark.process)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def doors(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Doors]:
    if why := why_not_here():
        pytest.skip(why)
    async with (
        server_process(tmp_path_factory.mktemp("envoy"), **NOT_DURABLE, **NO_JOBS) as server,
        running_envoy(server.address) as socket,
        httpx.AsyncClient(base_url=server.http_url, timeout=60) as adapter,
        httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(uds=str(socket)), base_url="http://envoy", timeout=60
        ) as envoy,
        connected(server.address) as client,
    ):
        yield Doors(adapter, envoy, client)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stored(doors: Doors) -> StoredIds:
    """Data that all tests read and none changes."""
    return await prepare(doors.grpc)
