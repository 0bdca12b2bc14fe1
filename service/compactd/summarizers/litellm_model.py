"""The Model port: asks the models of every provider, with requests that litellm's provider classes write."""

import asyncio
import hashlib
import os
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from compactd.domain.compactions import Usage
from compactd.domain.handles import ModelHandle
from compactd.domain.limits import has_values, wire_bytes
from compactd.domain.messages import ChatMessage, Role, TextPart
from compactd.domain.model_failures import ProviderFailure, ProviderKeyMissing
from compactd.ports.model import ModelAnswer, ModelRequest, PromptTooLong
from compactd.summarizers.answers import answer_text, named_cost, token_counts
from compactd.summarizers.catalog import LitellmCatalog
from compactd.summarizers.finish_reasons import (
    REFUSAL,
    STOP,
    BrokenOff,
    UnreadableAnswer,
    decode_answer,
    error_body,
    error_status,
    finish_reason,
)
from compactd.summarizers.litellm_requests.loading import RequestWriter, load_writer, writer_module
from compactd.summarizers.provider_failures import (
    RequestNotWritten,
    causes,
    failure_before_answer,
    failure_of_answer,
    is_content_filtered,
    unavailable,
)
from compactd.summarizers.provider_http import ConnectionBroken, HttpAnswer, HttpRequest, ProviderHttp
from compactd.summarizers.provider_requests import provider_request, spoken_dialect
from compactd.summarizers.providers.row import Dialect, EndpointSettings, Provider
from compactd.summarizers.providers.table import PROVIDERS

LONGEST_SECONDS = 600.0
"""How long a call without a deadline may take."""

MANY_MESSAGES, MANY_CHARACTERS = 100, 250_000
"""A request of so many is written in 0.1 to 1.5 ms, by dialect; one of more is written in a thread, as is one with
`domain.limits.MANY_VALUES` in its schemas."""


