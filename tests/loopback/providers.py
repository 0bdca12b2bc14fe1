"""Every provider pointed at one model server on loopback, with throwaway credentials."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from compactd.domain.handles import ModelHandle


@dataclass(frozen=True, slots=True)
class LoopbackProvider:
    """How one provider is pointed at a model server, and what that server should then see.

    `{url}` stands for the server's address, `{folder}` for where `write_logins` has put the logins.
    """

    handle: str
    """A model of it that takes most settings."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """litellm's environment variables."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """compactd's own settings, by the names of Config's fields."""
    path: str = "/v1/chat/completions"
    key: tuple[str, str] = ("authorization", "Bearer {provider}-key")
    """The header that a request shows its key in, and what that begins with."""
    login: str | None = None
    """The variable, or the setting, without which nobody is logged in; None for a provider that wants no login."""

    @property
    def key_header(self) -> tuple[str, str]:
        name, beginning = self.key
        return name, beginning.format(provider=ModelHandle.parse(self.handle).provider)


def _chat(handle: str, variable: str, key: str | None = None) -> LoopbackProvider:
    """A provider of OpenAI's chat API with an address and a key."""
    provider, key = handle.partition("/")[0], key or variable
    variables = {f"{variable}_API_BASE": "{url}/v1", f"{key}_API_KEY": f"{provider}-key"}
    return LoopbackProvider(handle, variables, login=f"{key}_API_KEY")


LOOPBACK_PROVIDERS: Mapping[str, LoopbackProvider] = {
    "openai": LoopbackProvider(
        "openai/gpt-5.2",
        {"OPENAI_BASE_URL": "{url}/v1", "OPENAI_API_KEY": "openai-key"},
        login="OPENAI_API_KEY",
    ),
    "sglang": LoopbackProvider("sglang/qwen", settings={"sglang_base_url": "{url}/v1", "sglang_api_key": "sglang-key"}),
    "anthropic": LoopbackProvider(
        "anthropic/claude-haiku-4-5",
        {"ANTHROPIC_BASE_URL": "{url}", "ANTHROPIC_API_KEY": "anthropic-key"},
        path="/v1/messages",
        key=("x-api-key", "anthropic-key"),
        login="ANTHROPIC_API_KEY",
    ),
    "google_ai": LoopbackProvider(
        "google_ai/gemini-2.5-flash",
        {"GEMINI_API_BASE": "{url}/v1beta", "GEMINI_API_KEY": "gemini-key"},
        path="/v1beta/models/gemini-2.5-flash:generateContent",
        key=("x-goog-api-key", "gemini-key"),
        login="GEMINI_API_KEY",
    ),
    "google_vertex": LoopbackProvider(
        "google_vertex/gemini-2.5-flash",
        {
            "VERTEXAI_API_BASE": "{url}",
            "VERTEXAI_PROJECT": "project",
            "VERTEXAI_LOCATION": "us-central1",
            "GOOGLE_APPLICATION_CREDENTIALS": "{folder}/google.json",
        },
        path="/v1/projects/project/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent",
        key=("authorization", "Bearer loopback-token"),
        login="GOOGLE_APPLICATION_CREDENTIALS",
    ),
    "azure": LoopbackProvider(
        "azure/gpt-4o",
        {"AZURE_API_BASE": "{url}", "AZURE_API_VERSION": "2025-02-01-preview", "AZURE_API_KEY": "azure-key"},
        path="/openai/deployments/gpt-4o/chat/completions?api-version=2025-02-01-preview",
        key=("api-key", "azure-key"),
        login="AZURE_API_KEY",
    ),
    "xai": _chat("xai/grok-5", "XAI"),
    "moonshot": _chat("moonshot/moonshot-v1-32k", "MOONSHOT"),
    "zai": _chat("zai/glm-4.6", "ZAI"),
    "moonshot_coding": LoopbackProvider(
        "moonshot_coding/kimi-for-coding",
        settings={"moonshot_coding_base_url": "{url}/coding", "moonshot_coding_api_key": "kimi-key"},
        path="/coding/v1/messages",
        key=("x-api-key", "kimi-key"),
        login="moonshot_coding_api_key",
    ),
    "groq": _chat("groq/openai/gpt-oss-120b", "GROQ"),
    "deepseek": _chat("deepseek/deepseek-chat", "DEEPSEEK"),
    "together": _chat("together/meta-llama/Llama-3.3-70B-Instruct-Turbo", "TOGETHER_AI", "TOGETHERAI"),
    "bedrock": LoopbackProvider(
        "bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0",
        {
            "AWS_BEDROCK_RUNTIME_ENDPOINT": "{url}",
            "AWS_ACCESS_KEY_ID": "aws-id",
            "AWS_SECRET_ACCESS_KEY": "aws-key",
            "AWS_REGION_NAME": "us-east-1",
        },
        path="/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse",
        key=("authorization", "AWS4-HMAC-SHA256 Credential=aws-id/"),
    ),
    "baseten": LoopbackProvider(
        "baseten/deepseek-ai/DeepSeek-V3.1",
        {"BASETEN_API_KEY": "baseten-key"},
        {"baseten_base_url": "{url}/v1"},
        login="BASETEN_API_KEY",
    ),
    "openrouter": _chat("openrouter/openai/gpt-4o", "OPENROUTER"),
    "chatgpt_oauth": LoopbackProvider(
        "chatgpt_oauth/gpt-5.2",
        {
            "CHATGPT_TOKEN_DIR": "{folder}/chatgpt",
            "CHATGPT_API_BASE": "{url}/codex",
            "CHATGPT_DEFAULT_INSTRUCTIONS": "INSTRUCTIONS",
        },
        path="/codex/responses",
        key=("authorization", "Bearer chatgpt-key"),
        login="CHATGPT_TOKEN_DIR",
    ),
}
"""One for each provider of the contract."""


def private_key() -> str:
    """An RSA key in PEM: Vertex AI signs its logins with one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def provider_variables(url: str, folder: Path) -> dict[str, str]:
    """litellm's environment variables for the model server at `url`; the logins of `write_logins` lie in `folder`."""
    return {
        name: value.format(url=url, folder=folder)
        for provider in LOOPBACK_PROVIDERS.values()
        for name, value in provider.variables.items()
    }


def endpoint_settings(url: str) -> dict[str, str]:
    """compactd's own settings for the model server at `url`."""
    return {
        name: value.format(url=url)
        for provider in LOOPBACK_PROVIDERS.values()
        for name, value in provider.settings.items()
    }


def write_logins(folder: Path, url: str, key: str) -> None:
    """The files that ChatGPT and Vertex AI log in with; `key` is a `private_key`."""
    login = {"access_token": "chatgpt-key", "expires_at": time.time() + 86_400, "account_id": "account"}
    (folder / "chatgpt").mkdir()
    (folder / "chatgpt" / "auth.json").write_text(json.dumps(login))
    account = {
        "type": "service_account",
        "project_id": "project",
        "private_key_id": "1",
        "private_key": key,
        "client_email": "test@project.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{url}/token",
    }
    (folder / "google.json").write_text(json.dumps(account))
