"""The Model port: asks the models of every provider through litellm."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any

import structlog

from compactd.application.ports import ModelAnswer, ModelRequest
from compactd.domain.errors import ProviderFailure, ProviderUnauthenticated
from compactd.domain.handles import ModelHandle
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.http_wire import HttpAnswer, HttpWire
from compactd.summarizers.model_answers import REFUSAL, NoSuchAnswer, error_status, finish, read_json
from compactd.summarizers.provider_failures import (
    causes,
    failure_before_answer,
    failure_of_answer,
    is_content_refusal,
    unavailable,
)
from compactd.summarizers.providers import PROVIDERS, Dialect, Provider, ProviderConfig
from compactd.summarizers.requests import Outgoing, outgoing

LONGEST_SECONDS = 600.0
"""How long a call without a deadline may take."""

# Read by litellm when it is imported: no price list and no header list from the network, unless the operator wants it.
_OFFLINE = MappingProxyType({"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True"})

_OWN_HANDLER = "EXPERIMENTAL_OPENAI_BASE_LLM_HTTP_HANDLER"
"""Read at each call: litellm's own HTTP handler, in whose place ours is put, instead of the openai client."""

MANY_MESSAGES = 100
"""Writing a request of so many messages takes less than a millisecond; of more it is done in a thread."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer as it came, and what litellm made of it: its own response, or None and what it raised."""

    answer: HttpAnswer
    response: Any
    error: Exception | None


class LitellmModel:
    """One for a server. Keys and base URLs are read from the environment by litellm, at each call."""

    def __init__(self, catalog: LitellmCatalog, config: ProviderConfig) -> None:
        self._catalog = catalog
        self._config = config
        self._wire = HttpWire()
        self._calls: ModuleType | None = None
        self._rehearsed: set[tuple[Dialect, bool]] = set()
        self._rehearsal = asyncio.Lock()
        self._logins = ThreadPoolExecutor(1, "compactd-login")

    async def warm(self) -> None:
        """Imports litellm in a thread, 3 to 7 s; the first call of each provider that has a key will be a fast one.

        litellm prepares each request, milliseconds of Python, in the event loop's default executor. With that one's
        usual 32 threads a burst of calls keeps the interpreter lock from everybody else for seconds: it gets one.
        """
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1, "compactd-litellm"))
        self._wire.open()
        await self._ready(PROVIDERS["openai"], Dialect.CHAT)
        for provider in PROVIDERS.values():
            if any(os.environ.get(variable) for variable in provider.key_variables):
                await self._ready(provider, provider.dialect)

    async def close(self) -> None:
        await self._wire.close()
        self._logins.shutdown(wait=False, cancel_futures=True)

    async def _ready(self, provider: Provider, dialect: Dialect) -> ModuleType:
        """The module of calls, once a call of this kind has been rehearsed."""
        kind = (dialect, provider.name == "azure")
        if self._calls is None or kind not in self._rehearsed:
            async with self._rehearsal:
                if self._calls is None or kind not in self._rehearsed:
                    if self._calls is None:
                        self._calls = await asyncio.to_thread(_load)
                    await asyncio.to_thread(_rehearse, provider, dialect)
                    self._rehearsed.add(kind)
        return self._calls

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Raises PromptTooLong, a ProviderFailure, or CancelledError (the connection is closed at once)."""
        handle = request.handle
        heard: Heard | None = None
        try:
            self._check_configured(handle)
            sent, heard = await self._in_time(request)
            return self._read(handle, sent, heard)
        except ProviderFailure as failure:
            _log(handle, failure, heard)
            raise

    async def _in_time(self, request: ModelRequest) -> tuple[Outgoing, Heard]:
        try:
            async with asyncio.timeout(LONGEST_SECONDS if request.timeout is None else request.timeout):
                sent = await self._written(request)
                return sent, await self._exchange(request.handle, sent)
        except TimeoutError as late:
            raise unavailable(request.handle) from late

    async def _written(self, request: ModelRequest) -> Outgoing:
        facts = self._catalog.facts(request.handle)
        speaks_responses = facts is not None and facts.speaks_responses
        if len(request.messages) <= MANY_MESSAGES:
            return outgoing(request, self._config, speaks_responses=speaks_responses)
        return await asyncio.to_thread(outgoing, request, self._config, speaks_responses=speaks_responses)

    async def _exchange(self, handle: ModelHandle, sent: Outgoing) -> Heard:
        calls = await self._ready(PROVIDERS[handle.provider], sent.dialect)
        exchange = calls.Exchange(self._wire, sent.merge)
        response, failed = None, None
        try:
            if handle.provider == "chatgpt_oauth":
                # It may wait for the network, and the default executor's only thread must not.
                await asyncio.get_running_loop().run_in_executor(self._logins, calls.renew_chatgpt_login)
            response = await calls.call(exchange, sent)
        except Exception as error:  # noqa: BLE001 - litellm raises what it likes; what it means is read below
            failed = error
        if exchange.broken:
            raise unavailable(handle) from failed
        if exchange.answer is None:
            raise failure_before_answer(handle, failed) from failed
        return Heard(exchange.answer, response, failed)

    def _check_configured(self, handle: ModelHandle) -> None:
        """ProviderUnauthenticated without a key, ProviderUnavailable without an address: litellm would send anyway."""
        variables = PROVIDERS[handle.provider].key_variables
        if handle.provider == "moonshot_coding":
            missing = not self._config.moonshot_coding_api_key
        else:
            missing = bool(variables) and not any(os.environ.get(variable) for variable in variables)
        if missing:
            raise ProviderUnauthenticated(model=handle)
        if handle.provider == "sglang" and not self._config.sglang_base_url:
            raise unavailable(handle)

    def _read(self, handle: ModelHandle, sent: Outgoing, heard: Heard) -> ModelAnswer:
        answer, response = heard.answer, heard.response
        if is_content_refusal(answer):
            return ModelAnswer(None, REFUSAL, self._catalog.priced(handle, 0, 0, 0))
        if answer.status != 200:
            raise failure_of_answer(handle, answer)
        try:
            body = read_json(answer, sent.dialect)
            if (status := error_status(body)) is not None:
                raise failure_of_answer(handle, HttpAnswer(status, answer.headers, answer.body))
            ended = finish(body, sent.dialect)
        except NoSuchAnswer as error:
            raise unavailable(handle) from error
        if response is None and ended == "stop":
            # litellm found nothing to read in it.
            raise unavailable(handle)
        text = None if response is None else _text(response, sent.dialect)
        tokens = (0, 0, 0) if response is None else _tokens(response, sent.dialect)
        return ModelAnswer(text, ended, self._catalog.priced(handle, *tokens))


def _log(handle: ModelHandle, failure: ProviderFailure, heard: Heard | None) -> None:
    """For the operator: what callers are told does not say what went wrong. Of the errors only the names of their
    classes: their texts can hold messages, keys, and addresses with keys in them."""
    errors = [*causes(failure), *causes(heard.error if heard else None)]
    structlog.get_logger().warning(
        "model call failed",
        model=str(handle),
        errors=[type(error).__name__ for error in errors],
        http_status=heard.answer.status if heard else None,
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


def _rehearse(provider: Provider, dialect: Dialect) -> None:
    from compactd.summarizers import litellm_rehearsal

    asyncio.run(litellm_rehearsal.rehearse(provider, dialect))
