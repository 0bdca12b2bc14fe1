"""The only module that imports litellm: 2 to 5 s and 150 MB, so it is itself imported late and in a thread.

litellm writes the request of each provider, signs it and reads the answer. The HTTP in between is ours: litellm's own
repeats a request when a connection breaks, and tells neither the provider's stop reason nor the body of an error.
"""

import logging
import os
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import litellm
import litellm.main
import litellm.utils
import orjson
import tiktoken
from litellm.llms.chatgpt.authenticator import Authenticator
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler
from typing_extensions import override

from compactd.summarizers.provider_http import ConnectionBroken, HttpAnswer, ProviderHttp
from compactd.summarizers.provider_requests import ProviderRequest
from compactd.summarizers.providers.row import Dialect

_HOP_HEADERS = frozenset({"host", "content-length", "accept-encoding", "connection"})


class CallEnded(Exception):
    """Stops litellm where there is nothing for it to read."""


class CallClient(AsyncHTTPHandler):  # type: ignore[misc]
    """The HTTP client of one call: sends what litellm wrote, and keeps the answer as it came."""

    def __init__(self, http: ProviderHttp, merge: dict[str, Any]) -> None:
        # Without the base class's own client: every provider's path uses `post` alone.
        self._http = http
        self._merge = merge
        self.timeout = None
        self.answer: HttpAnswer | None = None
        self.broken = False

    def __del__(self) -> None:
        """Nothing of the base class to close."""

    @override
    async def post(
        self, url: str, data: Any = None, json: Any = None, headers: Any = None, content: Any = None, **_: Any
    ) -> httpx.Response:
        return await self.send(
            url, headers or {}, self._encode(next(b for b in (data, content, json) if b is not None))
        )

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        try:
            answer = self.answer = await self._http.post(url, headers, body)
        except ConnectionBroken as error:
            self.broken = True
            raise CallEnded from error
        if answer.status != 200:
            raise CallEnded
        content_type = answer.headers.get("content-type", "application/json")
        return httpx.Response(
            200, headers={"content-type": content_type}, content=answer.body, request=httpx.Request("POST", url)
        )

    def _encode(self, body: str | bytes | dict[str, Any]) -> bytes:
        # On the event loop, and the body may be megabytes: orjson is forty times as fast as json.
        if isinstance(body, dict) or self._merge:
            return orjson.dumps((body if isinstance(body, dict) else orjson.loads(body)) | self._merge)
        return body.encode() if isinstance(body, str) else body


_CALL_CLIENT: ContextVar[CallClient] = ContextVar("call_client")


class _CallTransport(httpx.AsyncBaseTransport):
    """For Azure, whose calls litellm makes with the openai client, which takes no other HTTP client than httpx's."""

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in _HOP_HEADERS}
        return await _CALL_CLIENT.get().send(str(request.url), headers, await request.aread())


class _LazyEncoding:
    """For answers without token counts, which litellm then counts. Its own table, loaded for every call whether it
    is needed or not, takes 35 MB; this one is shared with what counts the messages."""

    def encode(self, text: str, **_: Any) -> list[int]:
        return tiktoken.get_encoding("o200k_base").encode_ordinary(text)


def configure() -> None:
    """Makes litellm quiet, and drops what it does after each call for dashboards that nobody has: half of its CPU.

    Once for a process. RuntimeError if this litellm no longer has what is dropped.
    """
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.drop_params = False
    litellm.modify_params = False
    litellm.aclient_session = httpx.AsyncClient(transport=_CallTransport())
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai", "httpx"):
        # Their lines can hold messages and keys.
        logging.getLogger(name).disabled = True
    os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(litellm.__file__).parent / "litellm_core_utils" / "tokenizers")
    _replace(litellm.main, "_encoding_cache", _LazyEncoding())
    # Prices are looked up in our own table, and there are no callbacks to tell of a success.
    _replace(litellm.utils, "update_response_metadata", _nothing)
    _replace(litellm.utils, "_dispatch_success_logging", _nothing)


def _replace(module: ModuleType, name: str, substitute: object) -> None:
    if not hasattr(module, name):
        raise RuntimeError(f"{module.__name__} has no {name} any more: compactd does not know this litellm")
    setattr(module, name, substitute)


def _nothing(*_: Any, **__: Any) -> None:
    return None


async def call(client: CallClient, request: ProviderRequest) -> Any:
    """litellm's ModelResponse, or ResponsesAPIResponse for Dialect.RESPONSES. Raises what litellm raises."""
    arguments = {**request.arguments, "num_retries": 0, "max_retries": 0, "_skip_mcp_handler": True}
    if request.dialect is Dialect.RESPONSES:
        return await litellm.aresponses(client=client, **_responses_arguments(arguments))
    if request.provider.openai_client:
        _CALL_CLIENT.set(client)
        return await litellm.acompletion(**arguments)
    return await litellm.acompletion(client=client, **arguments)


def _responses_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    # litellm takes chat messages over this API too, but then with an HTTP client of its own choice.
    from litellm.completion_extras.litellm_responses_transformation.transformation import (
        LiteLLMResponsesTransformationHandler,
    )

    transform = LiteLLMResponsesTransformationHandler().convert_chat_completion_messages_to_responses_api
    items, instructions = transform(arguments.pop("messages"))
    return {**arguments, "input": items, **({"instructions": instructions} if instructions else {})}


def renew_login() -> None:
    """Blocks: reads the login file and renews an expired token over the network. Raises if nobody is logged in."""
    Authenticator().get_access_token()
