"""Every provider pointed at one server on loopback, with throwaway credentials."""

import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.litellm_model import LitellmModel
from compactd.summarizers.model_facts import ModelTable
from compactd.summarizers.providers import ProviderConfig
from tests.loopback_model import LoopbackModel


@pytest.fixture(scope="session")
def catalog() -> LitellmCatalog:
    return LitellmCatalog(ModelTable.load())


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
async def server() -> AsyncIterator[LoopbackModel]:
    async with LoopbackModel() as model:
        yield model


@pytest.fixture
def environment(
    server: LoopbackModel, tmp_path: Path, private_key: str, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """litellm's own variables for every provider, all pointing at the server."""
    base = f"{server.url}/v1"
    variables = {
        "OPENAI_BASE_URL": base,
        "OPENAI_API_KEY": "openai-key",
        "ANTHROPIC_BASE_URL": server.url,
        "ANTHROPIC_API_KEY": "anthropic-key",
        "GEMINI_API_BASE": f"{server.url}/v1beta",
        "GEMINI_API_KEY": "gemini-key",
        "VERTEXAI_API_BASE": server.url,
        "VERTEXAI_PROJECT": "project",
        "VERTEXAI_LOCATION": "us-central1",
        "AZURE_API_BASE": server.url,
        "AZURE_API_VERSION": "2025-02-01-preview",
        "AZURE_API_KEY": "azure-key",
        "XAI_API_BASE": base,
        "XAI_API_KEY": "xai-key",
        "MOONSHOT_API_BASE": base,
        "MOONSHOT_API_KEY": "moonshot-key",
        "ZAI_API_BASE": base,
        "ZAI_API_KEY": "zai-key",
        "GROQ_API_BASE": base,
        "GROQ_API_KEY": "groq-key",
        "DEEPSEEK_API_BASE": base,
        "DEEPSEEK_API_KEY": "deepseek-key",
        "TOGETHER_AI_API_BASE": base,
        "TOGETHERAI_API_KEY": "together-key",
        "OPENROUTER_API_BASE": base,
        "OPENROUTER_API_KEY": "openrouter-key",
        "BASETEN_API_KEY": "baseten-key",
        "AWS_BEDROCK_RUNTIME_ENDPOINT": server.url,
        "AWS_ACCESS_KEY_ID": "aws-id",
        "AWS_SECRET_ACCESS_KEY": "aws-key",
        "AWS_REGION_NAME": "us-east-1",
        "CHATGPT_TOKEN_DIR": str(tmp_path / "chatgpt"),
        "CHATGPT_API_BASE": f"{server.url}/codex",
        "CHATGPT_DEFAULT_INSTRUCTIONS": "INSTRUCTIONS",
        "GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "google.json"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _write_logins(tmp_path, server.url, private_key)
    return monkeypatch


def _write_logins(folder: Path, url: str, private_key: str) -> None:
    login = {"access_token": "chatgpt-key", "expires_at": time.time() + 86_400, "account_id": "account"}
    (folder / "chatgpt").mkdir()
    (folder / "chatgpt" / "auth.json").write_text(json.dumps(login))
    account = {
        "type": "service_account",
        "project_id": "project",
        "private_key_id": "1",
        "private_key": private_key,
        "client_email": "test@project.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{url}/token",
    }
    (folder / "google.json").write_text(json.dumps(account))


@pytest.fixture(scope="session")
def rehearsed() -> set[Any]:
    """What litellm has loaded, which is so for the whole process: rehearsed by the first test that needs it."""
    return set()


@pytest.fixture
async def model(
    catalog: LitellmCatalog, server: LoopbackModel, environment: pytest.MonkeyPatch, rehearsed: set[Any]
) -> AsyncIterator[LitellmModel]:
    config = ProviderConfig(
        sglang_base_url=f"{server.url}/v1",
        sglang_api_key="sglang-key",
        moonshot_coding_base_url=f"{server.url}/coding",
        moonshot_coding_api_key="kimi-key",
        baseten_base_url=f"{server.url}/v1",
    )
    asked = LitellmModel(catalog, config)
    asked._calls = sys.modules.get("compactd.summarizers.litellm_calls")
    asked._rehearsed = rehearsed
    yield asked
    await asked.close()
