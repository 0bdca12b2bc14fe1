"""OpenAI's chat completions, and all who offer the same API."""

import os

import litellm
from litellm import LlmProviders
from litellm.utils import ProviderConfigManager

from compactd.summarizers.litellm_requests.body import encode_body
from compactd.summarizers.litellm_requests.loading import RequestWriter
from compactd.summarizers.provider_http import HttpRequest
from compactd.summarizers.provider_requests import ProviderRequest

OPENROUTER_URL = "https://openrouter.ai/api/v1"


def writer() -> RequestWriter:
    return _http_request


def _http_request(request: ProviderRequest) -> HttpRequest:
    route = request.provider.route
    model, _, key, url = litellm.get_llm_provider(
        f"{route}/{request.model}", api_base=request.api_base, api_key=request.api_key
    )
    key, url = request.api_key or key, request.api_base or url
    config = ProviderConfigManager.get_provider_chat_config(model, LlmProviders(route))
    headers: dict[str, str] = dict(request.headers)
    if route == "openai":
        key, url = config.get_api_key(key), config.get_api_base(url)
    elif route == "openrouter":
        # litellm has these in its entry function alone.
        key = key or os.environ.get("OPENROUTER_API_KEY") or os.environ.get("OR_API_KEY")
        url = url or os.environ.get("OPENROUTER_API_BASE") or OPENROUTER_URL
        headers |= {
            "HTTP-Referer": os.environ.get("OR_SITE_URL") or "https://litellm.ai",
            "X-Title": os.environ.get("OR_APP_NAME") or "liteLLM",
        }
    elsewhere = {"custom_llm_provider": route, "api_base": url}
    headers = config.validate_environment(
        headers=headers,
        model=model,
        messages=request.messages,
        optional_params={},
        litellm_params=elsewhere,
        api_key=key,
        api_base=url,
    )
    address = config.get_complete_url(
        api_base=url, api_key=key, model=model, optional_params={}, litellm_params=elsewhere
    )
    body = config.transform_request(
        model=model, messages=request.messages, optional_params={}, litellm_params=elsewhere, headers=headers
    )
    return HttpRequest(address, headers, encode_body(body | request.added))
