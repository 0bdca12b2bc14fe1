"""The Model port: asks the models of every provider through litellm."""

import asyncio
import os
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any

import structlog

from compactd.domain.errors import ProviderFailure, ProviderUnauthenticated
from compactd.domain.handles import ModelHandle
from compactd.ports.model import ModelAnswer, ModelRequest
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.finish_reasons import (
    REFUSAL,
    STOP,
    UnreadableAnswer,
    decode_answer,
    error_status,
    finish_reason,
)
from compactd.summarizers.provider_failures import (
    causes,
    failure_before_answer,
    failure_of_answer,
    is_content_filtered,
    unavailable,
)
from compactd.summarizers.provider_http import HttpAnswer, ProviderHttp
from compactd.summarizers.provider_requests import ProviderRequest, provider_request
from compactd.summarizers.providers.row import Dialect, EndpointSettings, Provider
from compactd.summarizers.providers.table import PROVIDERS

LONGEST_SECONDS = 600.0
"""How long a call without a deadline may take."""

# Read by litellm when it is imported: no price list and no header list from the network, unless the operator wants it.
_OFFLINE = MappingProxyType({"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True"})

_OWN_HANDLER = "EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER"
"""Read at each call: litellm's own HTTP handler, in whose place ours is put, instead of the openai client."""

MANY_MESSAGES = 100
"""A request of so many messages is made in less than a millisecond; one of more is made in a thread."""


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """The answer as it came, and what litellm made of it: its own response, or None and what it raised."""

    http: HttpAnswer
    response: Any
    error: Exception | None