class LitellmModel:
    """One for a server. Keys and base URLs are read from the environment at each call: by litellm's classes, or where
    only its entry functions know of them by the writers of requests."""

    def __init__(self, catalog: LitellmCatalog, endpoint_settings: EndpointSettings) -> None:
        self._catalog = catalog
        self._endpoint_settings = endpoint_settings
        # Of this process alone, so that no hash can be looked up in a list of hashes of keys.
        self._hash_key = os.urandom(32)
        self._http = ProviderHttp()
        self._writers: dict[str, RequestWriter] = {}
        self._loading = asyncio.Lock()
        # The providers that a request has been written for: litellm imports what it needs for each at the first one.
        self._written: set[str] = set()
        # One thread each: writing requests is all Python, and of many callers one at a time logs in.
        self._preparation = ThreadPoolExecutor(1, "compactd-litellm")
        self._logins = ThreadPoolExecutor(1, "compactd-login")

    async def warm(self) -> None:
        """Imports litellm in a thread, 2 to 5 s, with all that the first call of each provider with a key needs."""
        self._http.open()
        # Most providers speak this dialect, and litellm is imported even where none has a key.
        await self._writer("chat")
        for provider in PROVIDERS.values():
            if any(os.environ.get(variable) for variable in provider.key_variables):
                await self._writer(writer_module(provider, provider.dialect))
                if not provider.logs_in:
                    await self._write(_first_request(provider))

    async def close(self) -> None:
        await self._http.close()
        self._preparation.shutdown(wait=False, cancel_futures=True)
        self._logins.shutdown(wait=False, cancel_futures=True)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Raises PromptTooLong, a ProviderFailure, or CancelledError (the connection is closed at once);
        RequestNotWritten is a bug."""
        handle = request.handle
        answer: HttpAnswer | None = None
        try:
            self._check_configured(handle)
            answer = await self._answer_in_time(request)
            return self._model_answer(handle, answer)
        except PromptTooLong as too_long:
            too_long.usage = self._usage_of(handle, answer)
            raise
        except ProviderFailure as failure:
            if answer is not None:
                failure.usage = self._usage_of(handle, answer)
            _log(handle, failure, answer)
            raise

    def credential(self, handle: ModelHandle, secret: bytes | None = None) -> bytes:
        """Tells the credential that this model is called with from others, and nothing else of it: the same in this
        process, or with a `secret`, of at most 64 bytes, wherever that is known. One that is found in another way than
        by a variable or a setting is one and the same."""
        provider = PROVIDERS[handle.provider]
        texts = [os.environ.get(variable, "") for variable in provider.key_variables]
        if provider.endpoint is not None and provider.endpoint.key_setting is not None:
            texts.append(self._endpoint_settings.get(provider.endpoint.key_setting, ""))
        return hashlib.blake2b("\0".join(texts).encode(), key=secret or self._hash_key, digest_size=16).digest()

    async def _answer_in_time(self, request: ModelRequest) -> HttpAnswer:
        sent: HttpRequest | None = None
        try:
            async with asyncio.timeout(LONGEST_SECONDS if request.timeout is None else request.timeout):
                sent = await self._http_request(request)
                return await self._http.post(sent.url, sent.headers, sent.body)
        except (ConnectionBroken, TimeoutError) as error:
            is_broken = isinstance(error, ConnectionBroken)
            failure = unavailable(request.handle, transient=is_broken, outage=is_broken)
            if sent is not None:
                failure.usage = self._usage_of(request.handle, None)
            raise failure from error

    async def _http_request(self, request: ModelRequest) -> HttpRequest:
        try:
            return await self._write(request)
        except Exception as error:
            # litellm raises what it likes; what a bug raised may name messages in its text.
            failure = failure_before_answer(request.handle, error)
            if isinstance(failure, RequestNotWritten):
                raise failure from None
            raise failure from error

    async def _write(self, request: ModelRequest) -> HttpRequest:
        provider = PROVIDERS[request.handle.provider]
        writer = await self._writer(writer_module(provider, self._dialect(request.handle)))
        write = partial(self._written_by, writer, request)
        executor = self._executor(provider, request)
        if executor is None:
            return write()
        sent = await asyncio.get_running_loop().run_in_executor(executor, write)
        self._written.add(provider.name)
        return sent

    def _written_by(self, writer: RequestWriter, request: ModelRequest) -> HttpRequest:
        facts = self._catalog.facts(request.handle)
        return writer(provider_request(request, self._endpoint_settings, facts))

    def _executor(self, provider: Provider, request: ModelRequest) -> Executor | None:
        """Where a request is written; None for at once, on the event loop."""
        if provider.logs_in:
            return self._logins
        return self._preparation if provider.name not in self._written or _is_large(request) else None

    async def _writer(self, module: str) -> RequestWriter:
        if module not in self._writers:
            async with self._loading:
                if module not in self._writers:
                    self._writers[module] = await asyncio.to_thread(load_writer, module)
        return self._writers[module]

    def _dialect(self, handle: ModelHandle) -> Dialect:
        facts = self._catalog.facts(handle)
        return spoken_dialect(PROVIDERS[handle.provider], speaks_responses=facts is not None and facts.speaks_responses)

    def _check_configured(self, handle: ModelHandle) -> None:
        """ProviderKeyMissing without a key, ProviderUnavailable without an address: the request would be written all
        the same, and sent."""
        provider = PROVIDERS[handle.provider]
        if provider.key_variables and not any(os.environ.get(variable) for variable in provider.key_variables):
            raise ProviderKeyMissing(model=handle, variables=" or ".join(provider.key_variables))
        if provider.endpoint is not None and not provider.endpoint.has_key(self._endpoint_settings):
            raise ProviderKeyMissing(model=handle, variables=f"COMPACTD_{provider.endpoint.key_setting}".upper())
        if provider.endpoint is not None and not provider.endpoint.has_url(self._endpoint_settings):
            raise unavailable(handle)

    def _model_answer(self, handle: ModelHandle, answer: HttpAnswer) -> ModelAnswer:
        if is_content_filtered(answer):
            return ModelAnswer(None, REFUSAL, self._catalog.priced(handle, 0, 0, 0))
        if answer.status != 200:
            raise failure_of_answer(handle, answer)
        dialect = self._dialect(handle)
        try:
            body = decode_answer(answer, dialect)
            if (status := error_status(body)) is not None:
                raise failure_of_answer(handle, HttpAnswer(status, answer.headers, answer.body))
            reason = finish_reason(body, dialect)
            text = _text(body, dialect, reason)
        except BrokenOff as error:
            raise unavailable(handle, transient=True, outage=True) from error
        except UnreadableAnswer as error:
            # It may be paid for, and comes from whatever stands at that address: no repeat.
            raise unavailable(handle, outage=True) from error
        return ModelAnswer(text, reason, self._usage(handle, body))

    def _usage_of(self, handle: ModelHandle, answer: HttpAnswer | None) -> Usage:
        """One call, with the tokens that a failed answer names, if it does."""
        return self._usage(handle, {} if answer is None else error_body(answer))

    def _usage(self, handle: ModelHandle, body: Mapping[str, Any]) -> Usage:
        usage = self._catalog.priced(handle, *token_counts(body, self._dialect(handle)))
        cost = named_cost(body) if PROVIDERS[handle.provider].names_cost else None
        return usage if cost is None else replace(usage, cost_usd=cost)


def _text(body: Mapping[str, Any], dialect: Dialect, reason: str) -> str | None:
    """UnreadableAnswer if there is no place for a text in an answer that ended as it should."""
    try:
        return answer_text(body, dialect)
    except UnreadableAnswer:
        if reason == STOP:
            raise
        return None


def _is_large(request: ModelRequest) -> bool:
    """Tools and the schema of the answer count too: each of their values is copied and mapped."""
    if len(request.messages) > MANY_MESSAGES or sum(map(_size, request.messages)) > MANY_CHARACTERS:
        return True
    schemas = [*request.tools, request.settings]
    return has_values(schemas) or wire_bytes(request.tools) > MANY_CHARACTERS


def _size(message: ChatMessage) -> int:
    return message.characters + sum(len(part.data or b"") for part in message.parts if not isinstance(part, TextPart))


def _first_request(provider: Provider) -> ModelRequest:
    """A small one, written for what litellm imports meanwhile, and never sent."""
    handle = ModelHandle(provider.name, provider.light_default or "none")
    return ModelRequest(handle, None, (ChatMessage(Role.USER, "ready?"),), max_output_tokens=1)


def _log(handle: ModelHandle, failure: ProviderFailure, answer: HttpAnswer | None) -> None:
    """Tells the operator what went wrong, which callers are not told. Errors are named by their classes only: their
    texts can hold messages, keys, and addresses with keys in them."""
    structlog.get_logger().warning(
        "model call failed",
        model=str(handle),
        errors=[type(error).__name__ for error in causes(failure)],
        http_status=answer.status if answer else None,
    )
