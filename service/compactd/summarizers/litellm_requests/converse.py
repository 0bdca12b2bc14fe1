"""Amazon's Bedrock Converse, signed with credentials that are found in Amazon's own ways."""

from typing import Any

import litellm
from litellm.anthropic_beta_headers_manager import update_headers_with_filtered_beta
from litellm.llms.bedrock.base_aws_llm import AwsAuthParams, bedrock_bearer_token
from litellm.llms.bedrock.chat.converse_handler import BedrockConverseLLM
from litellm.llms.bedrock.common_utils import get_all_bedrock_regions

from compactd.summarizers.litellm_requests.body import encode_body
from compactd.summarizers.litellm_requests.loading import RequestWriter
from compactd.summarizers.litellm_requests.login import logging_in
from compactd.summarizers.provider_http import HttpRequest
from compactd.summarizers.provider_requests import ProviderRequest


def writer() -> RequestWriter:
    return _ConverseWriter().http_request


class _ConverseWriter:
    def __init__(self) -> None:
        # Keeps credentials that were got for a role until they expire.
        self._bedrock = BedrockConverseLLM()

    def http_request(self, request: ProviderRequest) -> HttpRequest:
        model = request.model.removeprefix("converse/")
        region, model_id = _region_and_id(model)
        with logging_in():
            region = region or self._bedrock.get_aws_region_name({}, model=model)
            _, url = self._bedrock.get_runtime_endpoint(
                api_base=None, aws_bedrock_runtime_endpoint=None, aws_region_name=region
            )
            credentials = self._credentials(region)
        address = f"{url}/model/{self._bedrock.encode_model_id(model_id)}/converse"
        headers: dict[str, str] = {"Content-Type": "application/json", **request.headers}
        headers = update_headers_with_filtered_beta(headers=headers, provider="bedrock_converse")
        body = encode_body(_body(request, model, headers))
        # Signing reads credentials, which may have to be fetched anew.
        with logging_in():
            signed = self._bedrock.get_request_headers(
                credentials=credentials,
                aws_region_name=region,
                extra_headers=headers,
                endpoint_url=address,
                data=body,
                headers=headers,
            )
        return HttpRequest(address, dict(signed.headers), body)

    def _credentials(self, region: str) -> Any:
        if bedrock_bearer_token(None) is not None:
            return None
        return self._bedrock.resolve_credentials(AwsAuthParams(), region)


def _body(request: ProviderRequest, model: str, headers: dict[str, str]) -> dict[str, Any]:
    config = litellm.AmazonConverseConfig()
    mapped = config.map_openai_params(
        non_default_params=request.mapped, optional_params={}, model=model, drop_params=False
    )
    body: dict[str, Any] = config.transform_request(
        model=model,
        messages=request.messages,
        optional_params=mapped | request.added,
        litellm_params={},
        headers=headers,
    )
    return body


def _region_and_id(model: str) -> tuple[str | None, str]:
    """A name may begin with the region that the model is called in."""
    region, _, name = model.partition("/")
    return (region, name) if name and region in get_all_bedrock_regions() else (None, model)
