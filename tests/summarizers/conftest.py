"""Every provider pointed at one server on loopback, with throwaway credentials."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from compactd.summarizers import provider_http
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.model_table import ModelTable
from tests.loopback.model import LoopbackModel
from tests.loopback.providers import endpoint_settings, private_key, provider_variables, write_logins


@pytest.fixture(scope="session")
def catalog() -> LitellmCatalog:
    return LitellmCatalog(ModelTable.load())


@pytest.fixture(scope="session")
def login_key() -> str:
    """Made once: it takes a while."""
    return private_key()


@pytest.fixture
async def server() -> AsyncIterator[LoopbackModel]:
    async with LoopbackModel() as model:
        yield model


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """Read once and not for every test's client: the certificates of all authorities take 25 ms, and nothing here is
    encrypted."""
    return provider_http._tls()


@pytest.fixture
def environment(
    server: LoopbackModel, tmp_path: Path, login_key: str, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """litellm's own variables for every provider, all pointing at the server."""
    for name, value in provider_variables(server.url, tmp_path).items():
        monkeypatch.setenv(name, value)
    write_logins(tmp_path, server.url, login_key)
    monkeypatch.setattr(provider_http, "_tls", lambda: tls)
    return monkeypatch


@pytest.fixture
async def model(
    catalog: LitellmCatalog, server: LoopbackModel, environment: pytest.MonkeyPatch
) -> AsyncIterator[LitellmModel]:
    model = LitellmModel(catalog, endpoint_settings(server.url))
    yield model
    await model.close()
