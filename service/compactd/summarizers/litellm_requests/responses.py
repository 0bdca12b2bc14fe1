"""OpenAI's responses, at OpenAI, in Azure, at xAI and behind a ChatGPT login."""

import litellm
from litellm import LlmProviders
from litellm.completion_extras.litellm_responses_transformation.transformation import (
    LiteLLMResponsesTransformationHandler,
)
from litellm.types.router import GenericLiteLLMParams
from litellm.utils import ProviderConfigManager

from compactd.summarizers.litellm_requests.body import encode_body
from compactd.summarizers.litellm_requests.loading import RequestWriter
from compactd.summarizers.litellm_requests.login import logging_in
from compactd.summarizers.provider_http import HttpRequest
from compactd.summarizers.provider_requests import ProviderRequest


def writer() -> RequestWriter:
    return _http_request


def _http_request(request: ProviderRequest) -> HttpRequest:
    route = request.provider.route
    model, _, key, url = litellm.get_llm_provider(f"{route}/{request.model}")
    config = ProviderConfigManager.get_provider_responses_api_config(LlmProviders(route), model)
    elsewhere = GenericLiteLLMParams(api_key=key, api_base=url)
    with logging_in():
        headers = config.validate_environment(headers=dict(request.headers), model=model, litellm_params=elsewhere)
        address = config.get_complete_url(api_base=url, litellm_params=dict(elsewhere))
    items, instructions = LiteLLMResponsesTransformationHandler().convert_chat_completion_messages_to_responses_api(
        request.messages
    )
    body = config.transform_responses_api_request(
        model=model,
        input=items,
        response_api_optional_request_params={"instructions": instructions} if instructions else {},
        litellm_params=elsewhere,
        headers=headers,
    )
    # Azure's and xAI's classes leave the type of the content to litellm's HTTP client.
    if "content-type" not in headers:
        headers.setdefault("Content-Type", "application/json")
    return HttpRequest(address, headers, encode_body(body | request.added))
