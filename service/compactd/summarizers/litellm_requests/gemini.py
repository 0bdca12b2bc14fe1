"""Google's generateContent, at Google AI with a key and in Vertex AI with a token that a login is exchanged for."""

import copy
import json
import os
from collections import Counter
from typing import Any

import litellm
from litellm import LlmProviders
from litellm.llms.gemini.common_utils import get_api_key_from_env
from litellm.llms.vertex_ai.gemini.transformation import transform_request_body
from litellm.llms.vertex_ai.vertex_llm_base import VertexBase
from litellm.utils import ProviderConfigManager

from compactd.summarizers.litellm_requests.body import encode_body
from compactd.summarizers.litellm_requests.loading import RequestWriter
from compactd.summarizers.litellm_requests.login import logging_in
from compactd.summarizers.provider_http import HttpRequest
from compactd.summarizers.provider_requests import ProviderRequest

_MARK = "\0repeat"
"""The argument that a repeated call has while litellm works on it."""


def writer() -> RequestWriter:
    return _GeminiWriter().http_request


class _GeminiWriter:
    def __init__(self) -> None:
        # Keeps the tokens until they expire.
        self._vertex = VertexBase()

    def http_request(self, request: ProviderRequest) -> HttpRequest:
        route = request.provider.route
        model, _, _, _ = litellm.get_llm_provider(f"{route}/{request.model}")
        config = ProviderConfigManager.get_provider_chat_config(model, LlmProviders(route))
        with logging_in():
            token, address = self._token_and_address(route, model)
        headers = config.validate_environment(
            headers=dict(request.headers),
            model=model,
            messages=request.messages,
            optional_params={},
            litellm_params={},
            api_key=token,
        )
        # litellm rewrites what it is given, and tools belong to the agent.
        mapped = config.map_openai_params(
            non_default_params=copy.deepcopy(request.mapped), optional_params={}, model=model, drop_params=False
        )
        body = transform_request_body(
            messages=_with_marks(request.messages),
            model=model,
            optional_params=mapped | {"extra_body": request.added},
            custom_llm_provider=route,
            litellm_params={},
            cached_content=None,
        )
        _remove_marks(body)
        return HttpRequest(address, headers, encode_body(body))

    def _token_and_address(self, route: str, model: str) -> tuple[Any, str]:
        if route == "gemini":
            login, project, location, credentials, base = None, None, None, None, os.environ.get("GEMINI_API_BASE")
        else:
            location, base = os.environ.get("VERTEXAI_LOCATION"), os.environ.get("VERTEXAI_API_BASE")
            credentials = os.environ.get("VERTEXAI_CREDENTIALS")
            login, project = self._vertex.ensure_access_token(
                credentials, os.environ.get("VERTEXAI_PROJECT"), custom_llm_provider=route
            )
        token_and_address: tuple[Any, str] = self._vertex.get_token_and_url(
            model=model,
            auth_header=login,
            gemini_api_key=get_api_key_from_env() if route == "gemini" else None,
            vertex_project=project,
            vertex_location=location,
            vertex_credentials=credentials,
            stream=False,
            custom_llm_provider=route,
            api_base=base,
        )
        return token_and_address


def _with_marks(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """litellm leaves a call out that has the name and the arguments of another one of its turn, and not its result:
    Gemini refuses that. So all calls of a tool but the first are told apart by an argument more."""
    uses: Counter[str] = Counter()
    return [_with_marked_calls(message, uses) if "tool_calls" in message else message for message in messages]


def _with_marked_calls(message: dict[str, Any], uses: Counter[str]) -> dict[str, Any]:
    return {**message, "tool_calls": [_marked(call, uses) for call in message["tool_calls"]]}


def _marked(call: dict[str, Any], uses: Counter[str]) -> dict[str, Any]:
    function = call["function"]
    uses[function["name"]] += 1
    use = uses[function["name"]]
    if use == 1:
        return call
    inner = function["arguments"].strip()[1:-1].strip()
    arguments = f"{{{json.dumps(_MARK)}: {use}{',' if inner else ''}{inner}}}"
    return {**call, "function": {**function, "arguments": arguments}}


def _remove_marks(body: Any) -> None:
    for content in body["contents"]:
        for part in content["parts"]:
            if "function_call" in part:
                part["function_call"]["args"].pop(_MARK, None)
