"""Every provider pointed at one model server on loopback, with throwaway credentials."""

import json
import time
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def private_key() -> str:
    """An RSA key in PEM: Vertex AI signs its logins with one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def provider_variables(url: str, folder: Path) -> dict[str, str]:
    """litellm's own environment variables for the model server at `url`; the logins of `write_logins` lie in `folder`.
    sglang, moonshot_coding and the address of baseten are no variables of litellm, but settings of compactd."""
    base = f"{url}/v1"
    return {
        "OPENAI_BASE_URL": base,
        "OPENAI_API_KEY": "openai-key",
        "ANTHROPIC_BASE_URL": url,
        "ANTHROPIC_API_KEY": "anthropic-key",
        "GEMINI_API_BASE": f"{url}/v1beta",
        "GEMINI_API_KEY": "gemini-key",
        "VERTEXAI_API_BASE": url,
        "VERTEXAI_PROJECT": "project",
        "VERTEXAI_LOCATION": "us-central1",
        "AZURE_API_BASE": url,
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
        "AWS_BEDROCK_RUNTIME_ENDPOINT": url,
        "AWS_ACCESS_KEY_ID": "aws-id",
        "AWS_SECRET_ACCESS_KEY": "aws-key",
        "AWS_REGION_NAME": "us-east-1",
        "CHATGPT_TOKEN_DIR": str(folder / "chatgpt"),
        "CHATGPT_API_BASE": f"{url}/codex",
        "CHATGPT_DEFAULT_INSTRUCTIONS": "INSTRUCTIONS",
        "GOOGLE_APPLICATION_CREDENTIALS": str(folder / "google.json"),
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
