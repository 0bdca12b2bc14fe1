"""OpenAI's chat completions in Azure: litellm calls them with the openai package's client, which decides the address.

Here the address is put together by the same rules, without that client, whose every request takes 2 ms of Python.
"""

import os
from urllib.parse import urlencode

import litellm
from litellm import LlmProviders
from litellm.llms.azure.common_utils import BaseAzureLLM
from litellm.types.router import GenericLiteLLMParams
from litellm.utils import ProviderConfigManager

from compactd.summarizers.litellm_requests.body import encode_body
from compactd.summarizers.litellm_requests.loading import RequestWriter
from compactd.summarizers.litellm_requests.login import logging_in
from compactd.summarizers.provider_http import HttpRequest
from compactd.summarizers.provider_requests import ProviderRequest

# The names of Azure's newer API, which has the model in the body alone.
_VERSIONS_OF_V1 = frozenset({"preview", "latest", "v1"})


def writer() -> RequestWriter:
    return _http_request


def _http_request(request: ProviderRequest) -> HttpRequest:
    version = os.environ.get("AZURE_API_VERSION") or litellm.AZURE_DEFAULT_API_VERSION
    config = ProviderConfigManager.get_provider_chat_config(request.model, LlmProviders.AZURE)
    body = config.transform_request(
        model=request.model, messages=request.messages, optional_params={}, litellm_params={}, headers={}
    )
    with logging_in():
        url = _base()
        login = _login(request.model, bearer=version in _VERSIONS_OF_V1)
    headers = login | {"accept": "application/json", "content-type": "application/json", **request.headers}
    return HttpRequest(_address(url, version, request.model), headers, encode_body(body | request.added))


def _base() -> str:
    if url := os.environ.get("AZURE_API_BASE"):
        return url
    raise ValueError("AZURE_API_BASE is not set")


def _login(model: str, *, bearer: bool) -> dict[str, str]:
    """The key, or a token of Microsoft Entra, which may have to be fetched. The newer API takes both as a token."""
    headers: dict[str, str] = BaseAzureLLM.base_validate_azure_environment({}, GenericLiteLLMParams())
    if not headers:
        raise litellm.AuthenticationError("neither a key nor a token", "azure", model)
    if bearer and "api-key" in headers:
        return {"Authorization": f"Bearer {headers['api-key']}"}
    return headers


def _address(url: str, version: str, model: str) -> str:
    if version in _VERSIONS_OF_V1:
        return f"{url}/openai/v1/chat/completions"
    query = urlencode({"api-version": version})
    if "/openai/deployments" in url:
        return f"{url.rstrip('/')}/chat/completions?{query}"
    return f"{url.rstrip('/')}/openai/deployments/{model}/chat/completions?{query}"