class LitellmModel:
    """One for a server. Keys and base URLs are read from the environment by litellm, at each call."""

    def __init__(self, catalog: LitellmCatalog, endpoint_settings: EndpointSettings) -> None:
        self._catalog = catalog
        self._endpoint_settings = endpoint_settings
        self._http = ProviderHttp()
        self._calls: ModuleType | None = None
        self._warmed_up: set[tuple[Dialect, bool]] = set()
        self._warming_up = asyncio.Lock()
        # One thread each: preparing requests is all Python, and of many callers one at a time renews the login.
        self._preparation = ThreadPoolExecutor(1, "compactd-litellm")
        self._logins = ThreadPoolExecutor(1, "compactd-login")

    async def warm(self) -> None:
        """Imports litellm in a thread, 3 to 7 s; the first call of each provider that has a key will be a fast one."""
        self._http.open()
        # Most providers speak this dialect, and litellm is imported even where none has a key.
        most = next(provider for provider in PROVIDERS.values() if provider.dialect is Dialect.CHAT)
        await self._ready(most, Dialect.CHAT)
        for provider in PROVIDERS.values():
            if any(os.environ.get(variable) for variable in provider.key_variables):
                await self._ready(provider, provider.dialect)

    async def close(self) -> None:
        await self._http.close()
        self._preparation.shutdown(wait=False, cancel_futures=True)
        self._logins.shutdown(wait=False, cancel_futures=True)

    async def _ready(self, provider: Provider, dialect: Dialect) -> ModuleType:
        """The module of calls, once a call of this kind has been made for warming up."""
        kind = (dialect, provider.openai_client)
        if self._calls is None or kind not in self._warmed_up:
            async with self._warming_up:
                if self._calls is None or kind not in self._warmed_up:
                    if self._calls is None:
                        self._calls = await asyncio.to_thread(_load)
                    await asyncio.to_thread(_warm_up, provider, dialect, self._preparation)
                    self._warmed_up.add(kind)
        return self._calls

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Raises PromptTooLong, a ProviderFailure, or CancelledError (the connection is closed at once)."""
        handle = request.handle
        answer: ProviderAnswer | None = None
        try:
            self._check_configured(handle)
            sent, answer = await self._call_in_time(request)
            return self._model_answer(handle, sent, answer)
        except ProviderFailure as failure:
            _log(handle, failure, answer)
            raise

    async def _call_in_time(self, request: ModelRequest) -> tuple[ProviderRequest, ProviderAnswer]:
        try:
            async with asyncio.timeout(LONGEST_SECONDS if request.timeout is None else request.timeout):
                sent = await self._provider_request(request)
                return sent, await self._call(request.handle, sent)
        except TimeoutError as late:
            raise unavailable(request.handle) from late

    async def _provider_request(self, request: ModelRequest) -> ProviderRequest:
        facts = self._catalog.facts(request.handle)
        speaks_responses = facts is not None and facts.speaks_responses
        make = partial(provider_request, request, self._endpoint_settings, speaks_responses=speaks_responses)
        if len(request.messages) <= MANY_MESSAGES:
            return make()
        return await asyncio.get_running_loop().run_in_executor(self._preparation, make)

    async def _call(self, handle: ModelHandle, sent: ProviderRequest) -> ProviderAnswer:
        calls = await self._ready(sent.provider, sent.dialect)
        client = calls.CallClient(self._http, sent.merge)
        response, failed = None, None
        try:
            if sent.provider.renews_login:
                await asyncio.get_running_loop().run_in_executor(self._logins, calls.renew_login)
            response = await calls.call(client, sent, self._preparation)
        except Exception as error:  # noqa: BLE001 - litellm raises what it likes; what it means is read below
            failed = error
        if client.broken:
            raise unavailable(handle) from failed
        if client.answer is None:
            raise failure_before_answer(handle, failed) from failed
        return ProviderAnswer(client.answer, response, failed)

    def _check_configured(self, handle: ModelHandle) -> None:
        """ProviderUnauthenticated without a key, ProviderUnavailable without an address: litellm would send anyway."""
        provider = PROVIDERS[handle.provider]
        if provider.key_variables and not any(os.environ.get(variable) for variable in provider.key_variables):
            raise ProviderUnauthenticated(model=handle)
        if provider.endpoint is not None and not provider.endpoint.has_key(self._endpoint_settings):
            raise ProviderUnauthenticated(model=handle)
        if provider.endpoint is not None and not provider.endpoint.has_url(self._endpoint_settings):
            raise unavailable(handle)

    def _model_answer(self, handle: ModelHandle, sent: ProviderRequest, answer: ProviderAnswer) -> ModelAnswer:
        http, response = answer.http, answer.response
        if is_content_filtered(http):
            return ModelAnswer(None, REFUSAL, self._catalog.priced(handle, 0, 0, 0))
        if http.status != 200:
            raise failure_of_answer(handle, http)
        try:
            body = decode_answer(http, sent.dialect)
            if (status := error_status(body)) is not None:
                raise failure_of_answer(handle, HttpAnswer(status, http.headers, http.body))
            reason = finish_reason(body, sent.dialect)
        except UnreadableAnswer as error:
            raise unavailable(handle) from error
        if response is None and reason == STOP:
            # litellm found nothing to read in it.
            raise unavailable(handle)
        text = None if response is None else _text(response, sent.dialect)
        tokens = (0, 0, 0) if response is None else _tokens(response, sent.dialect)
        return ModelAnswer(text, reason, self._catalog.priced(handle, *tokens))


def _log(handle: ModelHandle, failure: ProviderFailure, answer: ProviderAnswer | None) -> None:
    """Tells the operator what went wrong, which callers are not told. Errors are named by their classes only: their
    texts can hold messages, keys, and addresses with keys in them."""
    errors = [*causes(failure), *causes(answer.error if answer else None)]
    structlog.get_logger().warning(
        "model call failed",
        model=str(handle),
        errors=[type(error).__name__ for error in errors],
        http_status=answer.http.status if answer else None,
    )


def _text(response: Any, dialect: Dialect) -> str | None:
    text = response.output_text if dialect is Dialect.RESPONSES else response.choices[0].message.content
    return text if isinstance(text, str) else None


def _tokens(response: Any, dialect: Dialect) -> tuple[int, int, int]:
    """Input (cached ones included), output, cached."""
    usage = response.usage
    if usage is None:
        return 0, 0, 0
    if dialect is Dialect.RESPONSES:
        details = usage.input_tokens_details
        return usage.input_tokens, usage.output_tokens, (details and details.cached_tokens) or 0
    details = usage.prompt_tokens_details
    return usage.prompt_tokens, usage.completion_tokens, (details and details.cached_tokens) or 0


def _load() -> ModuleType:
    for name, setting in _OFFLINE.items():
        os.environ.setdefault(name, setting)
    os.environ[_OWN_HANDLER] = "true"
    from compactd.summarizers import litellm_calls

    litellm_calls.configure()
    return litellm_calls


def _warm_up(provider: Provider, dialect: Dialect, preparation: Executor) -> None:
    from compactd.summarizers import litellm_warm_up

    asyncio.run(litellm_warm_up.warm_up(provider, dialect, preparation))
