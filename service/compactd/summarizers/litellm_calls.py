"""The calls of litellm, whose import takes 2 to 5 s and 150 MB: this module is imported late, and in a thread.

litellm writes the request of each provider, signs it and reads the answer. The HTTP in between is ours: litellm's own
repeats a request when a connection breaks, and tells neither the provider's stop reason nor the body of an error.
"""

import logging
import os
from concurrent.futures import Executor
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import httpx
import litellm
import orjson
from litellm.llms.chatgpt.authenticator import Authenticator
from litellm.llms.custom_httpx.http_handler import AsyncHTTPHandler
from typing_extensions import override

from compactd.summarizers.litellm_patches import PREPARATION, PRIVATE_ARGUMENTS, apply_patches, responses_input
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


def configure() -> None:
    """Makes litellm quiet and offline, and applies the patches. Once for a process; RuntimeError as they say."""
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    litellm.drop_params = False
    litellm.modify_params = False
    litellm.aclient_session = httpx.AsyncClient(transport=_CallTransport())
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy", "openai", "httpx"):
        # Their lines can hold messages and keys.
        logging.getLogger(name).disabled = True
    os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(litellm.__file__).parent / "litellm_core_utils" / "tokenizers")
    apply_patches()


async def call(client: CallClient, request: ProviderRequest, preparation: Executor) -> Any:
    """litellm's ModelResponse, or ResponsesAPIResponse for Dialect.RESPONSES. Raises what litellm raises.

    litellm prepares the request in `preparation`, then sends it by `client` on the event loop.
    """
    PREPARATION.set(preparation)
    arguments = {**request.arguments, "num_retries": 0, "max_retries": 0, **PRIVATE_ARGUMENTS}
    if request.dialect is Dialect.RESPONSES:
        items, instructions = responses_input(arguments.pop("messages"))
        arguments |= {"input": items} | ({"instructions": instructions} if instructions else {})
        return await litellm.aresponses(client=client, **arguments)
    if request.provider.openai_client:
        _CALL_CLIENT.set(client)
        return await litellm.acompletion(**arguments)
    return await litellm.acompletion(client=client, **arguments)


def renew_login() -> None:
    """Blocks: reads the login file and renews an expired token over the network. Raises if nobody is logged in."""
    Authenticator().get_access_token()
