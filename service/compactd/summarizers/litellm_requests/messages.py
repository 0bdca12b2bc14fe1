"""Anthropic's messages, and who offers the same API."""

import copy
import os

from litellm import LlmProviders
from litellm.anthropic_beta_headers_manager import update_request_with_filtered_beta
from litellm.utils import ProviderConfigManager

from compactd.summarizers.litellm_requests.body import encode_body
from compactd.summarizers.litellm_requests.loading import RequestWriter
from compactd.summarizers.provider_http import HttpRequest
from compactd.summarizers.provider_requests import ProviderRequest

_PATH = "/v1/messages"


def writer() -> RequestWriter:
    return _http_request


def _http_request(request: ProviderRequest) -> HttpRequest:
    route = request.provider.route
    config = ProviderConfigManager.get_provider_chat_config(request.model, LlmProviders(route))
    # litellm rewrites what it is given, and tools belong to the agent.
    mapped = config.map_openai_params(
        non_default_params=copy.deepcopy(request.mapped), optional_params={}, model=request.model, drop_params=False
    )
    parameters = mapped | {"is_vertex_request": False}
    url = request.api_base or os.environ.get("ANTHROPIC_API_BASE") or os.environ.get("ANTHROPIC_BASE_URL")
    url = url or "https://api.anthropic.com"
    headers = config.validate_environment(
        headers=dict(request.headers),
        model=request.model,
        messages=request.messages,
        optional_params=parameters,
        litellm_params={},
        api_key=request.api_key or os.environ.get("ANTHROPIC_API_KEY"),
        api_base=url,
    )
    body = config.transform_request(
        model=request.model,
        messages=request.messages,
        optional_params=parameters,
        litellm_params={},
        headers=headers,
    )
    headers, body = update_request_with_filtered_beta(headers=headers, request_data=body, provider=route)
    address = url if url.endswith(_PATH) else url + _PATH
    return HttpRequest(address, headers, encode_body(body | request.added))
