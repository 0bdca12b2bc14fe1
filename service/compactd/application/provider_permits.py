"""Permits: what a request to a model needs where the operator has set limits for its provider. Elsewhere there is none,
and nothing is read or written."""

import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from compactd.application.deadline import Deadline
from compactd.application.provider_line import NOT_SENT, Permit, ProviderLine, Spent
from compactd.domain.allowance import Ask
from compactd.domain.compactions import Usage
from compactd.domain.handles import ModelHandle
from compactd.domain.model_failures import MinuteExceeded, ProviderFailure, ProviderUnavailable
from compactd.domain.value_class import value
from compactd.ports.model import ModelRequest, PromptTooLong
from compactd.ports.observer import Observer, ProviderWait
from compactd.ports.provider_limits import CredentialKey, ProviderLimitStore, ProviderRules


@value
class Asker:
    """For whom a model is asked: `background` says that it is a job, which nobody waits for."""

    namespace: str = ""
    background: bool = False


class Credentials(Protocol):
    """Tells the credentials of a provider apart, and says nothing of them."""

    def credential(self, handle: ModelHandle, secret: bytes | None = None) -> bytes:
        """With which credential the model is called: the same bytes for the same one in this process, or with a
        `secret` wherever that is known."""


class ProviderPermits:
    """One for a server, on its event loop: a line for each credential of a provider with limits."""

    def __init__(
        self, store: ProviderLimitStore, rules: ProviderRules, credentials: Credentials, observer: Observer
    ) -> None:
        self._store = store
        self._rules = rules
        self._credentials = credentials
        self._observer = observer
        self._lines: dict[tuple[str, bytes], ProviderLine] = {}
        self._secret: bytes | None = None

    def limited(self, handle: ModelHandle) -> bool:
        """Whether a request to this model needs a permit."""
        return self._rules.of(handle.provider) is not None

    def most_tokens(self, handle: ModelHandle) -> int | None:
        """The most tokens that one request may have; None for any number."""
        limits = self._rules.of(handle.provider)
        return None if limits is None else limits.tokens_per_minute

    async def permit(
        self,
        request: ModelRequest,
        asker: Asker,
        deadline: Deadline | None,
        may_be_put_off: Callable[[], bool] = lambda: False,
    ) -> Permit:
        """Waits for the permit of one request. Raises MinuteExceeded for one that never gets any, PermitTooLate for
        one that gets it too late, JobPutOff for a job's that could come again later, StoreUnavailable."""
        handle = request.handle
        most = self.most_tokens(handle)
        if most is not None and request.most_tokens > most:
            raise MinuteExceeded(model=handle, tokens_per_minute=most)
        ask = Ask(request.most_tokens, asker.background)
        began = time.monotonic()
        self._observer.provider_waited(ProviderWait(handle.provider, begins=True))
        try:
            return await self._line(handle).permit(handle, ask, asker.namespace, deadline, may_be_put_off)
        finally:
            seconds = time.monotonic() - began
            self._observer.provider_waited(ProviderWait(handle.provider, begins=False, seconds=seconds))

    @property
    def told(self) -> list[dict[str, object]]:
        """What waits and is in hand in this process, for the operator."""
        return [line.told for line in self._lines.values()]

    async def close(self) -> None:
        """Gives back what is in hand."""
        for line in self._lines.values():
            await line.close()

    def _line(self, handle: ModelHandle) -> ProviderLine:
        name = handle.provider, self._credentials.credential(handle)
        line = self._lines.get(name)
        if line is None:
            line = self._lines[name] = ProviderLine(handle.provider, self._key_of(handle), self._store, self._rules)
        return line

    def _key_of(self, handle: ModelHandle) -> Callable[[], Awaitable[CredentialKey]]:
        async def key_of() -> CredentialKey:
            if self._secret is None:
                self._secret = await self._store.credential_secret()
            return CredentialKey(handle.provider, self._credentials.credential(handle, self._secret))

        return key_of


def spent_by_answer(usage: Usage) -> Spent:
    """Of a request that was answered; an answer that names no tokens took as many as it could."""
    return Spent(sent=True, tokens=usage.input_tokens + usage.output_tokens or None)


def spent_by_failure(failure: ProviderFailure | PromptTooLong) -> Spent:
    """Of one that failed: what was turned away took nothing, of one without an answer nobody knows."""
    if not failure.usage.calls:
        return NOT_SENT
    named = failure.usage.input_tokens + failure.usage.output_tokens
    tokens = None if not named and isinstance(failure, ProviderUnavailable) else named
    pause = failure.provider_pause if isinstance(failure, ProviderFailure) else None
    return Spent(sent=True, tokens=tokens, pause=pause or 0.0)
